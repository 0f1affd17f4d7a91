"""Who and what was heard of: the users of each server, and the senders with their versions."""

from __future__ import annotations

from dataclasses import dataclass

from lib.tracking.store.database import Database

NOTE_SECONDS = 60.0


@dataclass(frozen=True)
class SeenUser:
    """A user of a server; times are seconds since 1970."""

    server: str
    user_id: str
    user_name: str
    first_at: float
    last_at: float
    last_label: str


@dataclass(frozen=True)
class SeenSender:
    """What sends for a server: a kind of sender, its version and the name that the server gives itself."""

    server: str
    sender: str
    version: str
    name: str
    first_at: float
    last_at: float


class SeenUsers:
    """The users in the store. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[tuple[str, str], tuple[str, float]] = {}

    def note(self, server: str, user_id: str, user_name: str, label: str, now: float) -> None:
        """Remember that this user watched something; of the same, once a minute."""
        key = server, user_id or user_name.casefold()
        before, at = self._noted.get(key, ("", 0.0))
        if before == label and 0 <= now - at < NOTE_SECONDS:
            return
        with self._database.changing() as connection:
            connection.execute(
                "INSERT INTO hook_users VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (server, user_key) DO UPDATE SET"
                " user_name = excluded.user_name, last_at = excluded.last_at, last_label = excluded.last_label",
                (*key, user_id, user_name, now, now, label),
            )
        self._noted[key] = label, now

    def listing(self, server: str = "") -> list[SeenUser]:
        """Return the users, who was seen last first; of one server or of all."""
        rows = self._database.read(
            "SELECT server, user_id, user_name, first_at, last_at, last_label FROM hook_users"
            " WHERE ? IN ('', server) ORDER BY last_at DESC",
            server,
        )
        return [SeenUser(*row) for row in rows]


class SeenSenders:
    """The senders in the store. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[tuple[str, str, str], float] = {}

    def note(self, server: str, sender: str, version: str, name: str, now: float) -> None:
        """Remember that this sender was heard of; once a minute."""
        if 0 <= now - self._noted.get((server, sender, version), 0.0) < NOTE_SECONDS:
            return
        with self._database.changing() as connection:
            connection.execute(
                "INSERT INTO hook_senders VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (server, sender) DO UPDATE SET"
                " version = CASE excluded.version WHEN '' THEN version ELSE excluded.version END,"
                " name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END, last_at = excluded.last_at",
                (server, sender, version, name, now, now),
            )
        self._noted[server, sender, version] = now

    def listing(self, server: str = "") -> list[SeenSender]:
        """Return the senders, who was heard of last first; of one server or of all."""
        rows = self._database.read(
            "SELECT server, sender, version, name, first_at, last_at FROM hook_senders"
            " WHERE ? IN ('', server) ORDER BY last_at DESC",
            server,
        )
        return [SeenSender(*row) for row in rows]
