"""What Kodi knows of an item in its library, in the terms of `lib.tracking`.

An episode's own year and ids are not the show's: those are asked for apart. Kodi tells the show's by its number only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lib.kodi import rpc
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE, EpisodeInfo, MediaInfo

_SHARED = ["title", "originaltitle", "year", "uniqueid", "genre", "art"]
_NO_DATE = "1970-01-01"
_OF_THE_SKIN = ("Default", "image://Default")
_EPISODES = ["title", "uniqueid", "file", "season", "episode"]


def library_item(media: str, library_id: int) -> MediaInfo | None:
    """Return what the library knows of a film or an episode, None if it is in no library."""
    if library_id <= 0:
        return None
    if media == MEDIA_MOVIE:
        params = {"movieid": library_id, "properties": [*_SHARED, "file", "lastplayed"]}
        found = rpc.call("VideoLibrary.GetMovieDetails", **params).get("moviedetails")
        return None if not found else _film(library_id, found)
    if media == MEDIA_EPISODE:
        properties = [*_EPISODES, "art", "showtitle", "tvshowid", "lastplayed"]
        params = {"episodeid": library_id, "properties": properties}
        found = rpc.call("VideoLibrary.GetEpisodeDetails", **params).get("episodedetails")
        return None if not found else _episode(found)
    return None


def library_episodes(show_id: int, season: int | None = None) -> list[MediaInfo]:
    """Return what the library knows of a show's episodes, or of one season's, each by itself, in two calls."""
    params: dict[str, Any] = {"tvshowid": show_id, "properties": _EPISODES}
    if season is not None:
        params["season"] = season
    show = library_show(show_id)
    found = rpc.call("VideoLibrary.GetEpisodes", **params).get("episodes") or []
    return [replace(show, **_numbers(each)) for each in found]


def is_last_of_season(ref: str) -> bool:
    """Return whether a library's episode, such as `episode/12`, is the last that the library has of its season."""
    media, _, number = ref.partition("/")
    if media != MEDIA_EPISODE or not number.isdigit():
        return False
    properties = ["file", "season", "episode", "tvshowid"]
    params: dict[str, Any] = {"episodeid": int(number), "properties": properties}
    found = rpc.call("VideoLibrary.GetEpisodeDetails", **params).get("episodedetails")
    if not found or found.get("season", 0) < 1:  # specials have no end
        return False
    params = {"tvshowid": found.get("tvshowid", -1), "season": found["season"], "properties": ["file", "episode"]}
    season = rpc.call("VideoLibrary.GetEpisodes", **params).get("episodes") or []
    in_this_file = [each["episode"] for each in season if each.get("file") == found.get("file")]
    return bool(season) and max(each["episode"] for each in season) in [found["episode"], *in_this_file]


def library_show(show_id: int) -> MediaInfo:
    """Return what the library knows of a show, as what every episode of it has in common."""
    params = {"tvshowid": show_id, "properties": [*_SHARED, "premiered"]}
    found = rpc.call("VideoLibrary.GetTVShowDetails", **params).get("tvshowdetails") or {}
    # A show whose date nobody knows is of 1970 in Kodi 19 to 21; films and episodes are not.
    has_date = found.get("premiered") != _NO_DATE
    return MediaInfo(
        media=MEDIA_EPISODE,
        show_title=found.get("title") or "",
        show_year=(found.get("year") or 0) if has_date else 0,
        show_ids=found.get("uniqueid") or {},
        original_title=found.get("originaltitle") or "",
        genres=tuple(found.get("genre") or ()),
        art=artwork(found),
    )


def _film(library_id: int, found: dict[str, Any]) -> MediaInfo:
    return MediaInfo(
        file=found.get("file") or "",
        media=MEDIA_MOVIE,
        library_id=library_id,
        title=found.get("title") or "",
        year=found.get("year") or 0,
        ids=found.get("uniqueid") or {},
        original_title=found.get("originaltitle") or "",
        genres=tuple(found.get("genre") or ()),
        art=artwork(found),
        last_played=found.get("lastplayed") or "",
    )


def _episode(found: dict[str, Any]) -> MediaInfo:
    show = library_show(found.get("tvshowid", -1))
    return replace(
        show,
        **_numbers(found),
        show_title=show.show_title or found.get("showtitle") or "",
        episodes=_in_one_file(found),
        art=show.art or artwork(found),
        last_played=found.get("lastplayed") or "",
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
        "properties": ["file", "season", "episode", "uniqueid", "runtime"],
    }
    same = [
        EpisodeInfo(each["season"], each["episode"], each.get("uniqueid") or {}, float(each.get("runtime") or 0))
        for each in rpc.call("VideoLibrary.GetEpisodes", **params).get("episodes") or []
        if each.get("file") == found.get("file")
    ]
    return tuple(sorted(same, key=lambda each: each.episode)) if len(same) > 1 else ()


def artwork(found: dict[str, Any]) -> str:
    """Return a picture of its own; without one Kodi names one of its skin's, which no toast and no window finds."""
    art = {name: picture for name, picture in (found.get("art") or {}).items() if not picture.startswith(_OF_THE_SKIN)}
    return next((art[name] for name in ("poster", "tvshow.poster", "thumb", "icon") if art.get(name)), "")
