"""How an owner stands with Simkl: may plays be sent, and if not, why and until when; and what was sent last."""

from __future__ import annotations

from dataclasses import dataclass

from lib.tracking.store.database import Database

READY, NEEDS_LINKING, CLIENT_ID_REJECTED, QUOTA_EXHAUSTED = "", "parked", "stopped", "quota"
MAX_QUOTA_WAIT = 25 * 3600.0  # a day's quota is renewed within a day; what claims more is a clock that was moved


@dataclass(frozen=True)
class DeliveryState:
    """`state`: free, parked (the token is refused: link again), stopped (the client id is refused), or quota.

    `until` are seconds since 1970 for a quota; `since` is when the refused account was linked; `last_label` and
    `last_at` tell what was sent last.
    """

    state: str = READY
    until: float = 0.0
    since: str = ""
    last_label: str = ""
    last_at: float = 0.0

    def allows(self, now: float) -> bool:
        """Return whether plays may be sent."""
        if self.state == QUOTA_EXHAUSTED:
            return not 0 < self.until - now <= MAX_QUOTA_WAIT
        return self.state == READY


class DeliveryStateStore:
    """The standings in the queue's file. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, owner: str) -> DeliveryState:
        """Return how the owner stands."""
        rows = self._database.read("SELECT * FROM standing WHERE owner = ?", owner)
        if not rows:
            return DeliveryState()
        row = rows[0]
        return DeliveryState(row["state"], row["until"], row["since"], row["last_label"], row["last_at"])

    def put(self, owner: str, state: str, until: float = 0.0, since: str = "") -> None:
        """Keep a new state."""
        with self._database.changing() as connection:
            connection.execute("INSERT OR IGNORE INTO standing (owner) VALUES (?)", (owner,))
            connection.execute(
                "UPDATE standing SET state = ?, until = ?, since = ? WHERE owner = ?", (state, until, since, owner)
            )

    def sent(self, owner: str, label: str, now: float) -> None:
        """Remember what was sent last."""
        with self._database.changing() as connection:
            connection.execute("INSERT OR IGNORE INTO standing (owner) VALUES (?)", (owner,))
            connection.execute("UPDATE standing SET last_label = ?, last_at = ? WHERE owner = ?", (label, now, owner))
