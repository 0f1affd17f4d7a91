"""What Simkl takes a thing for, and what it does not know: asked once, remembered, hits and misses alike."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lib.simkl.media import Item, restored
from lib.tracking.database import Database

ASK_AGAIN_SECONDS = 7 * 86400.0  # Simkl may have learned of a title by then; a file's name stays what it is


@dataclass(frozen=True)
class Remembered:
    """What is known of a key: the item that Simkl takes it for, None if it does not know it."""

    item: Item | None


class Memory:
    """The answers so far. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, key: str, now: float) -> Remembered | None:
        """Return what is known of a key, None if it has to be asked."""
        rows = self._database.read("SELECT item, at FROM answers WHERE key = ?", key)
        if not rows:
            return None
        if rows[0]["item"]:
            return Remembered(restored(json.loads(rows[0]["item"])))
        is_fresh = key.startswith("file:") or 0 <= now - rows[0]["at"] < ASK_AGAIN_SECONDS
        return Remembered(None) if is_fresh else None

    def remember(self, key: str, item: Item | None, now: float) -> None:
        """Keep an answer; None: Simkl does not know it."""
        packed = None if item is None else json.dumps(item.stored())
        with self._database.changing() as connection:
            connection.execute("INSERT OR REPLACE INTO answers (key, item, at) VALUES (?, ?, ?)", (key, packed, now))
