"""Rating what was watched: the service has the question asked in a script of its own, since it opens no window."""

from __future__ import annotations

import base64
import json

import xbmc

from lib.kodi.addon import ADDON_ID, Addon
from lib.simkl.media import Item, restored
from lib.tracking.plays import Play


def ask(addon: Addon, play: Play) -> None:
    """Have the person asked, in a script of its own."""
    if play.item is not None:
        xbmc.executebuiltin(f"RunScript({ADDON_ID},rate,{packed(play.item, play.art)})")


def packed(item: Item, art: str) -> str:
    """Return an item and its picture as one word that Kodi's built-in functions leave alone."""
    return base64.urlsafe_b64encode(json.dumps([item.stored(), art]).encode("utf-8")).decode("ascii").rstrip("=")


def unpacked(word: str) -> tuple[Item, str]:
    """Read what `packed` gave. Raises ValueError for anything else."""
    stored, art = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    return restored(stored), art
