"""What plays just now, kept over a restart."""

from __future__ import annotations

import json
import logging
from typing import Iterator

from lib.tracking.store.database import Database
from lib.web.playing.playback import PlaybackRecord

log = logging.getLogger(__name__)


class PlaybackStore:
    """The playbacks in the store. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> Iterator[PlaybackRecord]:
        """Yield what was kept; what cannot be read is left out."""
        for row in self._database.read("SELECT key, state FROM hook_playbacks"):
            try:
                yield PlaybackRecord(**json.loads(row["state"]))
            except (ValueError, TypeError) as error:
                log.error("what was kept of a playback cannot be read (%s) and is dropped", type(error).__name__)

    def save(self, record: PlaybackRecord) -> None:
        """Keep a playback."""
        with self._database.changing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO hook_playbacks VALUES (?, ?, ?)",
                (record.key, json.dumps(vars(record)), record.heard_at),
            )

    def remove(self, key: str) -> None:
        """Forget a playback."""
        with self._database.changing() as connection:
            connection.execute("DELETE FROM hook_playbacks WHERE key = ?", (key,))
