"""From the queue to Simkl: one line, one write in flight, and an answer to everything that can come back.

| Answer                     | What happens                                                                        |
| -------------------------- | ----------------------------------------------------------------------------------- |
| 201, 409                   | done                                                                                |
| 404, `not_found`           | "not recognised": kept with what was sent, asked again only when a person wants it  |
| 400 RATE_LIMIT             | waits until Simkl's write lock must be over, once; then like a lost network         |
| 401, read-only             | the owner is parked until the account is linked again                               |
| 412                        | everything stops, until the connection is tested or the account linked again        |
| 429 of a day               | waits as long as Simkl says                                                         |
| 429 of a second            | waits a second and a half, once; then like a lost network                           |
| no network                 | 5 s to 15 min between attempts, for as long as it takes                             |
| broken off, 5xx, nonsense  | the same, for 30 days; then it waits for a person                                   |
| the same, for one play     | the others go before it, for an hour at a time                                      |
| any other refusal          | that play is put aside, with the reason; after three in a row it is not about them  |

A stop is told as a stop while it is fresh, with Simkl's own time; later on a watched one becomes a line of the
history with its true time, in batches, and one below the threshold stays a stop: the place to resume from.

Sources: Simkl's pages `resources/rate-limits`, `conventions/errors` and `guides/mark-as-watched`.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import Callable, Protocol, Sequence

from lib.account.client import AccountClient
from lib.account.settings_file import SettingsError
from lib.simkl import errors
from lib.simkl.api import history, scrobble, search
from lib.simkl.api.history import HistoryEntry
from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import PAUSE, STOP
from lib.system.clock import Clock
from lib.tracking.delivery.backoff import Backoff
from lib.tracking.delivery.matching import Matcher
from lib.tracking.delivery.poison import PoisonGuard
from lib.tracking.delivery.watched_at import EARLIEST_VALID_TIME, format_watched_at, seconds_until_quota_reset
from lib.tracking.play import RATING, REJECTED, UNWATCHED, WATCHED, Play
from lib.tracking.store import delivery_state
from lib.tracking.store.delivery_state import DeliveryStateStore
from lib.tracking.store.queue import PlayQueue

FRESH_SECONDS = 60.0
GIVE_UP_SECONDS = 30 * 86400.0
WRITE_LOCK_OUT_SECONDS = 20.0
LOCKED_RETRY_SECONDS = 5.0  # after a lock that should have been over by then
RATE_LIMIT_SECONDS = 1.5
MAX_RETRY_AFTER = 86400.0  # of a Retry-After: nobody mends anything for longer
MAX_REJECTIONS_IN_A_ROW = 3
SCROBBLE_CALL = "scrobble"
LINK_ERRORS = (
    errors.TokenRefused, errors.TokenMissing, errors.ScopeMissing, errors.GrantRefused, errors.SecretRefused,
)  # fmt: skip
NETWORK_ERRORS = (errors.NotSent, errors.Untrusted)

log = logging.getLogger(__name__)


class DeliveryListener(Protocol):
    """Whoever wants to know how it goes."""

    def delivered(self, plays: Sequence[Play]) -> None:
        """Simkl has got these; each with the item that Simkl takes it for."""

    def not_recognised(self, play: Play) -> None:
        """Simkl does not know this."""

    def refused(self, play: Play, error: errors.SimklError) -> None:
        """Simkl does not take this."""

    def trouble(self, error: Exception) -> None:
        """Nothing can be sent for now: parked, stopped, quota, or the settings cannot be used. Told once."""


class Sender:
    """Sends the line of one owner. `account_since` is when the account was linked: another link frees a parked one.

    `is_wanted` is asked about what Simkl has recognised by the name of a file: it may be of a kind that is not tracked.
    """

    def __init__(
        self,
        queue: PlayQueue,
        owner: str,
        client: AccountClient,
        listener: DeliveryListener,
        account_since: str = "",
        is_wanted: Callable[[Item], bool] = lambda item: True,
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
        self._matcher = Matcher(queue, owner, self._ask, listener.not_recognised)
        self._states = DeliveryStateStore(queue.database)
        self._backoff = Backoff(clock)
        self._locked_out = False
        self._last_write: float | None = None
        self._poison_guard = PoisonGuard(clock)
        self._tried: Sequence[Play] = ()
        self._told = False
        self._refusals = 0  # in a row

    def retry_now(self) -> None:
        """Something new is in the line: try at once, even after failures."""
        self._backoff.retry_now()

    def step(self) -> float | None:
        """Send what is next; return the seconds until there may be more to do, None if nothing waits.

        Raises QueueError.
        """
        now = self._clock.wall()
        state = self._states.get(self._owner)
        if (
            state.state in (delivery_state.NEEDS_LINKING, delivery_state.CLIENT_ID_REJECTED)
            and state.since != self._since
        ):
            self._states.put(self._owner, delivery_state.READY)
        elif not state.allows(now):
            return max(1.0, state.until - now) if state.state == delivery_state.QUOTA_EXHAUSTED else None
        deferred = self._poison_guard.deferred_keys
        plays = self._queue.line(self._owner, now, without=deferred)
        if not plays and deferred:
            plays = self._queue.line(self._owner, now)
        if not plays:
            return None
        if self._backoff.left > 0:
            return self._backoff.left
        try:
            self._send(plays, now)
        except (errors.SimklError, SettingsError) as error:
            self._failed(error, self._tried, now)
        else:
            self._backoff.succeeded()
            self._locked_out = self._told = False
            self._refusals = 0
            self._poison_guard.succeeded(self._tried)
        return self._backoff.left

    def _send(self, plays: Sequence[Play], now: float) -> None:
        """Send the head of the line, with those behind it that fit into the same call."""
        head = plays[0]
        self._tried = [head]
        item = self._matcher.item_of(head, now)
        if item is None:
            return
        if head.item is None and not self._is_wanted(item):
            log.info("not tracked: of a kind that is not: %s", item.kind)
            self._queue.done([head.id])
            return
        kind = self._kind(head, now)
        if kind == SCROBBLE_CALL:
            self._tried = [replace(head, item=item)]
            self._scrobble(head, item, now)
            return
        batch = [(head, item)]
        for play in plays[1 : self._poison_guard.batch_limit(head, history.BATCH_SIZE)]:
            if self._kind(play, now) != kind or play.item is None or not self._matcher.is_plain(play, now):
                break
            batch.append((play, play.item))
        self._tried = [replace(play, item=item) for play, item in batch]
        self._batch(kind, batch, now)

    def _kind(self, play: Play, now: float) -> str:
        """Return which call a play is for: scrobble, watched, unwatched or rating."""
        if play.action in (WATCHED, UNWATCHED, RATING):
            return play.action
        is_late = abs(now - play.at) > FRESH_SECONDS
        return WATCHED if play.action == STOP and play.counts and is_late else SCROBBLE_CALL

    def _ask(self, file: str) -> Item | None:
        """Ask Simkl what the name of a file stands for, None if Simkl does not know."""
        item = None
        with contextlib.suppress(errors.NotFound):
            item = self._client.call(
                lambda transport, token: search.search_by_file(transport, token, file), writes=True
            )
        self._wrote()
        return item

    def _scrobble(self, play: Play, item: Item, now: float) -> None:
        told = play.action, item, play.progress, play.threshold
        try:
            answer = self._client.call(
                lambda transport, token: scrobble.send_scrobble(transport, token, *told), writes=True
            )
            self._wrote(answer.remaining)
            if play.counts and answer.action == PAUSE:  # it goes by another threshold than the person's
                self._batch(WATCHED, [(play, item)], now)
                return
        except errors.AlreadyWatched:
            self._wrote()
        except errors.NotFound:
            self._wrote()
            self._matcher.not_found(play, item, now)
            return
        self._delivered([replace(play, item=item)])

    def _batch(self, kind: str, batch: Sequence[tuple[Play, Item]], now: float) -> None:
        entries = [HistoryEntry(item, format_watched_at(play.at, now), play.rating) for play, item in batch]
        call = {WATCHED: history.add_to_history, UNWATCHED: history.remove_from_history, RATING: history.add_ratings}[
            kind
        ]
        try:
            result = self._client.call(lambda transport, token: call(transport, token, entries), writes=True)
        except (errors.NotFound, errors.AlreadyWatched) as error:
            if len(batch) > 1:  # which one it is, smaller batches tell
                raise
            result = history.BatchResult(tuple(entries) if isinstance(error, errors.NotFound) else ())
        self._wrote(result.remaining)
        not_found = {entry.item for entry in result.unknown}
        self._delivered([replace(play, item=item) for play, item in batch if item not in not_found])
        for play, item in batch:
            if item in not_found:
                # a batch names episodes by their numbers anyway
                self._matcher.not_found(play, item.by_number(), now)

    def _delivered(self, plays: Sequence[Play]) -> None:
        if plays:
            now = self._clock.wall()
            self._queue.delivered(self._owner, plays, now)
            if not plays[-1].is_live:
                self._states.sent(self._owner, plays[-1].label, now)
            self._listener.delivered(plays)

    def _failed(self, error: Exception, plays: Sequence[Play], now: float) -> None:
        if isinstance(error, LINK_ERRORS):
            self._block(delivery_state.NEEDS_LINKING, error, since=self._since)
        elif isinstance(error, (errors.ClientIdRefused, errors.OtherGeneration)):
            self._block(delivery_state.CLIENT_ID_REJECTED, error, since=self._since)
        elif isinstance(error, errors.QuotaSpent):
            wait = min(error.retry_after or seconds_until_quota_reset(now), delivery_state.MAX_QUOTA_WAIT)
            self._block(delivery_state.QUOTA_EXHAUSTED, error, until=now + wait)
        elif isinstance(error, errors.TooFast):
            self._too_fast(error)
        elif isinstance(error, errors.RequestRefused):
            self._refused(error, plays, now)
        else:
            self._no_luck(error, plays, now)

    def _block(self, state: str, error: Exception, until: float = 0.0, since: str = "") -> None:
        self._states.put(self._owner, state, until, since)
        self._listener.trouble(error)

    def _too_fast(self, error: errors.TooFast) -> None:
        """Wait until Simkl's write lock must be over, once; a limit of a second is over in a second."""
        if self._locked_out:
            self._backoff.failed()
        elif error.status == 429:
            self._backoff.wait(RATE_LIMIT_SECONDS)
        else:
            since = WRITE_LOCK_OUT_SECONDS if self._last_write is None else self._clock.monotonic() - self._last_write
            left = WRITE_LOCK_OUT_SECONDS - since if 0 <= since < WRITE_LOCK_OUT_SECONDS else WRITE_LOCK_OUT_SECONDS
            self._backoff.wait(max(LOCKED_RETRY_SECONDS, left))
        self._locked_out = True

    def _refused(self, error: errors.RequestRefused, plays: Sequence[Play], now: float) -> None:
        """Put the one play aside that Simkl does not take; of a batch, find out which one it is."""
        if self._refusals >= MAX_REJECTIONS_IN_A_ROW:
            self._no_luck(error, plays, now)
            return
        if not self._poison_guard.refused(plays):
            return
        self._refusals += 1
        log.error("Simkl does not take number %d, a %s: %s", plays[0].id, plays[0].action, error)
        log.debug("number %d is %s", plays[0].id, plays[0].label)
        self._queue.move_to_dead_letters([plays[0].id], REJECTED, error.name)
        self._listener.refused(plays[0], error)

    def _no_luck(self, error: Exception, plays: Sequence[Play], now: float) -> None:
        name = getattr(error, "name", "")
        log.info("%d waiting for Simkl: %s", len(plays), name)
        asked_to_wait = getattr(error, "retry_after", None) or 0.0
        if isinstance(error, errors.SimklError) and not isinstance(error, NETWORK_ERRORS):
            if not asked_to_wait:
                self._poison_guard.failed(plays)
            self._grow_old(error, plays, now)
        if isinstance(error, SettingsError) and not self._told:
            self._told = True
            self._listener.trouble(error)
        self._backoff.failed(min(asked_to_wait, MAX_RETRY_AFTER))

    def _grow_old(self, error: errors.SimklError, plays: Sequence[Play], now: float) -> None:
        """Leave to a person what has been tried for so long."""
        new = [play.id for play in plays if not 0 < play.first_try <= now]
        old = [play for play in plays if 0 < play.first_try < now - GIVE_UP_SECONDS]
        if new and now > EARLIEST_VALID_TIME:
            self._queue.tried(new, now)
        if old:
            self._queue.move_to_dead_letters([play.id for play in old], REJECTED, error.name)
            self._listener.refused(old[0], error)

    def _wrote(self, remaining: int | None = None) -> None:
        """Remember when Simkl was last asked to write, and stop where the day's requests are used up."""
        self._last_write = self._clock.monotonic()
        if remaining == 0:
            now = self._clock.wall()
            self._block(delivery_state.QUOTA_EXHAUSTED, errors.QuotaSpent(), until=now + seconds_until_quota_reset(now))
