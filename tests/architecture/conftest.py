"""The built zip, once for all the rules that look at it."""

import zipfile
from pathlib import Path

import pytest

from tools.build_zip import build


@pytest.fixture(scope="session")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-on's zip as `make zip` makes it."""
    return build(tmp_path_factory.mktemp("zip"))


@pytest.fixture(scope="session")
def unpacked(zip_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that Kodi makes of the zip."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(zip_file) as archive:
        archive.extractall(folder)
    return folder / "plugin.video.simkl"
