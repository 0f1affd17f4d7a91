"""The delivery state of each owner: may plays be sent, and if not, why and until when; and what was sent last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from lib.tracking.store.database import Database

READY, NEEDS_LINKING, CLIENT_ID_REJECTED, QUOTA_EXHAUSTED = "", "parked", "stopped", "quota"
REFUSED_STATES = (NEEDS_LINKING, CLIENT_ID_REJECTED)
FIRST_REFUSAL_WAIT, MAX_REFUSAL_WAIT = 3600.0, 86400.0
MAX_QUOTA_WAIT = 25 * 3600.0  # a day's quota is renewed within a day; what claims more is a clock that was moved

_FIELDS = ("state", "until", "since", "last_label", "last_at", "attempts")


@dataclass(frozen=True)
class DeliveryState:
    """Whether plays of an owner may be sent, and if not, why.

    `state` is ready, needs linking (the token is refused), client id rejected, or quota exhausted. `until` are seconds
    since 1970: when a refusal is asked about anew, or a quota is renewed; `attempts` is how often in a row it was
    refused. `since` is when the refused account was linked; `last_label` and `last_at` tell what was sent last.
    """

    state: str = READY
    until: float = 0.0
    since: str = ""
    last_label: str = ""
    last_at: float = 0.0
    attempts: int = 0

    def allows(self, now: float) -> bool:
        """Return whether plays may be sent."""
        if self.state == READY:
            return True
        return not 0 < self.until - now <= (MAX_QUOTA_WAIT if self.state == QUOTA_EXHAUSTED else MAX_REFUSAL_WAIT)


class DeliveryStateStore:
    """The states of all owners in the queue's file. Every method may raise QueueError."""

    TABLES: Mapping[int, tuple[str, ...]] = {
        1: (
            "CREATE TABLE IF NOT EXISTS standing (owner TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT '',"
            " until REAL NOT NULL DEFAULT 0, since TEXT NOT NULL DEFAULT '', last_label TEXT NOT NULL DEFAULT '',"
            " last_at REAL NOT NULL DEFAULT 0)",
        ),
        2: ("ALTER TABLE standing ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",),
    }

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, owner: str) -> DeliveryState:
        """Return how it is for the owner."""
        rows = self._database.read("SELECT * FROM standing WHERE owner = ?", owner)
        return DeliveryState(*(rows[0][name] for name in _FIELDS)) if rows else DeliveryState()

    def put(self, owner: str, state: str, until: float = 0.0, since: str = "", attempts: int = 0) -> None:
        """Keep a new state."""
        with self._database.changing() as connection:
            connection.execute("INSERT OR IGNORE INTO standing (owner) VALUES (?)", (owner,))
            connection.execute(
                "UPDATE standing SET state = ?, until = ?, since = ?, attempts = ? WHERE owner = ?",
                (state, until, since, attempts, owner),
            )

    def refuse(self, owner: str, state: str, since: str, now: float) -> bool:
        """Keep that Simkl refuses the account, until it is asked anew; return whether that is news.

        The first time that is after an hour, then twice as long each time, up to a day.
        """
        before = self.get(owner)
        attempts = before.attempts + 1 if (before.state, before.since) == (state, since) else 1
        wait = min(MAX_REFUSAL_WAIT, FIRST_REFUSAL_WAIT * 2 ** min(attempts - 1, 10))
        self.put(owner, state, now + wait, since, attempts)
        return attempts == 1

    def sent(self, owner: str, label: str, now: float) -> None:
        """Remember what was sent last."""
        with self._database.changing() as connection:
            connection.execute("INSERT OR IGNORE INTO standing (owner) VALUES (?)", (owner,))
            connection.execute("UPDATE standing SET last_label = ?, last_at = ? WHERE owner = ?", (label, now, owner))
