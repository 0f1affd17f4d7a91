"""Putting add-ons into a Kodi that is running.

Not before it starts: for every folder that is new at start-up, Kodi asks "Would you like to enable this add-on?" on
the home screen. And not as a zip through Kodi's own installer, which wants its browser of files.
"""

import shutil
import xml.etree.ElementTree as ElementTree
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from tests.real_kodi.rpc import INVALID_PARAMS, RpcError

if TYPE_CHECKING:
    from tests.real_kodi.real_kodi import RealKodi

FIND_TIMEOUT = 30.0
ENABLE_TIMEOUT = 30.0


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


def is_enabled(kodi: "RealKodi", addon_id: str) -> Optional[bool]:
    """Return whether Kodi has this add-on enabled, or None when it does not know it."""
    try:
        details = kodi.rpc("Addons.GetAddonDetails", addonid=addon_id, properties=["enabled"])
    except RpcError as error:
        if error.code != INVALID_PARAMS:
            raise
        return None
    return bool(details["addon"]["enabled"])


def set_enabled(kodi: "RealKodi", addon_id: str, enabled: bool) -> None:
    """Enable or disable an add-on and wait until Kodi says so; a service starts or stops with it."""
    if is_enabled(kodi, addon_id) is enabled:
        return
    kodi.rpc("Addons.SetAddonEnabled", addonid=addon_id, enabled=enabled)
    word = "enabled" if enabled else "disabled"
    kodi.wait_until(lambda: is_enabled(kodi, addon_id) is enabled, ENABLE_TIMEOUT, f"{addon_id} {word}")


def put(kodi: "RealKodi", *folders: Path) -> None:
    """Copy add-on folders into Kodi's home, each in place of an earlier one of its id, and have them enabled.

    Those that import others come after them. The profile of an add-on stays.
    """
    for folder in folders:
        remove(kodi, folder.name)
        shutil.copytree(folder, kodi.home.addons / folder.name)
    kodi.send("UpdateLocalAddons")
    for addon_id in [folder.name for folder in folders]:
        found = partial(is_known, kodi, addon_id)
        kodi.wait_until(found, FIND_TIMEOUT, f"{addon_id} found by Kodi (is its addon.xml valid?)")
        set_enabled(kodi, addon_id, True)


def remove(kodi: "RealKodi", addon_id: str) -> None:
    """Stop an add-on and have Kodi forget it; does nothing when it is not there.

    Before a newer version is put in place, too: otherwise its service would go on running the old files, and there
    would be no telling whether Kodi still describes the old version or already the new one.
    """
    folder = kodi.home.addons / addon_id
    if not folder.exists():
        return
    if is_enabled(kodi, addon_id):
        set_enabled(kodi, addon_id, False)
    shutil.rmtree(folder)
    kodi.send("UpdateLocalAddons")
    kodi.wait_until(lambda: not is_known(kodi, addon_id), FIND_TIMEOUT, f"{addon_id} forgotten by Kodi")


def is_known(kodi: "RealKodi", addon_id: str) -> bool:
    """Return whether Kodi has found this add-on, enabled or not."""
    return is_enabled(kodi, addon_id) is not None
