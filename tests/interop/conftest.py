"""One box with two hosts and one browser for all tests of this folder.

Run with `pytest tests/interop`; it needs Debian's nodejs, npm, chromium and chromium-driver.
"""

import pytest

from tests.fakes.simkl import FakeSimkl
from tests.interop.node_program import FOLDER
from tests.interop.setups import APPS, setup_of
from tests.web.browser import Browser, npm_install


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
def running_box():
    with FakeSimkl(client_ids=(), apps=APPS, api_host="localhost", interval=1) as box:
        yield box


@pytest.fixture(scope="session")
def person():
    """Somebody with a real browser who is signed in at simkl.com."""
    with Browser() as person:
        yield person


@pytest.fixture(scope="session")
def node():
    npm_install(FOLDER)


@pytest.fixture
def setup_for(box):
    """What the programmer of an app fills in, by client_id."""
    return lambda client_id: setup_of(box, client_id)
