"""What Simkl takes a thing for is asked once and remembered, hits and misses alike."""

from __future__ import annotations

import pytest

from lib.tracking.store.database import Database
from lib.tracking.store.match_cache import CachedMatch, MatchCache
from lib.tracking.store.schema import MIGRATIONS
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import DAY, HARBOUR, HOUR, LANTERN, lantern

FILE = "file:The.Glass.Harbour.mkv"


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "queue.db", MIGRATIONS, FakeClock())
    yield database
    database.close()


def test_what_was_never_asked_is_not_known(database):
    assert MatchCache(database).lookup(HARBOUR.key, NOON) is None


@pytest.mark.parametrize("key", [HARBOUR.key, FILE])
@pytest.mark.parametrize("item", [HARBOUR, LANTERN, lantern(0, season=0)], ids=["film", "episode", "special"])
@pytest.mark.parametrize("later", [0, 4000 * DAY, -DAY])
def test_a_hit_is_known_for_ever_and_by_the_next_start_too(database, key, item, later):
    MatchCache(database).remember(key, item, NOON)
    assert MatchCache(database).lookup(key, NOON + later) == CachedMatch(item)


@pytest.mark.parametrize(
    ("key", "later", "known"),
    [
        (HARBOUR.key, 0, CachedMatch(None)),
        (HARBOUR.key, 7 * DAY - 1, CachedMatch(None)),
        (HARBOUR.key, 7 * DAY, None),
        (HARBOUR.key, -HOUR, None),
        (FILE, 4000 * DAY, CachedMatch(None)),
        (FILE, -HOUR, CachedMatch(None)),
    ],
    ids=["title", "title, nearly a week", "title, a week", "title, clock set back", "file", "file, clock set back"],
)
def test_a_miss_of_a_title_is_known_for_a_week_and_one_of_a_file_for_ever(database, key, later, known):
    MatchCache(database).remember(key, None, NOON)
    assert MatchCache(database).lookup(key, NOON + later) == known


def test_the_last_answer_counts(database):
    memory = MatchCache(database)
    memory.remember(FILE, None, NOON)
    memory.remember(FILE, HARBOUR, NOON + 1)
    assert memory.lookup(FILE, NOON + 2) == CachedMatch(HARBOUR)
