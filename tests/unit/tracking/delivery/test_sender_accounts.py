"""Whose plays are sent with whose token: a refused link, a refused client id, another person, and AUTH V2."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from lib.account.client import AccountChanged
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from lib.tracking.play import REJECTED
from lib.tracking.store import delivery_state
from tests.unit.tracking.sending import (
    CLIENT_ID,
    DAY,
    HARBOUR,
    HARBOUR_KEY,
    HOUR,
    KITES,
    NOON,
    OWNER,
    V2_CLIENT_ID,
    VIEWER,
    before_each_request,
    film,
)

LATER = "2026-11-24T13:00:00Z"
OTHER = "other_viewer"


def read_only(line):
    user = line.box.model.user_called(None)
    grant = line.box.model.links.give_v2(V2_CLIENT_ID, "tracker", user, "media:read")
    line.link(auth="v2", access=grant.token)


def refresh_refused(line):
    line.link(auth="v2", refresh=Secret("long-gone"), expires_at=NOON + HOUR)
    line.box.revoke()


REFUSED_LINKS = {
    "removed at Simkl": (lambda line: line.box.revoke(), "token_refused"),
    "read only": (read_only, "scope_missing"),
    "account gone": (lambda line: line.accounts.forget(DEFAULT_ACCOUNT), "token_missing"),
    "refresh refused": (refresh_refused, "token_refused"),
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


def unlinked_and_another_linked(line):
    line.accounts.forget(DEFAULT_ACCOUNT)
    link_another(line)


def another_process_links_while_this_one_waits_for_the_next_write(line):
    line.time.during_pause = lambda number: link_another(line)


def the_account_gets_another_name_and_another_is_linked(line):
    line.accounts.save("first", line.accounts.get(DEFAULT_ACCOUNT))
    link_another(line)


def another_is_linked_while_the_token_is_refreshed(line):
    line.link(auth="v2", expires_at=NOON + HOUR)
    before_each_request(line.box, lambda body: b"grant_type" in body and link_another(line))


def the_name_of_another_comes_to_light(line):
    account = line.accounts.get(DEFAULT_ACCOUNT)
    line.accounts.save(DEFAULT_ACCOUNT, replace(account, user=User(900001, VIEWER)))
    line.delivery = line.sender()
    line.accounts.save(DEFAULT_ACCOUNT, replace(account, user=User(900002, OTHER)))


HAPPENS = {
    "another is linked while plays wait": link_another,
    "while a batch is under way": lambda line: before_each_request(line.box, lambda body: link_another(line)),
    "unlinked, and another is linked": unlinked_and_another_linked,
    "another process links while this one waits": another_process_links_while_this_one_waits_for_the_next_write,
    "the account gets another name": the_account_gets_another_name_and_another_is_linked,
    "while the token is refreshed": another_is_linked_while_the_token_is_refreshed,
    "the name of another comes to light": the_name_of_another_comes_to_light,
}


@pytest.mark.parametrize("happens", HAPPENS.values(), ids=HAPPENS.keys())
def test_an_owners_plays_are_sent_by_that_owners_account_or_not_at_all(line, box, happens):
    box.add_user(OTHER, 900002)
    for number in range(3):
        line.put("stop", film(number), ago=HOUR)  # one batch, then one by one
    line.put("stop", HARBOUR)
    line.put("stop", KITES)
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


def test_a_token_of_auth_v2_that_dies_early_is_refreshed_and_the_play_sent_again(line, box):
    line.link(auth="v2")
    box.order("status", status=401, error="invalid_token", path="/scrobble")
    line.send("stop", HARBOUR)
    assert (line.watched_once(), len(box.refreshes)) == (1, 1)


@pytest.mark.parametrize(("status", "error"), [(403, "forbidden"), (404, "url_failed")])
def test_a_refresh_that_goes_wrong_for_hours_loses_nothing_and_blames_nobody(line, box, status, error):
    line.link(auth="v2", expires_at=NOON - DAY)
    box.order("status", status=status, error=error, path="/oauth2/token", times=None)
    for number in range(4):
        line.put("stop", film(number), ago=HOUR)
    line.go_on(HOUR)
    assert set(line.posts) == {"/oauth2/token"}
    assert (line.waiting, line.aside(REJECTED), line.news.troubles) == (4, [], [])
    box.clear_faults()
    line.go_on(HOUR)
    assert line.watched_once() == 4


def test_a_refresh_that_is_refused_is_no_fault_of_the_plays(line, box):
    line.link(auth="v2", expires_at=NOON - HOUR)
    box.order("status", status=400, error="secret_error", path="/oauth2/token")
    line.put("stop", HARBOUR)
    line.put("stop", KITES)
    assert line.run() == pytest.approx(HOUR)
    assert (line.waiting, line.aside(REJECTED), len(line.news.troubles)) == (2, [], 1)
    assert line.standings.get(OWNER).state == delivery_state.NEEDS_LINKING
