"""The zip is what Kodi installs: the whole add-on, the libraries that Kodi's repository lacks, and nothing else."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Iterator

import pytest
import yaml

from tests.architecture.sources import ROOT, sources
from tools import build_zip

ID = "plugin.video.simkl"
TOP = {"CHANGELOG.md", "LICENSE.txt", "addon.xml", "plugin.py", "settings.yaml"}
LIBRARIES = re.compile(r"(?:segno|filelock)/(?:(?:\w+/)*(?!__pycache__)\w+\.py|LICENSE\.txt)")
PLAIN_FILE = stat.S_IFREG | 0o644
CLIENT_ID = "0123456789abcdef" * 4


@pytest.fixture
def archive(zip_file) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(zip_file) as opened:
        yield opened


def test_nothing_strange_is_in_the_zip_and_all_of_the_add_on_is_as_in_the_checkout(archive):
    names, folders = archive.namelist(), {name.partition("/")[0] for name in archive.namelist()}
    assert folders == {ID}
    assert len({name.lower() for name in names}) == len(names), "a name twice on a disk that ignores capitals"
    assert {info.external_attr >> 16 for info in archive.infolist()} == {PLAIN_FILE}
    inside = {name.partition("/")[2] for name in names}
    libraries = {name for name in inside if LIBRARIES.fullmatch(name)}
    modules = {source.path for source in sources("lib") if not source.path.startswith(("lib/terminal/", "lib/web/"))}
    resources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert {name.rpartition(".")[2] for name in resources} == {"jpg", "png", "po", "xml"}
    ours = TOP | modules | resources
    assert inside == ours | libraries
    assert {"segno/__init__.py", "filelock/__init__.py"} <= libraries
    assert [name for name in ours if archive.read(f"{ID}/{name}") != (ROOT / name).read_bytes()] == []
    assert b"Redistribution and use" in archive.read(f"{ID}/segno/LICENSE.txt")
    assert b"public domain" in archive.read(f"{ID}/filelock/LICENSE.txt")


@pytest.mark.parametrize("name", ["segno/METADATA", "segno/.x.py", "segno/x.pyc", "filelock/../x.py", "other/x.py"])
def test_what_is_no_file_of_a_library_is_noticed(name):
    assert not LIBRARIES.fullmatch(name)


def run_builder(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Build the zip in a process of its own, as `make zip` does."""
    command = [sys.executable, str(ROOT / "tools" / "build_zip.py"), "--out", str(out), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_it_is_named_after_id_and_version_and_the_same_input_gives_the_same_bytes(zip_file, tmp_path):
    addon = ElementTree.parse(ROOT / "addon.xml").getroot()
    assert zip_file.name == f"{addon.attrib['id']}-{addon.attrib['version']}.zip"
    done = run_builder(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()).read_bytes() == zip_file.read_bytes()


def test_a_client_id_is_baked_in_and_nothing_else_changes(archive, tmp_path):
    with zipfile.ZipFile(build_zip.build(tmp_path, CLIENT_ID)) as baked:
        assert archive.namelist() == baked.namelist()
        changed = [name for name in archive.namelist() if archive.read(name) != baked.read(name)]
        before, after = (yaml.safe_load(each.read(f"{ID}/settings.yaml")) for each in (archive, baked))
    assert changed == [f"{ID}/settings.yaml"]
    assert after.pop("simkl") == {**before.pop("simkl"), "client_id": CLIENT_ID}
    assert after == before


def test_what_cannot_be_a_client_id_is_refused_and_no_zip_is_made(tmp_path):
    done = run_builder(tmp_path, "--client-id", "1234567")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not a client id" in done.stderr
    for bad in ('abcdefgh"', "abcdefgh\n  client_secret: x", "abcdefgh: {x}", "abcd efgh ijkl", "a" * 129):
        with pytest.raises(ValueError, match="is not a client id"):
            build_zip.build(tmp_path, bad)
    assert list(tmp_path.iterdir()) == []


IMPORT = """
import importlib.util, sys
sys.path.insert(0, sys.argv[1])
import filelock, segno
import lib.account.sign_in.by_code, lib.account.settings, lib.simkl.auth.pin, lib.system.timetable
assert importlib.util.find_spec("lib.terminal") is None
for module in (filelock, segno, lib):
    print(module.__file__)
print(lib.account.settings.load_settings(lib.account.settings.Path(sys.argv[1]) / "no.yaml").api_url)
"""


def test_the_unpacked_zip_works_with_the_libraries_inside_it(unpacked):
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", IMPORT, str(unpacked)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    *files, api_url = done.stdout.splitlines()
    assert files == [str(unpacked / name / "__init__.py") for name in ("filelock", "segno", "lib")]
    assert api_url == "https://api.simkl.com"
