"""One row that cannot be read, whatever has become of it, blocks nothing and is not lost silently."""

from __future__ import annotations

import json

import pytest

from lib.tracking.play import REJECTED, Play
from lib.tracking.store.match_cache import MatchCache
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import HARBOUR, HARBOUR_KEY, KITES, KITES_KEY, OWNER, film

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
    "no action": json.dumps({name: value for name, value in STOP.items() if name != "action"}),
    "a word too many": json.dumps({**STOP, "mood": "good"}),
    "an item without a kind": json.dumps({**STOP, "item": {"title": "x"}}),
}


def damage(line, item, play):
    with line.queue.database.changing() as connection:
        connection.execute("UPDATE plays SET item = ? WHERE key = ?", (item, play.key))


def keep(line, text):
    with line.queue.database.changing() as connection:
        connection.execute("INSERT INTO playing (owner, play) VALUES (?, ?)", (OWNER, text))


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
def test_a_play_that_cannot_be_read_is_put_aside_and_the_line_goes_on(line, caplog, item):
    damage(line, item, line.put("watched", HARBOUR, title="A title", ref="movie/7"))
    line.put("watched", KITES)
    assert line.run() is None
    assert list(line.watched) == [KITES_KEY]
    assert line.aside(REJECTED) == [("watched", "A title", "unreadable")]
    assert "the numbers [1] cannot be read" in caplog.text


def test_so_many_that_cannot_be_read_that_no_other_is_at_the_head(line):
    for number in range(60):
        damage(line, "{", line.put("watched", film(number)))
    line.put("watched", HARBOUR)
    assert line.run() is None
    assert list(line.watched) == [HARBOUR_KEY]
    assert line.queue.count(OWNER, REJECTED) == 60


def test_it_can_be_retried_and_forgotten_like_any_other(line):
    damage(line, "{", line.put("watched", HARBOUR))
    line.run()
    [kept] = line.queue.listing(OWNER, REJECTED)
    line.queue.retry(OWNER, [kept.id])
    assert line.run() is None
    assert line.queue.get(kept.id).why == "unreadable"
    line.queue.done([kept.id])
    assert line.queue.listing(OWNER, REJECTED) == []


def test_it_still_tells_that_the_same_was_marked(line):
    damage(line, "{", line.put("watched", HARBOUR))
    assert line.queue.was_marked(OWNER, HARBOUR.key, NOON)


@pytest.mark.parametrize("look", ["recover", "now_playing"])
@pytest.mark.parametrize("text", PLAYS.values(), ids=PLAYS.keys())
def test_a_playback_that_cannot_be_read_is_dropped_with_a_line_in_the_log(line, caplog, look, text):
    keep(line, text)
    assert getattr(line.queue, look)(OWNER) is None
    assert "cannot be read" in caplog.text
    assert line.queue.database.read("SELECT * FROM playing") == []
    assert line.waiting == 0


def test_such_a_playback_does_not_keep_the_others_from_their_true_time(line):
    keep(line, "{")
    line.queue.save_now_playing("900002", Play("stop", HARBOUR, 5.0))
    line.queue.shift(NOON / 2, NOON)
    assert line.queue.now_playing("900002").at == NOON + 5
    assert len(line.queue.database.read("SELECT * FROM playing")) == 1


def test_an_answer_that_cannot_be_read_is_asked_for_again(line, time):
    MatchCache(line.queue.database).remember(HARBOUR.key, KITES, time.wall())
    with line.queue.database.changing() as connection:
        connection.execute("UPDATE answers SET item = ?", ("{",))
    line.put("stop", HARBOUR)
    assert line.run() is None
    assert list(line.watched) == [HARBOUR_KEY]
