"""Putting add-ons into a Kodi that is running, and building those of Kodi's repository: Kodi has no internet here.

Not before it starts: for every folder that is new at start-up, Kodi asks "Would you like to enable this add-on?" on
the home screen. And not as a zip through Kodi's own installer, which wants its browser of files.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from tests.real_kodi.rpc import INVALID_PARAMS, RpcError

if TYPE_CHECKING:
    from tests.real_kodi.real_kodi import RealKodi

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / "build" / "kodi-modules"
TIMEOUT = 30.0

MODULE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<addon id={id} name={id} version={version} provider-name="PyPI">
    <requires><import addon="xbmc.python" version="3.0.0"/></requires>
    <extension point="xbmc.python.module" library="lib"/>
    <extension point="xbmc.addon.metadata"><summary lang="en_GB">{summary}</summary><platform>all</platform></extension>
</addon>
"""


def unpack(archive: Path, into: Path) -> Path:
    """Unpack an add-on's zip into a new folder below `into` and return it; ValueError when Kodi would refuse it."""
    with zipfile.ZipFile(archive) as contents:
        folders = {name.split("/")[0] for name in contents.namelist()}
        if len(folders) != 1:
            raise ValueError(f"{archive} must hold one folder, not {sorted(folders)}")
        folder = into / folders.pop()
        contents.extractall(into)
    addon_id = ElementTree.parse(folder / "addon.xml").getroot().get("id")
    if addon_id != folder.name:
        raise ValueError(f"{archive}: the folder is {folder.name}, the id in addon.xml is {addon_id}")
    return folder


def is_enabled(kodi: RealKodi, addon_id: str) -> bool | None:
    """Return whether Kodi has this add-on enabled, or None when it does not know it."""
    try:
        details = kodi.rpc("Addons.GetAddonDetails", addonid=addon_id, properties=["enabled"])
    except RpcError as error:
        if error.code != INVALID_PARAMS:
            raise
        return None
    return bool(details["addon"]["enabled"])


def set_enabled(kodi: RealKodi, addon_id: str, enabled: bool) -> None:
    """Enable or disable an add-on and wait until Kodi says so; a service starts or stops with it."""
    if is_enabled(kodi, addon_id) is not enabled:
        kodi.rpc("Addons.SetAddonEnabled", addonid=addon_id, enabled=enabled)
        word = "enabled" if enabled else "disabled"
        kodi.wait_until(lambda: is_enabled(kodi, addon_id) is enabled, TIMEOUT, f"{addon_id} {word}")


def put(kodi: RealKodi, *folders: Path) -> None:
    """Copy new add-on folders into Kodi's home and have them enabled; those that import others come after them."""
    for folder in folders:
        shutil.copytree(folder, kodi.home.addons / folder.name)
    kodi.send("UpdateLocalAddons")
    for name in [folder.name for folder in folders]:
        found = f"{name} found by Kodi (is its addon.xml valid?)"
        kodi.wait_until(lambda name=name: is_enabled(kodi, name) is not None, TIMEOUT, found)
        set_enabled(kodi, name, True)


def module_addons(modules: dict[str, list[str]]) -> list[Path]:
    """Return the folders of module add-ons, see `KodiVersion`; builds from PyPI those that are not in `CACHE`."""
    return [_built(addon_id, packages) for addon_id, packages in modules.items()]


def _built(addon_id: str, packages: list[str]) -> Path:
    """Build an add-on aside and rename it: it appears whole or not at all, so two test runs may share a cache."""
    finished = CACHE / "+".join(packages).replace("==", "-") / addon_id
    if finished.exists():
        return finished
    finished.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as workshop:
        addon = Path(workshop) / addon_id
        _install(packages, addon / "lib")
        about = {"id": quoteattr(addon_id), "version": quoteattr(packages[0].split("==")[1])}
        (addon / "addon.xml").write_text(MODULE_XML.format(**about, summary=" ".join(packages)))
        try:
            addon.rename(finished)
        except OSError:
            if not finished.exists():  # otherwise another test run was quicker
                raise
    return finished


def _install(packages: list[str], library: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "--no-compile", "--target", str(library), *packages], capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"pip could not fetch {', '.join(packages)}:\n{done.stderr}")
    # Only pure Python goes in, as in Kodi's repository: Kodi's Python is not the one that runs the tests. All of these
    # packages fall back to their pure part; PyYAML has no pure wheel, which is why this removes, not asks for one.
    for compiled in library.rglob("*.so"):
        compiled.unlink()
    for unneeded in [library / "bin", library / "_yaml", *library.rglob("__pycache__")]:
        shutil.rmtree(unneeded, ignore_errors=True)
