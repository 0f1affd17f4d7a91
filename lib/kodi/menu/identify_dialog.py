"""What is it? A person tells what Simkl did not recognise: searched at Simkl, chosen from what it finds, remembered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.profile.abortable import background_progress, run_abortable
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.system.errors import LinkError
from lib.tracking.corrections import store_answer
from lib.tracking.file_names import parse_file_name
from lib.tracking.play import Play

if TYPE_CHECKING:
    from lib.simkl.api.search import SearchResult
    from lib.tracking.store.queue import PlayQueue

ANIME_FILM_KIND = "anime film"  # Simkl has it among the anime, and takes it as a film
KIND_TEXTS = {
    MOVIE: strings.FILM,
    SHOW: strings.TV_SHOW,
    ANIME: strings.ANIME_TITLE,
    ANIME_FILM_KIND: strings.ANIME_FILM,
}


def ask_what_it_is(addon: Addon, queue: PlayQueue, owner: str, play: Play) -> bool:
    """Ask what a play is, remember the answer, and put what waited for it back into the line. Raises QueueError.

    Returns whether the person has said what it is.
    """
    try:
        item = _ask(addon, play)
    except LinkError as error:
        xbmcgui.Dialog().ok(addon.text(strings.WHAT_IS_IT), addon.error_text(error))
        return False
    if item is not None:
        store_answer(queue, owner, play, item, addon.clock.wall())
        addon.toast(addon.text(strings.REMEMBERED, title=item.label))
    return item is not None


def _ask(addon: Addon, play: Play) -> Item | None:
    """Return what it is, None if the person does not say. Raises SimklError, SettingsError."""
    dialog = xbmcgui.Dialog()
    title, season, episode = _guess(play)
    kind = play.item.kind if play.item is not None else ""
    is_clear = bool(kind)
    while True:
        title = dialog.input(addon.text(strings.TYPE_NAME), title).strip()
        if not title:
            return None
        if not is_clear:
            kind = _choose_kind(addon, kind or (SHOW if episode is not None else MOVIE))
        if not kind:
            return None
        found = _searched(addon, ANIME if kind == ANIME_FILM_KIND else kind, title)
        if found is None:
            return None
        is_clear = False  # if none of these is it, it may be of another kind
        if not found:
            dialog.ok(addon.text(strings.WHAT_IS_IT), addon.text(strings.NOTHING_FOUND, title=title))
            continue
        other = xbmcgui.ListItem(addon.text(strings.NONE_OF_THESE))
        other.setArt({"icon": addon.picture("menu/retry.png")})
        offered: list[str | xbmcgui.ListItem] = [*map(_line, found), other]
        chosen = dialog.select(addon.text(strings.WHAT_IS_IT), offered, useDetails=True)
        if chosen < 0:
            return None
        if chosen < len(found):
            return _with_numbers(addon, found[chosen].item, kind, season, episode)


def _choose_kind(addon: Addon, likely: str) -> str:
    kinds = list(KIND_TEXTS)
    labels: list[str | xbmcgui.ListItem] = [addon.text(KIND_TEXTS[kind]) for kind in kinds]
    chosen = xbmcgui.Dialog().select(addon.text(strings.WHAT_IS_IT), labels, preselect=kinds.index(likely))
    return kinds[chosen] if chosen >= 0 else ""


def _line(found: SearchResult) -> xbmcgui.ListItem:
    year = str(found.item.year) if found.item.year else ""
    line = xbmcgui.ListItem(found.item.title, "  ".join(part for part in (year, found.other_title) if part))
    line.setArt({"icon": "DefaultVideo.png"})
    return line


def _with_numbers(addon: Addon, item: Item, kind: str, season: int | None, episode: int | None) -> Item | None:
    """Return the film, or the episode that the person names; None if they do not."""
    if kind in (MOVIE, ANIME_FILM_KIND):
        return replace(item, kind=MOVIE)
    if kind == SHOW:
        season = _enter_number(addon, strings.ASK_SEASON, 1 if season is None else season)
        if season is None:
            return None
    number = _enter_number(addon, strings.ASK_EPISODE, episode)
    if number is None:
        return None
    return replace(item, season=season if kind == SHOW else None, episode=number)


def _enter_number(addon: Addon, id_: int, known: int | None) -> int | None:
    preset = "" if known is None else str(known)
    answer = xbmcgui.Dialog().input(addon.text(id_), preset, type=xbmcgui.INPUT_NUMERIC)
    return int(answer) if re.fullmatch("[0-9]{1,6}", answer) else None


def _searched(addon: Addon, kind: str, title: str) -> list[SearchResult] | None:
    """Search at Simkl, and show that it goes on; None if Kodi shuts down. Raises SimklError, SettingsError."""
    with background_progress(addon, addon.text(strings.WHAT_IS_IT), addon.text(strings.SEARCHING)):
        return _found(addon, kind, title)


def _found(addon: Addon, kind: str, title: str) -> list[SearchResult] | None:
    from lib.kodi.profile.account_view import load_profile_settings, profile_client
    from lib.simkl.api import search

    client = profile_client(addon, load_profile_settings(addon))
    try:
        return run_abortable(
            addon,
            lambda: client.call(lambda way, token: search.search_by_text(way, token, kind, title)),
            client.abort,
        )
    finally:
        client.close()


def _guess(play: Play) -> tuple[str, int | None, int | None]:
    """Return a title to begin with, and the numbers of season and episode, as far as they are known."""
    if play.item is not None and play.item.title:
        return play.item.title, play.item.season, play.item.episode
    name = play.file if play.file else play.title
    title, season, episode = parse_file_name(name)
    if play.title and play.title != play.file:
        title = play.title
    if play.item is not None:
        season, episode = play.item.season, play.item.episode
    return title, season, episode
