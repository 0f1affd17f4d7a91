"""What Kodi knows of what plays, and of an item in its library, in the words of `lib.tracking`.

An episode's own year and ids are not the show's: those are asked for apart. Kodi tells the show's by its number only.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import xbmcgui

from lib.kodi import rpc
from lib.kodi.player import Snapshot
from lib.tracking.media_info import MEDIA_CHANNEL, MEDIA_EPISODE, MEDIA_MOVIE, EpisodeInfo, MediaInfo

HOME = 10000
GIVEN_IDS = ("script.simkl.ids", "script.trakt.ids")
EXCLUDE = ("script.simkl.exclude", "script.trakt.exclude")
_SHARED = ["title", "year", "uniqueid", "genre", "art"]
_OF_THE_SKIN = ("Default", "image://Default")
_MARKUP = re.compile(r"\[(?:CR|/?(?:B|I|LIGHT|UPPERCASE|LOWERCASE|CAPITALIZE|TABS|COLOR(?: [^\]]*)?))\]")
_EPISODES = ["title", "uniqueid", "file", "season", "episode"]


class Given:
    """What playing add-ons set on the home window: about the next item only, but nobody takes it away again.

    So we do once nothing plays; and what is still there, unchanged, when the item of another add-on or another file
    begins was not meant for it. The next episode from the same add-on may well have the same ids: the show's.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, str]] = {}

    def read(self, name: str, source: str) -> str:
        """Return a property that is about what this add-on or file plays, an empty text if there is none."""
        value = xbmcgui.Window(HOME).getProperty(name)
        seen, about = self._seen.get(name, ("", ""))
        if value and value == seen and about != source:
            return ""
        self._seen[name] = (value, source)
        return value

    def forget(self) -> None:
        """Take away what was about the item that is over; what has come since is about the next one."""
        home = xbmcgui.Window(HOME)
        for name, (value, _) in self._seen.items():
            if home.getProperty(name) == value:
                home.clearProperty(name)
        self._seen.clear()


def of_playing(snapshot: Snapshot, given: Given) -> MediaInfo:
    """Return what is known of what plays. Some milliseconds of Kodi's JSON-RPC; not for a callback."""
    known = of_library(snapshot.media, snapshot.library_id)
    asked = ["customproperties", "mediapath", "art"]
    found = rpc.call("Player.GetItem", playerid=1, properties=asked)
    if not found:  # an older Kodi refuses all of it for one property that it does not know
        found = rpc.call("Player.GetItem", playerid=1, properties=["art"])
    item = found.get("item", {})
    own: dict[str, Any] = item.get("customproperties") or {}
    address = snapshot.address if snapshot.address.startswith("plugin://") else str(item.get("mediapath") or "")
    addon = urlsplit(address).netloc if address.startswith("plugin://") else ""
    told = {name: own.get(name) or "" for name in (*GIVEN_IDS, *EXCLUDE)}
    window = {name: given.read(name, addon or snapshot.file) for name in told}
    if addon or known is None:  # of what is simply played from the library nobody else knows better
        told = {name: told[name] or window[name] for name in told}
    facts = known or _of_tag(snapshot, _art(item))
    return _with(
        facts,
        file=snapshot.file,
        address=facts.file or snapshot.address,
        media=MEDIA_CHANNEL if item.get("type") == MEDIA_CHANNEL else facts.media,
        given=tuple(told[name] for name in GIVEN_IDS if told[name]),
        excluded=any(told[name] for name in EXCLUDE),
        addon=addon,
        total=snapshot.total,
    )


def of_library(media: str, library_id: int) -> MediaInfo | None:
    """Return what the library knows of a film or an episode, None if it is in no library."""
    if library_id <= 0:
        return None
    if media == MEDIA_MOVIE:
        params = {"movieid": library_id, "properties": [*_SHARED, "file"]}
        found = rpc.call("VideoLibrary.GetMovieDetails", **params).get("moviedetails")
        return None if not found else _film(library_id, found)
    if media == MEDIA_EPISODE:
        properties = [*_EPISODES, "art", "showtitle", "tvshowid"]
        params = {"episodeid": library_id, "properties": properties}
        found = rpc.call("VideoLibrary.GetEpisodeDetails", **params).get("episodedetails")
        return None if not found else _episode(found)
    return None


def of_episodes(show_id: int, season: int | None = None) -> list[MediaInfo]:
    """Return what the library knows of a show's episodes, or of one season's, each by itself, in two calls."""
    params: dict[str, Any] = {"tvshowid": show_id, "properties": _EPISODES}
    if season is not None:
        params["season"] = season
    show = of_show(show_id)
    found = rpc.call("VideoLibrary.GetEpisodes", **params).get("episodes") or []
    return [_with(show, **_numbers(each)) for each in found]


def of_show(show_id: int) -> MediaInfo:
    """Return what the library knows of a show, as what every episode of it has in common."""
    found = rpc.call("VideoLibrary.GetTVShowDetails", tvshowid=show_id, properties=_SHARED).get("tvshowdetails") or {}
    return MediaInfo(
        media=MEDIA_EPISODE,
        show_title=found.get("title") or "",
        show_year=found.get("year") or 0,
        show_ids=found.get("uniqueid") or {},
        genres=tuple(found.get("genre") or ()),
        art=_art(found),
    )


def _film(library_id: int, found: dict[str, Any]) -> MediaInfo:
    return MediaInfo(
        file=found.get("file") or "",
        media=MEDIA_MOVIE,
        library_id=library_id,
        title=found.get("title") or "",
        year=found.get("year") or 0,
        ids=found.get("uniqueid") or {},
        genres=tuple(found.get("genre") or ()),
        art=_art(found),
    )


def _episode(found: dict[str, Any]) -> MediaInfo:
    show = of_show(found.get("tvshowid", -1))
    return _with(
        show,
        **_numbers(found),
        show_title=show.show_title or found.get("showtitle") or "",
        episodes=_in_one_file(found),
        art=show.art or _art(found),
    )


def _numbers(found: dict[str, Any]) -> dict[str, Any]:
    """Return what is an episode's own."""
    return {
        "file": found.get("file") or "",
        "library_id": found["episodeid"],
        "title": found.get("title") or "",
        "ids": found.get("uniqueid") or {},
        "season": found.get("season"),
        "episode": found.get("episode"),
    }


def _in_one_file(found: dict[str, Any]) -> tuple[EpisodeInfo, ...]:
    """Return the episodes that share a file; nothing if there is only one."""
    params = {
        "tvshowid": found.get("tvshowid", -1),
        "season": found.get("season", -1),
        "properties": ["file", "season", "episode", "uniqueid"],
    }
    same = [
        EpisodeInfo(each["season"], each["episode"], each.get("uniqueid") or {})
        for each in rpc.call("VideoLibrary.GetEpisodes", **params).get("episodes") or []
        if each.get("file") == found.get("file")
    ]
    return tuple(sorted(same, key=lambda each: each.episode)) if len(same) > 1 else ()


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


def _with(facts: MediaInfo, **changes: Any) -> MediaInfo:
    return MediaInfo(**{**facts.__dict__, **changes})


def _art(found: dict[str, Any]) -> str:
    """Return a picture of its own; without one Kodi names one of its skin's, which no toast and no window finds."""
    art = {name: picture for name, picture in (found.get("art") or {}).items() if not picture.startswith(_OF_THE_SKIN)}
    return next((art[name] for name in ("poster", "tvshow.poster", "thumb", "icon") if art.get(name)), "")
