"""What plays is on the disk every ten seconds, and at each call; a sudden death is made good from it."""

from __future__ import annotations

import pytest

from lib.tracking.events import PlayerEventKind
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import HARBOUR_KEY, HOUR, OWNER, Line
from tests.unit.tracking.watching import DOUBLE, FILM, TRAILER, Couch


@pytest.fixture
def couch(tmp_path, time):
    couch = Couch(tmp_path, time)
    yield couch
    couch.queue.close()


def test_how_far_it_is_is_on_the_disk_every_ten_seconds(couch):
    couch.begin()
    found = []
    for _ in range(35):
        couch.go(1)
        found.append(couch.sample)
    assert found[:2] == [None, None]
    assert found[2:] == [0.3] * 10 + [1.3] * 10 + [2.3] * 10 + [3.3] * 3


def test_and_at_each_call(couch):
    couch.begin()
    couch.go(5)
    couch.tell(PlayerEventKind.PAUSED)
    assert couch.sample == 0.5
    couch.tell(PlayerEventKind.RESUMED)
    couch.go(2)
    couch.tell(PlayerEventKind.PAUSED)
    assert couch.sample == 0.7


def test_the_disk_rests_while_it_is_paused(couch, monkeypatch):
    couch.begin()
    couch.go(5)
    couch.tell(PlayerEventKind.PAUSED)
    written = []
    monkeypatch.setattr(couch.queue, "save_now_playing", lambda *given: written.append(given))
    for _ in range(600):
        couch.time.now += 1
        couch.tell(PlayerEventKind.PROGRESSED)
    assert written == []


@pytest.mark.parametrize("end", [PlayerEventKind.STOPPED, PlayerEventKind.ENDED])
def test_what_was_stopped_does_not_play_any_more(couch, end):
    couch.begin()
    couch.go(50)
    couch.tell(end)
    assert couch.sample is None
    assert couch.restart() is None


@pytest.mark.parametrize("facts", [FILM, TRAILER])
def test_what_simkl_has_not_heard_of_is_not_recovered(couch, facts):
    couch.begin(facts)
    couch.go(2 if facts is FILM else 500)
    assert couch.restart() is None
    assert couch.line == []


def test_a_death_beyond_the_mark_is_a_watch_at_the_time_of_the_last_sample(couch, box, time, tmp_path):
    couch.begin(at=800.0)
    couch.go(99)
    time.now += 5 * HOUR
    play = couch.restart()
    assert (play.counts, play.progress, play.at) == (True, 89.3, NOON + 93)
    assert couch.line == [("stop", "The Glass Harbour", 89.3)]
    line = Line(box, tmp_path, time)
    assert line.run() is None
    assert line.posts == ["/sync/history"]
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T12:01:33Z"


def test_a_death_below_the_mark_is_a_place_to_resume_from(couch, box, time, tmp_path):
    couch.begin()
    couch.go(400)
    time.now += 5 * HOUR
    assert not couch.restart().counts
    line = Line(box, tmp_path, time)
    assert line.run() is None
    assert [(each.simkl, each.progress) for each in box.playbacks] == [(9000002, 39.3)]
    assert line.watched == {}


def test_a_death_in_the_second_episode_of_a_file_loses_neither(couch):
    couch.begin(DOUBLE)
    couch.go(960)
    couch.restart()
    assert couch.line == [("stop", "Lantern Street 1x01", 100.0), ("stop", "Lantern Street 1x02", 90.6)]


def test_a_death_is_made_good_once(couch):
    couch.begin()
    couch.go(900)
    assert couch.restart() is not None
    assert couch.restart() is None
    assert len(couch.line) == 1


@pytest.mark.parametrize("seconds", range(3, 60, 7))
def test_at_most_ten_seconds_are_lost(couch, seconds):
    couch.begin()
    couch.go(seconds)
    play = couch.restart()
    assert 0 <= seconds - play.progress * 10 <= 10
    assert play.at == NOON + play.progress * 10


@pytest.mark.parametrize(
    ("ref", "played", "after", "is_echo"),
    [
        ("movie/7", 900, None, True),
        ("movie/7", 100, None, True),
        ("movie/8", 900, None, False),
        ("", 900, None, False),
        ("movie/7", 900, 0, True),
        ("movie/7", 900, 60, True),
        ("movie/7", 850, 60, True),
        ("movie/7", 900, 61, False),
        ("movie/7", 420, 4, True),
        ("movie/7", 420, 6, False),
        ("movie/7", 840, 19, False),
        ("movie/8", 900, 0, False),
        ("", 900, 0, False),
    ],
    ids=[
        "what plays", "what has just begun", "another while it plays", "nothing by name", "at its stop",
        "a minute later", "a minute after 85 %", "later than that", "right after a stop in the middle",
        "a moment after a stop in the middle", "a while after a stop at 84 %", "another", "nothing by name afterwards",
    ],
)  # fmt: skip
def test_the_players_own_mark_is_told_from_one_by_hand(couch, time, ref, played, after, is_echo):
    couch.begin()
    couch.go(played)
    if after is not None:
        couch.tell(PlayerEventKind.STOPPED)
        time.now += after
    assert couch.tracker.is_echo(ref) is is_echo


def test_the_mark_of_a_film_that_was_too_short_to_be_tracked_is_the_players_own_too(couch):
    couch.begin(total=100)
    couch.go(4)
    assert not couch.tracker.is_playing
    assert couch.tracker.is_echo("movie/7")
    assert couch.queue.waiting(OWNER) == 0
