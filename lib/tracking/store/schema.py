"""The tables of the queue's file, each store's own, from version to version.

A migration is added under the next number in the `TABLES` of the store that needs it, and never changed afterwards:
files of every version since 0.1 must open. A statement must do no harm where it was run before.
"""

from __future__ import annotations

from typing import Mapping, Sequence

from lib.tracking.store.delivery_state import DeliveryStateStore
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.sent import SentPlays

PLAY_TABLES: Mapping[int, tuple[str, ...]] = {
    1: (
        "CREATE TABLE IF NOT EXISTS plays (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL,"
        " action TEXT NOT NULL, item TEXT, key TEXT NOT NULL, at REAL NOT NULL, progress REAL NOT NULL,"
        " mark INTEGER NOT NULL, rating INTEGER NOT NULL, file TEXT NOT NULL, title TEXT NOT NULL, ref TEXT NOT NULL,"
        " art TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, first_try REAL NOT NULL DEFAULT 0)",
        "CREATE INDEX IF NOT EXISTS plays_in_line ON plays (owner, state, id)",
        "CREATE INDEX IF NOT EXISTS plays_by_action ON plays (owner, state, action)",
        "CREATE INDEX IF NOT EXISTS plays_by_key ON plays (owner, key)",
        "CREATE TABLE IF NOT EXISTS playing (owner TEXT PRIMARY KEY, play TEXT NOT NULL)",
    ),
    2: (
        "ALTER TABLE plays ADD COLUMN library_date REAL",
        "ALTER TABLE plays ADD COLUMN failed_days INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE plays ADD COLUMN last_failed_day INTEGER NOT NULL DEFAULT 0",
    ),
}


def _by_version(*stores: Mapping[int, tuple[str, ...]]) -> Sequence[Sequence[str]]:
    newest = max(max(tables) for tables in stores)
    return [
        [statement for tables in stores for statement in tables.get(version, ())] for version in range(1, newest + 1)
    ]


MIGRATIONS = _by_version(PLAY_TABLES, MatchCache.TABLES, SentPlays.TABLES, DeliveryStateStore.TABLES)
