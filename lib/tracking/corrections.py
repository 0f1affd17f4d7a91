"""What a person says that a play is: kept for every play of the same, now and later."""

from __future__ import annotations

from dataclasses import replace

from lib.simkl.api.media import Item
from lib.tracking.play import DEAD_LETTER_STATES, Play
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue


def store_answer(queue: PlayQueue, owner: str, play: Play, item: Item, now: float) -> None:
    """Keep the answer for every play of the same, now and later, and for other episodes that were put aside.

    Of those only where the answer has the numbers that the play had: else nobody knows theirs. Raises QueueError.
    """
    answers = {play.key: item}
    aside = queue.listing(owner, *DEAD_LETTER_STATES)
    for each in aside:
        if each.item is not None and _is_answered_too(each.item, play.item, item):
            season = None if item.season is None else each.item.season
            answers.setdefault(each.key, replace(item, season=season, episode=each.item.episode))
    memory = MatchCache(queue.database)
    if play.item is not None:
        memory.store_show(play.item, item, now)
    for key, answer in answers.items():
        memory.remember(key, answer, now)
    queue.retry(owner, sorted({play.id} | {each.id for each in aside if each.key in answers}))


def _is_answered_too(other: Item, asked: Item | None, answer: Item) -> bool:
    """Return whether what one episode is says what another is: the same show, and numbers that stay as they are.

    Anime starts anew with each season, so there it must be the same season.
    """
    if asked is None or other.episode is None or _show(other) != _show(asked):
        return False
    if answer.season is None:
        return answer.episode == asked.episode and other.season == asked.season
    return (answer.season, answer.episode) == (asked.season, asked.episode)


def _show(item: Item) -> Item:
    return replace(item, season=None, episode=None, episode_ids=())
