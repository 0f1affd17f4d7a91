"""One sender for each account with something to send, made when it is needed and dropped when nothing waits."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Callable, Mapping, Sequence

from lib.account.client import AccountChanged, AccountClient
from lib.account.rate_limit import WRITE_INTERVAL
from lib.account.settings import Settings, load_settings
from lib.account.settings_file import SettingsError
from lib.simkl.api.media import Item
from lib.simkl.api.search import SearchResult, search_by_text
from lib.simkl.errors import SimklError
from lib.system import files
from lib.system.clock import Clock
from lib.system.threads import interruptible_sleep
from lib.tracking.delivery.sender import Sender
from lib.tracking.identify import is_wanted, kind_for_person
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.accounts import AccountDirectory
from lib.web.delivery.pool import AFTER_TROUBLE_SECONDS
from lib.web.delivery.show_ids import ShowIdResolver
from lib.web.media_server import MediaServer
from lib.web.store.deliveries import HookOutcome
from lib.web.store.queued import QueuedPlays

WEB_PLATFORM = "server"
HURRY_SECONDS = 10.0

log = logging.getLogger(__name__)


class VerdictListener:
    """Makes what Simkl says of plays the verdicts of the requests that they came from."""

    def __init__(self, queued: QueuedPlays) -> None:
        self._queued = queued

    def delivered(self, plays: Sequence[Play]) -> None:
        """Simkl has got these."""
        for play in plays:
            self._queued.settle([play.id], HookOutcome.SENT, f"Simkl has it: {play.label}.")

    def not_recognised(self, play: Play) -> None:
        """Simkl does not know this."""
        self._queued.settle([play.id], HookOutcome.UNKNOWN_TITLE, gone=False)

    def refused(self, play: Play, error: SimklError) -> None:
        """Simkl does not take this."""
        self._queued.settle([play.id], HookOutcome.REJECTED, f"Simkl did not accept it: {error}", gone=False)

    def trouble(self, error: Exception) -> None:
        """Nothing can be sent for now."""
        log.warning("plays wait: %s", error)


@dataclass
class _Open:
    """A sender and what belongs to it."""

    sender: Sender
    client: AccountClient
    linked_at: str
    hurried_at: float = float("-inf")


class AccountNotLinked(Exception):
    """The account is not linked to Simkl; the text names it."""


class AccountSenders:
    """Sends what waits for an owner. Safe for several threads, as long as each works for another owner.

    `environ` is the program's environment, `stopping` whether it shall end, `pause` waits between writes. Of each of
    the `servers`, by name, only the kinds are sent that it tracks.
    """

    def __init__(
        self,
        queue: PlayQueue,
        queued: QueuedPlays,
        accounts: AccountDirectory,
        shows: ShowIdResolver,
        environ: Mapping[str, str],
        stopping: Callable[[], bool],
        clock: Clock,
        pause: Callable[[float], bool] | None = None,
        servers: Callable[[], Mapping[str, MediaServer]] = dict,
    ) -> None:
        self._pause = pause or interruptible_sleep(stopping, clock)
        self._queue = queue
        self._queued = queued
        self._accounts = accounts
        self._shows = shows
        self._environ = environ
        self._clock = clock
        self._servers = servers
        self._guard = threading.Lock()
        self._open: dict[str, _Open] = {}
        self._settings: tuple[object, Settings] | None = None

    def step(self, owner: str) -> float | None:
        """Send what is next; return the seconds until there may be more to do. Raises QueueError."""
        if not self._queue.waiting(owner):
            self._close(owner)
            return None
        self._shows.resolve(owner)
        try:
            opened = self._opened(owner)
        except SettingsError as error:
            log.error("%s", error)
            return AFTER_TROUBLE_SECONDS
        if opened is None:
            return None
        try:
            wait = opened.sender.step()
        except AccountChanged:  # in the middle: what is left waits for its owner
            self._close(owner)
            wait = 0.0
        self._queued.sweep(owner)
        if wait is None:
            self._close(owner)
            return None
        return max(wait, WRITE_INTERVAL)

    def search(self, name: str, kind: str, text: str) -> list[SearchResult]:
        """Return what Simkl finds for a text, asked with an account's token; `kind` is movie, show or anime.

        Raises AccountNotLinked, SimklError, SettingsError.
        """
        if self._accounts.get(name) is None:
            raise AccountNotLinked(f"The account {name} is not linked to Simkl.")
        client = self._client(name)
        try:
            return client.call(lambda way, token: search_by_text(way, token, kind, text))
        finally:
            client.close()

    def retry_now(self, owner: str) -> float:
        """Something new waits: try at once, even after failures, but not for each of many; return when to look."""
        with self._guard:
            opened = self._open.get(owner)
            if opened is None:
                return 0.0
            if self._clock.monotonic() - opened.hurried_at < HURRY_SECONDS:
                return WRITE_INTERVAL
            opened.hurried_at = self._clock.monotonic()
        opened.sender.retry_now()
        return 0.0

    def abort(self) -> None:
        """End what is under way; what was not answered is still in the queue."""
        with self._guard:
            for opened in self._open.values():
                opened.client.abort()

    def close(self) -> None:
        """Drop all senders."""
        with self._guard:
            owners = list(self._open)
        for owner in owners:
            self._close(owner)

    def _opened(self, owner: str) -> _Open | None:
        """Return the sender of an owner, None if nobody of that name is linked."""
        name = self._accounts.names().get(owner)
        account = self._accounts.get(name) if name else None
        if name is None or account is None:
            self._close(owner)
            return None
        with self._guard:
            opened = self._open.get(owner)
        if opened is not None and (opened.client.name, opened.linked_at) == (name, account.linked_at):
            return opened
        self._close(owner)
        client = self._client(name)
        listener = VerdictListener(self._queued)
        sender = Sender(self._queue, owner, client, listener, account.linked_at, self._is_wanted, clock=self._clock)
        opened = _Open(sender, client, account.linked_at)
        with self._guard:
            self._open[owner] = opened
        return opened

    def _is_wanted(self, play: Play, item: Item) -> bool:
        """Return whether its server tracks what Simkl has recognised; if not, the request says so."""
        found = self._queued.of_play(play.id)
        server = self._servers().get(found.server) if found is not None else None
        kind = kind_for_person(item)
        if server is None or is_wanted(kind, server.preferences()):
            return True
        self._queued.settle([play.id], HookOutcome.EXCLUDED, f"Not tracked: of a kind that is not tracked: {kind}.")
        return False

    def _client(self, name: str) -> AccountClient:
        return AccountClient(self._loaded(), WEB_PLATFORM, self._clock, name, self._pause)

    def _loaded(self) -> Settings:
        version = files.file_version(self._accounts.path)
        if self._settings is None or self._settings[0] != version:
            self._settings = version, load_settings(self._accounts.path, self._environ)
        return self._settings[1]

    def _close(self, owner: str) -> None:
        with self._guard:
            opened = self._open.pop(owner, None)
        if opened is not None:
            opened.client.close()
