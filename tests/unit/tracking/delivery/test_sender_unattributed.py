"""A batch of which Simkl did not know some, in words that fit none of it: smaller batches tell which it was."""

from __future__ import annotations

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED
from tests.unit.tracking.sending import HOUR, NOBODY, each_answer, film, lantern

NAMELESS = {
    "movies": {"movies": [{"type": "movie", "ids": {"simkl": 0}}]},
    "shows": {"shows": [{"type": "show", "ids": {}}]},
    "episodes": {"episodes": [{"season": 1, "number": 99}]},
}


def unnamed(box, words):
    """Have the fake server tell of what it does not know in these words."""

    def change(path, payload):
        lost = payload.get("not_found") or {}
        if path.startswith("/sync") and any(lost.values()):
            return {**payload, "not_found": {"movies": [], "shows": [], "episodes": [], **words}}
        return payload

    each_answer(box, change)


@pytest.mark.parametrize(
    ("words", "place"), [("movies", 0), ("shows", 1), ("episodes", 7), ("movies", 19)], ids=lambda value: str(value)
)
def test_the_unknown_one_is_found_and_all_others_arrive_once(line, box, words, place):
    unnamed(box, NAMELESS[words])
    for number in range(20):
        line.put("stop", NOBODY if number == place else film(number), ago=HOUR)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [("stop", "Nobody Knows It", "not_found")]
    assert (line.news.unknown, line.aside(REJECTED)) == (["Nobody Knows It"], [])
    assert {mark.times for mark in line.watched.values()} == {1}
    assert len(line.watched) == 19
    assert len(set(line.news.sent)) == len(line.news.sent) == 19
    assert len(line.posts) < 14


def test_several_of_them_and_an_episode_are_found_too(line, box):
    unnamed(box, NAMELESS["episodes"])
    for item in (lantern(1), lantern(99), film(1), NOBODY, lantern(2), film(2)):
        line.put("watched", item)
    assert line.run() is None
    assert sorted(label for _, label, _ in line.aside(NOT_FOUND)) == ["Lantern Street 1x99", "Nobody Knows It"]
    assert len(line.watched) == 4
    assert line.waiting == 0


def test_an_unknown_one_beside_one_that_is_named_takes_nobody_with_it(line, box):
    """Only the nameless row is a riddle."""

    def change(path, payload):
        lost = payload.get("not_found") or {}
        if not any(lost.values()):
            return payload
        return {**payload, "not_found": {**lost, "movies": [*lost["movies"], {"type": "movie"}][-2:]}}

    each_answer(box, change)
    for item in (film(1), NOBODY, film(2)):
        line.put("watched", item)
    assert line.run() is None
    assert line.news.unknown == ["Nobody Knows It"]
    assert len(line.watched) == 2
