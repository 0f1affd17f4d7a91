"""The tracking of a server front end: what comes in at hooks goes through the queue to Simkl, for all accounts."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping

from lib.account.settings_file import SettingsError
from lib.system.threads import Worker, interruptible_sleep
from lib.tracking.store.database import QueueError
from lib.tracking.store.delivery_state import DeliveryState, DeliveryStateStore
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.accounts import AccountDirectory
from lib.web.delivery.pool import DeliveryPool
from lib.web.delivery.senders import AccountSenders
from lib.web.delivery.show_ids import ShowIdResolver
from lib.web.hooks.receiver import HookReceiver, WhoIsWho
from lib.web.media_server import MediaServer

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
    linked. `environ` is the program's environment. Clocks are monotonic (`clock`) and seconds since 1970 (`wall`).
    """

    def __init__(
        self,
        queue: PlayQueue,
        settings_path: Path,
        environ: Mapping[str, str],
        servers: Mapping[str, MediaServer],
        account_of: Callable[[str, str, str], str],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._servers = dict(servers)
        self._accounts = AccountDirectory(settings_path)
        who = WhoIsWho(account_of, self._owner_of)
        self.receiver = HookReceiver(queue, servers, who, wall, self._wake)
        shows = ShowIdResolver(queue, self.receiver.queued, lambda: self._servers, clock=clock, wall=wall)
        self._pool = DeliveryPool(self._step, clock=clock)
        self._senders = AccountSenders(
            queue, self.receiver.queued, self._accounts, shows, environ, lambda: self._pool.stopping, clock, wall
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
        self._senders.retry_now(owner)
        self._pool.wake(owner)

    def _step(self, owner: str) -> float | None:
        return self._senders.step(owner)

    def _tick(self) -> None:
        sleep = interruptible_sleep(self._ticker.stopping)
        while not sleep(TICK_SECONDS):
            try:
                self.receiver.tick()
            except QueueError as error:
                log.error("%s", error)

    def _crashed(self, error: Exception) -> None:
        log.error("Internal error; please report it", exc_info=error)
