"""Fixtures for tests that need a real Kodi; run them by naming this folder: `pytest tests/kodi`.

One Kodi is started for a test module. A module that wants another skin, size or language says so:

    KODI = {"skin": "skin.estouchy", "size": (1920, 1080), "language": "resource.language.de_de"}
"""

import os
import re
from pathlib import Path

import pytest

from tests.kodi.dependencies import PROJECT
from tests.kodi.real_kodi import RealKodi
from tests.kodi.screen import NoPicture


@pytest.fixture(scope="session")
def pictures() -> Path:
    """The folder for pictures: `$SIMKL_PICTURES`, else build/pictures in the project."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _folder() -> Path:
    return Path(os.environ.get("SIMKL_PICTURES") or PROJECT / "build" / "pictures")


@pytest.fixture(scope="module")
def kodi(request, tmp_path_factory):
    """A real Kodi on its home screen, shared by the tests of one module."""
    options = getattr(request.module, "KODI", {})
    with RealKodi(tmp_path_factory.mktemp("kodi"), **options) as started:
        yield started


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep a picture of the screen as it was when a test failed, while its Kodi still runs."""
    report = yield
    driven = getattr(item, "funcargs", {}).get("kodi")
    if report.when == "call" and report.failed and driven is not None and driven.running():
        name = re.sub(r"\W+", "-", item.name).strip("-")
        try:
            path = driven.picture(_folder() / f"failed-{name}.png")
        except NoPicture as error:
            report.sections.append(("screen", f"no picture of it: {error}"))
        else:
            report.sections.append(("screen", f"the screen at the failure: {path}"))
    return report
