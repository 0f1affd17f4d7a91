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


DISCS = {
    "5 %, back in the menu": (((FILM, 0, 270), (MENU, 0, 30)), [(0, 5)]),
    "99 %, then the menu": (((FILM, 0, 5346), (MENU, 0, 10)), [(0, 99)]),
    "half, then the menu": (((FILM, 0, 2700), (MENU, 0, 30)), [(0, 50)]),
    "a clip, the menu, 85 % of the film": (((12, 0, 12), (MENU, 0, 30), (FILM, 0, 4590)), [(0, 85)]),
    "the film in two goes, with a menu between": (
        ((FILM, 0, 1000), (MENU, 0, 30), (FILM, 1000, 5000), (MENU, 0, 5)), [(0, 93)],
    ),
    "10 %, then a bonus of ten minutes to its end": (((FILM, 0, 700), (600, 0, 600)), [(0, 13)]),
    "all of the film": (((FILM, 0, 5400),), [(0, 100)]),
}  # fmt: skip


@pytest.mark.parametrize(("titles", "stops"), DISCS.values(), ids=DISCS.keys())
def test_the_title_counts_in_which_the_time_was_spent(titles, stops):
    assert watched(*titles) == stops


@pytest.mark.parametrize("end", [PlayerEventKind.STOPPED, PlayerEventKind.ENDED])
def test_the_end_of_a_menu_is_not_the_end_of_the_film(end):
    assert watched((FILM, 0, 270), (MENU, 0, 30), end=end) == [(0, 5)]


EPISODES = {
    "one of four, by their run times": ((2700.0,), 2, (2700.0,) * 4, [(2, 100)]),
    "one of four, run times unknown": ((2700.0,), 1, (), [(1, 100)]),
    "one of two that are short": ((1300.0,), 0, (1320.0, 1320.0), [(0, 100)]),
    "all four in one title": ((10800.0,), 0, (2700.0,) * 4, [(0, 100), (1, 100), (2, 100), (3, 100)]),
    "all four, run times unknown": ((10800.0,), 0, (), [(0, 100), (1, 100), (2, 100), (3, 100)]),
    "one of six": ((1500.0,), 5, (1500.0,) * 6, [(5, 100)]),
}


@pytest.mark.parametrize(("lengths", "chosen", "runtimes", "stops"), EPISODES.values(), ids=EPISODES.keys())
def test_an_episode_of_a_disc_counts_only_if_its_own_run_time_was_played(lengths, chosen, runtimes, stops):
    parts = len(runtimes) or 4
    titles = [(length, 0.0, length) for length in lengths]
    assert watched(*titles, parts=parts, chosen=chosen, runtimes=runtimes, end=PlayerEventKind.ENDED) == stops


HALVES = {
    "all of CD1": ((0.0, 0.5), 3000, [(0, 50)]),
    "half of CD1": ((0.0, 0.5), 1500, [(0, 25)]),
    "all of CD2": ((0.5, 1.0), 3000, [(0, 100)]),
    "half of CD2": ((0.5, 1.0), 1500, [(0, 75)]),
    "the first of five": ((0.0, 0.2), 3000, [(0, 20)]),
    "all of it": ((0.0, 1.0), 3000, [(0, 100)]),
}


@pytest.mark.parametrize(("share", "until", "stops"), HALVES.values(), ids=HALVES.keys())
def test_half_of_a_film_is_half(share, until, stops):
    end = PlayerEventKind.ENDED if until == 3000 else PlayerEventKind.STOPPED
    assert watched((3000.0, 0, until), share=share, end=end) == stops
