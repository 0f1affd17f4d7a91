"""One play that Simkl refuses is put aside; when it refuses one after the other, it is not about them."""

from __future__ import annotations

import pytest

from lib.tracking.play import REJECTED
from tests.unit.tracking.sending import DAY, HOUR, before_each_request, film

BACKING_OFF = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
EMPTY = {"status": 400, "error": "empty_field"}


def refuse(box, *numbers):
    """Have Simkl refuse every request with one of these films."""
    texts = [f'"tt{8000000 + number}"'.encode() for number in numbers]

    def act(body):
        box.clear_faults()
        if any(text in body for text in texts):
            box.order("status", **EMPTY)

    before_each_request(box, act)


def move_to_dead_letters(line):
    return [label for _, label, _ in line.aside(REJECTED)]


def names(*numbers):
    return [film(number).title for number in numbers]


def test_after_three_in_a_row_nothing_more_is_put_aside_and_it_is_asked_less_and_less_often(line, box, time):
    box.order("status", **EMPTY, times=None)
    for number in range(5):
        line.put("stop", film(number))
    waits = [line.run()]
    for _ in BACKING_OFF[1:]:
        time.now += waits[-1]
        waits.append(line.run())
    assert waits == pytest.approx(BACKING_OFF)
    assert move_to_dead_letters(line) == names(0, 1, 2)
    assert line.waiting == 2
    assert [label for label, _ in line.news.refusals] == names(0, 1, 2)


def test_a_success_between_them_tells_that_it_is_about_the_plays(line, box):
    bad, good = (0, 1, 2, 4, 5, 6), (3, 7)
    refuse(box, *bad)
    for number in range(8):
        line.put("stop", film(number))
    assert line.run() is None
    assert move_to_dead_letters(line) == names(*bad)
    assert sorted(mark.title for mark in line.watched.values()) == names(*good)


@pytest.mark.parametrize("ago", [0.0, HOUR], ids=["stops", "lines of the history"])
def test_a_fourth_one_lets_the_others_go_first_and_is_put_aside_after_them(line, box, ago):
    refuse(box, 0, 1, 2, 3)
    for number in range(10):
        line.put("stop", film(number), ago=ago)
    line.go_on(DAY)
    assert line.waiting == 0
    assert move_to_dead_letters(line) == names(0, 1, 2, 3)
    assert sorted(mark.title for mark in line.watched.values()) == names(*range(4, 10))


@pytest.mark.parametrize("ago", [0.0, HOUR], ids=["stops", "lines of the history"])
def test_a_simkl_that_refuses_everything_for_hours_is_like_one_that_is_down(line, box, ago):
    box.order("status", **EMPTY, times=None)
    for number in range(40):
        line.put("stop", film(number), ago=ago)
    line.go_on(6 * HOUR)
    assert len(move_to_dead_letters(line)) == len(line.news.refusals) == 3
    assert line.waiting == 37
    every_quarter, to_find_three = 6 * HOUR / 900, 30
    assert len(line.posts) < every_quarter + to_find_three
    box.clear_faults()
    line.go_on(DAY)
    assert line.waiting == 0
    assert len(line.watched) == 37
    assert {mark.times for mark in line.watched.values()} == {1}
    assert box.too_many_posts == []
