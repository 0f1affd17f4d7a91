"""What Kodi knows of what plays: its tag, its list item, and what add-ons have set on the home window."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import xbmc
import xbmcgui

from lib.kodi import rpc
from lib.kodi.library.items import artwork, library_item
from lib.kodi.playback.player import Snapshot
from lib.tracking.media_info import MEDIA_CHANNEL, MEDIA_EPISODE, MediaInfo

HOME_WINDOW = 10000
TRAILER_TEXT = 20410  # "Trailer" among Kodi's own texts
ID_PROPERTIES = ("script.simkl.ids", "script.trakt.ids")
EXCLUDE_PROPERTIES = ("script.simkl.exclude", "script.trakt.exclude")
_MARKUP = re.compile(r"\[(?:CR|/?(?:B|I|LIGHT|UPPERCASE|LOWERCASE|CAPITALIZE|TABS|COLOR(?: [^\]]*)?))\]")


class WindowProperties:
    """What playing add-ons set on the home window: about the next item only, but nobody takes it away again.

    So we do once nothing plays, and also for what was opened and never began; and what is still there, unchanged, when
    something else begins was not meant for it. The next episode of the same show from the same add-on may well have the
    same ids: the show's. A film has them only if it is the same film again.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, str, Snapshot]] = {}
        self._at_opening: dict[str, str] = {}

    def read(self, name: str, source: str, snapshot: Snapshot) -> str:
        """Return a property that is about what this add-on or file plays, an empty text if there is none."""
        self._at_opening.pop(name, None)
        value = xbmcgui.Window(HOME_WINDOW).getProperty(name)
        seen, about, before = self._seen.get(name, ("", "", snapshot))
        if value and value == seen and (about != source or not _may_share_ids(before, snapshot)):
            return ""
        self._seen[name] = (value, source, snapshot)
        return value

    def opening(self) -> None:
        """Keep what stands there now, while something is being opened: it is about that, or about what was before."""
        home = xbmcgui.Window(HOME_WINDOW)
        self._at_opening = {name: home.getProperty(name) for name in (*ID_PROPERTIES, *EXCLUDE_PROPERTIES)}

    def never_began(self) -> None:
        """Take away what was about the item that was being opened: it is over before it began."""
        home = xbmcgui.Window(HOME_WINDOW)
        for name, value in self._at_opening.items():
            if value and home.getProperty(name) == value:
                home.clearProperty(name)
        self._at_opening = {}

    def forget(self) -> None:
        """Take away what was about the item that is over; what has come since is about the next one."""
        home = xbmcgui.Window(HOME_WINDOW)
        for name, (value, _, _) in self._seen.items():
            if home.getProperty(name) == value:
                home.clearProperty(name)
        self._seen.clear()


def playing_item(snapshot: Snapshot, given: WindowProperties) -> MediaInfo:
    """Return what is known of what plays. Some milliseconds of Kodi's JSON-RPC; not for a callback."""
    known = library_item(snapshot.media, snapshot.library_id)
    asked = ["customproperties", "mediapath", "art", "trailer", "uniqueid", "originaltitle"]
    found = rpc.call("Player.GetItem", playerid=1, properties=asked)
    if not found:  # an older Kodi refuses all of it for one property that it does not know
        found = rpc.call("Player.GetItem", playerid=1, properties=["art"])
    item = found.get("item", {})
    own: dict[str, Any] = item.get("customproperties") or {}
    address = snapshot.address if snapshot.address.startswith("plugin://") else str(item.get("mediapath") or "")
    addon = urlsplit(address).netloc if address.startswith("plugin://") else ""
    told = {name: own.get(name) or "" for name in (*ID_PROPERTIES, *EXCLUDE_PROPERTIES)}
    window = {name: given.read(name, addon or snapshot.file, snapshot) for name in told}
    if addon or known is None:  # of what is simply played from the library nobody else knows better
        told = {name: told[name] or window[name] for name in told}
    facts = known or _of_tag(snapshot, item)
    return replace(
        facts,
        file=snapshot.file,
        address=facts.file or snapshot.address,
        media=MEDIA_CHANNEL if item.get("type") == MEDIA_CHANNEL else facts.media,
        given=tuple(told[name] for name in ID_PROPERTIES if told[name]),
        excluded=any(told[name] for name in EXCLUDE_PROPERTIES),
        addon=addon,
        total=snapshot.total,
        is_trailer=_is_trailer(snapshot, item, own),
    )


def _is_trailer(snapshot: Snapshot, item: dict[str, Any], own: dict[str, Any]) -> bool:
    """Return whether the item says so itself, or is what another item names as its trailer."""
    if str(own.get("istrailer") or own.get("IsTrailer") or "").strip().lower() in ("true", "1", "yes"):
        return True
    trailer = str(item.get("trailer") or "")
    if trailer and trailer in (snapshot.file, snapshot.address):
        return True
    word = xbmc.getLocalizedString(TRAILER_TEXT)  # Kodi writes it behind the film's title when it plays its trailer
    return bool(word) and _plain(snapshot.title).endswith(f" ({word})")


def _may_share_ids(before: Snapshot, now: Snapshot) -> bool:
    """Return whether ids that were left as they were may be about both: one film twice, or episodes of one show."""
    is_film = now.episode < 0 or (now.media != MEDIA_EPISODE and now.episode == 0)
    if is_film != (before.episode < 0 or (before.media != MEDIA_EPISODE and before.episode == 0)):
        return False
    if is_film:
        is_same = (_plain(before.title), before.year) == (_plain(now.title), now.year)
        return is_same and (bool(now.title) or before.file == now.file)
    names = {_plain(before.show_title).casefold(), _plain(now.show_title).casefold()} - {""}
    return len(names) < 2


def _of_tag(snapshot: Snapshot, item: dict[str, Any]) -> MediaInfo:
    """Return what an add-on's item or a mere file says. The ids of an episode may be anybody's there: left aside."""
    is_episode = snapshot.media == MEDIA_EPISODE or snapshot.episode > 0
    is_episode = is_episode or (snapshot.episode == 0 and (snapshot.season > 0 or bool(snapshot.show_title)))
    is_episode = is_episode and snapshot.episode >= 0
    ids = {**{str(name): str(value) for name, value in (item.get("uniqueid") or {}).items()}, **snapshot.ids}
    return MediaInfo(
        media=snapshot.media,
        title=_plain(snapshot.title),
        year=snapshot.year if not is_episode and snapshot.year > 0 else 0,
        ids={} if is_episode else ids,
        original_title="" if is_episode else _plain(str(item.get("originaltitle") or "")),
        show_title=_plain(snapshot.show_title),
        show_ids=snapshot.show_ids,
        season=snapshot.season if snapshot.season >= 0 else None,
        episode=snapshot.episode if is_episode else None,
        art=artwork(item),
    )


def _plain(title: str) -> str:
    """Return a title without the marks by which add-ons have Kodi draw it bold or in colours."""
    return " ".join(_MARKUP.sub(lambda mark: " " if mark.group() == "[CR]" else "", title).split())
