"""What is it that plays? From what a player knows to what Simkl takes.

In this order: ids that the playing add-on has set for us, the library, ids and labels of the list item, title with
year, or show with season and episode; and when none of these is enough, the file's name, for Simkl to recognise.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from lib.simkl.api import media
from lib.simkl.api.media import ANIME, ANIME_ID_NAMES, EPISODE_ID_NAMES, MOVIE, SHOW, Item
from lib.tracking.exclusions import exclusion_reason
from lib.tracking.media_info import MEDIA_EPISODE, EpisodeInfo, MediaInfo
from lib.tracking.media_info import MEDIA_MOVIE as MOVIE_MEDIA
from lib.tracking.preferences import TrackingPreferences

_VIDEO = re.compile(r"\.(?!m3u8?$|mpd$|isml?$|php\d?$|html?$|aspx?$|jsp$|cgi$)[a-z0-9]{2,5}$", re.IGNORECASE)
_DISC_FILES = ("index.bdmv", "movieobject.bdmv", "video_ts.ifo")
_DISC_FOLDERS = ("bdmv", "video_ts", "backup", "")


@dataclass(frozen=True)
class Identity:
    """What plays. `items` are its episodes or the one film; empty when only Simkl can tell, from the name in `file`.

    `place` tells files of one name in different folders apart.
    """

    items: tuple[Item, ...]
    file: str = ""
    place: str = ""
    ref: str = ""
    art: str = ""

    @property
    def parts(self) -> int:
        """How many episodes there are in the file."""
        return max(1, len(self.items))


@dataclass(frozen=True)
class Ignored:
    """It is not tracked; `reason` is for the log."""

    reason: str


def identify(facts: MediaInfo, preferences: TrackingPreferences) -> Identity | Ignored:
    """Return what plays, or why it is not tracked. The shortest length is not judged here."""
    reason = exclusion_reason(facts, preferences)
    if reason:
        return Ignored(reason)
    items = items_from_info(facts)
    file = searchable_file_name(facts)
    if not items and not file:
        return Ignored("neither ids nor a title nor the name of a file")
    kind = kind_for_person(items[0], facts.genres) if items else ""
    if kind and not is_wanted(kind, preferences):
        return Ignored(f"of a kind that is not tracked: {kind}")
    if not items and not (preferences.movies or preferences.shows or preferences.anime):
        return Ignored("of a kind that is not tracked")
    place = hashlib.sha256(facts.path.encode("utf-8")).hexdigest()[:12]
    return Identity(items, file, place, facts.ref, facts.art)


def is_wanted(kind: str, preferences: TrackingPreferences) -> bool:
    """Return whether films, shows or anime are tracked."""
    return {MOVIE: preferences.movies, SHOW: preferences.shows, ANIME: preferences.anime}[kind]


def items_from_info(facts: MediaInfo) -> tuple[Item, ...]:
    """Return the film, or the episodes, as far as ids, titles and numbers tell; nothing if they are not enough."""
    given = _given(facts)
    if _is_episode(facts, given):
        return _episodes(facts, given)
    ids = media.clean_ids({**media.ids_by_simkl_name(facts.ids), **given})
    numbered = any(number is not None and number >= 0 for number in (facts.season, facts.episode))
    is_film = facts.media == MOVIE_MEDIA or (bool(ids) and not numbered)
    if not is_film or not (ids or (facts.title and not _is_file_name(facts.title))):
        return ()
    return (Item(MOVIE, facts.title, facts.year, ids),)


def searchable_file_name(facts: MediaInfo) -> str:
    """Return the name of a video file, as Simkl wants it to recognise; empty where an address hides the name."""
    *folders, name = facts.path.split("/")
    if name.lower() in _DISC_FILES:  # each disc has them; the folder above tells which it is
        return next((each for each in reversed(folders) if each.lower() not in _DISC_FOLDERS), "")
    return name if facts.scheme != "plugin" and _VIDEO.search(name) else ""


def _is_episode(facts: MediaInfo, given: Mapping[str, Any]) -> bool:
    """Return whether it is an episode; an add-on does not always say so, its number gives it away."""
    if facts.media == MEDIA_EPISODE:
        return True
    named = facts.show_title or (facts.media != MOVIE_MEDIA and (given or facts.show_ids))
    return bool(named) and facts.episode is not None and facts.episode >= 0


def _episodes(facts: MediaInfo, given: Mapping[str, Any]) -> tuple[Item, ...]:
    episodes = facts.episodes
    if not episodes and facts.episode is not None and facts.episode >= 0:
        if facts.season is None or facts.season < 0:
            episodes = (EpisodeInfo(1, facts.episode),)
        else:
            episodes = (EpisodeInfo(facts.season, facts.episode, facts.ids),)
    ids = media.clean_ids({**media.ids_by_simkl_name(facts.show_ids), **given})
    if not episodes or not (ids or facts.show_title):
        return ()
    return tuple(_episode(facts, ids, each) for each in episodes)


def _episode(facts: MediaInfo, ids: media.Ids, episode: EpisodeInfo) -> Item:
    """Return one episode. Only a show that is known by nothing but ids of anime sites is numbered as they number."""
    names = {name for name, _ in ids}
    own = media.clean_ids(media.ids_by_simkl_name(episode.ids), EPISODE_ID_NAMES)
    year = facts.show_year
    if names and names <= set(ANIME_ID_NAMES) and episode.season == 1:
        return Item(ANIME, facts.show_title, year, ids, None, episode.episode, own)
    return Item(SHOW, facts.show_title, year, ids, episode.season, episode.episode, own)


def _given(facts: MediaInfo) -> dict[str, Any]:
    """Return the ids that the playing add-on has set; what is no JSON object is left aside."""
    found: dict[str, Any] = {}
    for text in reversed(facts.given):
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            found.update(media.clean_ids(media.ids_by_simkl_name(told)))
    return found


def kind_for_person(item: Item, genres: Sequence[str] = ()) -> str:
    """Return what it is for a person. Anime is often sent as a show or a film, but its ids or its genre tell."""
    by_ids = any(name in ANIME_ID_NAMES for name, _ in item.ids)
    by_genre = any(genre.strip().lower() == "anime" for genre in genres)
    return ANIME if by_ids or by_genre else item.kind


def _is_file_name(title: str) -> bool:
    return bool(re.search(r"\.(?:mkv|mp4|avi|m4v|mov|wmv|ts|m2ts|webm|mpe?g|iso|strm)$", title, re.IGNORECASE))
