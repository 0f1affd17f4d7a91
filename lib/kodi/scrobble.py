"""For players that Kodi does not see: another add-on tells what it plays, and it counts as if Kodi had played it.

    RunScript(plugin.video.simkl,scrobble,<start|pause|stop|watched>,<name>=<value>,...)

    RunScript(plugin.video.simkl,scrobble,start,type=movie,"title=Salt, and Velvet",year=1998,imdb=tt9900003,progress=0)
    RunScript(plugin.video.simkl,scrobble,pause,type=episode,tmdb=991002,season=1,episode=3,progress=41.5)
    RunScript(plugin.video.simkl,scrobble,stop,type=anime,mal=99001,episode=7,progress=96)
    RunScript(plugin.video.simkl,scrobble,watched,type=episode,title=Harbour Lights Inc,year=2018,season=0,episode=1)

type         movie, episode or anime (an episode as anime sites number them, so that it needs no season)
title, year  of the film or the show; a title, or one id at least
season       of an episode; 0 for specials
episode      of an episode or an anime
progress     0 to 100, for start (there 0 if it is left out), pause and stop; from the person's mark on a stop counts
imdb=, tmdb=, tvdb=, simkl=, mal=, ...
             any ids by Simkl's names, all that are known; for an episode or an anime they are the show's

A value with a comma stands in quotes, as Kodi wants it. What is wrong is said in Kodi's log and nothing is sent. Nor is
anything sent of a kind that the person does not track, or of what Kodi itself plays and tracks just now, as far as ids
and titles tell; the first seconds of a playback are not known yet. What counts as watched is not sent again within a
day if title, year, numbers and ids are the same. Nothing is ever shown.
"""

from __future__ import annotations

import logging
import re
import time

from lib.kodi import queue as queues
from lib.kodi.addon import Addon
from lib.kodi.wishes import wishes
from lib.simkl.api.media import ANIME, ANIME_ID_NAMES, ID_NAMES, MOVIE, SHOW, Item, clean_ids
from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.identify import is_wanted
from lib.tracking.play import WATCHED, Play
from lib.tracking.store.database import QueueError

log = logging.getLogger(__name__)

ACTIONS = (START, PAUSE, STOP, WATCHED)
KINDS = {"movie": MOVIE, "episode": SHOW, "anime": ANIME}
NAMES = ("type", "title", "year", "season", "episode", "progress", *ID_NAMES)
YEARS = range(1870, 2201)
_WHOLE = re.compile(r"[0-9]{1,6}")
_DECIMAL = re.compile(r"[0-9]{1,3}(?:\.[0-9]*)?")


def scrobble(addon: Addon, *words: str) -> None:
    """Queue what another add-on tells; log why not."""
    log.debug("told: %s", ", ".join(words) or "nothing")
    wanted = wishes()
    try:
        play, item = read(words, wanted.mark)
    except ValueError as error:
        log.warning("%s", error)
        return
    owner = queues.owner(addon)
    if not owner:
        log.warning("not linked to Simkl; %s is not sent", play.action)
        return
    if not is_wanted(_kind(item), wanted):
        log.info("of a kind that is not tracked: %s; %s is not sent", _kind(item), play.action)
        return
    try:
        with queues.opened(addon) as queue:
            own = queue.now_playing(owner)
            if own is not None and own.item is not None and is_same(item, own.item):
                log.info("Kodi itself plays it; %s is left to it", play.action)
                return
            if play.counts and queue.was_marked(owner, play.key, now=play.at):
                log.info("marked watched within a day already; %s is not sent", play.action)
                return
            queue.add(owner, [play])
    except QueueError as error:
        log.error("%s", error)
        return
    log.info("%s is queued", play.action)
    queues.wake_service(addon)


def read(words: tuple[str, ...], mark: int) -> tuple[Play, Item]:
    """Return what is told, and of what. Raises ValueError with what is wrong, without a title."""
    action, *rest = words or ("",)
    if action not in ACTIONS:
        raise ValueError(f"the first word is one of {', '.join(ACTIONS)}")
    values = _values(rest)
    item = _item(values)
    progress = 100.0 if action == WATCHED else _progress(values, action)
    return Play(action, item, time.time(), progress, mark, title=item.title), item


def is_same(one: Item, other: Item) -> bool:
    """Return whether both are the same film or episode, as far as their ids or titles tell."""
    if (one.kind == MOVIE) != (other.kind == MOVIE) or one.episode != other.episode:
        return False
    if None not in (one.season, other.season) and one.season != other.season:
        return False
    return bool(set(one.ids) & set(other.ids)) or one.title.casefold() == other.title.casefold() != ""


def _kind(item: Item) -> str:
    """Return what it is for a person: anime is often told as a show or a film, but its ids tell."""
    return ANIME if any(name in ANIME_ID_NAMES for name, _ in item.ids) else item.kind


def _values(words: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for place, word in enumerate(words, 2):
        name, is_one, value = (part.strip() for part in word.partition("="))
        if not is_one or name not in NAMES:
            raise ValueError(f"word {place} is no name=value of these names: {', '.join(NAMES)}")
        if name in values:
            raise ValueError(f"{name} is told twice")
        if value:
            values[name] = value
    return values


def _item(values: dict[str, str]) -> Item:
    kind = KINDS.get(values.get("type", ""))
    if kind is None:
        raise ValueError(f"type is one of {', '.join(KINDS)}")
    season, episode = _number(values, "season"), _number(values, "episode")
    if kind == MOVIE and (season is not None or episode is not None):
        raise ValueError("a movie has neither season nor episode")
    if kind != MOVIE and episode is None:
        raise ValueError(f"type={values['type']} needs episode")
    if kind == SHOW and season is None:
        raise ValueError("type=episode needs season")
    year = _number(values, "year") or 0
    if year and year not in YEARS:
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
