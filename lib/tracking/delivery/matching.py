"""What a play is for Simkl: as it was found, as Simkl or a person has said before, or not recognised at all.

An episode whose own id is out of date is told by its number, and the last resort is the name of the file that was
played, for Simkl to recognise, once for each file. The answers are remembered, hits and misses alike.

Sources: Simkl's pages `api-reference/scrobble` and `api-reference/simkl/search-by-file`.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import Callable

from lib.simkl import errors
from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.play import NOT_FOUND, Play
from lib.tracking.search_names import is_believable
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue

PLAYBACK_ACTIONS = (START, PAUSE, STOP)

log = logging.getLogger(__name__)


class Matcher:
    """What the plays of one owner are. Every method may raise QueueError, and what `ask` raises.

    `ask` finds out what the name of a file stands for, None if Simkl does not know; `tell` hears of a play that is not
    recognised, once for each film or episode.
    """

    def __init__(
        self, queue: PlayQueue, owner: str, ask: Callable[[str], Item | None], tell: Callable[[Play], None]
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._ask = ask
        self._tell = tell
        self._memory = MatchCache(queue.database)

    def item_of(self, play: Play, now: float) -> Item | None:
        """Return what to tell Simkl that it is; None if Simkl does not know it, and then it is put aside."""
        known = self._memory.known(play, now)
        item = play.item if known is None else known.item
        if known is None and item is None:
            item = self._by_name(play, now)
            self._memory.remember(play.key, item, now)
        if item is None:
            self._dead_letter(play, is_news=known is None)
        return item

    def is_plain(self, play: Play, now: float) -> bool:
        """Return whether it is what stands in it, and nothing else is known of it."""
        known = self._memory.known(play, now)
        return play.item is not None and (known is None or known.item == play.item)

    def not_found(self, play: Play, item: Item, now: float) -> None:
        """Simkl does not know the item: from now on the play is what else it may be, or it is put aside."""
        before = self._memory.known(play, now)
        other = self._other(play, item, now)
        self._memory.remember(play.key, other, now)
        if other is None:
            self._dead_letter(play, is_news=before is None or before.item is not None)

    def put_aside(self, play: Play) -> None:
        """Keep it as not recognised, without a word about the title: what else is told of it may well arrive."""
        self._dead_letter(play, is_news=True)

    def _other(self, play: Play, item: Item, now: float) -> Item | None:
        """Return what is left to try: the episode by its number alone, the original title, the name of the played file.

        The file of a mark made by hand is not asked for: Simkl blocks who goes through a library in this way.
        """
        if item.episode_ids:
            return item.by_number()
        if item.original_title and not item.ids:
            return replace(item, title=item.original_title, original_title="")
        if not play.file or play.action not in PLAYBACK_ACTIONS:
            return None
        found = self._by_name(play, now)
        return None if found == item else found

    def _by_name(self, play: Play, now: float) -> Item | None:
        """Return what Simkl takes the name of the file for, where that agrees with what else is known of the play.

        Remembered for this one film or episode, or this one file in its folder: a namesake elsewhere is asked about.
        """
        key = (
            play.key if play.item is None else f"file:{play.file}#{hashlib.sha256(play.key.encode()).hexdigest()[:12]}"
        )
        known = self._memory.lookup(key, now)
        if known is not None:
            return known.item
        title, year = (play.title, 0) if play.item is None else (play.item.title, play.item.year)
        item = self._ask(play.file)
        if item is not None and not is_believable(item, play.file, title, year):
            log.info("what Simkl takes the name of the file for is something else, and is not believed")
            item = None
        self._memory.remember(key, item, now)
        return item

    def _dead_letter(self, play: Play, is_news: bool) -> None:
        """Keep it as not recognised, in place of earlier playbacks of the same that did not count either."""
        kept = self._queue.unknown(self._owner, play.key)
        lesser = [each.id for each in kept if each.action in PLAYBACK_ACTIONS and not each.counts]
        is_lesser = play.action in PLAYBACK_ACTIONS and not play.counts
        if is_lesser and len(kept) > len(lesser):
            self._queue.done([play.id])
        else:
            self._queue.move_to_dead_letters([play.id], NOT_FOUND, errors.NotFound.name)
            self._queue.done(lesser if play.action in PLAYBACK_ACTIONS else ())
        if is_news:
            self._tell(play)
