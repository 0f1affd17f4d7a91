"""What Kodi knows of what plays: its tag, its list item, and what add-ons have set on the home window."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import xbmcgui

from lib.kodi import rpc
from lib.kodi.library.items import artwork, library_item
from lib.kodi.playback.player import Snapshot
from lib.tracking.media_info import MEDIA_CHANNEL, MediaInfo

HOME_WINDOW = 10000
ID_PROPERTIES = ("script.simkl.ids", "script.trakt.ids")
EXCLUDE_PROPERTIES = ("script.simkl.exclude", "script.trakt.exclude")
_MARKUP = re.compile(r"\[(?:CR|/?(?:B|I|LIGHT|UPPERCASE|LOWERCASE|CAPITALIZE|TABS|COLOR(?: [^\]]*)?))\]")


class WindowProperties:
    """What playing add-ons set on the home window: about the next item only, but nobody takes it away again.

    So we do once nothing plays; and what is still there, unchanged, when the item of another add-on or another file
    begins was not meant for it. The next episode from the same add-on may well have the same ids: the show's.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, str]] = {}

    def read(self, name: str, source: str) -> str:
        """Return a property that is about what this add-on or file plays, an empty text if there is none."""
        value = xbmcgui.Window(HOME_WINDOW).getProperty(name)
        seen, about = self._seen.get(name, ("", ""))
        if value and value == seen and about != source:
            return ""
        self._seen[name] = (value, source)
        return value

    def forget(self) -> None:
        """Take away what was about the item that is over; what has come since is about the next one."""
        home = xbmcgui.Window(HOME_WINDOW)
        for name, (value, _) in self._seen.items():
            if home.getProperty(name) == value:
                home.clearProperty(name)
        self._seen.clear()


def playing_item(snapshot: Snapshot, given: WindowProperties) -> MediaInfo:
    """Return what is known of what plays. Some milliseconds of Kodi's JSON-RPC; not for a callback."""
    known = library_item(snapshot.media, snapshot.library_id)
    asked = ["customproperties", "mediapath", "art"]
    found = rpc.call("Player.GetItem", playerid=1, properties=asked)
    if not found:  # an older Kodi refuses all of it for one property that it does not know
        found = rpc.call("Player.GetItem", playerid=1, properties=["art"])
    item = found.get("item", {})
    own: dict[str, Any] = item.get("customproperties") or {}
    address = snapshot.address if snapshot.address.startswith("plugin://") else str(item.get("mediapath") or "")
    addon = urlsplit(address).netloc if address.startswith("plugin://") else ""
    told = {name: own.get(name) or "" for name in (*ID_PROPERTIES, *EXCLUDE_PROPERTIES)}
    window = {name: given.read(name, addon or snapshot.file) for name in told}
    if addon or known is None:  # of what is simply played from the library nobody else knows better
        told = {name: told[name] or window[name] for name in told}
    facts = known or _of_tag(snapshot, artwork(item))
    return replace(
        facts,
        file=snapshot.file,
        address=facts.file or snapshot.address,
        media=MEDIA_CHANNEL if item.get("type") == MEDIA_CHANNEL else facts.media,
        given=tuple(told[name] for name in ID_PROPERTIES if told[name]),
        excluded=any(told[name] for name in EXCLUDE_PROPERTIES),
        addon=addon,
        total=snapshot.total,
    )


def _of_tag(snapshot: Snapshot, art: str) -> MediaInfo:
    """Return what an add-on's item or a mere file says. The ids of an episode may be anybody's there: left aside."""
    is_episode = snapshot.episode >= 0
    return MediaInfo(
        media=snapshot.media,
        title=_plain(snapshot.title),
        year=snapshot.year if not is_episode and snapshot.year > 0 else 0,
        ids={} if is_episode else snapshot.ids,
        show_title=_plain(snapshot.show_title),
        show_ids=snapshot.show_ids,
        season=snapshot.season if snapshot.season >= 0 else None,
        episode=snapshot.episode if is_episode else None,
        art=art,
    )


def _plain(title: str) -> str:
    """Return a title without the marks by which add-ons have Kodi draw it bold or in colours."""
    return " ".join(_MARKUP.sub(lambda mark: " " if mark.group() == "[CR]" else "", title).split())
