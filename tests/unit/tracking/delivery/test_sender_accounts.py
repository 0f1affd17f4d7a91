"""Whose plays are sent with whose token: a refused link, a refused client id, another person, and AUTH V2."""

from __future__ import annotations

import contextlib

import pytest

from lib.account.client import AccountChanged
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from lib.tracking.play import REJECTED
from lib.tracking.store import delivery_state
from tests.unit.tracking.sending import CLIENT_ID, DAY, HOUR, NOON, OWNER, before_each_request
from tests.unit.tracking.titles import HARBOUR, HARBOUR_KEY, KITES, film, films

LATER = "2026-11-24T13:00:00Z"
OTHER = "other_viewer"


REFUSED_LINKS = {
    "removed at Simkl": (lambda line: line.box.revoke(), "token_refused"),
    "account gone": (lambda line: line.accounts.forget(DEFAULT_ACCOUNT), "token_missing"),
}


@pytest.mark.parametrize(("happens", "told"), REFUSED_LINKS.values(), ids=REFUSED_LINKS.keys())
def test_a_link_that_simkl_refuses_blocks_the_line_until_another_link(line, box, time, happens, told):
    happens(line)
    for number in range(3):
        line.put("stop", film(number))
        assert line.run() == pytest.approx(HOUR - number * 600)
        line.delivery.retry_now()
        time.now += 600
    asked = len(box.requests)
    assert (line.news.troubles, line.waiting) == ([told], 3)
    assert line.standings.get(OWNER).state == delivery_state.NEEDS_LINKING

    line.delivery = line.sender()
    assert line.run() == pytest.approx(HOUR - 1800)
    assert len(box.requests) == asked, "a restart is no new link"

    line.link(since=LATER)
    assert (line.run(), line.watched_once()) == (None, 3)
    assert line.standings.get(OWNER).state == delivery_state.READY


def test_a_refusal_is_tried_again_by_itself_after_an_hour_then_after_twice_as_long(line, box, time):
    box.order("status", status=412, error="client_id_failed", times=None)
    line.put("stop", HARBOUR)
    for hours in (1, 2, 4):
        assert line.run() == pytest.approx(hours * HOUR)
        time.now += hours * HOUR
    assert (len(box.requests), len(line.news.troubles)) == (3, 1)
    assert line.standings.get(OWNER).state == delivery_state.CLIENT_ID_REJECTED
    box.clear_faults()
    assert (line.run(), line.watched_once()) == (None, 1)
    assert line.standings.get(OWNER).state == delivery_state.READY


def test_what_was_stopped_goes_on_after_a_test_of_the_connection(line, box, time):
    box.order("status", status=412)
    line.put("stop", HARBOUR)
    line.run()
    time.now += 600
    line.delivery = line.sender()
    assert line.run() == pytest.approx(HOUR - 600)
    line.standings.put(OWNER, delivery_state.READY)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T12:00:00Z"


def test_the_plays_of_another_person_are_never_sent_and_their_trouble_stops_nobody_else(line):
    line.standings.put("900002", delivery_state.NEEDS_LINKING, since="")
    line.put("stop", HARBOUR, owner="900002")
    line.send("stop", KITES)
    assert [mark.title for mark in line.watched.values()] == ["A Winter of Kites"]
    assert line.queue.waiting("900002") == 1


def link_another(line):
    """Link somebody else, once, as any process does it."""
    if all(grant.user.name != OTHER for grant in line.box.grants):
        token = Token(Secret(line.box.give_token(OTHER)), CLIENT_ID)
        AccountStore(line.accounts.path).save(DEFAULT_ACCOUNT, Account(token, LATER, User(900002, OTHER)))


def another_process_links_while_this_one_waits_for_the_next_write(line):
    line.time.during_pause = lambda number: link_another(line)


def another_is_linked_while_the_token_is_refreshed(line):
    line.link(auth="v2", expires_at=NOON + HOUR)
    before_each_request(line.box, lambda body: b"grant_type" in body and link_another(line))


HAPPENS = {
    "another is linked while plays wait": link_another,
    "while a batch is under way": lambda line: before_each_request(line.box, lambda body: link_another(line)),
    "another process links while this one waits": another_process_links_while_this_one_waits_for_the_next_write,
    "while the token is refreshed": another_is_linked_while_the_token_is_refreshed,
}


@pytest.mark.parametrize("happens", HAPPENS.values(), ids=HAPPENS.keys())
def test_an_owners_plays_are_sent_by_that_owners_account_or_not_at_all(line, box, happens):
    box.add_user(OTHER, 900002)
    line.put_all("stop", films(3), ago=HOUR)  # one batch, then one by one
    line.put_all("stop", [HARBOUR, KITES])
    happens(line)
    with contextlib.suppress(AccountChanged):
        line.run()
    assert (box.watched[OTHER], line.waiting + len(line.watched)) == ({}, 5)
    assert line.waiting > 0

    line.link(since="2026-11-24T14:00:00Z")
    assert (line.run(), line.watched_once(), box.watched[OTHER]) == (None, 5, {})


def test_a_token_of_auth_v2_is_refreshed_in_the_middle_and_nothing_is_lost_or_twice(line, box, time):
    line.link(auth="v2")
    for number in range(3):
        line.send("stop", film(number))
        time.now += 6.5 * DAY
    assert (len(box.refreshes), box.dead_token_uses, box.too_many_posts) == (2, [], [])
    assert (line.watched_once(), line.news.troubles) == (3, [])


def test_a_refresh_that_goes_wrong_for_hours_loses_nothing_and_blames_nobody(line, box):
    line.link(auth="v2", expires_at=NOON - DAY)
    box.order("status", status=404, error="url_failed", path="/oauth2/token", times=None)
    line.put_all("stop", films(4), ago=HOUR)
    line.go_on(HOUR)
    assert set(line.posts) == {"/oauth2/token"}
    assert (line.waiting, line.aside(REJECTED), line.news.troubles) == (4, [], [])
    box.clear_faults()
    line.go_on(HOUR)
    assert line.watched_once() == 4
