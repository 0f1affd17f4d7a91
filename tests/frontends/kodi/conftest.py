"""Fixtures: a TV with the real add-on, and a fake Simkl server that its environment leads to."""

import contextlib
import time
from types import SimpleNamespace

import pytest

from tests.fakes.simkl import App, FakeSimkl
from tests.frontends.kodi.couch import CATALOGUE, EVENING, Couch
from tests.frontends.kodi.tracked import NOW, Waiting
from tests.frontends.kodi.tv import Tv

BOX_OPTIONS = ("interval", "codes", "slow_down", "apps", "v2_codes", "user_quota", "app_quota")
NEW = "of-the-newer-sign-in"
OLDEST = 19


@pytest.fixture(scope="session")
def boxes():
    """The fake servers of a test session, one for each set of options, and the function that is their clock."""
    with contextlib.ExitStack() as stack:
        yield SimpleNamespace(stack=stack, made={}, now=time.monotonic)


@pytest.fixture
def kodi_version():
    """The oldest version; what looks at much of Kodi's API is run `on_old_and_new_kodi`."""
    return OLDEST


@pytest.fixture
def make_kodi(boxes, tmp_path, monkeypatch, kodi_version):
    """Return a function that makes a Tv or a Couch; options of the fake server by names, all others go to Kodi."""

    def make_kodi(kind, client_id=None, options=None, **box_options):
        boxes.now = lambda: 0.0
        options = {"version": kodi_version, **(options or {})}
        box_options.update({name: options.pop(name) for name in BOX_OPTIONS if name in options})
        key = repr(sorted(box_options.items()))
        if key not in boxes.made:
            box = FakeSimkl(**{"interval": 1, "clock": lambda: boxes.now(), **box_options})
            boxes.made[key] = boxes.stack.enter_context(box)
        box = boxes.made[key]
        box.reset()
        box.listen_again()
        made = kind(tmp_path / "profile", box, **options)
        boxes.now = made.now
        monkeypatch.setenv("SIMKL_API_URL", box.url)
        monkeypatch.setenv("SIMKL_SITE_URL", box.url)
        monkeypatch.setenv("SIMKL_CLIENT_ID", box.client_id if client_id is None else client_id)
        return made

    yield make_kodi
    boxes.now = lambda: 0.0


@pytest.fixture
def make_tv(make_kodi):
    """Return a function that makes a Tv."""

    def make_tv(client_id=None, expires_in=900, **options):
        tv = make_kodi(Tv, client_id, options)
        tv.box.expires_in = expires_in  # what Simkl says; it lets them live longer, so that no poll meets the very end
        return tv

    return make_tv


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
def make_couch(make_kodi):
    """Return a function that makes a Couch that is linked."""

    def make_couch(linked=True, **options):
        couch = make_kodi(Couch, None, options, catalogue=CATALOGUE, day=EVENING)
        if linked:
            couch.be_linked()
        return couch

    return make_couch


@pytest.fixture
def couch(make_couch):
    """A Kodi that is linked, and a Simkl that knows what is in its library."""
    return make_couch()
