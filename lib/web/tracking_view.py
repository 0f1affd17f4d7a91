"""The hooks' side as the pages see it: one database opened for both, and its rows in the pages' own words."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Mapping, Sequence

from lib.account.settings_file import SettingsError
from lib.system.clock import Clock
from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.accounts import AccountDirectory
from lib.web.media_server import MediaServer
from lib.web.page_services import (
    DeliveryList,
    DeliveryView,
    Received,
    SeenView,
    ServerView,
    StoreUnusable,
    TrackedView,
)
from lib.web.store.deliveries import HookOutcome, HookVerdict
from lib.web.store.seen import SeenSenders, SeenUsers
from lib.web.tracking import ServerTracking

# What of a person's deliveries their own page shows, and how each is called there.
TRACKED_STATES = {
    HookOutcome.SENT: "sent",
    HookOutcome.QUEUED: "waiting",
    HookOutcome.UNKNOWN_TITLE: "unknown",
    HookOutcome.REJECTED: "rejected",
}


class TrackingRuntime:
    """Tracking from the start of the server to its end. Making it may raise QueueError."""

    def __init__(
        self,
        path: Path,
        settings_path: Path,
        environ: Mapping[str, str],
        servers: Mapping[str, MediaServer],
        account_of: Callable[[str, str, str], str],
        clock: Clock,
    ) -> None:
        self._queue = PlayQueue(path, clock, check=True)
        self._tracking = ServerTracking(self._queue, settings_path, environ, servers, account_of, clock)
        self._log = self._tracking.receiver.deliveries
        self._users = SeenUsers(self._queue.database)
        self._senders = SeenSenders(self._queue.database)
        self._accounts = AccountDirectory(settings_path)

    def start(self) -> None:
        """Begin to send."""
        self._tracking.start()

    def stop(self, seconds: float) -> None:
        """End; what was not sent waits on the disk."""
        self._tracking.stop(seconds)

    def close(self) -> None:
        """Close the database."""
        self._queue.close()

    def reload(self, servers: Mapping[str, MediaServer]) -> None:
        """Go by these settings from now on."""
        self._tracking.reload(servers)

    def accounts_changed(self) -> None:
        """Look at the accounts again."""
        self._tracking.accounts_changed()

    def pause_all(self, paused: bool) -> None:
        """Keep everything, and send nothing while paused."""
        self._tracking.pause_all(paused)

    def trim(self, now: float) -> None:
        """Delete deliveries older than 30 days."""
        self._log.prune(now)

    def receive(self, server: str, content_type: str, body: bytes, query: Mapping[str, str], remote: str) -> Received:
        """Take one delivery in; it is on the disk afterwards. Raises StoreUnusable."""
        try:
            verdict = self._tracking.receiver.receive(server, content_type, body, query, remote)
        except QueueError as error:
            raise StoreUnusable(str(error)) from error
        return Received(verdict.id, verdict.outcome.value, verdict.sentence)

    def problems(self) -> list[str]:
        """Return why it is not ready: nothing can be kept, or nothing is sent."""
        reasons = []
        try:
            with self._queue.database.changing() as connection:
                connection.execute("UPDATE hook_deliveries SET detail = detail WHERE id = -1")
        except QueueError as error:
            reasons.append(str(error))
        if not self._tracking.is_alive():
            reasons.append("The sending has stopped.")
        return reasons

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how often each outcome came about, by (sender, outcome)."""
        return self._log.counts()

    def backlog(self, now: float) -> tuple[int, float]:
        """Return how many plays wait, and for how many seconds the oldest does."""
        row = self._queue.database.read("SELECT count(*), min(at) FROM plays WHERE state = 'waiting'")[0]
        return int(row[0]), max(0.0, now - row[1]) if row[1] is not None else 0.0

    def deliveries(
        self, limit: int, before: int = 0, server: str = "", outcome: str = "", text: str = ""
    ) -> DeliveryList:
        """Return deliveries older than `before`, the newest first; 0 for the newest of all."""
        found, older = self._log.search(limit, before=before, server=server, outcome=outcome, text=text)
        return DeliveryList([_delivery(verdict) for verdict in found], older)

    def seen_users(self) -> Sequence[SeenView]:
        """Return everybody who played something, the latest first."""
        return [
            SeenView(user.server, user.user_id, user.user_name, user.last_at, user.last_label)
            for user in self._users.listing()
        ]

    def server(self, name: str) -> ServerView | None:
        """Return what a server said last, None if nothing came yet."""
        found = self._senders.listing(name)
        return ServerView(found[0].sender, found[0].version, found[0].last_at) if found else None

    def tracked(self, account: str, limit: int) -> Sequence[TrackedView]:
        """Return what an account played, the newest first."""
        rows: list[HookVerdict] = []
        for outcome in TRACKED_STATES:
            rows += self._log.latest(limit, account=account, outcome=outcome.value)
        rows.sort(key=lambda row: -row.id)
        return [
            TrackedView(row.received_at, row.label, TRACKED_STATES[row.outcome], row.detail) for row in rows[:limit]
        ]

    def waiting(self, account: str) -> int:
        """Return how many plays of an account wait."""
        try:
            owner = self._accounts.owner_of(account)
        except SettingsError:
            return 0
        return self._queue.waiting(owner) if owner else 0

    def retry(self, delivery_id: int) -> bool:
        """Ask Simkl once more about a title."""
        return self._tracking.retry(delivery_id)

    def correct(self, delivery_id: int, kind: str, ids: Mapping[str, str]) -> bool:
        """Say what a title is that Simkl does not know, and send it again."""
        return self._tracking.correct(delivery_id, kind, ids)

    def backup_to(self, path: Path) -> None:
        """Write a copy of the plays and deliveries into a new file."""
        self._tracking.backup_to(path)


def _delivery(verdict: HookVerdict) -> DeliveryView:
    return DeliveryView(
        id=verdict.id,
        received_at=verdict.received_at,
        server=verdict.server,
        sender=verdict.sender,
        event=verdict.event,
        user_name=verdict.user_name,
        user_id=verdict.user_id,
        account=verdict.account,
        label=verdict.label,
        detail=verdict.detail,
        outcome_word=verdict.outcome.value,
    )
