"""What holds for every test, and what suites share."""

import contextlib
import signal

import pytest

from lib.system import secrets
from tests.fork_server import ForkServer


def pytest_configure():
    """Hear what the tests send: a shell has its background jobs ignore Ctrl-C, nohup SIGHUP, and so what they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _secrets_of_other_tests_stay_theirs():
    """The logging filter knows every secret ever made in this process; one such as "more" spoils the logs of others."""
    before = set(secrets._known)
    yield
    secrets._known.clear()
    secrets._known.update(before)


@pytest.fixture(scope="session")
def fork_server():
    """What starts plugin.py without its libraries' imports."""
    with contextlib.closing(ForkServer()) as server:
        yield server
