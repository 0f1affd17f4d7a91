"""A queue that version 0.2.0 has left behind opens with all that is in it, and goes on."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from lib.simkl.api.media import MOVIE, Item
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED, Play
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, QUOTA_EXHAUSTED, DeliveryStateStore
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import HOUR, NOON, OWNER

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "0.2.0" / "queue.db"
UNNAMED = "linked at 2026-11-01T00:00:00Z"
WAITING = [
    ("stop", "The Glass Harbour", 96.5, 90),
    ("stop", "Lantern Street 2x04", 41.5, 80),
    ("watched", "Moss and Ember 07", 0.0, 80),
    ("unwatched", "Lantern Street 2x04", 0.0, 80),
    ("rating", "A Winter of Kites", 0.0, 80),
    ("stop", "Some.Film.2001.mkv", 100.0, 80),
    ("start", "A Winter of Kites", 1.5, 80),
]


def mended_by_dump(path):
    """Mend a file as sqlite's own shell does with `.dump`: the version is lost."""
    with sqlite3.connect(path) as damaged:
        script = "\n".join(damaged.iterdump())
    damaged.close()
    path.unlink()
    with sqlite3.connect(path) as mended:
        mended.executescript(script)
    mended.close()


@pytest.fixture(params=["as it is", "mended by .dump"])
def path(request, tmp_path):
    path = tmp_path / "queue.db"
    shutil.copy(FIXTURE, path)
    if request.param == "mended by .dump":
        mended_by_dump(path)
    return path


@pytest.fixture
def queue(path):
    queue = PlayQueue(path, FakeClock(), check=True)
    yield queue
    queue.close()


def test_every_play_is_there_as_it_was(queue):
    waiting = queue.listing(OWNER, QUEUED)
    assert [(each.action, each.label, each.progress, each.threshold) for each in waiting] == WAITING
    assert [(each.ref, each.art, each.file) for each in waiting[:1]] == [("movie/7", "harbour.jpg", "harbour.mkv")]
    assert (waiting[4].rating, {each.library_date for each in waiting}, waiting[0].failed_days) == (8, {None}, 0)
    assert [each.label for each in queue.listing(OWNER, NOT_FOUND)] == ["Nobody Knows It"]
    assert [each.label for each in queue.listing(OWNER, REJECTED)] == ["A Winter of Kites"]
    assert queue.owners() == {OWNER: 9, "900002": 1, UNNAMED: 2}
    playing = queue.now_playing(OWNER)
    assert playing is not None and (playing.label, playing.progress, playing.threshold) == (
        "A Winter of Kites", 33.25, 90,
    )  # fmt: skip


def test_what_simkl_answered_and_how_it_stood_is_there(queue):
    cache, states = MatchCache(queue.database), DeliveryStateStore(queue.database)
    assert cache.lookup("file:Some.Film.2001.mkv", NOON).item.title == "A Winter of Kites"
    [nobody] = queue.listing(OWNER, NOT_FOUND)
    assert cache.lookup(nobody.key, NOON + HOUR).item is None
    assert (states.get(OWNER).state, states.get(OWNER).last_label) == (CLIENT_ID_REJECTED, "Lantern Street 2x03")
    assert states.get("900002").state == QUOTA_EXHAUSTED


def test_it_takes_new_plays_and_opens_again(path):
    for number in range(3):
        queue = PlayQueue(path, FakeClock(), check=True)
        queue.add(OWNER, [Play("watched", Item(MOVIE, f"New {number}"), NOON, library_date=NOON)])
        assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, len(WAITING) + number + 1)
        assert queue.database.read("PRAGMA user_version")[0][0] == len(MIGRATIONS)
        queue.close()


def test_a_new_queue_that_was_mended_by_dump_opens_too(tmp_path):
    path = tmp_path / "queue.db"
    queue = PlayQueue(path, FakeClock())
    queue.add(OWNER, [Play("watched", Item(MOVIE, "New"), NOON, library_date=NOON)])
    queue.close()
    mended_by_dump(path)
    queue = PlayQueue(path, FakeClock(), check=True)
    assert [(each.label, each.library_date) for each in queue.listing(OWNER, QUEUED)] == [("New", NOON)]
    queue.close()
