"""A file with several episodes, each of which counts at its share of the time; a disc of several titles; and halves."""

import pytest

from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.playback import Playback
from tests.unit.tracking.cases import cases
from tests.unit.tracking.watching import PlaybackDriver


def two(threshold=80):
    return PlaybackDriver(1000.0, parts=2, threshold=threshold)


def three():
    return PlaybackDriver(1200.0, parts=3)


# of two of 500 s or three of 400 s: what happens, and what is told of which part
@cases("happens, told", {
    "two in one go": (lambda: two().begin().go(1000).end(), "start 0: 0.6, stop 0: 100, start 1: 0.6, stop 1: 100"),
    "the first part is all there is": (lambda: two().begin().go(499).stop(), "start 0: 0.6, stop 0: 99.8"),
    "the next one has played for less than 3 s": (lambda: two().begin().go(502).stop(), "start 0: 0.6, stop 0: 100"),
    "the next one is stopped early":
        (lambda: two().begin().go(600).stop(), "start 0: 0.6, stop 0: 100, start 1: 0.6, stop 1: 20"),
    "resumed in the second": (lambda: two().begin(700).go(3).stop(), "start 1: 40.6, stop 1: 40.6"),
    "crossed before it was told, and on": (lambda: two().begin(498).go(6), "start 1: 0.6"),
    "paused in the second": (
        lambda: two().begin(495).go(15).pause().resume(),
        "start 0: 99.6, stop 0: 100, start 1: 0.6, pause 1: 2, start 1: 2",
    ),
    "crossed at the very sample of a pause":
        (lambda: two().begin().go(499).after(2).pause().resume().go(4), "start 0: 0.6, stop 0: 100, start 1: 0.8"),
    "sought across, told where it was":
        (lambda: two().begin().go(100).seek(700).go(3), "start 0: 0.6, stop 0: 20, start 1: 40.6"),
    "sought from the first to the third":
        (lambda: three().begin().go(100).seek(1000).go(3), "start 0: 0.75, stop 0: 25, start 2: 50.75"),
    "sought across past the threshold": (lambda: two().begin().go(450).seek(700), "start 0: 0.6, stop 0: 90"),
    "sought across while paused": (
        lambda: two().begin().go(100).pause().seek(700).resume().go(3),
        "start 0: 0.6, pause 0: 20, stop 0: 20, start 1: 40.6",
    ),
    "sought back into the first, which was not watched": (
        lambda: two().begin().go(100).seek(700).go(3).seek(200).go(3),
        "start 0: 0.6, stop 0: 20, start 1: 40.6, stop 1: 40.6, start 0: 40.6",
    ),
    "sought back into the first, which was watched": (
        lambda: two().begin().go(510).seek(100).go(50).pause().resume().go(50).stop(),
        "start 0: 0.6, stop 0: 100, start 1: 0.6, stop 1: 2",
    ),
    "a small step back over the border, seen before it is told": (
        lambda: two().begin().go(505).seek_silently(496).go(1).feed(PlayerEventKind.SEEKED, 497.0),
        "start 0: 0.6, stop 0: 100, start 1: 0.6, stop 1: 1",
    ),
    "fast forward at 32 times over the border":
        (lambda: two().begin().go(100).go(20, speed=32).go(4), "start 0: 0.6, stop 0: 96.8, start 1: 48.6"),
    "breaks off in the first": (lambda: two().begin().go(480).end(), "start 0: 0.6, stop 0: 96"),
    "breaks off in the second": (lambda: two().begin(500).go(400).end(), "start 1: 0.6, stop 1: 80"),
    "breaks off in the last of ten: near the end of the file is not near its own":
        (lambda: PlaybackDriver(4000.0, parts=10).begin(3600).go(250).end(), "start 9: 0.75, stop 9: 62.5"),
})  # fmt: skip
def test_each_episode_of_a_file_is_told_at_its_share(happens, told):
    assert happens().told == told


@pytest.mark.parametrize(
    ("threshold", "at", "counted"),
    [(50, 249, False), (50, 250, True), (80, 399, False), (80, 400, True), (100, 499, False), (100, 501, True)],
)
def test_from_the_threshold_on_an_episode_counts_and_is_not_told_again(threshold, at, counted):
    played = two(threshold).begin().go(at).seek(800).go(3).seek(10).go(9)
    assert played.told.rpartition(", ")[2].startswith("start 0") is not counted


def test_a_length_that_becomes_known_late_finds_the_episode_and_one_that_grows_marks_none_watched():
    played = PlaybackDriver(None, parts=2).begin(700).go(60)
    played.total = 1000.0
    assert played.go(9).stop().told == "start 1: 52.8, stop 1: 53.8"
    played = two().begin(600).go(10)
    played.total = 4000.0
    assert played.go(5).told == "start 1: 20.6, stop 1: 0, start 0: 30.7"
    for parts in (0, -1):
        assert PlaybackDriver(parts=parts).begin().go(900).stop().told == "start 0.3, stop 90", "at least one"


FILM, MENU = 5400.0, 30.0


def watched(*titles, parts=1, end=PlayerEventKind.STOPPED, chosen=None, runtimes=(), share=(0.0, 1.0), shortest=180.0):
    """Play titles one after the other, each (length, from, to), and return the stops as (part, progress)."""
    session = Playback(parts, 80, shortest, share, chosen, runtimes)
    at, calls, place = 0.0, [], 0.0
    for number, (total, start, stop) in enumerate(titles):
        what = PlayerEventKind.PROGRESSED if number else PlayerEventKind.STARTED
        place = start
        calls += session.feed(PlayerEvent(what, at, place, total))
        while place < stop:
            at, place = at + 5.0, min(place + 5.0, stop)
            calls += session.feed(PlayerEvent(PlayerEventKind.PROGRESSED, at, place, total))
        at += 1.0
    calls += session.feed(PlayerEvent(end, at))
    return [(call.part, round(call.progress)) for call in calls if call.action == "stop"]


CD1, CD2, ENDED = {"share": (0.0, 0.5)}, {"share": (0.5, 1.0)}, {"end": PlayerEventKind.ENDED}
ALL_FOUR = [(0, 100), (1, 100), (2, 100), (3, 100)]


def of(parts, chosen, *runtimes):
    """Say which of so many episodes on a disc was selected, and how long each of them is."""
    return {"parts": parts, "chosen": chosen, "runtimes": runtimes, **ENDED}


# the titles that are played, what else is known, and what is told: part and progress of each stop
@cases("titles, known, stops", {
    "5 %, back in the menu": (((FILM, 0, 270), (MENU, 0, 30)), {}, [(0, 5)]),
    "5 %, and the end of the menu": (((FILM, 0, 270), (MENU, 0, 30)), ENDED, [(0, 5)]),
    "10 %, then a bonus of ten minutes to its end": (((FILM, 0, 700), (600, 0, 600)), {}, [(0, 13)]),
    "99 %, then the menu": (((FILM, 0, 5346), (MENU, 0, 10)), {}, [(0, 99)]),
    "a clip, the menu, 85 % of the film": (((12, 0, 12), (MENU, 0, 30), (FILM, 0, 4590)), {}, [(0, 85)]),
    "the film in two goes, with a menu between":
        (((FILM, 0, 1000), (MENU, 0, 30), (FILM, 1000, 5000), (MENU, 0, 5)), {}, [(0, 93)]),
    "all of the film": (((FILM, 0, 5400),), {}, [(0, 100)]),
    "one of four, by their run times": (((2700, 0, 2700),), of(4, 2, *[2700] * 4), [(2, 100)]),
    "one of four, run times unknown": (((2700, 0, 2700),), of(4, 1), [(1, 100)]),
    "all four in one title": (((10800, 0, 10800),), of(4, 0, *[2700] * 4), ALL_FOUR),
    "all of CD1": (((3000, 0, 3000),), {**CD1, **ENDED}, [(0, 50)]),
    "all of CD2": (((3000, 0, 3000),), {**CD2, **ENDED}, [(0, 100)]),
    "half of CD2": (((3000, 0, 1500),), CD2, [(0, 75)]),
})  # fmt: skip
def test_the_title_counts_in_which_the_time_was_spent_for_the_episodes_or_the_half_that_it_holds(titles, known, stops):
    assert watched(*titles, **known) == stops
