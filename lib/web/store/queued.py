"""Which request each waiting play came from, so that what Simkl says of it becomes the request's verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from lib.tracking.play import NOT_FOUND, REJECTED, Play
from lib.tracking.store.queue import PlayQueue
from lib.web.store.deliveries import DeliveryLog, HookOutcome


@dataclass(frozen=True)
class QueuedPlay:
    """A play in the queue, and the request that it came from; `show_id` is the server's own number of the show."""

    play_id: int
    delivery_id: int
    server: str
    show_id: str


class QueuedPlays:
    """The plays of requests in the queue. Every method may raise QueueError."""

    def __init__(self, queue: PlayQueue, deliveries: DeliveryLog) -> None:
        self._queue = queue
        self._database = queue.database
        self._deliveries = deliveries

    def add(self, owner: str, plays: Sequence[tuple[Play, int]], server: str, show_id: str = "") -> None:
        """Put plays into the queue, each with the number of its request."""
        with self._database.changing() as connection:
            has_superseded = False
            for play, delivery in plays:
                before = connection.total_changes
                self._queue.add(owner, [play])
                has_superseded |= connection.total_changes - before > 1  # more than the play's own row
                connection.execute(
                    "INSERT INTO hook_plays VALUES (?, ?, ?, ?, ?, ?)",
                    (self._queue.newest(), owner, delivery, server, show_id, int(play.counts)),
                )
                self._deliveries.settle([delivery], HookOutcome.QUEUED)
            if has_superseded:
                self.sweep(owner)

    def of_play(self, play_id: int) -> QueuedPlay | None:
        """Return where a play came from, None if it came from no request."""
        rows = self._database.read(
            "SELECT play_id, delivery_id, server, show_id FROM hook_plays WHERE play_id = ?", play_id
        )
        return QueuedPlay(*rows[0]) if rows else None

    def wanting_show_ids(self, owner: str) -> list[QueuedPlay]:
        """Return an owner's plays whose shows have no ids yet, and whose servers may know them."""
        rows = self._database.read(
            "SELECT play_id, delivery_id, server, show_id FROM hook_plays WHERE owner = ? AND show_id != ''", owner
        )
        return [QueuedPlay(*row) for row in rows]

    def has_show_ids(self, play_id: int) -> None:
        """Remember that the server was asked, or cannot be."""
        with self._database.changing() as connection:
            connection.execute("UPDATE hook_plays SET show_id = '' WHERE play_id = ?", (play_id,))

    def of_delivery(self, delivery_id: int) -> list[int]:
        """Return the plays of a request that are still in the queue."""
        rows = self._database.read("SELECT play_id FROM hook_plays WHERE delivery_id = ?", delivery_id)
        return [row["play_id"] for row in rows]

    def owner_of_delivery(self, delivery_id: int) -> str:
        """Return whose plays a request has in the queue, empty if it has none."""
        rows = self._database.read("SELECT owner FROM hook_plays WHERE delivery_id = ? LIMIT 1", delivery_id)
        return str(rows[0]["owner"]) if rows else ""

    def is_waiting_again(self, delivery_id: int) -> None:
        """Remember that a request's plays are tried again."""
        self._deliveries.settle([delivery_id], HookOutcome.QUEUED)

    def settle(self, play_ids: Sequence[int], outcome: HookOutcome, detail: str = "", gone: bool = True) -> None:
        """Say what became of plays; `gone` from the queue, or put aside in it."""
        with self._database.changing() as connection:
            for play_id in play_ids:
                found = self.of_play(play_id)
                if found is None:
                    continue
                self._deliveries.settle([found.delivery_id], outcome, detail)
                if gone:
                    connection.execute("DELETE FROM hook_plays WHERE play_id = ?", (play_id,))

    def sweep(self, owner: str) -> None:
        """Settle what has left the queue by itself, and what was put aside in it.

        It was overtaken by something newer, or too old to be told. Nothing that counts leaves the queue in this way:
        Simkl has heard of that, right before a sudden end of ours.
        """
        aside = self._database.read(
            "SELECT play_id, state, why FROM hook_plays JOIN plays ON plays.id = play_id"
            " JOIN hook_deliveries ON hook_deliveries.id = delivery_id"
            " WHERE hook_plays.owner = ? AND state IN (?, ?) AND outcome = ?",
            owner,
            NOT_FOUND,
            REJECTED,
            HookOutcome.QUEUED.value,
        )
        for row in aside:
            outcome = HookOutcome.UNKNOWN_TITLE if row["state"] == NOT_FOUND else HookOutcome.REJECTED
            self.settle([row["play_id"]], outcome, gone=False)
        rows = self._database.read(
            "SELECT play_id, counts FROM hook_plays WHERE owner = ?"
            " AND NOT EXISTS (SELECT 1 FROM plays WHERE plays.id = play_id)",
            owner,
        )
        for row in rows:
            self.settle([row["play_id"]], HookOutcome.SENT if row["counts"] else HookOutcome.SUPERSEDED)
