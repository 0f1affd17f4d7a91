"""A queue that version 0.2.0 has left behind opens with all that is in it, and goes on."""

import contextlib
import shutil
import sqlite3

import pytest

from lib.simkl.api.media import MOVIE, Item
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED, Play
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, QUOTA_EXHAUSTED, DeliveryStateStore
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
from tests.architecture.sources import ROOT
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import HOUR, NOON, OWNER

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
    with contextlib.closing(sqlite3.connect(path)) as damaged:
        script = "\n".join(damaged.iterdump())
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as mended:
        mended.executescript(script)


@pytest.fixture(params=["as it is", "mended by .dump"])
def path(request, tmp_path):
    path = tmp_path / "queue.db"
    shutil.copy(ROOT / "tests/fixtures/0.2.0/queue.db", path)
    if request.param == "mended by .dump":
        mended_by_dump(path)
    return path


def test_every_play_answer_and_state_is_there_as_it_was_and_it_takes_new_plays_and_opens_again(path):
    for number in range(3):
        queue = PlayQueue(path, FakeClock(), check=True)
        old, waiting = queue.listing(OWNER, QUEUED)[: len(WAITING)], len(WAITING) + number
        assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, waiting)
        assert queue.database.read("PRAGMA user_version")[0][0] == len(MIGRATIONS)
        assert [(each.action, each.label, each.progress, each.threshold) for each in old] == WAITING
        assert (old[0].ref, old[0].art, old[0].file, old[0].failed_days) == ("movie/7", "harbour.jpg", "harbour.mkv", 0)
        assert (old[4].rating, {each.library_date for each in old}) == (8, {None})
        assert [each.label for each in queue.listing(OWNER, NOT_FOUND)] == ["Nobody Knows It"]
        assert [each.label for each in queue.listing(OWNER, REJECTED)] == ["A Winter of Kites"]
        assert queue.owners() == {OWNER: waiting + 2, "900002": 1, UNNAMED: 2}
        playing = queue.now_playing(OWNER)
        assert (playing.label, playing.progress, playing.threshold) == ("A Winter of Kites", 33.25, 90)
        cache, states = MatchCache(queue.database), DeliveryStateStore(queue.database)
        assert cache.lookup("file:Some.Film.2001.mkv", NOON).item.title == "A Winter of Kites"
        assert cache.lookup(queue.listing(OWNER, NOT_FOUND)[0].key, NOON + HOUR).item is None
        assert (states.get(OWNER).state, states.get(OWNER).last_label) == (CLIENT_ID_REJECTED, "Lantern Street 2x03")
        assert states.get("900002").state == QUOTA_EXHAUSTED
        queue.add(OWNER, [Play("watched", Item(MOVIE, f"New {number}"), NOON, library_date=NOON)])
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
