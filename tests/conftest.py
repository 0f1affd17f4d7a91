"""What holds for every test, and what suites share."""

import contextlib
import gc
import logging
import signal

import pytest

from lib.system import secrets
from tests.fakes.simkl import FakeSimkl
from tests.fork_server import ForkServer

WAITING = ("e2e", "test_planted_secrets", "test_planted_secrets_v2")


def pytest_configure():
    """Hear what the tests send: a shell has its background jobs ignore Ctrl-C, nohup SIGHUP, and so what they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items):
    """Spread the files that mostly wait among the others, so that the processors have work meanwhile."""
    files = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [tests for path, tests in files.items() if path.parent.name in WAITING or path.stem in WAITING]
    busy = [tests for tests in files.values() if tests not in waiting]
    every = max(1, len(busy) // (2 * len(waiting) or 1))
    for place, tests in enumerate(waiting):
        busy.insert(place * (every + 1), tests)
    items[:] = [item for tests in busy for item in tests]


@pytest.fixture(autouse=True)
def _secrets_of_other_tests_stay_theirs():
    """The logging filter knows every secret ever made in this process; one such as "more" spoils the logs of others."""
    before = set(secrets._known)
    yield
    secrets._known.clear()
    secrets._known.update(before)


@pytest.fixture(autouse=True)
def _logging_of_other_tests_stays_theirs():
    """A front end sets up the logging of the whole process, as it may in its own; what it changed is undone."""
    loggers = [logging.getLogger(name) for name in ("", "lib", "waitress.queue")]
    levels, handlers = [logger.level for logger in loggers], list(loggers[0].handlers)
    yield
    for logger, level in zip(loggers, levels):
        logger.setLevel(level)
    for handler in set(loggers[0].handlers) - set(handlers):
        loggers[0].removeHandler(handler)


@pytest.fixture(scope="session")
def fork_server():
    """What starts plugin.py without its libraries' imports."""
    with contextlib.closing(ForkServer()) as server:
        yield server


@pytest.fixture(scope="session")
def running_box():
    """The fake Simkl server behind `box`; folders and modules whose tests need other apps have one of their own."""
    with FakeSimkl(limits=False) as box:
        yield box


@pytest.fixture
def box(running_box):
    """A fake Simkl server that listens and is as new."""
    running_box.reset()
    running_box.listen_again()
    return running_box


def pytest_collection_finish():
    """Leave what was collected out of the searches for garbage: it stays to the end, and is much."""
    gc.collect()
    gc.freeze()
