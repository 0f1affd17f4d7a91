"""Marks that were taken away by hand, kept for a minute before Simkl hears of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lib.tracking.play import Play
from lib.tracking.store.codec import CorruptRecord, decode_play, encode_play
from lib.tracking.store.database import Database


@dataclass(frozen=True)
class HeldRemoval:
    """One episode that was unmarked. `show` and `content` are keys of `playing.media`, `at` seconds since 1970.

    `settled` is whether it was dealt with; it is kept for a while to be counted together with later ones.
    """

    owner: str
    server: str
    show: str
    content: str
    play: Play
    at: float
    delivery: int
    id: int = 0
    settled: bool = False


class HeldRemovals:
    """The removals in the store. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, removal: HeldRemoval) -> None:
        """Keep one."""
        told = json.dumps({"server": removal.server, "play": encode_play(removal.play)})
        with self._database.changing() as connection:
            connection.execute(
                "INSERT INTO hook_removals (owner, show, content, play, at, delivery_id) VALUES (?, ?, ?, ?, ?, ?)",
                (removal.owner, removal.show, removal.content, told, removal.at, removal.delivery),
            )

    def listing(self) -> list[HeldRemoval]:
        """Return all, the oldest first; what cannot be read is left out."""
        rows = self._database.read("SELECT * FROM hook_removals ORDER BY id")
        return [each for each in map(_removal, rows) if each is not None]

    def of_content(self, owner: str, content: str) -> list[HeldRemoval]:
        """Return those of one episode."""
        return [each for each in self.listing() if each.owner == owner and each.content == content]

    def settle(self, id_: int) -> None:
        """Remember that one was dealt with."""
        with self._database.changing() as connection:
            connection.execute("UPDATE hook_removals SET settled = 1 WHERE id = ?", (id_,))

    def drop(self, id_: int) -> None:
        """Forget one."""
        with self._database.changing() as connection:
            connection.execute("DELETE FROM hook_removals WHERE id = ?", (id_,))


def _removal(row: Any) -> HeldRemoval | None:
    try:
        told = json.loads(row["play"])
        play = decode_play(told["play"])
    except (ValueError, KeyError, TypeError, CorruptRecord):
        return None
    return HeldRemoval(
        row["owner"],
        told["server"],
        row["show"],
        row["content"],
        play,
        row["at"],
        row["delivery_id"],
        row["id"],
        bool(row["settled"]),
    )
