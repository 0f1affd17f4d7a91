"""Fixtures for tests that need a real Kodi; run them by naming this folder: `pytest tests/real_kodi`.

One Kodi is started for a test module. A module that wants another skin, size or language says so:

    KODI = {"skin": "skin.estouchy", "size": (1920, 1080), "language": "resource.language.de_de"}

One that shall run in several versions of Kodi, all its tests in the first, then all in the second, names them:

    VERSIONS = versions.VERSIONS

`tv` is a Kodi with the built add-on and a fake Simkl server of its own, one a module as well. Each test finds it on the
home screen, with the network up. What else the fake server should be is said in the same way:

    BOX = {"codes": ["AB12C"], "interval": 2}

`viewer` is the person in front of that TV once it has a library and is linked, for a fake server that knows the same
titles:

    BOX = {"catalogue": catalogue()}
"""

import os
import re
from pathlib import Path

import pytest

from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.addons import PROJECT
from tests.real_kodi.library import Library
from tests.real_kodi.processes import NoPicture
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.tv import ADDON_ID, home_with_addon, tv_with_addon
from tests.real_kodi.versions import KODI_20
from tests.real_kodi.viewer import Viewer
from tools.build_zip import build

CLIENT_ID = "sandbox-client-id"
PICTURES = Path(os.environ.get("SIMKL_PICTURES") or PROJECT / "build" / "pictures")


@pytest.fixture(scope="session")
def pictures():
    """The folder for pictures: `$SIMKL_PICTURES`, else build/pictures in the project."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


def pytest_generate_tests(metafunc):
    """Run the tests of a module once for each of its `VERSIONS`."""
    if "version" in metafunc.fixturenames and hasattr(metafunc.module, "VERSIONS"):
        metafunc.parametrize("version", metafunc.module.VERSIONS, ids=str, indirect=True, scope="module")


@pytest.fixture(scope="module")
def version(request):
    """The version of Kodi that the module's tests run in."""
    return getattr(request, "param", KODI_20)


@pytest.fixture(scope="module")
def kodi(request, version, tmp_path_factory):
    """A real Kodi on its home screen, shared by the tests of one module."""
    options = getattr(request.module, "KODI", {})
    with RealKodi(tmp_path_factory.mktemp("kodi"), version=version, **options) as started:
        yield started


@pytest.fixture(scope="session")
def homes():
    """The homes that `with_addon` has made so far, by version."""
    return {}


@pytest.fixture(scope="module")
def with_addon(homes, version, tmp_path_factory):
    """The home of a Kodi with the add-on as it is released, the client id of the fake server baked in; to be copied."""
    if version not in homes:
        folder = tmp_path_factory.mktemp("with-addon")
        homes[version] = home_with_addon(folder / "home", build(folder, CLIENT_ID), version)
    return homes[version]


@pytest.fixture(scope="module")
def box(request, version):
    """A fake Simkl server that wants to be asked once a second."""
    with FakeSimkl(**{"interval": 1, "client_ids": [CLIENT_ID], **getattr(request.module, "BOX", {})}) as box:
        yield box


@pytest.fixture(scope="module")
def installed(request, version, box, with_addon, pictures, tmp_path_factory):
    """A Kodi on which the add-on was installed just now, shared by the tests of one module."""
    options = getattr(request.module, "KODI", {})
    home = tmp_path_factory.mktemp("tv") / "home"
    with tv_with_addon(home, box, with_addon, pictures, version=version, **options) as tv:
        yield tv


@pytest.fixture
def tv(installed):
    """The module's TV, on the home screen again after each test."""
    yield installed
    installed.back_to_home()


@pytest.fixture
def linked(tv):
    """The same, linked to an account."""
    if not tv.account():
        tv.link()
    return tv


@pytest.fixture(scope="module")
def with_library(installed, box, tmp_path_factory):
    """The module's TV with a library and the add-on that plays, linked; its person."""
    viewer = Viewer(installed, Library(installed.kodi, tmp_path_factory.mktemp("library") / "videos"))
    box.approve(installed.ask_to_link())
    installed.wait(lambda: installed.account() and installed.view() == "linked", "the account linked")
    installed.kodi.key("Back")
    installed.wait_for_home()
    installed.wait((installed.kodi.profile(ADDON_ID) / "queue.db").exists, "the tracking begun")
    return viewer


@pytest.fixture
def viewer(tv, with_library):
    """Somebody who watches what is in the library of the module's TV; nothing plays, or complains, afterwards."""
    yield with_library
    if tv.kodi.running() and with_library.player() is not None:
        with_library.stop()
    assert tv.complaints() == []  # not only at the end: Kodi keeps the log of its last two runs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep a picture of the screen as it was when a test failed, while its Kodi still runs."""
    report = yield
    used = getattr(item, "funcargs", {})
    driven = used["tv"].kodi if "tv" in used else used.get("kodi")
    if report.when == "call" and report.failed and driven is not None and driven.running():
        name = re.sub(r"\W+", "-", item.name).strip("-")
        try:
            path = driven.picture(PICTURES / f"failed-{name}.png")
        except NoPicture as error:
            report.sections.append(("screen", f"no picture of it: {error}"))
        else:
            report.sections.append(("screen", f"the screen at the failure: {path}"))
    return report
