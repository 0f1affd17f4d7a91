"""Every request that came in, and what became of it, for 30 days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Any, Sequence

from lib.tracking.store.database import Database

KEPT_SECONDS = 30 * 86400.0
PRUNE_BATCH = 1000
SEARCH_SPAN = 100_000  # so many are looked at in one search: beside a million it would take a second
_FIELDS = (
    "received_at", "server", "sender", "event", "user_id", "user_name", "account", "label", "outcome", "detail",
    "remote",
)  # fmt: skip
_INSERT = f"INSERT INTO hook_deliveries (id, {', '.join(_FIELDS)}) VALUES (?{', ?' * len(_FIELDS)})"


class HookOutcome(Enum):
    """What became of a request."""

    STARTED = "started"
    QUEUED = "queued"
    SENT = "sent"
    POSITION = "position"
    DUPLICATE = "duplicate"
    NOT_LINKED = "not_linked"
    ACCOUNT_MISSING = "account_missing"
    EXCLUDED = "excluded"
    NOT_MEDIA = "not_media"
    NOT_PLAYBACK = "not_playback"
    TEST = "test"
    NOT_READABLE = "not_readable"
    NOT_RECOGNISED = "not_recognised"
    UNKNOWN_TITLE = "unknown_title"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    UNMARK_HELD = "unmark_held"
    NOT_SENT = "not_sent"


SENTENCES = {
    HookOutcome.STARTED: "Started. Simkl is told once it has played for three seconds.",
    HookOutcome.QUEUED: "Waiting to be sent to Simkl.",
    HookOutcome.SENT: "Simkl has it.",
    HookOutcome.POSITION: "The position was noted.",
    HookOutcome.DUPLICATE: "Already counted.",
    HookOutcome.NOT_LINKED: "Seen, but this user is not linked to an account. Nothing was sent.",
    HookOutcome.ACCOUNT_MISSING: "The account of this user is not linked to Simkl yet. Nothing was sent.",
    HookOutcome.EXCLUDED: "Excluded by the settings of this server.",
    HookOutcome.NOT_MEDIA: "Not a film or an episode.",
    HookOutcome.NOT_PLAYBACK: "Not about watching something.",
    HookOutcome.TEST: "The test arrived. The address is right.",
    HookOutcome.NOT_READABLE: "The request could not be read.",
    HookOutcome.NOT_RECOGNISED: "No known media server sends this.",
    HookOutcome.UNKNOWN_TITLE: "Simkl does not know this title.",
    HookOutcome.REJECTED: "Simkl did not accept it.",
    HookOutcome.SUPERSEDED: "Something newer happened before it was sent.",
    HookOutcome.UNMARK_HELD: "Waiting a minute, in case more of the show is being unmarked.",
    HookOutcome.NOT_SENT: "Not sent on purpose.",
}


@dataclass(frozen=True)
class HookVerdict:
    """One request. Texts that are not known are empty; `received_at` are seconds since 1970.

    `account` is the account of the user, `label` what it was about, `detail` a sentence for people.
    """

    received_at: float
    server: str
    outcome: HookOutcome
    sender: str = ""
    event: str = ""
    user_id: str = ""
    user_name: str = ""
    account: str = ""
    label: str = ""
    detail: str = ""
    remote: str = ""
    id: int = 0

    @property
    def sentence(self) -> str:
        """What became of it, in words."""
        return self.detail or SENTENCES[self.outcome]


class DeliveryLog:
    """The requests in the store. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: Counter[tuple[str, str]] = Counter()

    def next_id(self) -> int:
        """Return the number that the next request will have."""
        rows = self._database.read("SELECT seq FROM sqlite_sequence WHERE name = 'hook_deliveries'")
        return int(rows[0]["seq"]) + 1 if rows else 1

    def record(self, verdict: HookVerdict) -> int:
        """Keep a request; return its number, which is that of the verdict, or the next one where that has none."""
        values = [verdict.outcome.value if name == "outcome" else getattr(verdict, name) for name in _FIELDS]
        with self._database.changing() as connection:
            cursor = connection.execute(_INSERT, (verdict.id or None, *values))
        self._counts[verdict.sender, verdict.outcome.value] += 1
        return int(cursor.lastrowid or 0)

    def settle(self, ids: Sequence[int], outcome: HookOutcome, detail: str = "") -> None:
        """Say what became of requests in the end."""
        if not ids:
            return
        with self._database.changing() as connection:
            cursor = connection.executemany(
                "UPDATE hook_deliveries SET outcome = ?, detail = ? WHERE id = ?",
                [(outcome.value, detail, id_) for id_ in ids],
            )
        self._counts["", outcome.value] += cursor.rowcount

    def search(
        self, limit: int, before: int = 0, server: str = "", outcome: str = "", text: str = ""
    ) -> tuple[list[HookVerdict], int]:
        """Return the newest first, see `latest`, and the number to go on before; 0 if there is nothing older.

        One filter has an index. Of several, and of a text, no more than SEARCH_SPAN requests are looked at: there may
        be fewer than the limit then, or none, and older ones all the same.
        """
        top = before or self.next_id()
        bottom = max(0, top - 1 - SEARCH_SPAN) if text or (server and outcome) else 0
        found = self.latest(limit + 1, top, server=server, outcome=outcome, text=text, after=bottom)
        if len(found) > limit:
            return found[:limit], found[limit - 1].id
        return found, bottom + 1 if bottom and self.latest(1, bottom + 1) else 0

    def latest(
        self,
        limit: int = 100,
        before: int = 0,
        server: str = "",
        account: str = "",
        outcome: str = "",
        text: str = "",
        after: int = 0,
    ) -> list[HookVerdict]:
        """Return the newest first; filters that are empty let all in.

        `before` and `after` are numbers of requests, for those between them; `text` stands in the label, the user's
        name or the detail.
        """
        conditions = ["1"]
        values: list[Any] = []
        for condition, value in (
            ("id < ?", before), ("id > ?", after), ("server = ?", server), ("account = ?", account),
            ("outcome = ?", outcome),
        ):  # fmt: skip
            if value:
                conditions.append(condition)
                values.append(value)
        if text:
            conditions.append("instr(lower(label || ' ' || user_name || ' ' || detail), lower(?))")
            values.append(text)
        rows = self._database.read(
            f"SELECT * FROM hook_deliveries WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?", *values, limit
        )
        return [_verdict(row) for row in rows]

    def get(self, id_: int) -> HookVerdict | None:
        """Return one, None if it is gone."""
        rows = self._database.read("SELECT * FROM hook_deliveries WHERE id = ?", id_)
        return _verdict(rows[0]) if rows else None

    def last_of_server(self, server: str) -> HookVerdict | None:
        """Return the newest request of a server, None while there is none."""
        found = self.latest(limit=1, server=server)
        return found[0] if found else None

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how often each outcome came about since the start, by (sender, outcome); settled later: no sender."""
        return dict(self._counts)

    def prune(self, now: float) -> int:
        """Remove what is older than 30 days, a part at a time so that nobody waits; return how many went."""
        removed = 0
        while True:
            with self._database.changing() as connection:
                cursor = connection.execute(
                    "DELETE FROM hook_deliveries WHERE id IN"
                    " (SELECT id FROM hook_deliveries WHERE received_at < ? ORDER BY received_at LIMIT ?)",
                    (now - KEPT_SECONDS, PRUNE_BATCH),
                )
            removed += cursor.rowcount
            if cursor.rowcount < PRUNE_BATCH:
                return removed


def _verdict(row: Any) -> HookVerdict:
    named = {name: row[name] for name in _FIELDS if name != "outcome"}
    return HookVerdict(outcome=HookOutcome(row["outcome"]), id=row["id"], **named)
