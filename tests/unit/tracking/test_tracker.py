"""From what a player does to what is on the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.store.database import QueueError
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import OWNER
from tests.unit.tracking.watching import ANOTHER, DOUBLE, FILM, NAMELESS, TRAILER, Couch


@pytest.fixture
def couch(tmp_path, time):
    couch = Couch(tmp_path, time)
    yield couch
    couch.queue.close()


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
