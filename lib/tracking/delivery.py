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
| no network, 5xx            | 5 s to 15 min between attempts, for 30 days; then it waits for a person             |
| any other refusal          | that play is put aside, with the reason                                             |

A stop is told as a stop while it is fresh, with Simkl's own mark of time; later on a watched one becomes a line of the
history with its true time, in batches, and one below the mark stays a stop: the place to resume from.

Sources: Simkl's pages `resources/rate-limits`, `conventions/errors` and `guides/mark-as-watched`.
"""

from __future__ import annotations

import logging
import time
from typing import Callable, Protocol, Sequence

from lib.account import instants
from lib.account.access import Access
from lib.account.settings import SettingsError
from lib.simkl import errors, history, scrobble, search
from lib.simkl.history import Entry
from lib.simkl.media import Item
from lib.simkl.scrobble import PAUSE, START, STOP
from lib.tracking import standing
from lib.tracking.memory import Memory
from lib.tracking.patience import Patience
from lib.tracking.plays import RATING, STUCK, UNKNOWN, UNWATCHED, WATCHED, Play
from lib.tracking.queue import Queue
from lib.tracking.standing import Standings

FRESH_SECONDS = 60.0
KEPT_TRYING_SECONDS = 30 * 86400.0
LOCK_SECONDS = 20.0
PER_SECOND = 1.5
SCROBBLE = "scrobble"
PLAYED = (START, PAUSE, STOP)
LINK_REFUSED = (
    errors.TokenRefused, errors.TokenMissing, errors.ScopeMissing, errors.GrantRefused, errors.SecretRefused,
)  # fmt: skip
PLAUSIBLE = 1_600_000_000.0  # 2020: a clock before that was never set

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Whoever wants to know how it goes."""

    def delivered(self, plays: Sequence[Play]) -> None:
        """Simkl has got these."""

    def not_recognised(self, play: Play) -> None:
        """Simkl does not know this."""

    def refused(self, play: Play, error: errors.SimklError) -> None:
        """Simkl does not take this."""

    def trouble(self, error: Exception) -> None:
        """Nothing can be sent for now: parked, stopped, quota, or the settings cannot be used. Told once."""


class Delivery:
    """Sends the line of one owner. `account_since` is when the account was linked: another link frees a parked one."""

    def __init__(
        self,
        queue: Queue,
        owner: str,
        access: Access,
        listener: Listener,
        account_since: str = "",
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._access = access
        self._listener = listener
        self._since = account_since
        self._clock = clock
        self._wall = wall
        self._memory = Memory(queue.database)
        self._standings = Standings(queue.database)
        self._patience = Patience(clock)
        self._locked_out = False
        self._last_write: float | None = None
        self._most = history.BATCH
        self._tried: Sequence[Play] = ()
        self._told = False

    def hurry(self) -> None:
        """Something new is in the line: try at once, even after failures."""
        self._patience.hurry()

    def step(self) -> float | None:
        """Send what is next; return the seconds until there may be more to do, None if nothing waits.

        Raises QueueError.
        """
        now = self._wall()
        kept = self._standings.get(self._owner)
        if kept.state in (standing.PARKED, standing.STOPPED) and kept.since != self._since:
            self._standings.put(self._owner, standing.FREE)
        elif not kept.allows(now):
            return max(1.0, kept.until - now) if kept.state == standing.QUOTA else None
        plays = self._queue.line(self._owner, now)
        if not plays:
            return None
        if self._patience.left > 0:
            return self._patience.left
        try:
            self._send(plays, now)
        except (errors.SimklError, SettingsError) as error:
            self._failed(error, self._tried, now)
        else:
            self._patience.succeeded()
            self._locked_out, self._told, self._most = False, False, history.BATCH
        return self._patience.left

    def _send(self, plays: Sequence[Play], now: float) -> None:
        """Send the head of the line, with those behind it that fit into the same call."""
        head = plays[0]
        self._tried = [head]
        known = self._memory.recall(head.key, now)
        item = head.item if known is None else known.item
        if known is None and item is None:
            item = self._recognised(head, now)
        if item is None:
            self._unknown(head, is_news=known is None)
            return
        kind = self._kind(head, now)
        if kind == SCROBBLE:
            self._scrobble(head, item)
            return
        batch = [(head, item)]
        for play in plays[1 : self._most]:
            if self._kind(play, now) != kind or play.item is None or not self._is_plain(play, now):
                break
            batch.append((play, play.item))
        self._tried = [play for play, _ in batch]
        self._batch(kind, batch, now)

    def _kind(self, play: Play, now: float) -> str:
        """Return which call a play is for: scrobble, watched, unwatched or rating."""
        if play.action in (WATCHED, UNWATCHED, RATING):
            return play.action
        is_late = abs(now - play.at) > FRESH_SECONDS
        return WATCHED if play.action == STOP and play.counts and is_late else SCROBBLE

    def _recognised(self, play: Play, now: float) -> Item | None:
        """Ask Simkl what the name of the file stands for, and keep the answer."""
        item = self._access.call(lambda transport, token: search.by_file(transport, token, play.file), writes=True)
        self._wrote()
        self._memory.remember(f"file:{play.file}", item, now)
        return item

    def _is_plain(self, play: Play, now: float) -> bool:
        """Return whether nothing else is known of a play than what stands in it."""
        known = self._memory.recall(play.key, now)
        return known is None or known.item == play.item

    def _scrobble(self, play: Play, item: Item) -> None:
        try:
            answer = self._access.call(
                lambda transport, token: scrobble.send(
                    transport, token, play.action, item, play.progress, play.mark
                ),
                writes=True,
            )  # fmt: skip
            self._wrote(answer.remaining)
        except errors.AlreadyWatched:
            self._wrote()
        except errors.NotFound:
            self._wrote()
            self._not_found(play, item)
            return
        self._delivered([play])

    def _batch(self, kind: str, batch: Sequence[tuple[Play, Item]], now: float) -> None:
        entries = [Entry(item, _instant(play.at, now), play.rating) for play, item in batch]
        call = {WATCHED: history.add, UNWATCHED: history.remove, RATING: history.rate}[kind]
        taken = self._access.call(lambda transport, token: call(transport, token, entries), writes=True)
        self._wrote(taken.remaining)
        lost = {entry.item for entry in taken.unknown}
        self._delivered([play for play, item in batch if item not in lost])
        for play, item in batch:
            if item in lost:
                self._not_found(play, item.by_number())  # a batch names episodes by their numbers anyway

    def _not_found(self, play: Play, item: Item) -> None:
        """Simkl does not know the item: from now on it is what else it may be, or not recognised."""
        now = self._wall()
        before = self._memory.recall(play.key, now)
        other = self._other(play, item, now)
        self._memory.remember(play.key, other, now)
        if other is None:
            self._unknown(play, is_news=before is None or before.item is not None)

    def _other(self, play: Play, item: Item, now: float) -> Item | None:
        """Return what is left to try: the episode by its number alone, or what the name of the played file stands for.

        The file of a mark made by hand is not asked for: Simkl blocks who goes through a library in this way.
        """
        if item.episode_ids:
            return item.by_number()
        if not play.file or play.action not in PLAYED:
            return None
        known = self._memory.recall(f"file:{play.file}", now)
        found = self._recognised(play, now) if known is None else known.item
        return None if found == item else found

    def _unknown(self, play: Play, is_news: bool) -> None:
        """Put it aside, in place of earlier playbacks of the same that did not count either; tell it once."""
        kept = self._queue.unknown(self._owner, play.key)
        lesser = [each.id for each in kept if each.action in PLAYED and not each.counts]
        is_lesser = play.action in PLAYED and not play.counts
        if is_lesser and len(kept) > len(lesser):
            self._queue.done([play.id])
        else:
            self._queue.put_aside([play.id], UNKNOWN, errors.NotFound.name)
            self._queue.done(lesser if play.action in PLAYED else ())
        if is_news:
            self._listener.not_recognised(play)

    def _delivered(self, plays: Sequence[Play]) -> None:
        if plays:
            now = self._wall()
            self._queue.delivered(self._owner, plays, now)
            self._standings.sent(self._owner, plays[-1].label, now)
            self._listener.delivered(plays)

    def _failed(self, error: Exception, plays: Sequence[Play], now: float) -> None:
        if isinstance(error, LINK_REFUSED):
            self._block(standing.PARKED, error, since=self._since)
        elif isinstance(error, (errors.ClientIdRefused, errors.OtherGeneration)):
            self._block(standing.STOPPED, error, since=self._since)
        elif isinstance(error, errors.QuotaSpent):
            wait = min(error.retry_after or until_renewed(now), standing.LONGEST_QUOTA)
            self._block(standing.QUOTA, error, until=now + wait)
        elif isinstance(error, errors.TooFast):
            self._too_fast(error)
        elif isinstance(error, errors.Refused):
            self._refused(error, plays)
        else:
            self._no_luck(error, plays, now)

    def _block(self, state: str, error: Exception, until: float = 0.0, since: str = "") -> None:
        self._standings.put(self._owner, state, until, since)
        self._listener.trouble(error)

    def _too_fast(self, error: errors.TooFast) -> None:
        """Wait until Simkl's write lock must be over, once; a limit of a second is over in a second."""
        if self._locked_out:
            self._patience.failed()
        elif error.status == 429:
            self._patience.wait(PER_SECOND)
        else:
            since = LOCK_SECONDS if self._last_write is None else self._clock() - self._last_write
            self._patience.wait(LOCK_SECONDS - since if 0 <= since < LOCK_SECONDS else LOCK_SECONDS)
        self._locked_out = True

    def _refused(self, error: errors.Refused, plays: Sequence[Play]) -> None:
        """Put the one play aside that Simkl does not take; of a batch, find out which one it is."""
        if len(plays) > 1:
            self._most = len(plays) // 2
            return
        log.error("Simkl does not take %s: %s", plays[0].label, error)
        self._queue.put_aside([plays[0].id], STUCK, error.name)
        self._listener.refused(plays[0], error)

    def _no_luck(self, error: Exception, plays: Sequence[Play], now: float) -> None:
        name = getattr(error, "name", "")
        log.info("%d waiting for Simkl: %s", len(plays), name)
        new = [play.id for play in plays if not PLAUSIBLE < play.first_try <= now]
        old = [play.id for play in plays if PLAUSIBLE < play.first_try < now - KEPT_TRYING_SECONDS]
        if new and now > PLAUSIBLE:
            self._queue.tried(new, now)
        if old:
            self._queue.put_aside(old, STUCK, name)
        if isinstance(error, SettingsError) and not self._told:
            self._told = True
            self._listener.trouble(error)
        self._patience.failed(getattr(error, "retry_after", None) or 0.0)

    def _wrote(self, remaining: int | None = None) -> None:
        """Remember when Simkl was last asked to write, and stop where the day's requests are used up."""
        self._last_write = self._clock()
        if remaining == 0:
            now = self._wall()
            self._block(standing.QUOTA, errors.QuotaSpent(), until=now + until_renewed(now))


def _instant(at: float, now: float) -> str:
    """Return when it was watched, as Simkl takes it: never in the future, and unknown while the clock was not set."""
    if now > PLAUSIBLE:
        at = min(at, now)
    return instants.written(at) if at > PLAUSIBLE else history.DATE_UNKNOWN


def until_renewed(now: float) -> float:
    """Return the seconds until the day's requests are renewed for certain: 05:00 UTC is past midnight in New York."""
    return 86400.0 - (now - 5 * 3600.0) % 86400.0
