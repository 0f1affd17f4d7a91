"""Rating what was watched: the service has the question asked in a script of its own, since it opens no window.

Simkl rates films and shows, not episodes: whoever has seen an episode is asked about its show.
"""

from __future__ import annotations

import base64
import json
import logging

import xbmc
import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import ADDON_ID, Addon
from lib.kodi.library.items import is_last_of_season
from lib.kodi.profile import queue_access as queues
from lib.kodi.rating.auto_close import AutoClose, playing_file
from lib.kodi.rating.window import (
    DEFAULT_RATING,
    NEVER_AGAIN,
    RATING_RESOLUTION,
    RATING_SKIN,
    RATING_XML,
    RatingWindow,
)
from lib.simkl.api.media import MOVIE, Item, item_from_json
from lib.tracking.play import RATING, Play
from lib.tracking.rating_question import is_question_due, question_key, remember_question
from lib.tracking.store.database import QueueError

log = logging.getLogger(__name__)

PROMPT_SECONDS = 30.0


def request_rating(addon: Addon, play: Play) -> None:
    """Have the person asked, in a script of its own, if it is time to: once, and where a rating can be sent."""
    state = addon.state.read()
    if play.item is None or state.refused:
        return
    wanted = addon.settings.ratings
    season_ends = play.item.kind != MOVIE and wanted.shows and is_last_of_season(play.ref)
    if is_question_due(play.item, wanted, state.asked, state.never_ask, season_ends):
        addon.state.change(asked=remember_question(state.asked, question_key(play.item)))
        xbmc.executebuiltin(f"RunScript({ADDON_ID},rate,{encode_rated_item(play.item, play.art)})")


def encode_rated_item(item: Item, art: str) -> str:
    """Return an item and its picture as one word that Kodi's built-in functions leave alone."""
    return base64.urlsafe_b64encode(json.dumps([item.stored(), art]).encode("utf-8")).decode("ascii").rstrip("=")


def decode_rated_item(word: str) -> tuple[Item, str]:
    """Read what `packed` gave. Raises ValueError for anything else."""
    try:
        stored, art = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        return item_from_json(stored), str(art)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not what was packed") from error


def rate_played(addon: Addon, word: str = "") -> None:
    """Ask about what was watched, unless the next one plays already; `word` is what `packed` gave."""
    try:
        item, art = decode_rated_item(word)
    except ValueError as error:
        log.warning("nothing to rate: %s", error)
        return
    if playing_file():
        log.info("no question about a rating: something plays")
        return
    prompt_rating(addon, item, art)


def prompt_rating(addon: Addon, item: Item, art: str) -> None:
    """Ask how it was, and queue the answer."""
    owner = queues.current_owner(addon)
    if not owner:
        addon.toast(addon.text(strings.NOT_LINKED))
        return
    item = item.whole_title()
    rating = _answer(addon, item, art)
    state = addon.state.read()
    if rating == NEVER_AGAIN:
        addon.state.change(never_ask=remember_question(state.never_ask, item.key))
    elif rating:
        addon.state.change(last_rating=rating, asked=remember_question(state.asked, item.key))
        try:
            queues.enqueue_plays(addon, owner, [Play(RATING, item, addon.clock.wall(), rating=rating, art=art)])
        except QueueError as error:
            log.error("%s", error)
            addon.toast(addon.short_error_text(error))
            return
        addon.toast(item.label, picture=art, heading=addon.text(strings.RATING_WILL_BE_SENT, rating=str(rating)))


def rating_heading(addon: Addon, item: Item) -> str:
    """Return the question."""
    return addon.text(strings.HOW_WAS_IT if item.kind == MOVIE else strings.HOW_IS_THE_SHOW)


def _answer(addon: Addon, item: Item, art: str) -> int:
    """Return 1 to 10, 0 for no rating, NEVER_AGAIN for a show that is not to be asked about any more."""
    try:
        window = RatingWindow(RATING_XML, str(addon.folder), RATING_SKIN, RATING_RESOLUTION)
    except RuntimeError:
        log.exception("the rating window cannot be made; a plain dialog takes its place")
        return _plain_answer(addon, item)
    window.addon, window.item, window.art = addon, item, art
    window.heading, window.preset = rating_heading(addon, item), _preset(addon)
    with AutoClose(addon, window.close, PROMPT_SECONDS) as window.auto_close:
        window.doModal()
    rating = window.rating
    del window
    return rating


def _plain_answer(addon: Addon, item: Item) -> int:
    choices: list[str | xbmcgui.ListItem] = [
        f"{rating}  {addon.text(word)}" for rating, word in enumerate(strings.RATINGS, 1)
    ]
    if item.kind != MOVIE:
        choices.append(addon.text(strings.NOT_AGAIN))
    with AutoClose(addon, lambda: xbmc.executebuiltin("Dialog.Close(selectdialog)"), PROMPT_SECONDS):
        question = f"{rating_heading(addon, item)} {item.label}"
        chosen = 1 + xbmcgui.Dialog().select(question, choices, int(1000 * PROMPT_SECONDS), _preset(addon) - 1)
        return NEVER_AGAIN if chosen > len(strings.RATINGS) else chosen


def _preset(addon: Addon) -> int:
    """Return what the person gave last."""
    return min(10, max(1, addon.state.read().last_rating or DEFAULT_RATING))
