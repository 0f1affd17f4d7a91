"""From the queue to Simkl: one line for each owner, one write in flight, and an answer to all that can come back.

A stop is told as a stop while it is fresh, with Simkl's own time; later on a watched one becomes a line of the history
with its true time, in batches, and one below the threshold stays a stop: the place to resume from. What an error leads
to is in `policy`.

Sources: Simkl's pages `resources/rate-limits`, `api-reference/scrobble` and `guides/mark-as-watched`.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Callable, Mapping, Sequence

from lib.account.client import AccountChanged, AccountClient
from lib.simkl import errors
from lib.simkl.api import history, scrobble, search
from lib.simkl.api.history import HistoryEntry
from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import PAUSE, STOP
from lib.system.clock import Clock
from lib.tracking.delivery.failures import DeliveryListener, FailureHandler
from lib.tracking.delivery.matching import Matcher
from lib.tracking.delivery.policy import says_title_is_unknown
from lib.tracking.delivery.watched_at import format_watched_at
from lib.tracking.play import RATING, REMOVED, UNWATCHED, WATCHED, Play
from lib.tracking.store import delivery_state
from lib.tracking.store.database import QueueError
from lib.tracking.store.delivery_state import DeliveryStateStore
from lib.tracking.store.queue import PlayQueue

FRESH_SECONDS = 60.0
SCROBBLE_REPEAT_SECONDS = 3600.0  # in which Simkl answers a repeated stop with 409
SCROBBLE_CALL = "scrobble"
BATCH_CALLS: Mapping[str, tuple[Callable[..., history.BatchResult], str]] = {
    WATCHED: (history.add_to_history, "added"),
    UNWATCHED: (history.remove_from_history, "deleted"),
    REMOVED: (history.remove_titles, "deleted"),
    RATING: (history.add_ratings, "rated"),
}

log = logging.getLogger(__name__)


class Sender:
    """Sends the line of one owner. `account_since` is when the account was linked: another link frees a blocked one.

    `is_wanted` is asked about what Simkl has recognised by the name of a file: it may be of a kind that is not tracked.
    """

    def __init__(
        self,
        queue: PlayQueue,
        owner: str,
        client: AccountClient,
        listener: DeliveryListener,
        account_since: str = "",
        is_wanted: Callable[[Play, Item], bool] = lambda play, item: True,
        *,
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._is_wanted = is_wanted
        self._client = client
        self._listener = listener
        self._since = account_since
        self._clock = clock
        self._untold: list[Callable[[], None]] = []
        self._matcher = Matcher(queue, owner, self._ask, self._not_recognised)
        self._states = DeliveryStateStore(queue.database)
        self._failures = FailureHandler(queue, owner, listener, account_since, clock)
        self._tried: Sequence[Play] = ()

    def retry_now(self) -> None:
        """Something new is in the line: try at once, even after failures."""
        self._failures.backoff.retry_now()

    def step(self) -> float | None:
        """Send what is next; return the seconds until there may be more to do, None if nothing waits.

        Raises QueueError.
        """
        now = self._clock.wall()
        state = self._states.get(self._owner)
        if state.state in delivery_state.REFUSED_STATES and state.since != self._since:
            self._states.put(self._owner, delivery_state.READY)
        elif not state.allows(now):
            return max(1.0, state.until - now) if self._queue.waiting(self._owner) else None
        plays = self._next_plays(now)
        if not plays:
            return None
        if self._failures.backoff.left > 0:
            return self._failures.backoff.left
        try:
            self._send(plays, now)
        except (QueueError, AccountChanged):
            raise
        except Exception as error:  # noqa: BLE001 - whatever one play leads to, the others must not wait for it
            self._failures.failed(error, self._tried)
        else:
            self._failures.succeeded(self._tried)
        while self._untold:  # after the guard: what goes wrong with telling is no fault of a play
            self._untold.pop(0)()
        return self._failures.backoff.left

    def _next_plays(self, now: float) -> list[Play]:
        """Return the head of the line, without those that let others go first as long as there are others."""
        deferred = self._failures.poison_guard.deferred_keys
        plays = self._queue.line(self._owner, now, without=deferred)
        return self._queue.line(self._owner, now) if deferred and not plays else plays

    def _send(self, plays: Sequence[Play], now: float) -> None:
        """Send the head of the line, with those behind it that fit into the same call."""
        head = plays[0]
        self._tried = [head]
        item = self._matcher.item_of(head, now)
        if item is None:
            return
        if head.item is None and self._is_dropped(head, item):
            return
        kind = self._kind(head, now)
        if kind == SCROBBLE_CALL:
            self._tried = [replace(head, item=item)]
            self._scrobble(head, item, now)
            return
        batch = [(head, item)]
        for play in plays[1 : self._failures.poison_guard.batch_limit(head, history.BATCH_SIZE)]:
            if self._kind(play, now) != kind or play.item is None or not self._matcher.is_plain(play, now):
                break
            batch.append((play, play.item))
        self._tried = [replace(play, item=item) for play, item in batch]
        self._batch(kind, batch, now)

    def _is_dropped(self, play: Play, item: Item) -> bool:
        """Drop what turns out to be of a kind that is not tracked, together with what `is_wanted` notes of it."""
        with self._queue.database.changing():
            if self._is_wanted(play, item):
                return False
            log.info("not tracked: of a kind that is not: %s", item.kind)
            self._queue.done([play.id])
            return True

    def _kind(self, play: Play, now: float) -> str:
        """Return which call a play is for: scrobble, watched, unwatched, removed or rating."""
        if play.action in BATCH_CALLS:
            return play.action
        is_late = abs(now - play.at) > FRESH_SECONDS
        return WATCHED if play.action == STOP and play.counts and is_late else SCROBBLE_CALL

    def _ask(self, file: str) -> Item | None:
        """Ask Simkl what the name of a file stands for, None if Simkl does not know."""
        item = None
        try:
            item = self._client.call(
                lambda transport, token: search.search_by_file(transport, token, file), writes=True
            )
        except errors.NotFound as error:
            if not says_title_is_unknown(error):
                raise
        self._failures.wrote()
        return item

    def _scrobble(self, play: Play, item: Item, now: float) -> None:
        told = play.action, item, play.progress, play.threshold
        try:
            answer = self._client.call(
                lambda transport, token: scrobble.send_scrobble(transport, token, *told), writes=True
            )
        except errors.AlreadyWatched as error:
            self._failures.wrote()
            if play.counts and self._queue.sent.was_removed(self._owner, item, now - SCROBBLE_REPEAT_SECONDS):
                self._batch(WATCHED, [(play, item)], now)  # what Simkl has was taken away since
                return
            self._delivered([replace(play, item=item)], error.name)
            return
        except errors.NotFound as error:
            self._failures.wrote()
            if not says_title_is_unknown(error):
                raise
            self._matcher.not_found(play, item, now)
            return
        self._failures.wrote(answer.remaining)
        if play.counts and answer.action == PAUSE:  # it goes by another threshold than the person's
            self._batch(WATCHED, [(play, item)], now)
            return
        self._delivered([replace(play, item=item)], answer.action)

    def _batch(self, kind: str, batch: Sequence[tuple[Play, Item]], now: float) -> None:
        entries = [HistoryEntry(item, format_watched_at(play, now), play.rating) for play, item in batch]
        call, answer = BATCH_CALLS[kind]
        try:
            result = self._client.call(lambda transport, token: call(transport, token, entries), writes=True)
        except (errors.NotFound, errors.AlreadyWatched) as error:
            # which one of several it is, smaller batches tell
            if len(batch) > 1 or (isinstance(error, errors.NotFound) and not says_title_is_unknown(error)):
                raise
            result = history.BatchResult(tuple(entries) if isinstance(error, errors.NotFound) else ())
        self._failures.wrote(result.remaining)
        not_found = {entry.item for entry in result.unknown}
        self._delivered([replace(play, item=item) for play, item in batch if item not in not_found], answer)
        for play, item in batch:
            if item in not_found:
                self._not_found(kind, play, item, now)

    def _not_found(self, kind: str, play: Play, item: Item, now: float) -> None:
        """Put aside what Simkl does not know; only of what was to be added does that say something of the title."""
        if kind == WATCHED:
            self._matcher.not_found(play, item.by_number(), now)  # a batch names episodes by their numbers anyway
        else:
            self._matcher.put_aside(play)

    def _delivered(self, plays: Sequence[Play], answer: str) -> None:
        if plays:
            now = self._clock.wall()
            self._queue.delivered(self._owner, plays, now, answer)
            if not plays[-1].is_live:
                self._states.sent(self._owner, plays[-1].label, now)
            self._untold.append(lambda: self._listener.delivered(plays))

    def _not_recognised(self, play: Play) -> None:
        self._untold.append(lambda: self._listener.not_recognised(play))
