"""One row that cannot be read, whatever has become of it, blocks nothing and is not lost silently."""

from __future__ import annotations

import json

import pytest

from lib.tracking.play import REJECTED, Play
from lib.tracking.store.match_cache import MatchCache
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import OWNER
from tests.unit.tracking.titles import HARBOUR, KITES, film

ITEMS = {
    "no JSON": '{"kind": "mov',
    "a key is missing": '{"title": "The Glass Harbour"}',
    "no object": "[1]",
    "ids that are none": '{"kind": "movie", "ids": 7}',
    "of no kind": '{"kind": "opera", "title": "x"}',
}
STOP = {"action": "stop", "at": NOON, "progress": 90.0, "item": None, "file": "x.mkv"}
PLAYS = {
    "no JSON": "{",
    "no object": "[]",
    "no item": json.dumps({name: value for name, value in STOP.items() if name != "item"}),
    "a word too many": json.dumps({**STOP, "mood": "good"}),
    "an item without a kind": json.dumps({**STOP, "item": {"title": "x"}}),
}


def change(queue, statement, *values):
    with queue.database.changing() as connection:
        connection.execute(statement, values)


def damaged(queue, text, *items):
    """Put plays into the line that cannot be read."""
    queue.add(OWNER, [Play("watched", item, NOON, title="A title", ref="movie/7") for item in items])
    change(queue, "UPDATE plays SET item = ?", text)


@pytest.mark.parametrize("text", ITEMS.values(), ids=ITEMS.keys())
def test_a_play_that_cannot_be_read_is_put_aside_and_the_line_goes_on(queue, caplog, text):
    damaged(queue, text, HARBOUR)
    assert queue.was_marked(OWNER, HARBOUR.key, NOON), "it still tells that the same was marked"
    queue.add(OWNER, [Play("watched", KITES, NOON)])
    for _ in range(2):
        assert [each.item for each in queue.line(OWNER, NOON)] == [KITES]
        [kept] = queue.listing(OWNER, REJECTED)
        assert (kept.action, kept.label, kept.why) == ("watched", "A title", "unreadable")
        queue.retry(OWNER, [kept.id])
    assert "the numbers [1] cannot be read" in caplog.text
    queue.done([kept.id])
    assert queue.listing(OWNER, REJECTED) == []


def test_so_many_that_cannot_be_read_that_no_other_is_at_the_head(queue):
    damaged(queue, "{", *map(film, range(60)))
    queue.add(OWNER, [Play("watched", HARBOUR, NOON)])
    assert [each.item for each in queue.line(OWNER, NOON)] == [HARBOUR]
    assert queue.count(OWNER, REJECTED) == 60


@pytest.mark.parametrize("look", ["recover", "now_playing"])
@pytest.mark.parametrize("text", PLAYS.values(), ids=PLAYS.keys())
def test_a_playback_that_cannot_be_read_is_dropped_with_a_line_in_the_log(queue, caplog, look, text):
    change(queue, "INSERT INTO playing (owner, play) VALUES (?, ?)", OWNER, text)
    assert getattr(queue, look)(OWNER) is None
    assert "cannot be read" in caplog.text
    assert (queue.database.read("SELECT * FROM playing"), queue.waiting(OWNER)) == ([], 0)


def test_such_a_playback_does_not_keep_the_others_from_their_true_time(queue):
    change(queue, "INSERT INTO playing (owner, play) VALUES (?, ?)", OWNER, "{")
    queue.save_now_playing("900002", Play("stop", HARBOUR, 5.0))
    queue.shift(NOON / 2, NOON)
    assert queue.now_playing("900002").at == NOON + 5
    assert len(queue.database.read("SELECT * FROM playing")) == 1


def test_an_answer_that_cannot_be_read_is_asked_for_again(queue):
    MatchCache(queue.database).remember(HARBOUR.key, KITES, NOON)
    change(queue, "UPDATE answers SET item = ?", "{")
    assert MatchCache(queue.database).lookup(HARBOUR.key, NOON) is None
