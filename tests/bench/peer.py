"""The trackers that are measured: ours, and another add-on that PEER names.

PEER is an add-on's folder or zip. Modules that it imports and Kodi does not have here are taken from beside it
(`path/to/script.module.six` for `path/to/addon`). PEER_SETTINGS is a file that becomes the peer's own settings.xml, or
a folder that becomes its addon_data, with `{token}` replaced by a token of the fake server; without it
`bench_settings.xml` of the peer, if there is one. PEER_CLIENT_ID is the client id that the peer was written with.
"""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Mapping

from tests.fakes.simkl import FakeSimkl
from tests.real_kodi import addons
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.waiting import NotReached
from tools.build_zip import build

OUR_CLIENT_ID = "sandbox-client-id"
OUR_ID = "plugin.video.simkl"
USER_NAME, USER_ID = "sample_viewer", 900001
PART_OF_KODI = ("xbmc.", "kodi.")
SAID = "bench: callback took "

# Appended to the module of the player's callbacks, in the zip that is measured: what each costs, into Kodi's log.
TIMED = f'''

import time

def _timed(method):
    def timed(self, *args):
        began = time.perf_counter()
        try:
            return method(self, *args)
        finally:
            took = time.perf_counter() - began
            xbmc.log(f"{SAID}{{took * 1000:.3f}} ms {{method.__name__}}", xbmc.LOGINFO)
    return timed


for _name, _method in list(vars(PlayerMonitor).items()):
    if _name.startswith("on"):
        setattr(PlayerMonitor, _name, _timed(_method))
'''


class PeerError(Exception):
    """The peer cannot be measured; the message says why."""


class Ours:
    """Our add-on, built as its zip is, linked by its settings file; its player callbacks say how long they took."""

    def __init__(self, folder: Path) -> None:
        self.id, self.client_id = OUR_ID, OUR_CLIENT_ID
        self.folder = addons.unpack(build(folder, OUR_CLIENT_ID), folder)
        player = self.folder / "lib" / "kodi" / "playback" / "player.py"
        player.write_text(player.read_text("utf-8") + TIMED, "utf-8")
        self.name = _name(self.folder)

    def install(self, kodi: RealKodi, box: FakeSimkl) -> None:
        """Put it into this Kodi, linked."""
        profile = kodi.profile(self.id)
        profile.mkdir(parents=True, mode=0o700)
        token = box.give_token(client_id=self.client_id)
        settings = profile / "settings.yaml"
        settings.touch(0o600)
        settings.write_text(
            "accounts:\n  default:\n    auth: v1\n"
            f'    access_token: "{token}"\n    client_id: "{self.client_id}"\n    linked_at: "2026-11-24T06:00:00Z"\n'
            f"    user: {{id: {USER_ID}, name: {USER_NAME}}}\n"
        )
        addons.put(kodi, self.folder)


class Peer:
    """The add-on that PEER names. Raises PeerError if it is none."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        given = Path(environ["PEER"]).expanduser().resolve()
        try:
            self.folder = _own_copy(given, folder)
            self.name = _name(self.folder)
        except (OSError, ValueError, zipfile.BadZipFile, ElementTree.ParseError) as error:
            raise PeerError(f"PEER={given} is no add-on: {error}") from error
        self.id = self.folder.name
        self.client_id = environ.get("PEER_CLIENT_ID") or "naive-tracker-client-id"
        own = self.folder / "bench_settings.xml"
        self._settings = Path(environ["PEER_SETTINGS"]).expanduser() if environ.get("PEER_SETTINGS") else own
        if environ.get("PEER_SETTINGS") and not self._settings.exists():
            raise PeerError(f"there is no PEER_SETTINGS={self._settings}")
        self._beside = given.parent

    def install(self, kodi: RealKodi, box: FakeSimkl) -> None:
        """Put it into this Kodi, with an account. Raises PeerError."""
        self._keep_settings(kodi.profile(self.id), box.give_token(client_id=self.client_id))
        needed = [name for name in _required(self.folder) if not addons.is_known(kodi, name)]
        beside = {name: self._beside / name for name in needed if (self._beside / name).is_dir()}
        lacking = ", ".join(name for name in needed if name not in beside)
        if lacking:  # Kodi would enable it all the same, and its script would fail
            raise PeerError(f"{self.name} needs {lacking}, which this Kodi has not: put it into {self._beside}")
        try:
            addons.put(kodi, *beside.values(), self.folder)
        except NotReached as error:
            raise PeerError(f"Kodi does not enable {self.name}: {error}") from error

    def _keep_settings(self, profile: Path, token: str) -> None:
        profile.mkdir(parents=True)
        files = {self._settings: profile / "settings.xml"} if self._settings.is_file() else {}
        if self._settings.is_dir():
            shutil.copytree(self._settings, profile, dirs_exist_ok=True)
            files = {file: file for file in profile.rglob("*") if file.is_file()}
        for source, target in files.items():
            target.write_bytes(source.read_bytes().replace(b"{token}", token.encode("ascii")))


def _own_copy(given: Path, folder: Path) -> Path:
    """Return a folder with the add-on that bears its id, as Kodi wants it."""
    folder.mkdir(parents=True)
    if given.is_file():
        return addons.unpack(given, folder)
    addon_id = ElementTree.parse(given / "addon.xml").getroot().get("id", "")
    ignore = shutil.ignore_patterns(".git", "__pycache__")
    return Path(shutil.copytree(given, folder / addon_id, ignore=ignore))


def _name(folder: Path) -> str:
    root = ElementTree.parse(folder / "addon.xml").getroot()
    return f"{root.get('name')} {root.get('version')}"


def _required(folder: Path) -> list[str]:
    imports = ElementTree.parse(folder / "addon.xml").getroot().iterfind("requires/import")
    names = [each.get("addon", "") for each in imports if each.get("optional") != "true"]
    return [name for name in names if not name.startswith(PART_OF_KODI)]
