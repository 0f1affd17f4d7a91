"""The words of a scrobble that a script tells, for players that nobody else sees.

    RunScript(plugin.video.simkl,scrobble,<start|pause|stop|watched>,<name>=<value>,...)

    RunScript(plugin.video.simkl,scrobble,start,type=movie,"title=Salt, and Velvet",year=1998,imdb=tt9900003,progress=0)
    RunScript(plugin.video.simkl,scrobble,pause,type=episode,tmdb=991002,season=1,episode=3,progress=41.5)
    RunScript(plugin.video.simkl,scrobble,stop,type=anime,mal=99001,episode=7,progress=96)
    RunScript(plugin.video.simkl,scrobble,watched,type=episode,title=Harbour Lights Inc,year=2018,season=0,episode=1)

type         movie, episode or anime (an episode as anime sites number them, so that it needs no season)
title, year  of the film or the show; a title, or one id at least
season       of an episode; 0 for specials
episode      of an episode or an anime
progress     0 to 100, for start (there 0 if it is left out), pause and stop; a stop counts from the threshold on
imdb=, tmdb=, tvdb=, simkl=, mal=, ...
             any ids by Simkl's names, all that are known; for an episode or an anime they are the show's.
             One that cannot be an id of its site is left out, with a line in the log

A value with a comma stands in quotes, as Kodi wants it.
"""

from __future__ import annotations

import re

from lib.simkl.api.media import ANIME, ID_NAMES, MOVIE, SHOW, VALID_YEARS, Item, clean_ids
from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.play import WATCHED, Play

SCRIPT_ACTIONS = (START, PAUSE, STOP, WATCHED)
SCRIPT_TYPES = {"movie": MOVIE, "episode": SHOW, "anime": ANIME}
SCRIPT_KEYS = ("type", "title", "year", "season", "episode", "progress", *ID_NAMES)
_WHOLE = re.compile(r"[0-9]{1,6}")
_DECIMAL = re.compile(r"[0-9]{1,3}(?:\.[0-9]*)?")


def parse_scrobble_arguments(words: tuple[str, ...], threshold: int, now: float) -> tuple[Play, Item]:
    """Return what is told, and of what. Raises ValueError with what is wrong, without a title."""
    action, *rest = words or ("",)
    if action not in SCRIPT_ACTIONS:
        raise ValueError(f"the first word is one of {', '.join(SCRIPT_ACTIONS)}")
    values = _values(rest)
    item = _item(values)
    progress = 100.0 if action == WATCHED else _progress(values, action)
    return Play(action, item, now, progress, threshold, title=item.title), item


def is_same_item(one: Item, other: Item) -> bool:
    """Return whether both are the same film or episode, as far as their ids or titles tell."""
    if (one.kind == MOVIE) != (other.kind == MOVIE) or one.episode != other.episode:
        return False
    if None not in (one.season, other.season) and one.season != other.season:
        return False
    return bool(set(one.ids) & set(other.ids)) or one.title.casefold() == other.title.casefold() != ""


def _values(words: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for place, word in enumerate(words, 2):
        name, is_one, value = (part.strip() for part in word.partition("="))
        if not is_one or name not in SCRIPT_KEYS:
            raise ValueError(f"word {place} is no name=value of these names: {', '.join(SCRIPT_KEYS)}")
        if name in values:
            raise ValueError(f"{name} is told twice")
        if value:
            values[name] = value
    return values


def _item(values: dict[str, str]) -> Item:
    kind = SCRIPT_TYPES.get(values.get("type", ""))
    if kind is None:
        raise ValueError(f"type is one of {', '.join(SCRIPT_TYPES)}")
    season, episode = _number(values, "season"), _number(values, "episode")
    if kind == MOVIE and (season is not None or episode is not None):
        raise ValueError("a movie has neither season nor episode")
    if kind != MOVIE and episode is None:
        raise ValueError(f"type={values['type']} needs episode")
    if kind == SHOW and season is None:
        raise ValueError("type=episode needs season")
    year = _number(values, "year") or 0
    if year and year not in VALID_YEARS:
        raise ValueError(f"year={year} is none")
    found = clean_ids(values)
    if not found and "title" not in values:
        raise ValueError("a title or an id is needed")
    return Item(kind, values.get("title", ""), year, found, season, episode)


def _progress(values: dict[str, str], action: str) -> float:
    text = values.get("progress", "0" if action == START else "")
    if not _DECIMAL.fullmatch(text) or float(text) > 100:
        raise ValueError(f"{action} needs progress, 0 to 100")
    return float(text)


def _number(values: dict[str, str], name: str) -> int | None:
    text = values.get(name)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{name} is no whole number")
    return int(text)
