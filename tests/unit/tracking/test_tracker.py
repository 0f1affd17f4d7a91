"""From what a player does to what is on the disk: at each call, every ten seconds, late, and after a sudden death."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.store.database import QueueError
from lib.tracking.tracker import SAVE_RETRY_SECONDS
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import HARBOUR_KEY, HOUR, OWNER, Line
from tests.unit.tracking.watching import ANOTHER, DOUBLE, FILM, NAMELESS, TRAILER


def test_a_play_is_on_the_disk_when_it_is_told(couch):
    couch.begin()
    couch.go(3)
    assert couch.hearing.queued_plays == [("start", 1)]
    assert couch.line == [("start", "The Glass Harbour", 0.3)]
    couch.go(900)
    couch.tell(PlayerEventKind.STOPPED)
    assert couch.hearing.queued_plays == [("start", 1), ("stop", 1)]
    assert couch.line == [("stop", "The Glass Harbour", 90.3)]
    assert couch.hearing.watched_plays == ["The Glass Harbour"]


def test_a_play_carries_what_is_known_of_it(couch, time):
    couch.begin(threshold=95)
    couch.go(10)
    [play] = couch.queue.line(OWNER, time.wall())
    assert (play.title, play.ref, play.art, play.file, play.threshold) == (
        "The Glass Harbour", "movie/7", "harbour.jpg", "harbour.mkv", 95,
    )  # fmt: skip
    assert play.item.ids == (("imdb", "tt9900002"),)
    assert play.at == NOON + 3


def test_what_is_known_by_its_file_only_is_queued_all_the_same(couch):
    couch.begin(NAMELESS)
    couch.go(5)
    [play] = couch.queue.listing(OWNER, "waiting")
    assert (play.item, play.file) == (None, "Some.Film.2001.mkv")
    couch.begin(replace(NAMELESS, file="/elsewhere/Some.Film.2001.mkv"))
    couch.go(5)
    first, second = {each.key for each in couch.queue.listing(OWNER, "waiting")}
    assert first.startswith("file:Some.Film.2001.mkv#") and second.startswith("file:Some.Film.2001.mkv#")


def test_below_the_mark_nothing_is_watched(couch):
    couch.begin(threshold=90)
    couch.go(850)
    couch.tell(PlayerEventKind.STOPPED)
    assert couch.line == [("stop", "The Glass Harbour", 85.0)]
    assert couch.hearing.watched_plays == []


def test_the_next_item_stops_the_one_before_first(couch):
    couch.begin()
    couch.go(900)
    couch.begin(ANOTHER)
    couch.go(5)
    assert couch.line == [("stop", "The Glass Harbour", 90.0), ("start", "A Winter of Kites", 0.3)]
    assert couch.sample == 0.3


def test_what_is_not_tracked_stops_the_one_before_too(couch):
    couch.begin()
    couch.go(100)
    couch.begin(TRAILER)
    couch.go(50)
    assert couch.line == [("stop", "The Glass Harbour", 10.0)]
    assert not couch.tracker.is_playing
    assert couch.sample is None


def test_skipping_through_a_list_puts_nothing_on_the_disk(couch):
    for _ in range(10):
        couch.begin(FILM)
        couch.go(2)
        couch.begin(ANOTHER)
        couch.go(2)
    couch.tell(PlayerEventKind.STOPPED)
    assert couch.line == []
    assert couch.sample is None


def test_each_episode_of_a_file_is_a_play_of_its_own(couch):
    couch.begin(DOUBLE)
    couch.go(1000)
    couch.tell(PlayerEventKind.ENDED)
    assert couch.line == [("stop", "Lantern Street 1x01", 100.0), ("stop", "Lantern Street 1x02", 100.0)]
    assert couch.hearing.watched_plays == ["Lantern Street 1x01", "Lantern Street 1x02"]


@pytest.mark.parametrize(("minutes", "tracked"), [(2.9, False), (3, True), (3.1, True)])
@pytest.mark.parametrize("when", ["at the start", "later"])
def test_what_is_shorter_than_the_minimum_in_minutes_is_not_tracked(couch, minutes, tracked, when):
    couch.begin(total=minutes * 60 if when == "at the start" else None)
    couch.go(2)
    couch.total = minutes * 60
    couch.go(30)
    assert couch.tracker.is_playing is tracked
    assert [action for action, _, _ in couch.line] == (["start"] if tracked else [])


@pytest.mark.parametrize("minimum", [0, 20])
def test_the_minimum_is_the_persons(couch, minimum):
    couch.begin(total=600, minimum_minutes=minimum)
    couch.go(30)
    assert couch.tracker.is_playing is (minimum == 0)


def test_a_short_one_says_so_when_it_is_over_and_leaves_nothing(couch, caplog):
    caplog.set_level("INFO")
    couch.begin(total=100, minimum_minutes=2.5)
    couch.go(30)
    assert "not tracked" not in caplog.text, "it may turn out to be longer"
    couch.tell(PlayerEventKind.STOPPED)
    assert "not tracked: shorter than 2.5 minutes" in caplog.text
    assert (couch.line, couch.hearing.watched_plays, couch.sample) == ([], [], None)


def test_a_disc_that_begins_with_a_clip_is_tracked_once_its_film_plays(couch, caplog):
    caplog.set_level("INFO")
    couch.begin(total=20)
    couch.go(15)
    couch.position, couch.total = 0.0, 6000.0
    couch.go(5)
    assert couch.tracker.is_playing
    couch.tell(PlayerEventKind.STOPPED)
    assert [action for action, _, _ in couch.line] == ["stop"]
    assert "not tracked" not in caplog.text


def test_what_has_begun_is_not_forgotten_because_the_length_changes(couch):
    couch.begin()
    couch.go(10)
    couch.total = 20.0
    couch.go(5)
    couch.tell(PlayerEventKind.STOPPED)
    assert [action for action, _, _ in couch.line] == ["stop"]
    assert couch.sample is None


@pytest.mark.parametrize(
    ("played", "wakes"), [(0, 1.0), (1, 1.0), (2.5, 0.5), (2.99, 0.05), (3, 1.0)], ids=lambda value: str(value)
)
def test_it_wants_to_hear_in_time_for_the_start_and_each_second_afterwards(couch, played, wakes):
    assert couch.tracker.next_wake is None
    couch.begin()
    couch.go(played, tick=played or 1.0)
    assert couch.tracker.next_wake == pytest.approx(wakes)
    couch.tell(PlayerEventKind.STOPPED)
    assert couch.tracker.next_wake is None


def test_nothing_happens_while_nothing_plays(couch):
    for what in PlayerEventKind:
        couch.tell(what)
    assert couch.line == []
    assert not couch.tracker.is_playing


@pytest.mark.parametrize("kind", ["stop", "next item"])
def test_a_stop_that_the_disk_refused_is_put_there_with_what_comes_next(couch, kind, monkeypatch):
    couch.begin()
    couch.go(900)

    def full(*_):
        raise QueueError("the disk is full")

    monkeypatch.setattr(couch.queue, "add", full)
    with pytest.raises(QueueError):
        couch.tell(PlayerEventKind.STOPPED)
    monkeypatch.undo()
    if kind == "stop":
        couch.tell(PlayerEventKind.STOPPED)
    else:
        couch.begin(ANOTHER)
        couch.go(5)
    assert couch.line[0] == ("stop", "The Glass Harbour", 90.0)
    assert [action for action, _, _ in couch.line[1:]] == ([] if kind == "stop" else ["start"])
    assert couch.hearing.watched_plays == ["The Glass Harbour"]


@pytest.mark.parametrize("next_one", ["tracked", "not tracked"])
def test_what_begins_while_the_disk_refuses_the_stop_before_it_is_not_lost(couch, monkeypatch, caplog, next_one):
    couch.begin()
    couch.go(900)
    add = couch.queue.add
    answers = iter([QueueError("the disk is full")])

    def full_once(*args):
        for error in answers:
            raise error
        add(*args)

    monkeypatch.setattr(couch.queue, "add", full_once)
    if next_one == "not tracked":
        couch.begin(TRAILER)
    couch.begin(ANOTHER)
    couch.go(5)
    assert couch.line == [("stop", "The Glass Harbour", 90.0), ("start", "A Winter of Kites", 0.3)]
    assert couch.hearing.watched_plays == ["The Glass Harbour"]
    assert "the disk is full" in caplog.text
    assert couch.echoes.is_echo("movie/7", couch.time.now)


def test_what_begins_while_the_disk_refuses_everything_is_not_lost_either(couch, monkeypatch):
    couch.begin()
    couch.go(900)

    def full(*_):
        raise QueueError("the disk is full")

    monkeypatch.setattr(couch.queue, "add", full)
    with pytest.raises(QueueError):
        couch.begin(ANOTHER)
    monkeypatch.undo()
    couch.go(5)
    assert couch.line == [("stop", "The Glass Harbour", 90.0), ("start", "A Winter of Kites", 0.3)]


STOP = ("stop", "The Glass Harbour", 90.0)


@pytest.fixture
def full(couch, monkeypatch):
    """A disk that is full while `full[0]`."""
    add, state = couch.queue.add, [True]

    def adding(*args):
        if state[0]:
            raise QueueError("the disk is full")
        add(*args)

    couch.begin()
    couch.go(900)
    monkeypatch.setattr(couch.queue, "add", adding)
    return state


def stops(couch):
    with pytest.raises(QueueError):
        couch.tell(PlayerEventKind.STOPPED)


def something_else_begins(couch):
    couch.begin(TRAILER)


HOW = pytest.mark.parametrize("over", [stops, something_else_begins])


@HOW
def test_a_stop_that_the_disk_did_not_take_is_put_there_by_a_later_look(couch, full, over):
    over(couch)
    for _ in range(3):
        assert (couch.tracker.has_unsaved, couch.tracker.next_wake) == (True, SAVE_RETRY_SECONDS)
        with pytest.raises(QueueError):
            couch.tell(PlayerEventKind.PROGRESSED)
    assert (STOP in couch.line, couch.hearing.watched_plays) == (False, [])
    full[0] = False
    couch.tell(PlayerEventKind.PROGRESSED)
    assert couch.line == [STOP]
    assert couch.hearing.watched_plays == ["The Glass Harbour"]
    assert (couch.tracker.has_unsaved, couch.tracker.next_wake, couch.tracker.is_playing) == (False, None, False)
    assert couch.sample is None, "it would be recovered once more"


@HOW
def test_it_is_put_there_once(couch, full, over):
    over(couch)
    full[0] = False
    for _ in range(3):
        couch.tell(PlayerEventKind.PROGRESSED)
    assert couch.line == [STOP]
    assert couch.hearing.watched_plays == ["The Glass Harbour"]


@HOW
def test_who_gives_up_forgets_it_and_goes_on_with_what_comes_next(couch, full, over):
    over(couch)
    couch.tracker.give_up()
    assert (couch.tracker.has_unsaved, couch.tracker.next_wake, couch.tracker.is_playing) == (False, None, False)
    full[0] = False
    couch.tell(PlayerEventKind.PROGRESSED)
    assert STOP not in couch.line
    couch.begin()
    couch.go(5)
    assert [action for action, _, _ in couch.line] == ["start"]


def test_it_looks_every_five_seconds():
    assert SAVE_RETRY_SECONDS == 5.0


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
