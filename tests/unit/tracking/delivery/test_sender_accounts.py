"""Whose plays are sent with whose token: a refused link, a refused client id, another person, and AUTH V2."""

import contextlib

import pytest

from lib.account.client import AccountChanged
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from lib.tracking.play import REJECTED
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, NEEDS_LINKING, READY
from tests.unit.tracking.cases import HARBOUR, KITES, cases, film, films
from tests.unit.tracking.sending import CLIENT_ID, DAY, HOUR, NOON, OWNER, before_each_request

LATER = "2026-11-24T13:00:00Z"
OTHER = "other_viewer"


def client_id_refused(line):
    line.box.order("status", status=412, error="client_id_failed", times=None)


def linked_again(line):
    line.link(since=LATER)


def connection_tested(line):
    line.box.clear_faults()
    line.standings.put(OWNER, READY)


def twice_as_long_gone_by(line):
    line.time.now += HOUR - 1800
    assert line.run() == pytest.approx(2 * HOUR)
    line.box.clear_faults()
    line.time.now += 2 * HOUR


@cases("happens, told, state, mended", {
    "removed at Simkl": (lambda line: line.box.revoke(), "token_refused", NEEDS_LINKING, linked_again),
    "account gone": (lambda line: line.accounts.forget(DEFAULT_ACCOUNT), "token_missing", NEEDS_LINKING, linked_again),
    "client id, tested": (client_id_refused, "client_id_refused", CLIENT_ID_REJECTED, connection_tested),
    "client id, for three hours": (client_id_refused, "client_id_refused", CLIENT_ID_REJECTED, twice_as_long_gone_by),
})  # fmt: skip
def test_a_refusal_blocks_the_line_over_a_restart_until_it_is_mended(line, box, time, happens, told, state, mended):
    happens(line)
    for number in range(3):
        line.put("stop", film(number))
        assert line.run() == pytest.approx(HOUR - number * 600)
        line.delivery.retry_now()
        time.now += 600
    asked = len(box.requests)
    line.delivery = line.sender()
    assert line.run() == pytest.approx(HOUR - 1800)
    assert len(box.requests) == asked, "a restart is no new link"
    assert (line.news.troubles, line.waiting, line.standings.get(OWNER).state) == ([told], 3, state)
    mended(line)
    assert (line.run(), line.watched_once()) == (None, 3)
    assert min(mark.watched_at for mark in line.watched.values()) == "2026-11-24T12:00:00Z"
    assert line.standings.get(OWNER).state == READY


def test_the_plays_of_another_person_are_never_sent_and_their_trouble_stops_nobody_else(line):
    line.standings.put("900002", NEEDS_LINKING, since="")
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


@cases("happens", {
    "while plays wait": link_another,
    "while a batch is under way": lambda line: before_each_request(line.box, lambda body: link_another(line)),
    "by another process, while this one waits": another_process_links_while_this_one_waits_for_the_next_write,
    "while the token is refreshed": another_is_linked_while_the_token_is_refreshed,
})  # fmt: skip
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
