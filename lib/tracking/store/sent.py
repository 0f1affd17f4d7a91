"""What Simkl has got: the last plays of each owner, and what it said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from lib.simkl.api.media import Item
from lib.tracking.play import REMOVED, UNWATCHED, Play
from lib.tracking.store.codec import CorruptRecord, decode_play, encode_play
from lib.tracking.store.database import Database
from lib.tracking.superseding import is_part_of

SENT_KEPT_PLAYS = 100
SENT_KEPT_SECONDS = 86400.0


@dataclass(frozen=True)
class SentPlay:
    """A play that Simkl has got. `sent_at` are seconds since 1970; `answer` is Simkl's word for what it did.

    `answer` is start, pause, scrobble (watched), already_watched, added, deleted or rated.
    """

    play: Play
    sent_at: float
    answer: str


class SentPlays:
    """The last hundred of each owner, and all of the last day. Every method may raise QueueError."""

    TABLES: Mapping[int, tuple[str, ...]] = {
        1: (
            "CREATE TABLE IF NOT EXISTS sent (owner TEXT NOT NULL, key TEXT NOT NULL, ref TEXT NOT NULL,"
            " at REAL NOT NULL, PRIMARY KEY (owner, key))",
        ),
        2: (
            "DROP TABLE IF EXISTS sent",
            "CREATE TABLE IF NOT EXISTS sent_plays (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL,"
            " action TEXT NOT NULL, key TEXT NOT NULL, play TEXT NOT NULL, sent_at REAL NOT NULL,"
            " answer TEXT NOT NULL)",
            "CREATE INDEX IF NOT EXISTS sent_plays_by_owner ON sent_plays (owner, id)",
        ),
    }

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, connection: Any, owner: str, play: Play, answer: str, now: float) -> None:
        """Keep a play as part of a change, and forget what is older than needed."""
        row = (owner, play.action, play.key, encode_play(play), now, answer)
        connection.execute(
            "INSERT INTO sent_plays (owner, action, key, play, sent_at, answer) VALUES (?, ?, ?, ?, ?, ?)", row
        )
        connection.execute(
            "DELETE FROM sent_plays WHERE owner = ? AND NOT sent_at BETWEEN ? AND ? AND id NOT IN"
            " (SELECT id FROM sent_plays WHERE owner = ? ORDER BY id DESC LIMIT ?)",
            (owner, now - SENT_KEPT_SECONDS, now + SENT_KEPT_SECONDS, owner, SENT_KEPT_PLAYS),
        )

    def latest(self, owner: str, most: int = SENT_KEPT_PLAYS) -> list[SentPlay]:
        """Return the last ones, the newest first; what cannot be read is left out."""
        rows = self._database.read(
            "SELECT play, sent_at, answer FROM sent_plays WHERE owner = ? ORDER BY id DESC LIMIT ?", owner, most
        )
        return [each for each in map(_sent_play, rows) if each is not None]

    def was_removed(self, owner: str, item: Item, since: float) -> bool:
        """Return whether the last thing that Simkl heard of this item since then was to take it away."""
        for sent in self._since(owner, since):
            if sent.play.item is None or not is_part_of(item, sent.play.item):
                continue
            if sent.play.action in (UNWATCHED, REMOVED):
                return True
            if sent.play.counts:
                return False
        return False

    def was_marked(self, owner: str, key: str, since: float) -> bool:
        """Return whether Simkl has got a watched mark of this since then, and nothing against it after."""
        marks = [each.play for each in self._since(owner, since) if each.play.key == key]
        told = [play for play in marks if play.counts or play.action == UNWATCHED]
        return bool(told) and told[0].counts

    def has_mark(self, owner: str, mark: Play, since: float) -> bool:
        """Return whether Simkl has got this very mark since then, with the same date, and nothing against it after."""
        for sent in self._since(owner, since):
            if sent.play.key == mark.key and (sent.play.counts or sent.play.action == UNWATCHED):
                return sent.play.counts and sent.play.library_date == mark.library_date is not None
        return False

    def _since(self, owner: str, since: float) -> list[SentPlay]:
        rows = self._database.read(
            "SELECT play, sent_at, answer FROM sent_plays WHERE owner = ? AND sent_at >= ? ORDER BY id DESC",
            owner, since,
        )  # fmt: skip
        return [each for each in map(_sent_play, rows) if each is not None]


def _sent_play(row: Any) -> SentPlay | None:
    try:
        return SentPlay(decode_play(row["play"]), row["sent_at"], row["answer"])
    except CorruptRecord:
        return None
