"""V2's device flow, as Simkl's pages `oauth2-device` and `simkl/oauth2-token` and RFC 8628 say."""

from __future__ import annotations

import re

import pytest
import requests

from tests.fakes.oauth_program import BOTH, SECRET, Program, failed, oauth_box

PENDING, SLOW_DOWN, EXPIRED = [(400, each) for each in ("authorization_pending", "slow_down", "expired_token")]


@pytest.fixture(scope="module")
def running():
    with oauth_box() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def tv(box):
    return Program(box, "v2-tv")


def test_a_start_has_the_documented_shape(box, tv):
    started = tv.device()
    user_code = started.pop("user_code")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", user_code)
    assert re.fullmatch(r"[\w-]{64}", started.pop("device_code"))
    assert started == {
        "verification_uri": box.url + "/pin",
        "verification_uri_complete": f"{box.url}/pin?user_code={user_code}",
        "expires_in": 900,
        "interval": 5,
    }


@pytest.mark.parametrize("json", [False, True], ids=["form", "json"])
@pytest.mark.parametrize("client_id", ["v2-tv", "v2-public", "v2-server"])
def test_every_kind_of_app_may_start_and_none_sends_a_secret(box, client_id, json):
    assert "device_code" in Program(box, client_id, SECRET).device(json=json)


NOT_STARTED = {
    "nobody": ({"client_id": "nobody"}, (401, "invalid_client")),
    "a V1 client_id": ({"client_id": "v1-public"}, (401, "invalid_client")),
    "no client_id": ({"client_id": None}, (400, "invalid_request")),
    "a list of scopes": ({"scope": ["media:read", "media:write"]}, (400, "invalid_request")),
    "an object": ({"scope": {"media": "write"}}, (400, "invalid_request")),
    "a number": ({"scope": 1}, (400, "invalid_request")),
}


@pytest.mark.parametrize(("changes", "error"), NOT_STARTED.values(), ids=NOT_STARTED.keys())
def test_a_start_that_is_refused(tv, changes, error):
    answer = tv.post("/oauth2/device", {"scope": BOTH, **changes}, json=True)
    assert failed(answer) == error and answer.headers["Cache-Control"] == "no-store"


def test_a_list_in_a_form_is_refused_too(box):
    answer = requests.post(box.url + "/oauth2/device", data={"client_id": "v2-tv", "scope[]": BOTH}, timeout=60)
    assert failed(answer) == (400, "invalid_request")


def test_an_approval_is_delivered_once(box, tv):
    started = tv.device()
    assert failed(tv.poll(started["device_code"])) == PENDING
    box.approve(started["user_code"])
    box.advance(5)
    tokens = tv.poll(started["device_code"]).json()
    assert (tokens["access_token"], tokens["scope"]) == (box.tokens[0].token, BOTH)
    assert failed(tv.poll(started["device_code"])) == EXPIRED


def test_a_denied_code_stays_pending_until_it_expires(box, tv):
    started = tv.device()
    box.deny(started["user_code"])
    box.advance(899)
    assert failed(tv.poll(started["device_code"])) == PENDING
    box.advance(1)
    assert failed(tv.poll(started["device_code"])) == EXPIRED


def test_slow_down_adds_five_seconds_and_every_attempt_starts_the_wait_anew(box, tv):
    started, heard = tv.device(), []
    for pause in (0, 4.9, 9.9, 14.9, 20):
        box.advance(pause)
        heard.append(failed(tv.poll(started["device_code"])))
    assert heard == [PENDING, SLOW_DOWN, SLOW_DOWN, SLOW_DOWN, PENDING]
    assert [round(each.gap, 1) for each in box.too_fast] == [4.9, 9.9, 14.9]


def test_an_approval_does_not_make_a_poll_come_in_time(box, tv):
    started = tv.device()
    tv.poll(started["device_code"])
    box.approve(started["user_code"])
    assert failed(tv.poll(started["device_code"])) == SLOW_DOWN
    box.advance(10)
    assert tv.poll(started["device_code"]).status_code == 200


POLLS = {
    "no device_code": ({"device_code": None}, (400, "invalid_request")),
    "a code nobody got": ({"device_code": "guess"}, EXPIRED),
    "another app's code": ({"client_id": "v2-public"}, EXPIRED),
    "nobody": ({"client_id": "nobody"}, (401, "invalid_client")),
    "a V1 client_id": ({"client_id": "v1-public"}, (401, "invalid_client")),
    "another grant": ({"grant_type": "device_code"}, (400, "unsupported_grant_type")),
    "the user code": ({"device_code": None, "code": "x"}, (400, "invalid_request")),
}


@pytest.mark.parametrize(("changes", "error"), POLLS.values(), ids=POLLS.keys())
def test_a_poll_that_is_refused(tv, changes, error):
    started = tv.device()
    assert failed(tv.poll(**{"device_code": started["device_code"], **changes})) == error


def test_a_server_polls_with_its_secret(box):
    server = Program(box, "v2-server", SECRET)
    started = server.device()
    box.approve(started["user_code"])
    assert failed(server.poll(started["device_code"], client_secret=None)) == (401, "invalid_client")
    assert server.poll(started["device_code"]).status_code == 200


@pytest.mark.parametrize("typed", ["htrw-10z1", "HTRW10Z1", " htrw 10z1 ", "HTRW-IOZL", "htrw‑loZi", "h-t-r-w-1-o-z-1"])
def test_typing_is_forgiving(typed):
    with oauth_box(v2_codes=["HTRW-10Z1"]) as box:
        started = Program(box, "v2-tv").device()
        assert started["user_code"] == "HTRW-10Z1" and box.approve(typed) == "HTRW-10Z1"


def test_a_pin_is_not_folded(box):
    with oauth_box(client_ids=["old"], codes=["O0I1L"]) as other:
        requests.get(other.url + "/oauth/pin", params={"client_id": "old"}, timeout=60)
        with pytest.raises(LookupError):
            other.approve("00111")
        assert other.approve("o0i1l") == "O0I1L"


def test_codes_of_both_generations_wait_side_by_side(box, tv):
    pin = requests.get(box.url + "/oauth/pin", params={"client_id": "v1-bare"}, timeout=60).json()["user_code"]
    box.advance(1)
    device = tv.device()["user_code"]
    assert [code.user_code for code in box.codes] == [pin, device]
    assert [box.approve_pending(), box.approve_pending()] == [device, pin]


def test_another_persons_approval(box, tv):
    box.add_user("second_viewer", 900002)
    started = tv.device()
    box.approve(started["user_code"], "second_viewer")
    token = tv.poll(started["device_code"]).json()["access_token"]
    assert tv.settings(token).json()["account"]["id"] == 900002


# faults that only a poll can have


def test_slow_down_can_be_ordered(box, tv):
    started = tv.device()
    box.order("slow_down")
    assert failed(tv.poll(started["device_code"])) == SLOW_DOWN
    box.advance(10)
    assert failed(tv.poll(started["device_code"])) == PENDING


def test_lost_approval_waits_for_an_approval_and_loses_it(box, tv):
    order = box.order("lost_approval")
    started = tv.device()
    assert failed(tv.poll(started["device_code"])) == PENDING and not order.served
    box.approve(started["user_code"])
    box.advance(5)
    with pytest.raises(requests.ConnectionError):
        tv.poll(started["device_code"])
    assert failed(tv.poll(started["device_code"])) == EXPIRED and len(box.tokens) == 1


def test_no_repr_shows_a_secret(box, tv):
    started = tv.device()
    tv.poll(started["device_code"])
    assert started["device_code"] not in repr(box.codes) + repr(box.requests)
