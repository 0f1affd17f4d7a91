"""For how long a play is tried: for thirty days while Simkl fails on it, for ever while nobody could be asked."""

from __future__ import annotations

from lib.tracking.play import REJECTED
from tests.unit.tracking.sending import DAY, HARBOUR, HARBOUR_KEY, HOUR, KITES, KITES_KEY


def days_go_by(line, days):
    """Try now and then, with a start of the program each day."""
    for _ in range(days):
        line.delivery = line.sender()
        line.delivery.step()
        line.delivery.retry_now()
        line.delivery.step()
        line.time.now += DAY


def test_without_a_network_nothing_is_ever_put_aside(line, box):
    box.stop_listening()
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 35)
    assert (line.waiting, line.aside(REJECTED), line.news.refusals) == (1, [], [])
    box.listen_again()
    line.go_on(HOUR)
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"


def test_who_was_away_for_a_month_and_starts_before_the_network_is_there_loses_nothing(line, box, time):
    box.stop_listening()
    line.put("stop", HARBOUR)
    line.delivery.step()
    time.now += 31 * DAY
    line.delivery = line.sender()
    line.delivery.step()
    box.listen_again()
    assert line.run(longest=10) is None
    assert (line.aside(REJECTED), line.watched[HARBOUR_KEY].times) == ([], 1)


def test_a_simkl_that_fails_for_thirty_days_makes_it_wait_for_a_person_who_hears_of_it_once(line, box):
    box.order("status", status=503, times=None)
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 30)
    assert (line.waiting, line.news.refusals) == (1, [])
    days_go_by(line, 3)
    assert line.aside(REJECTED) == [("stop", "The Glass Harbour", "unavailable")]
    assert line.news.refusals == [("The Glass Harbour", "unavailable")]


def test_the_days_without_a_network_do_not_count(line, box):
    box.stop_listening()
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 29)
    box.listen_again()
    box.order("status", status=500, times=None)
    days_go_by(line, 29)
    assert (line.waiting, line.aside(REJECTED)) == (1, [])


def test_a_network_that_breaks_off_for_weeks_is_waited_for_and_by_no_person(line, box):
    box.order("reset", times=None)
    line.put("stop", HARBOUR, ago=HOUR)
    line.put("watched", KITES, ago=HOUR)
    days_go_by(line, 35)
    assert (line.waiting, line.aside(REJECTED), line.news.refusals) == (2, [], [])
    box.clear_faults()
    line.go_on(DAY)
    assert {HARBOUR_KEY, KITES_KEY} == set(line.watched)
