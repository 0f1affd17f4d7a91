"""The ids of shows, as their servers told them when they were asked."""

from __future__ import annotations

import json
from typing import Mapping

from lib.tracking.store.database import Database

NO_ANSWER_SECONDS = 86400.0  # a show without ids may get some


class KnownShows:
    """What servers have told of shows. Every method may raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids_of(self, server: str, show_id: str) -> dict[str, str]:
        """Return the ids of a show, none while nobody has told them."""
        if not show_id:
            return {}
        rows = self._database.read("SELECT ids FROM hook_shows WHERE server = ? AND show_id = ?", server, show_id)
        return dict(json.loads(rows[0]["ids"])) if rows else {}

    def is_known(self, server: str, show_id: str, now: float) -> bool:
        """Return whether the server was asked; what has no ids is asked for again after a day."""
        rows = self._database.read(
            "SELECT ids, asked_at FROM hook_shows WHERE server = ? AND show_id = ?", server, show_id
        )
        return bool(rows) and (rows[0]["ids"] != "{}" or 0 <= now - rows[0]["asked_at"] < NO_ANSWER_SECONDS)

    def keep(self, server: str, show_id: str, ids: Mapping[str, str], now: float) -> None:
        """Keep what a server has told."""
        with self._database.changing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO hook_shows VALUES (?, ?, ?, ?)", (server, show_id, json.dumps(dict(ids)), now)
            )
