"""One box with two hosts, one browser and one callback for all tests of this folder; the versions of all libraries.

Run with `pytest tests/interop`; it needs Debian's nodejs, npm, chromium and chromium-driver.
"""

from __future__ import annotations

import subprocess
from importlib.metadata import version

import pytest

from tests.fakes.simkl import FakeSimkl
from tests.interop import node_program
from tests.interop.callback import Callback
from tests.interop.person import Person
from tests.interop.setups import apps, setup_of

PYTHON_LIBRARIES = (
    "authlib", "requests-oauthlib", "oauthlib", "httpx-oauth", "plexapi", "jellyfin-apiclient-python", "selenium",
)  # fmt: skip
NODE_LIBRARIES = ("openid-client", "oauth4webapi", "handlebars")
BROWSER, NODE = pytest.StashKey[str](), pytest.StashKey[str]()


@pytest.fixture(scope="session", autouse=True)
def loopback_without_tls():
    """What the manuals say for http on this machine, and no proxy in between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        yield


@pytest.fixture(scope="session")
def callback():
    with Callback() as callback:
        yield callback


@pytest.fixture(scope="session")
def running(callback):
    with FakeSimkl(client_ids=(), apps=apps(callback.address), api_host="localhost", interval=1) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture(scope="session")
def person(pytestconfig):
    with Person() as person:
        pytestconfig.stash[BROWSER] = person.browser_version
        yield person


@pytest.fixture(scope="session")
def node(pytestconfig):
    node_program.install()
    pytestconfig.stash[NODE] = subprocess.check_output(["node", "--version"], text=True).strip()


@pytest.fixture
def setup_for(box, callback):
    """What the programmer of an app fills in, by client_id."""
    return lambda client_id: setup_of(box, client_id, callback.address)


def pytest_terminal_summary(terminalreporter, config):
    terminalreporter.section("other people's libraries")
    for library in PYTHON_LIBRARIES:
        terminalreporter.line(f"{library} {version(library)}")
    if NODE in config.stash:
        for library in NODE_LIBRARIES:
            terminalreporter.line(f"{library} {node_program.version_of(library)}")
        terminalreporter.line(f"node {config.stash[NODE]}")
    if BROWSER in config.stash:
        terminalreporter.line(f"chromium {config.stash[BROWSER]}")
