"""Acts on what the policy decides about a failed attempt: blocks, waits, or puts a play aside."""

from __future__ import annotations

import logging
from typing import Protocol, Sequence

from lib.simkl import errors
from lib.system.clock import Clock
from lib.tracking.delivery.backoff import Backoff
from lib.tracking.delivery.poison import PoisonGuard
from lib.tracking.delivery.policy import DeliveryAction, DeliveryDecision, PlayFault, decide
from lib.tracking.delivery.watched_at import EARLIEST_VALID_TIME, seconds_until_quota_reset
from lib.tracking.play import REJECTED, Play
from lib.tracking.store import delivery_state
from lib.tracking.store.delivery_state import DeliveryStateStore
from lib.tracking.store.queue import PlayQueue

GIVE_UP_DAYS = 30
DAY_SECONDS = 86400.0
WRITE_LOCK_OUT_SECONDS = 20.0
LOCKED_RETRY_SECONDS = 5.0  # after a lock that should have been over by then
RATE_LIMIT_SECONDS = 1.5
MAX_RETRY_AFTER = 86400.0  # of a Retry-After: nobody mends anything for longer
MAX_REJECTIONS_IN_A_ROW = 3

log = logging.getLogger(__name__)


class DeliveryListener(Protocol):
    """Whoever wants to know how it goes."""

    def delivered(self, plays: Sequence[Play]) -> None:
        """Simkl has got these; each with the item that Simkl takes it for."""

    def not_recognised(self, play: Play) -> None:
        """Simkl does not know this."""

    def refused(self, play: Play, error: errors.SimklError) -> None:
        """Simkl does not take this, or it cannot be sent."""

    def trouble(self, error: Exception) -> None:
        """Nothing can be sent for now: refused, quota, or the settings cannot be used. Told once."""


class FailureHandler:
    """What went wrong with the plays of one owner, and how long to wait. Every method may raise QueueError.

    `account_since` is when the account was linked.
    """

    def __init__(
        self, queue: PlayQueue, owner: str, listener: DeliveryListener, account_since: str, clock: Clock
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._listener = listener
        self._since = account_since
        self._clock = clock
        self._states = DeliveryStateStore(queue.database)
        self._locked_out = False
        self._told = False
        self._rejections = 0  # in a row
        self._last_write: float | None = None
        self.backoff = Backoff(clock)
        self.poison_guard = PoisonGuard(clock)

    def succeeded(self, plays: Sequence[Play]) -> None:
        """Simkl has answered these as it should."""
        self.backoff.succeeded()
        self._locked_out = self._told = False
        self._rejections = 0
        self.poison_guard.succeeded(plays)
        if self._states.get(self._owner).state in delivery_state.REFUSED_STATES:
            self._states.put(self._owner, delivery_state.READY)

    def failed(self, error: Exception, plays: Sequence[Play]) -> None:
        """Act on an error that sending these has led to."""
        decision = decide(error)
        if decision.action is DeliveryAction.BLOCK:
            if self._states.refuse(self._owner, decision.state, self._since, self._clock.wall()):
                self._listener.trouble(error)
        elif isinstance(error, errors.QuotaSpent):
            self.wait_for_quota(error)
        elif isinstance(error, errors.TooFast):
            self._slow_down(error)
        elif decision.action is DeliveryAction.RETRY:
            self._retry(error, decision, plays)
        else:  # reject, or split: of a batch, smaller ones tell which play it is
            self._reject(error, plays)

    def wrote(self, remaining: int | None = None) -> None:
        """Remember when Simkl was last asked to write, and stop where the day's requests are used up."""
        self._last_write = self._clock.monotonic()
        if remaining == 0:
            self.wait_for_quota(errors.QuotaSpent())

    def wait_for_quota(self, error: errors.QuotaSpent) -> None:
        """Send nothing until the day's requests are renewed."""
        now = self._clock.wall()
        wait = min(error.retry_after or seconds_until_quota_reset(now), delivery_state.MAX_QUOTA_WAIT)
        self._states.put(self._owner, delivery_state.QUOTA_EXHAUSTED, now + wait)
        self._listener.trouble(error)

    def _slow_down(self, error: errors.TooFast) -> None:
        """Wait until Simkl's write lock must be over, once; a limit of a second is over in a second."""
        if self._locked_out:
            self.backoff.failed()
        elif error.status == 429:
            self.backoff.wait(RATE_LIMIT_SECONDS)
        else:
            since = None if self._last_write is None else self._clock.monotonic() - self._last_write
            is_recent = since is not None and 0 <= since < WRITE_LOCK_OUT_SECONDS
            left = WRITE_LOCK_OUT_SECONDS - (since or 0.0) if is_recent else WRITE_LOCK_OUT_SECONDS
            self.backoff.wait(max(LOCKED_RETRY_SECONDS, left))
        self._locked_out = True

    def _reject(self, error: Exception, plays: Sequence[Play]) -> None:
        """Put the one play aside that Simkl does not take; of a batch, find out which one it is."""
        if self._rejections >= MAX_REJECTIONS_IN_A_ROW:
            self._retry(error, decide(errors.SimklError()), plays)
            return
        if not self.poison_guard.refused(plays):
            return
        self._rejections += 1
        known = error
        if not isinstance(error, errors.SimklError):
            known = PlayFault()
            log.error("Internal error; please report it", exc_info=error)
        log.error("Simkl does not take number %d, a %s: %s", plays[0].id, plays[0].action, known)
        log.debug("number %d is %s", plays[0].id, plays[0].label)
        self._put_aside(plays[:1], known)

    def _retry(self, error: Exception, decision: DeliveryDecision, plays: Sequence[Play]) -> None:
        log.info("%d waiting for Simkl: %s", len(plays), getattr(error, "name", type(error).__name__))
        asked_to_wait = getattr(error, "retry_after", None) or 0.0
        if decision.suspects_play and not asked_to_wait:
            self.poison_guard.failed(plays)
        if decision.ages:
            self._grow_old(error, plays)
        if decision.is_told and not self._told:
            self._told = True
            self._listener.trouble(error)
        self.backoff.failed(min(asked_to_wait, MAX_RETRY_AFTER))

    def _grow_old(self, error: Exception, plays: Sequence[Play]) -> None:
        """Leave to a person what has failed on so many days; a clock that was set makes no day of them."""
        now = self._clock.wall()
        if now <= EARLIEST_VALID_TIME:
            return
        today = int(now // DAY_SECONDS)
        old = [play for play in plays if play.failed_days >= GIVE_UP_DAYS and today > play.last_failed_day]
        self._queue.failed(plays, today)
        if old:
            self._put_aside(old, error)

    def _put_aside(self, plays: Sequence[Play], error: Exception) -> None:
        known = error if isinstance(error, errors.SimklError) else PlayFault()
        self._queue.move_to_dead_letters([play.id for play in plays], REJECTED, known.name)
        self._listener.refused(plays[0], known)
