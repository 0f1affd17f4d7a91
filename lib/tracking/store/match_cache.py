"""What Simkl takes a thing for, and what it does not know: asked once, remembered, hits and misses alike.

What a person has said of one episode holds for the others of its show too, those to come included, where the numbers
stay as they are. Anime starts anew with each season, so there it holds for the same season.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping

from lib.simkl.api.media import Item
from lib.tracking.play import Play
from lib.tracking.store.codec import CorruptRecord, decode_item, encode_item
from lib.tracking.store.database import Database

MISS_LIFETIME = 7 * 86400.0  # Simkl may have learned of a title by then; a file's name stays what it is


@dataclass(frozen=True)
class CachedMatch:
    """What is known of a key: the item that Simkl takes it for, None if it does not know it."""

    item: Item | None


class MatchCache:
    """The answers so far. Every method may raise QueueError."""

    TABLES: Mapping[int, tuple[str, ...]] = {
        1: ("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, item TEXT, at REAL NOT NULL)",),
    }

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, play: Play, now: float) -> CachedMatch | None:
        """Return what is known of a play, by itself or through its show; None if it has to be asked."""
        found = self.lookup(play.key, now)
        item = play.item
        if found is not None or item is None or item.episode is None:
            return found
        for key in (_season_key(item), _show_key(item)):
            show = self.lookup(key, now)
            if show is not None and show.item is not None:
                season = None if show.item.season is None else item.season
                return CachedMatch(replace(show.item, season=season, episode=item.episode))
        return None

    def store_show(self, asked: Item, answer: Item, now: float) -> None:
        """Have an answer about one episode hold for the others of its show, if the numbers are the same there."""
        if asked.episode is None or answer.episode != asked.episode:
            return
        if answer.season is None:
            self.remember(_season_key(asked), answer, now)
        elif answer.season == asked.season:
            self.remember(_show_key(asked), answer, now)

    def lookup(self, key: str, now: float) -> CachedMatch | None:
        """Return what is known of a key, None if it has to be asked."""
        rows = self._database.read("SELECT item, at FROM answers WHERE key = ?", key)
        if not rows:
            return None
        try:
            item = decode_item(rows[0]["item"])
        except CorruptRecord:
            return None
        if item is not None:
            return CachedMatch(item)
        is_fresh = key.startswith("file:") or 0 <= now - rows[0]["at"] < MISS_LIFETIME
        return CachedMatch(None) if is_fresh else None

    def remember(self, key: str, item: Item | None, now: float) -> None:
        """Keep an answer; None: Simkl does not know it."""
        with self._database.changing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO answers (key, item, at) VALUES (?, ?, ?)", (key, encode_item(item), now)
            )


def _show_key(item: Item) -> str:
    return f"show:{replace(item, season=None, episode=None, episode_ids=()).key}"


def _season_key(item: Item) -> str:
    return f"season:{replace(item, episode=None, episode_ids=()).key}"
