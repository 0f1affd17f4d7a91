"""What plays is on the disk every ten seconds, and at each call; a sudden death is made good from it."""

from __future__ import annotations

import pytest

from lib.tracking.events import PlayerEventKind
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import HARBOUR_KEY, HOUR, Line
from tests.unit.tracking.watching import ANOTHER, DOUBLE, FILM, TRAILER, Couch


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


@pytest.mark.parametrize("seconds", [3, 12, 59])
def test_at_most_ten_seconds_are_lost(couch, seconds):
    couch.begin()
    couch.go(seconds)
    play = couch.restart()
    assert 0 <= seconds - play.progress * 10 <= 10
    assert play.at == NOON + play.progress * 10


@pytest.mark.parametrize(
    ("played", "preferences", "is_echo"),
    [
        (900, {}, True),
        (960, {"threshold": 100}, True),
        (960, {"movies": False}, True),
        (960, {"minimum_minutes": 60}, True),
        (880, {"threshold": 95}, False),
        (500, {}, False),
        (500, {"movies": False}, False),
        (2, {}, False),
    ],
    ids=[
        "it counts", "it shall not count at 96 %", "films are not tracked", "it is too short", "stopped at 88 %",
        "stopped in the middle", "left out, and stopped in the middle", "hardly begun",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["stopped", "replaced"])
def test_the_players_own_mark_is_told_from_one_by_hand(couch, time, played, preferences, is_echo, way):
    couch.begin(**preferences)
    couch.go(played)
    assert not couch.echoes.is_echo("movie/7", time.now), "it still plays"
    if way == "stopped":
        couch.tell(PlayerEventKind.STOPPED)
    else:
        couch.begin(ANOTHER)
    assert couch.echoes.is_echo("movie/7", time.now + 0.2) is is_echo
    assert not couch.echoes.is_echo("movie/8", time.now + 0.2)


@pytest.mark.parametrize("total", [0.0, 1.0, None])
def test_the_mark_of_what_an_external_player_played_is_no_echo(couch, time, total):
    couch.begin(total=total)
    couch.go(2000)
    couch.tell(PlayerEventKind.ENDED)
    assert couch.line == []
    assert not couch.echoes.is_echo("movie/7", time.now + 0.2)


def test_the_mark_of_a_film_that_is_sought_to_its_end_at_once_is_no_echo(couch, time):
    couch.begin()
    couch.go(1)
    couch.seek(995.0)
    couch.go(1)
    couch.tell(PlayerEventKind.ENDED)
    assert couch.line == []
    assert not couch.echoes.is_echo("movie/7", time.now + 0.2)
