"""Fixtures: a TV with the real add-on, and a fake Simkl server that its environment leads to.

The Kodi is of the oldest version. A test, or a module, that looks at much of Kodi's API is run `on_old_and_new_kodi`.
"""

import contextlib
import time

import pytest

from tests.fakes.simkl import App, FakeSimkl
from tests.frontends.kodi.couch import CATALOGUE, EVENING, Couch
from tests.frontends.kodi.tracked import NOW, Waiting
from tests.frontends.kodi.tv import Tv

BOX_OPTIONS = ("interval", "codes", "slow_down", "apps", "v2_codes", "user_quota", "app_quota")
NEW = "of-the-newer-sign-in"
OLDEST = 19


class Boxes:
    """The fake servers of a test session, one for each set of options; each test finds its box as new."""

    def __init__(self):
        self._made = {}
        self._stack = contextlib.ExitStack()
        self.now = time.monotonic

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._stack.close()

    def fetch(self, **options):
        key = repr(sorted(options.items()))
        if key not in self._made:
            box = FakeSimkl(**{"interval": 1, "clock": lambda: self.now(), **options})
            self._made[key] = self._stack.enter_context(box)
        box = self._made[key]
        box.reset()
        box.listen_again()
        return box


@pytest.fixture(scope="session")
def boxes():
    with Boxes() as made:
        yield made


@pytest.fixture
def kodi_version():
    """The version of the Kodi stubs."""
    return OLDEST


@pytest.fixture
def make_tv(boxes, tmp_path, monkeypatch, kodi_version):
    """Return a function that makes a Tv; options of the fake server by its names, all others go to the Kodi stubs."""

    def make(client_id=None, expires_in=900, **options):
        options.setdefault("version", kodi_version)
        box_options = {name: options.pop(name) for name in BOX_OPTIONS if name in options}
        box = boxes.fetch(**box_options)
        box.expires_in = expires_in  # what Simkl says; it lets them live longer, so that no poll meets the very end
        tv = Tv(tmp_path / "profile", box, **options)
        boxes.now = tv.now
        monkeypatch.setenv("SIMKL_API_URL", box.url)
        monkeypatch.setenv("SIMKL_SITE_URL", box.url)
        monkeypatch.setenv("SIMKL_CLIENT_ID", box.client_id if client_id is None else client_id)
        return tv

    yield make
    boxes.now = lambda: 0.0


@pytest.fixture
def tv(make_tv):
    """A Kodi that was never linked, and a Simkl that wants a poll a second."""
    return make_tv()


@pytest.fixture
def waiting(tv, monkeypatch):
    """What waits for Simkl on a TV that is linked, on 24 November 2026 at 14:02 in UTC."""
    tv.become_linked()
    tv.wall = lambda: NOW
    monkeypatch.setenv("TZ", "UTC0")
    time.tzset()
    yield Waiting(tv)
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def make_new(make_tv):
    """Return a function that makes a Tv whose client id is of AUTH V2."""
    return lambda **options: make_tv(client_id=NEW, apps=[App(NEW, "v2")], **options)


@pytest.fixture
def new(make_new):
    """A Kodi that was never linked, with a client id of AUTH V2."""
    return make_new()


@pytest.fixture
def make_couch(boxes, tmp_path, monkeypatch, kodi_version):
    """Return a function that makes a Couch that is linked.

    Options of the fake server by its names, all others go to Kodi.
    """

    def make(linked=True, **options):
        options.setdefault("version", kodi_version)
        boxes.now = lambda: 0.0
        box_options = {name: options.pop(name) for name in BOX_OPTIONS if name in options}
        box = boxes.fetch(catalogue=CATALOGUE, day=EVENING, **box_options)
        couch = Couch(tmp_path / "profile", box, **options)
        boxes.now = couch.now
        for name in ("SIMKL_API_URL", "SIMKL_SITE_URL"):
            monkeypatch.setenv(name, box.url)
        monkeypatch.setenv("SIMKL_CLIENT_ID", box.client_id)
        if linked:
            couch.be_linked()
        return couch

    yield make
    boxes.now = lambda: 0.0


@pytest.fixture
def couch(make_couch):
    """A Kodi that is linked, and a Simkl that knows what is in its library."""
    return make_couch()
