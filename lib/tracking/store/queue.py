"""The durable queue: a play is on the disk before it is on the wire.

One ordered line for each owner, which is the Simkl user the plays belong to. What is going on now (start, pause) gives
way to what is newer; a watched mark stays until Simkl has it. Beside the line the file keeps what plays just now (for a
sudden death), what Simkl recognises and what it does not, and which marks it has got from us of late.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterable, Sequence

from lib.simkl.api.media import Item, replace_surrogates
from lib.simkl.api.scrobble import STOP
from lib.system.clock import Clock
from lib.tracking.play import LIVE_ACTIONS, NOT_FOUND, QUEUED, REJECTED, UNWATCHED, Play
from lib.tracking.store.codec import (
    FIELD_OF_STORED,
    CorruptRecord,
    decode_item,
    decode_play,
    encode_item,
    encode_play,
)
from lib.tracking.store.database import Database

LIVE_LIFETIME = 600.0
SENT_MARK_LIFETIME = 86400.0
CORRUPT = "unreadable"
_COLUMNS = (
    "action", "item", "key", "at", "progress", "mark", "rating", "file", "title", "ref", "art", "state", "why",
)  # fmt: skip
_PLACES = ", ".join("?" * (len(_COLUMNS) + 1))
_SAME = "(key = ? OR (ref = ? AND ref != ''))"

log = logging.getLogger(__name__)


class _Unchanged:
    """As before."""


UNCHANGED = _Unchanged()


class PlayQueue:
    """The queue in one file. Every method may raise QueueError; what it changes is on the disk when it returns."""

    def __init__(self, path: Path, clock: Clock, check: bool = False) -> None:
        self.database = Database(path, clock, check)

    def add(self, owner: str, plays: Iterable[Play], playing: Play | _Unchanged | None = UNCHANGED) -> None:
        """Put plays at the end of the line, and say in the same breath what still plays; None: nothing any more."""
        with self.database.changing() as connection:
            for play in plays:
                self._insert(connection, owner, play)
            if not isinstance(playing, _Unchanged):
                self._save_now_playing(connection, owner, playing)

    def save_now_playing(self, owner: str, playing: Play | None) -> None:
        """Remember what plays and where it is: a stop as it would be now. None: nothing plays."""
        with self.database.changing() as connection:
            self._save_now_playing(connection, owner, playing)

    def recover(self, owner: str) -> Play | None:
        """Put the stop that a sudden death has swallowed into the line; return it, None if there was none."""
        with self.database.changing() as connection:
            rows = connection.execute("SELECT play FROM playing WHERE owner = ?", (owner,)).fetchall()
            if not rows:
                return None
            play = _playing(rows[0])
            if play is not None:
                self._insert(connection, owner, play)
            self._save_now_playing(connection, owner, None)
        return play

    def line(self, owner: str, now: float, most: int = 50, without: Sequence[str] = ()) -> list[Play]:
        """Return the head of the line, at most so many; what was live and is too old for that is dropped.

        What has one of the keys in `without` is left out. What cannot be read is put aside, so that it blocks nothing.
        """
        marks = ", ".join("?" * len(LIVE_ACTIONS))
        stale = self.database.read(
            f"SELECT id FROM plays WHERE owner = ? AND state = ? AND action IN ({marks}) AND NOT at BETWEEN ? AND ?",
            owner, QUEUED, *LIVE_ACTIONS, now - LIVE_LIFETIME, now + LIVE_LIFETIME,
        )  # fmt: skip
        if stale:
            self.done([row["id"] for row in stale])
        while True:
            rows = self.database.read(
                f"SELECT * FROM plays WHERE owner = ? AND state = ? AND key NOT IN ({', '.join('?' * len(without))})"
                " ORDER BY id LIMIT ?",
                owner, QUEUED, *without, most,
            )  # fmt: skip
            plays = [_play(row) for row in rows]
            damaged = [play.id for play in plays if play.why == CORRUPT]
            if not damaged:
                return plays
            log.error("what waits under the numbers %s cannot be read; it was put aside", damaged)
            self.move_to_dead_letters(damaged, REJECTED, CORRUPT)

    def done(self, ids: Sequence[int]) -> None:
        """Take these out of the line, or from wherever else they are."""
        with self.database.changing() as connection:
            connection.executemany("DELETE FROM plays WHERE id = ?", [(id_,) for id_ in ids])

    def delivered(self, owner: str, plays: Sequence[Play], now: float) -> None:
        """Take plays out of the line that Simkl has got, and remember the marks among them."""
        with self.database.changing() as connection:
            connection.executemany("DELETE FROM plays WHERE id = ?", [(play.id,) for play in plays])
            connection.execute("DELETE FROM sent WHERE NOT at BETWEEN ? AND ?", (now - SENT_MARK_LIFETIME, now + 60))
            for play in plays:
                if play.counts:
                    connection.execute(
                        "INSERT OR REPLACE INTO sent (owner, key, ref, at) VALUES (?, ?, ?, ?)",
                        (owner, play.key, play.ref, now),
                    )
                elif play.action == UNWATCHED:
                    connection.execute(f"DELETE FROM sent WHERE owner = ? AND {_SAME}", (owner, play.key, play.ref))

    def was_marked(self, owner: str, key: str, ref: str = "", now: float | None = None) -> bool:
        """Return whether Simkl has got this mark from us in the day before `now`, or is about to."""
        rows = self.database.read(
            f"SELECT * FROM plays WHERE owner = ? AND state = ? AND {_SAME} ORDER BY id", owner, QUEUED, key, ref
        )
        told = [play for play in map(_play, rows) if play.counts or play.action == UNWATCHED]
        if told:
            return told[-1].counts
        sent = self.database.read(f"SELECT at FROM sent WHERE owner = ? AND {_SAME}", owner, key, ref)
        return any(now is None or now - row["at"] < SENT_MARK_LIFETIME for row in sent)

    def tried(self, ids: Sequence[int], now: float) -> None:
        """Remember that these were tried for the first time."""
        with self.database.changing() as connection:
            connection.executemany("UPDATE plays SET first_try = ? WHERE id = ?", [(now, id_) for id_ in ids])

    def replace_item(self, id_: int, item: Item) -> None:
        """Say better what a play is, with ids that were not known before. Its key stays."""
        with self.database.changing() as connection:
            connection.execute("UPDATE plays SET item = ? WHERE id = ?", (encode_item(item), id_))

    def move_to_dead_letters(self, ids: Sequence[int], state: str, why: str) -> None:
        """Take plays out of the line without losing them: Simkl does not know them, or they were refused."""
        with self.database.changing() as connection:
            connection.executemany(
                "UPDATE plays SET state = ?, why = ? WHERE id = ?", [(state, why, id_) for id_ in ids]
            )

    def retry(self, owner: str, ids: Sequence[int]) -> None:
        """Put plays back into the line, as if they had never been tried; and forget that Simkl did not know them."""
        with self.database.changing() as connection:
            for id_ in ids:
                connection.execute(
                    "DELETE FROM answers WHERE item IS NULL AND key IN (SELECT key FROM plays WHERE id = ?"
                    " UNION SELECT 'file:' || file FROM plays WHERE id = ?)",
                    (id_, id_),
                )
                connection.execute(
                    "UPDATE plays SET state = ?, why = '', first_try = 0 WHERE id = ? AND owner = ?",
                    (QUEUED, id_, owner),
                )

    def adopt(self, former: str, owner: str) -> None:
        """Give all that one owner has to another: it was the same person, whose name was not known yet."""
        with self.database.changing() as connection:
            for table in ("plays", "playing", "sent"):
                connection.execute(f"UPDATE OR REPLACE {table} SET owner = ? WHERE owner = ?", (owner, former))

    def waiting(self, owner: str) -> int:
        """Return how many wait in the line."""
        return self.count(owner, QUEUED)

    def count(self, owner: str, state: str) -> int:
        """Return how many are in a state."""
        rows = self.database.read("SELECT count(*) FROM plays WHERE owner = ? AND state = ?", owner, state)
        return int(rows[0][0])

    def listing(self, owner: str, *states: str, most: int = -1) -> list[Play]:
        """Return plays in these states, the oldest first; `most` of them: the newest."""
        marks = ", ".join("?" * len(states))
        rows = self.database.read(
            f"SELECT * FROM plays WHERE owner = ? AND state IN ({marks}) ORDER BY id DESC LIMIT ?", owner, *states, most
        )
        return [_play(row) for row in reversed(rows)]

    def unknown(self, owner: str, key: str) -> list[Play]:
        """Return what was put aside of one film or episode because Simkl does not know it."""
        rows = self.database.read(
            "SELECT * FROM plays WHERE owner = ? AND key = ? AND state = ? ORDER BY id", owner, key, NOT_FOUND
        )
        return [_play(row) for row in rows]

    def get(self, id_: int) -> Play | None:
        """Return one play, None if it is gone."""
        rows = self.database.read("SELECT * FROM plays WHERE id = ?", id_)
        return _play(rows[0]) if rows else None

    def now_playing(self, owner: str) -> Play | None:
        """Return what plays, as the stop that it would be now."""
        rows = self.database.read("SELECT play FROM playing WHERE owner = ?", owner)
        play = _playing(rows[0]) if rows else None
        if rows and play is None:
            self.save_now_playing(owner, None)
        return play

    def newest(self) -> int:
        """Return the highest number that any play has got so far."""
        rows = self.database.read("SELECT seq FROM sqlite_sequence WHERE name = 'plays'")
        return int(rows[0]["seq"]) if rows else 0

    def shift(self, before: float, seconds: float, after: int = 0) -> None:
        """Move plays that happened before a time: the clock was wrong then, and has been set by so many seconds.

        Plays with a number up to `after` stay where they are.
        """
        with self.database.changing() as connection:
            connection.execute("UPDATE plays SET at = at + ? WHERE at < ? AND id > ?", (seconds, before, after))
            for row in connection.execute("SELECT owner, play FROM playing").fetchall():
                play = _playing(row)
                if play is None:
                    self._save_now_playing(connection, row["owner"], None)
                elif play.at < before:
                    self._save_now_playing(connection, row["owner"], replace(play, at=play.at + seconds))

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def _insert(self, connection: Any, owner: str, play: Play) -> None:
        self._supersede(connection, owner, play)
        connection.execute(
            f"INSERT INTO plays (owner, {', '.join(_COLUMNS)}) VALUES ({_PLACES})", (owner, *_values(play))
        )

    def _supersede(self, connection: Any, owner: str, play: Play) -> None:
        """Drop what the newer play makes pointless: earlier live ones, and an earlier place to resume from."""
        if play.is_live or play.action == STOP:
            marks = ", ".join("?" * len(LIVE_ACTIONS))
            connection.execute(
                f"DELETE FROM plays WHERE owner = ? AND state = ? AND action IN ({marks})",
                (owner, QUEUED, *LIVE_ACTIONS),
            )
            connection.execute(
                "DELETE FROM plays WHERE owner = ? AND key = ? AND state = ? AND action = ? AND progress < mark",
                (owner, play.key, QUEUED, STOP),
            )

    def _save_now_playing(self, connection: Any, owner: str, playing: Play | None) -> None:
        if playing is None:
            connection.execute("DELETE FROM playing WHERE owner = ?", (owner,))
        else:
            row = (owner, encode_play(playing))
            connection.execute("INSERT OR REPLACE INTO playing (owner, play) VALUES (?, ?)", row)


def _values(play: Play) -> tuple[Any, ...]:
    values = (
        encode_item(play.item) if name == "item" else getattr(play, FIELD_OF_STORED.get(name, name))
        for name in _COLUMNS
    )
    return tuple(replace_surrogates(value) if isinstance(value, str) else value for value in values)


def _play(row: Any) -> Play:
    """Return a play, without its item and with the reason if that cannot be read."""
    named = {FIELD_OF_STORED.get(name, name): row[name] for name in _COLUMNS if name not in ("item", "key")}
    try:
        item = decode_item(row["item"])
    except CorruptRecord:
        item, named["why"] = None, CORRUPT
    return Play(item=item, id=row["id"], first_try=row["first_try"], origin=row["key"], **named)


def _playing(row: Any) -> Play | None:
    """Return what plays; None, and a line in the log, if it cannot be read."""
    try:
        return decode_play(row["play"])
    except CorruptRecord as error:
        log.error("what was kept of the playback cannot be read (%s) and is dropped", error)
        return None
