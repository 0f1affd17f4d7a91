"""Kodi's context menu on an item of the library: mark it on Simkl, take the mark away, remove it there, rate it.

The list item itself tells its kind and the library's number; all else is asked of the library, since an item of a list
has one id at most, and an episode's or a season's has no year.
"""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import replace
from typing import Callable, Iterable
from urllib.parse import parse_qs, urlsplit

import xbmcgui
from xbmcgui import ListItem

from lib.kodi import rpc, strings
from lib.kodi.addon import Addon
from lib.kodi.library import items
from lib.kodi.profile import queue_access as queues
from lib.kodi.rating import prompt
from lib.kodi.tracking.notifier import common_title
from lib.tracking.identify import items_from_info
from lib.tracking.library_marks import removals_by_person
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE, MediaInfo
from lib.tracking.play import UNWATCHED, WATCHED, Play
from lib.tracking.store.database import QueueError

log = logging.getLogger(__name__)

MEDIA_SHOW, MEDIA_SEASON = "tvshow", "season"


def mark_selected(addon: Addon) -> None:
    """Queue watched marks for what stands under the context menu: a film, an episode, a season or a show."""

    def marks() -> list[Play]:
        return _plays(WATCHED, _selected(sys.listitem), addon.clock.wall())  # type: ignore[attr-defined]

    _queue_selected(addon, marks, strings.WILL_BE_MARKED, strings.WILL_BE_MARKED_MANY)


def unmark_selected(addon: Addon) -> None:
    """Queue that episodes lose their watched mark: one, those of a season, or of a show."""

    def unmarks() -> list[Play]:
        return _plays(UNWATCHED, _selected(sys.listitem), addon.clock.wall())  # type: ignore[attr-defined]

    _queue_selected(addon, unmarks, strings.WILL_BE_UNMARKED, strings.WILL_BE_UNMARKED_MANY)


def remove_selected(addon: Addon) -> None:
    """Queue that a film or a whole show leaves the person's Simkl library, after a question: its rating goes too."""
    known = _title(sys.listitem) if queues.current_owner(addon) else None  # type: ignore[attr-defined]
    removals = removals_by_person([known] if known is not None else [], True, addon.clock.wall())
    means = addon.text(strings.REMOVE_MEANS)
    if removals and not xbmcgui.Dialog().yesno(addon.text(strings.REMOVE_TITLE, title=removals[0].label), means):
        return
    _queue_selected(addon, lambda: removals, strings.WILL_BE_REMOVED, strings.WILL_BE_REMOVED)


def _plays(action: str, found: Iterable[MediaInfo], now: float) -> list[Play]:
    return [
        Play(action, item, now, title=known.title, ref=known.ref, art=known.art)
        for known in found
        for item in items_from_info(known)
    ]


def _queue_selected(addon: Addon, found: Callable[[], list[Play]], one: int, many: int) -> None:
    """Queue what was chosen, and say of what: its name, or how many of which show."""
    owner = queues.current_owner(addon)
    if not owner:
        addon.toast(addon.text(strings.NOT_LINKED))
        return
    plays = found()
    if not plays:
        addon.toast(addon.text(strings.TOO_LITTLE_KNOWN))
        return
    try:
        queues.enqueue_plays(addon, owner, plays)
    except QueueError as error:
        log.error("%s", error)
        addon.toast(addon.short_error_text(error))
        return
    if len(plays) == 1:
        addon.toast(plays[0].label, picture=plays[0].art, heading=addon.text(one))
    else:
        heading = addon.text(many, count=str(len(plays)))
        addon.toast(common_title(plays), picture=plays[0].art, heading=heading)


def rate_selected(addon: Addon) -> None:
    """Ask for a rating of what stands under the context menu: a film, or the show that it is or belongs to."""
    if not queues.current_owner(addon):
        addon.toast(addon.text(strings.NOT_LINKED))
        return
    known = _title(sys.listitem)  # type: ignore[attr-defined]
    items = items_from_info(known) if known is not None else ()
    if known is None or not items:
        addon.toast(addon.text(strings.TOO_LITTLE_KNOWN))
        return
    prompt.prompt_rating(addon, items[0], known.art)


def _selected(listitem: ListItem) -> list[MediaInfo]:
    """Return the films and episodes that are meant, each by itself even if a file holds several."""
    media, library_id = _library_name(listitem)
    if media in (MEDIA_MOVIE, MEDIA_EPISODE):
        known = items.library_item(media, library_id)
        return [] if known is None else [known.alone()]
    show_id, season = _show_of(listitem)
    return items.library_episodes(show_id, season) if show_id > 0 else []


def _title(listitem: ListItem) -> MediaInfo | None:
    """Return the film, or the show as an episode of it."""
    media, library_id = _library_name(listitem)
    if media in (MEDIA_MOVIE, MEDIA_EPISODE):
        return items.library_item(media, library_id)
    show_id, _ = _show_of(listitem)
    return replace(items.library_show(show_id), season=1, episode=1)


def _library_name(listitem: ListItem) -> tuple[str, int]:
    tag = listitem.getVideoInfoTag()
    return tag.getMediaType(), tag.getDbId()


def _show_of(listitem: ListItem) -> tuple[int, int | None]:
    """Return the library's number of the show, 0 if there is none, and the season, None for all of them."""
    media, library_id = _library_name(listitem)
    if media == MEDIA_SHOW:
        return library_id, None
    if media != MEDIA_SEASON:
        return 0, None
    if listitem.getVideoInfoTag().getSeason() < 0:  # "* All seasons" bears the number of one of them
        told = parse_qs(urlsplit(listitem.getPath()).query).get("tvshowid", ["0"])[0]
        return (int(told) if re.fullmatch("[0-9]{1,9}", told) else 0), None
    params = {"seasonid": library_id, "properties": ["season", "tvshowid"]}
    found = rpc.call("VideoLibrary.GetSeasonDetails", **params).get("seasondetails") or {}
    return found.get("tvshowid", 0), found.get("season")
