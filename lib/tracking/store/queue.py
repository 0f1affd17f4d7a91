"""The durable queue: a play is on the disk before it is on the wire.

One ordered line for each owner, which is the Simkl user the plays belong to. What is going on now (start, pause) gives
way to what is newer; a watched mark stays until Simkl has it. Beside the line the file keeps what plays just now (for a
sudden death), what Simkl recognises and what it does not, and what it has got of late.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterable, Sequence

from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import STOP
from lib.system.clock import Clock
from lib.tracking.play import DEAD_LETTER_STATES, LIVE_ACTIONS, NOT_FOUND, QUEUED, REJECTED, UNWATCHED, Play
from lib.tracking.store.codec import (
    CORRUPT,
    PLAY_COLUMNS,
    CorruptRecord,
    decode_play,
    encode_item,
    encode_play,
    play_from_row,
    play_to_row,
)
from lib.tracking.store.database import Database
from lib.tracking.store.schema import MIGRATIONS
from lib.tracking.store.sent import SentPlays
from lib.tracking.superseding import is_superseded

LIVE_LIFETIME = 600.0
MARK_SECONDS = 86400.0

log = logging.getLogger(__name__)


class _Unchanged:
    """As before."""


UNCHANGED = _Unchanged()


class PlayQueue:
    """The queue in one file. Every method may raise QueueError; what it changes is on the disk when it returns."""

    def __init__(self, path: Path, clock: Clock, check: bool = False) -> None:
        self.database = Database(path, MIGRATIONS, clock, check)
        self.sent = SentPlays(self.database)

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
            play = _now_playing(rows[0])
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
            plays = [play_from_row(row) for row in rows]
            damaged = [play.id for play in plays if play.why == CORRUPT]
            if not damaged:
                return plays
            log.error("what waits under the numbers %s cannot be read; it was put aside", damaged)
            self.move_to_dead_letters(damaged, REJECTED, CORRUPT)

    def done(self, ids: Sequence[int]) -> None:
        """Take these out of the line, or from wherever else they are."""
        with self.database.changing() as connection:
            connection.executemany("DELETE FROM plays WHERE id = ?", [(id_,) for id_ in ids])

    def delivered(self, owner: str, plays: Sequence[Play], now: float, answer: str = "") -> None:
        """Take plays out of the line that Simkl has got, and remember what it said of all that is not live."""
        with self.database.changing() as connection:
            connection.executemany("DELETE FROM plays WHERE id = ?", [(play.id,) for play in plays])
            for play in plays:
                if not play.is_live:
                    self.sent.record(connection, owner, play, answer, now)

    def was_marked(self, owner: str, key: str, now: float) -> bool:
        """Return whether Simkl has got a watched mark of this from us in the day before `now`, or is about to."""
        rows = self.database.read(
            "SELECT * FROM plays WHERE owner = ? AND state = ? AND key = ? ORDER BY id", owner, QUEUED, key
        )
        told = [play for play in map(play_from_row, rows) if play.counts or play.action == UNWATCHED]
        return told[-1].counts if told else self.sent.was_marked(owner, key, now - MARK_SECONDS)

    def has_waiting_mark(self, owner: str, mark: Play, seconds: float) -> bool:
        """Return whether the very same mark, of the same moment and date, waits in the line already."""
        rows = self.database.read(
            "SELECT * FROM plays WHERE owner = ? AND state = ? AND key = ? AND action = ? AND abs(at - ?) <= ?",
            owner, QUEUED, mark.key, mark.action, mark.at, seconds,
        )  # fmt: skip
        return any(play_from_row(row).library_date == mark.library_date for row in rows)

    def failed(self, plays: Sequence[Play], day: int) -> None:
        """Remember that Simkl failed on these on a day, counted since 1970; several failures of a day count once."""
        with self.database.changing() as connection:
            connection.executemany(
                "UPDATE plays SET failed_days = failed_days + (? > last_failed_day), last_failed_day = ? WHERE id = ?",
                [(day, day, play.id) for play in plays],
            )

    def replace_item(self, id_: int, item: Item) -> None:
        """Say better what a play is, with ids that were not known before. Its key stays."""
        with self.database.changing() as connection:
            connection.execute("UPDATE plays SET item = ? WHERE id = ?", (encode_item(item), id_))

    def move_to_dead_letters(self, ids: Sequence[int], state: str, why: str) -> None:
        """Take plays out of the line without losing them: Simkl does not know them, or they were refused.

        What something newer makes pointless is dropped: sent again some day, it would undo that.
        """
        with self.database.changing() as connection:
            connection.executemany(
                "UPDATE plays SET state = ?, why = ? WHERE id = ?", [(state, why, id_) for id_ in ids]
            )
            for id_ in ids:
                self._drop_if_superseded(connection, id_)

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
                    "UPDATE plays SET state = ?, why = '', failed_days = 0, last_failed_day = 0"
                    " WHERE id = ? AND owner = ?",
                    (QUEUED, id_, owner),
                )
                self._drop_if_superseded(connection, id_)

    def adopt(self, former: str, owner: str) -> None:
        """Give all that one owner has to another: it was the same person, whose name was not known yet."""
        with self.database.changing() as connection:
            for table in ("plays", "playing", "sent_plays"):
                connection.execute(f"UPDATE OR REPLACE {table} SET owner = ? WHERE owner = ?", (owner, former))

    def owners(self) -> dict[str, int]:
        """Return whose plays are here, and how many of each: those of accounts that are not linked any more, too."""
        rows = self.database.read("SELECT owner, count(*) FROM plays GROUP BY owner ORDER BY owner")
        return {row[0]: int(row[1]) for row in rows}

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
        return [play_from_row(row) for row in reversed(rows)]

    def unknown(self, owner: str, key: str) -> list[Play]:
        """Return what was put aside of one film or episode because Simkl does not know it."""
        return [play for play in self.listing(owner, NOT_FOUND) if play.key == key]

    def get(self, id_: int) -> Play | None:
        """Return one play, None if it is gone."""
        rows = self.database.read("SELECT * FROM plays WHERE id = ?", id_)
        return play_from_row(rows[0]) if rows else None

    def now_playing(self, owner: str) -> Play | None:
        """Return what plays, as the stop that it would be now."""
        rows = self.database.read("SELECT play FROM playing WHERE owner = ?", owner)
        play = _now_playing(rows[0]) if rows else None
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
                play = _now_playing(row)
                if play is None:
                    self._save_now_playing(connection, row["owner"], None)
                elif play.at < before:
                    self._save_now_playing(connection, row["owner"], replace(play, at=play.at + seconds))

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def _insert(self, connection: Any, owner: str, play: Play) -> None:
        self._supersede(connection, owner, play)
        names, places = ", ".join(PLAY_COLUMNS), ", ".join("?" * (len(PLAY_COLUMNS) + 1))
        connection.execute(f"INSERT INTO plays (owner, {names}) VALUES ({places})", (owner, *play_to_row(play)))

    def _supersede(self, connection: Any, owner: str, play: Play) -> None:
        """Drop what the newer play makes pointless: earlier live ones, and an earlier place to resume from.

        Of what was put aside, earlier marks, removals and ratings as well.
        """
        dead_letters = [] if play.is_live else self._dead_letters(connection, owner)
        pointless = [each for each in dead_letters if not each.is_place_to_resume and is_superseded(each, play)]
        connection.executemany("DELETE FROM plays WHERE id = ?", [(each.id,) for each in pointless])
        if play.is_live or play.action == STOP:
            marks = ", ".join("?" * len(LIVE_ACTIONS))
            connection.execute(
                f"DELETE FROM plays WHERE owner = ? AND state = ? AND action IN ({marks})",
                (owner, QUEUED, *LIVE_ACTIONS),
            )
            connection.execute(
                # the plus signs: not by an index of all that waits, which may be much, but by that of the key
                "DELETE FROM plays WHERE owner = ? AND key = ? AND +state = ? AND +action = ? AND progress < mark",
                (owner, play.key, QUEUED, STOP),
            )

    def _dead_letters(self, connection: Any, owner: str) -> list[Play]:
        rows = connection.execute(
            "SELECT * FROM plays WHERE owner = ? AND state IN (?, ?)", (owner, *DEAD_LETTER_STATES)
        )
        return [play_from_row(row) for row in rows.fetchall()]

    def _drop_if_superseded(self, connection: Any, id_: int) -> None:
        """Drop a play that must not be sent any more: something newer waits, or has been sent."""
        rows = connection.execute("SELECT * FROM plays WHERE id = ?", (id_,)).fetchall()
        if not rows:
            return
        owner, play = rows[0]["owner"], play_from_row(rows[0])
        later = connection.execute("SELECT * FROM plays WHERE owner = ? AND id > ?", (owner, id_)).fetchall()
        newer = [*map(play_from_row, later), *(sent.play for sent in self.sent.latest(owner) if sent.play.at > play.at)]
        if any(is_superseded(play, each) for each in newer):
            log.info("number %d is dropped: something newer of the same title makes it pointless", id_)
            connection.execute("DELETE FROM plays WHERE id = ?", (id_,))

    def _save_now_playing(self, connection: Any, owner: str, playing: Play | None) -> None:
        if playing is None:
            connection.execute("DELETE FROM playing WHERE owner = ?", (owner,))
        else:
            row = (owner, encode_play(playing))
            connection.execute("INSERT OR REPLACE INTO playing (owner, play) VALUES (?, ?)", row)


def _now_playing(row: Any) -> Play | None:
    """Return what plays; None, and a line in the log, if it cannot be read."""
    try:
        return decode_play(row["play"])
    except CorruptRecord as error:
        log.error("what was kept of the playback cannot be read (%s) and is dropped", error)
        return None
