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
FOLDERS = {"lib", "resources", "segno", "filelock"}
ANY_NAME = r"[\w@+-]+(?:\.[\w@+-]+)*"
KINDS = {
    "lib": rf"(?:{ANY_NAME}/)*{ANY_NAME}\.py",
    "resources": rf"(?:{ANY_NAME}/)*{ANY_NAME}\.(?:jpg|png|po|xml)",
    "segno": rf"(?:{ANY_NAME}/)*{ANY_NAME}\.py|LICENSE\.txt",
    "filelock": rf"(?:{ANY_NAME}/)*{ANY_NAME}\.py|LICENSE\.txt",
}
CLIENT_ID = "0123456789abcdef" * 4


@pytest.fixture
def archive(zip_file) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(zip_file) as opened:
        yield opened


def strange(name: str, mode: int) -> Iterator[str]:
    """Say what is wrong with one entry of the zip: its name, its kind, its permissions."""
    folder, _, inside = name.partition("/")
    if folder != ID or not inside:
        yield "is not inside the one folder"
        return
    folder, _, rest = inside.partition("/")
    if not rest:
        if inside not in TOP:
            yield "does not belong to an add-on"
    elif folder not in FOLDERS:
        yield "is in a folder that does not belong to an add-on"
    elif not re.fullmatch(KINDS[folder], rest):
        yield "is a file that this folder does not have"
    elif "__pycache__" in rest or inside.startswith("lib/terminal/"):
        yield "is of no use in Kodi"
    if stat.S_IFMT(mode) != stat.S_IFREG:
        yield "is no plain file"
    if stat.S_IMODE(mode) != 0o644:
        yield f"has the permissions {stat.S_IMODE(mode):o}"


def test_nothing_strange_is_in_the_zip_and_all_of_the_add_on_is_as_in_the_checkout(archive):
    found = {info.filename: list(strange(info.filename, info.external_attr >> 16)) for info in archive.infolist()}
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert len({name.lower() for name in found}) == len(found), "a name twice on a disk that ignores capitals"
    inside = {name.partition("/")[2] for name in found}
    ours = {name for name in inside if not name.startswith(("segno/", "filelock/"))}
    modules = {source.path for source in sources("lib") if not source.path.startswith(("lib/terminal/", "lib/web/"))}
    resources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert TOP | modules | resources == ours
    assert {"segno/__init__.py", "filelock/__init__.py"} <= inside
    assert [name for name in ours if archive.read(f"{ID}/{name}") != (ROOT / name).read_bytes()] == []
    assert b"Redistribution and use" in archive.read(f"{ID}/segno/LICENSE.txt")
    assert b"public domain" in archive.read(f"{ID}/filelock/LICENSE.txt")


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


STRANGE = [
    "plugin.py", "plugin.video.other/plugin.py", f"{ID}/tests/test_x.py", f"{ID}/lib/terminal/words.py",
    f"{ID}/lib/__pycache__/x.py", f"{ID}/lib/kodi/entry.pyc", f"{ID}/lib/kodi/.entry.py.swp", f"{ID}/lib/.x.py",
    f"{ID}/lib/../../x.py", f"{ID}/resources/icon.svg", f"{ID}/segno/METADATA", f"{ID}/requirements.txt",
]  # fmt: skip


def test_what_does_not_belong_into_a_zip_is_noticed():
    assert list(strange(f"{ID}/plugin.py", 0o100644)) == []
    assert [name for name in STRANGE if not list(strange(name, 0o100644))] == []
    assert [mode for mode in (0o100755, 0o100666, 0o120644) if not list(strange(f"{ID}/plugin.py", mode))] == []
    assert list(strange(f"{ID}/lib/", 0o040755))
