"""The tracking of a server front end: what comes in at hooks goes through the queue to Simkl, for all accounts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping

from lib.account.settings_file import SettingsError
from lib.simkl.api.media import ANIME, MOVIE, Item, clean_ids
from lib.simkl.api.search import SearchResult
from lib.system.clock import Clock
from lib.system.threads import Worker, interruptible_sleep
from lib.tracking.corrections import store_answer
from lib.tracking.store.database import QueueError
from lib.tracking.store.delivery_state import DeliveryState, DeliveryStateStore
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.accounts import AccountDirectory
from lib.web.delivery.pool import DeliveryPool
from lib.web.delivery.senders import AccountSenders
from lib.web.delivery.show_ids import ShowIdResolver
from lib.web.hooks.receiver import HookReceiver, WhoIsWho
from lib.web.media_server import MediaServer
from lib.web.store.deliveries import DeliveryLog

TICK_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccountActivity:
    """How an account stands: how many plays wait, and whether Simkl takes them."""

    waiting: int
    state: DeliveryState


class ServerTracking:
    """Everything between the hooks and Simkl, from `start` to `stop`. Raises QueueError.

    `account_of(server, user_id, user_name)` is the name of the account of a server's user, empty for one who is not
    linked. `environ` is the program's environment.
    """

    def __init__(
        self,
        queue: PlayQueue,
        settings_path: Path,
        environ: Mapping[str, str],
        servers: Mapping[str, MediaServer],
        account_of: Callable[[str, str, str], str],
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._queue = queue
        self._servers = dict(servers)
        self._accounts = AccountDirectory(settings_path)
        who = WhoIsWho(account_of, self._owner_of)
        self.receiver = HookReceiver(queue, servers, who, clock, self._wake)
        shows = ShowIdResolver(queue, self.receiver.queued, lambda: self._servers, clock)
        self._pool = DeliveryPool(self._step, clock)
        self._senders = AccountSenders(
            queue,
            self.receiver.queued,
            self._accounts,
            shows,
            environ,
            lambda: self._pool.stopping,
            clock,
            servers=lambda: self._servers,
        )
        self._ticker = Worker(self._tick, self._crashed, "simkl-ticker")

    def start(self) -> None:
        """Begin to send, with what was left from before."""
        self._pool.start()
        self._ticker.start()
        self.accounts_changed()

    def stop(self, seconds: float = 5.0) -> None:
        """End within so many seconds; what was not sent is still in the queue."""
        self._ticker.stop()
        self._pool.stop()
        if not self._pool.join(seconds / 2):
            self._senders.abort()
            self._pool.join(seconds / 2)
        if self._ticker.alive():
            self._ticker.join(seconds / 2)
        self._senders.close()

    def reload(self, servers: Mapping[str, MediaServer]) -> None:
        """Go by these settings from now on."""
        self._servers = dict(servers)
        self.receiver.use_servers(servers)
        self.accounts_changed()

    def accounts_changed(self) -> None:
        """Have a look at everything that waits: somebody was linked, or unlinked."""
        for row in self._queue.database.read("SELECT DISTINCT owner FROM plays WHERE state = 'waiting'"):
            self._pool.wake(row["owner"])

    def pause_all(self, is_paused: bool) -> None:
        """Send nothing while paused; what comes in waits in the queue."""
        self._pool.pause(is_paused)

    @property
    def is_paused(self) -> bool:
        """Whether nothing is sent for now."""
        return self._pool.is_paused

    def is_alive(self) -> bool:
        """Return whether all threads work."""
        return self._pool.is_alive() and self._ticker.alive()

    def retry(self, delivery_id: int) -> bool:
        """Try again what Simkl did not know or take; return whether there was something."""
        play_ids = self.receiver.queued.of_delivery(delivery_id)
        plays = [play for play in map(self._queue.get, play_ids) if play is not None]
        owner = self.receiver.queued.owner_of_delivery(delivery_id)
        if not plays or not owner:
            return False
        self._queue.retry(owner, [play.id for play in plays])
        self.receiver.queued.is_waiting_again(delivery_id)
        self._wake(owner)
        return True

    def correct(self, delivery_id: int, kind: str, ids: Mapping[str, str], title: str = "", year: int = 0) -> bool:
        """Say what a request was about that Simkl did not know, and try it again; `kind` is movie, show or anime.

        An episode keeps its numbers. It holds for every play of the same. Return whether there was something.
        """
        owner = self.receiver.queued.owner_of_delivery(delivery_id)
        plays = [play for play in map(self._queue.get, self.receiver.queued.of_delivery(delivery_id)) if play]
        known = clean_ids(ids)
        if not plays or not owner or not (known or title):
            return False
        for play in plays:
            season, episode = (play.item.season, play.item.episode) if play.item else (None, None)
            if kind == MOVIE:
                season = episode = None
            item = Item(kind, title, year, known, None if kind == ANIME else season, episode)
            store_answer(self._queue, owner, play, item, self._clock.wall())
        self.receiver.queued.is_waiting_again(delivery_id)
        self._wake(owner)
        return True

    def search(self, account: str, kind: str, text: str) -> list[SearchResult]:
        """Return what Simkl finds for a text. Raises AccountNotLinked, SimklError, SettingsError."""
        return self._senders.search(account, kind, text)

    def backup_to(self, path: Path) -> None:
        """Write a copy of the store to a file that is not there yet. There are no tokens in it. Raises QueueError."""
        self._queue.database.read("VACUUM INTO ?", str(path))

    @property
    def deliveries(self) -> DeliveryLog:
        """What came in, and what became of it."""
        return self.receiver.deliveries

    def account_activity(self, account: str) -> AccountActivity:
        """Return how an account stands. Raises SettingsError."""
        owner = self._accounts.owner_of(account)
        return AccountActivity(self._queue.waiting(owner), DeliveryStateStore(self._queue.database).get(owner))

    def _owner_of(self, account: str) -> str:
        try:
            return self._accounts.owner_of(account)
        except SettingsError as error:
            log.error("%s", error)
            return ""

    def _wake(self, owner: str) -> None:
        self._pool.wake(owner, self._senders.retry_now(owner))

    def _step(self, owner: str) -> float | None:
        return self._senders.step(owner)

    def _tick(self) -> None:
        sleep = interruptible_sleep(self._ticker.stopping, self._clock)
        while not sleep(TICK_SECONDS):
            try:
                self.receiver.tick()
            except QueueError as error:
                log.error("%s", error)

    def _crashed(self, error: Exception) -> None:
        """Tell of an internal error, and go on: the starts of others must not wait for a restart."""
        log.error("Internal error; please report it", exc_info=error)
        if not self._ticker.stopping():
            self._ticker = Worker(self._tick, self._crashed, "simkl-ticker")
            self._ticker.start()
