"""What is it that plays? From what a player knows to what Simkl takes.

In this order: ids that the playing add-on has set for us, the library, ids and labels of the list item, title with
year, or show with season and episode; and when none of these is enough, the name of the file, for Simkl to recognise.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any, Mapping, Sequence

from lib.simkl.api import media
from lib.simkl.api.media import ANIME, ANIME_ID_NAMES, EPISODE_ID_NAMES, MOVIE, SHOW, Item
from lib.tracking.exclusions import exclusion_reason
from lib.tracking.extras import share_of_file
from lib.tracking.file_names import is_release_name, parse_name, split_year
from lib.tracking.media_info import DISC_SCHEMES, MEDIA_EPISODE, EpisodeInfo, MediaInfo, outer_schemes
from lib.tracking.media_info import MEDIA_MOVIE as MOVIE_MEDIA
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.search_names import search_names

NO_SEASONS = (None, -1, 0)


@dataclass(frozen=True)
class Identity:
    """What plays. `items` are its episodes or the one film; empty when only Simkl can tell, from the name in `file`.

    `place` tells files of one name in different folders apart. `files` are the names of its episodes where a file whose
    name only is known holds several. `share` is which part of its film the file holds, from 0 to 1. `chosen` is the
    episode of a disc that was selected, counted from 0: a title of a disc may be that one alone.
    """

    items: tuple[Item, ...]
    file: str = ""
    place: str = ""
    ref: str = ""
    art: str = ""
    files: tuple[str, ...] = ()
    share: tuple[float, float] = (0.0, 1.0)
    chosen: int | None = None

    @property
    def parts(self) -> int:
        """How many episodes there are in the file."""
        return max(1, len(self.items), len(self.files))

    def name_of_part(self, part: int) -> str:
        """Return the name to ask Simkl about for one part, counted from 0."""
        return self.files[part] if self.files else self.file


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
    names = search_names(facts)
    file = names[0] if names else ""
    if not items and not file:
        return Ignored("neither ids nor a title nor the name of a file")
    kind = kind_for_person(items[0], facts.genres) if items else ""
    if kind and not is_wanted(kind, preferences):
        return Ignored(f"of a kind that is not tracked: {kind}")
    if not items and not (preferences.movies or preferences.shows or preferences.anime):
        return Ignored("of a kind that is not tracked")
    place = hashlib.sha256(facts.path.encode("utf-8")).hexdigest()[:12]
    files = names if not items and len(names) > 1 else ()
    whole = len(items) > 1 or files or outer_schemes(facts.file)
    share = (0.0, 1.0) if whole else share_of_file(facts.path, facts.title, facts.total)
    return Identity(items, file, place, facts.ref, facts.art, files, share, _chosen(facts) if len(items) > 1 else None)


def _chosen(facts: MediaInfo) -> int | None:
    """Return which of the episodes on a disc was selected; None for a file that is none of a disc."""
    name = facts.path.rpartition("/")[2].lower()
    is_disc = outer_schemes(facts.file).intersection(DISC_SCHEMES) or name.endswith((".iso", ".img", ".ifo", ".bdmv"))
    if not is_disc:
        return None
    selected = (facts.season, facts.episode)
    places = [place for place, each in enumerate(facts.episodes) if (each.season, each.episode) == selected]
    return places[0] if places else 0


def is_wanted(kind: str, preferences: TrackingPreferences) -> bool:
    """Return whether films, shows or anime are tracked."""
    return {MOVIE: preferences.movies, SHOW: preferences.shows, ANIME: preferences.anime}[kind]


def items_from_info(facts: MediaInfo) -> tuple[Item, ...]:
    """Return the film, or the episodes, as far as ids, titles and numbers tell; nothing if they are not enough."""
    facts = _tidied(facts)
    given = _given(facts)
    if _is_episode(facts, given):
        return _episodes(facts, given)
    ids = media.clean_ids({**media.ids_by_simkl_name(facts.ids), **given})
    numbered = any(number is not None and number >= 0 for number in (facts.season, facts.episode))
    is_film = facts.media == MOVIE_MEDIA or (bool(ids) and not numbered and not facts.show_title)
    title, year = facts.title, facts.year
    if is_release_name(title):  # the label of an add-on, or the name of a file as a media server gives it
        parsed = parse_name(title)
        title, year = (parsed.title, year or parsed.year) if ids else ("", 0)
    if not is_film or not (ids or (title and not _is_file_name(title))):
        return ()
    return (Item(MOVIE, title, year, ids, original_title=_original(facts, title, ids)),)


def _tidied(facts: MediaInfo) -> MediaInfo:
    """Return what is told with titles and years apart, and without years and numbers that are none."""
    title, year = _title_and_year(facts.title, 0 if _is_upnp(facts) else facts.year)
    show_title, show_year = _title_and_year(facts.show_title, facts.show_year)
    tidied = replace(facts, title=title, year=year, show_title=show_title, show_year=show_year)
    if facts.media != MEDIA_EPISODE and facts.season in NO_SEASONS and facts.episode in (-1, 0):
        return replace(tidied, season=None, episode=None)  # a film, of which an add-on says season 0, episode 0
    return tidied


def _title_and_year(title: str, year: int) -> tuple[str, int]:
    """Take the year off the end of a title, unless another year is known: then it may belong to the title."""
    year = media.clean_year(year)
    bare, told = split_year(title)
    return (bare, told) if told and (not year or abs(year - told) <= 1) else (title, year)


def _is_upnp(facts: MediaInfo) -> bool:
    """Return whether a media server tells it by UPnP: what stands for a year there is the date of the file."""
    return any(each.lower().startswith("upnp://") for each in (facts.file, facts.address))


def _original(facts: MediaInfo, title: str, ids: media.Ids) -> str:
    """Return the title to try where Simkl does not know the other one and there is no id."""
    original, _ = split_year(facts.original_title)
    return "" if ids or original.casefold() == title.casefold() else original


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
    told = media.clean_ids(media.ids_by_simkl_name(episode.ids), EPISODE_ID_NAMES)
    own = tuple(each for each in told if each not in ids)  # some scrapers give each episode the ids of its show
    year, original = facts.show_year, _original(facts, facts.show_title, ids)
    if names and names <= set(ANIME_ID_NAMES) and episode.season == 1:
        return Item(ANIME, facts.show_title, year, ids, None, episode.episode, own, original)
    return Item(SHOW, facts.show_title, year, ids, episode.season, episode.episode, own, original)


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
