"""A disc has a film, menus and clips: the title counts in which the time was spent. And halves of a film."""

from __future__ import annotations

import pytest

from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.playback import Playback

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
PLAYED = {
    "5 %, back in the menu": (((FILM, 0, 270), (MENU, 0, 30)), {}, [(0, 5)]),
    "5 %, and the end of the menu": (((FILM, 0, 270), (MENU, 0, 30)), ENDED, [(0, 5)]),
    "99 %, then the menu": (((FILM, 0, 5346), (MENU, 0, 10)), {}, [(0, 99)]),
    "a clip, the menu, 85 % of the film": (((12, 0, 12), (MENU, 0, 30), (FILM, 0, 4590)), {}, [(0, 85)]),
    "the film in two goes, with a menu between": (
        ((FILM, 0, 1000), (MENU, 0, 30), (FILM, 1000, 5000), (MENU, 0, 5)), {}, [(0, 93)],
    ),
    "10 %, then a bonus of ten minutes to its end": (((FILM, 0, 700), (600, 0, 600)), {}, [(0, 13)]),
    "all of the film": (((FILM, 0, 5400),), {}, [(0, 100)]),
    "one of four, by their run times": (((2700, 0, 2700),), of(4, 2, *[2700] * 4), [(2, 100)]),
    "one of four, run times unknown": (((2700, 0, 2700),), of(4, 1), [(1, 100)]),
    "one of two that are short": (((1300, 0, 1300),), of(2, 0, 1320, 1320), [(0, 100)]),
    "one of six": (((1500, 0, 1500),), of(6, 5, *[1500] * 6), [(5, 100)]),
    "all four in one title": (((10800, 0, 10800),), of(4, 0, *[2700] * 4), ALL_FOUR),
    "all four, run times unknown": (((10800, 0, 10800),), of(4, 0), ALL_FOUR),
    "all of CD1": (((3000, 0, 3000),), {**CD1, **ENDED}, [(0, 50)]),
    "half of CD1": (((3000, 0, 1500),), CD1, [(0, 25)]),
    "all of CD2": (((3000, 0, 3000),), {**CD2, **ENDED}, [(0, 100)]),
    "half of CD2": (((3000, 0, 1500),), CD2, [(0, 75)]),
}  # fmt: skip


@pytest.mark.parametrize(("titles", "known", "stops"), PLAYED.values(), ids=PLAYED.keys())
def test_the_title_counts_in_which_the_time_was_spent_for_the_episodes_or_the_half_that_it_holds(titles, known, stops):
    assert watched(*titles, **known) == stops
