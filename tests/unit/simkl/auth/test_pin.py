"""The PIN flow: what Simkl is asked, every answer of a check has a name, and only a token is an approval.

Sources: Simkl's pages `api-reference/pin`, `api-reference/simkl/get-pin` and `api-reference/simkl/check-pin`.
"""

import dataclasses

import pytest

from lib.simkl import errors
from lib.simkl.auth.code_flow import Approved, AskLater, Code, Denied, NoAnswer, Pending, Replaced, SlowDown
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import (
    API,
    APPROVED,
    CLIENT_ID,
    CODE,
    FRESH,
    FRESH_CODE,
    PENDING,
    STARTED,
    TOKEN,
    bare,
    error,
    flow,
    named,
    without,
)

UNREADABLE = (NoAnswer, errors.Unreadable)
YES = Approved(Token(Secret(TOKEN), CLIENT_ID))
ODD = "simkl_at_Ab-_.~+/="
ANSWERS = {
    "pending": (PENDING, Pending()),
    "pending in other words": ({"result": "KO", "message": "Still PENDING, be patient"}, Pending()),
    "slow down, as the older documentation has it": ({"result": "KO", "message": "Slow down"}, SlowDown(10.0)),
    "a KO that says nothing": ({"result": "KO"}, SlowDown(10.0)),
    "a KO whose message is no text": ({"result": "KO", "message": ["pend", 5]}, SlowDown(10.0)),
    "approved": (APPROVED, YES),
    "approved with fields of a later version": ({**APPROVED, "scope": "public", "user_code": "P3ZRT"}, YES),
    "a token of another look": ({"access_token": ODD}, Approved(Token(Secret(ODD), CLIENT_ID))),
    "OK alone is no approval": ({"result": "OK"}, UNREADABLE),
    "a bad token does not become a fresh code": ({**FRESH, "access_token": None}, UNREADABLE),
    "a dead code is answered with a fresh start that says OK": (FRESH, Replaced(FRESH_CODE)),
    "a fresh start without the constant device code": (without(FRESH, "device_code"), Replaced(FRESH_CODE)),
    "a fresh start with a KO": ({**FRESH, "result": "KO"}, Replaced(FRESH_CODE)),
    "a fresh start of the same code": ({**FRESH, "user_code": CODE.user_code}, Replaced(CODE)),
    "a device code without a user code": ({"result": "OK", "device_code": "DEVICE_CODE"}, UNREADABLE),
    "a device code with a KO is not slow down": ({"result": "KO", "device_code": "DEVICE_CODE"}, UNREADABLE),
    "a fresh code with a nonsense interval": ({**FRESH, "interval": "soon"}, UNREADABLE),
    "a result of another kind": ({"result": "MAYBE", "message": "pending"}, UNREADABLE),
    "an error with a success status": ({"error": "client_id_failed"}, UNREADABLE),
}
BAD_TOKENS = ["", None, 12345, True, [TOKEN], f"{TOKEN}\r\nX-Evil: 1", f"{TOKEN} ", "tokén"]
OF_NO_FLOW = [{}, [PENDING], 42, "Authorization pending", True, None]
TROUBLE = {
    "refused": (error(412, "client_id_failed"), errors.ClientIdRefused, (Denied, errors.ClientIdRefused)),
    "busy": (error(429, "rate_limit", Retry_After="30"), errors.TooFast, AskLater(30.0)),
    "down": (bare(503), errors.Unavailable, (NoAnswer, errors.Unavailable)),
    "hotel page": (bare(200), errors.Unreadable, UNREADABLE),
}


@pytest.mark.parametrize(("answer", "name"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_has_a_name(requests_mock, answer, name):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json=answer)
    assert named(flow().check(CODE)) == name


@pytest.mark.parametrize("answer", [*OF_NO_FLOW, *({**APPROVED, "access_token": bad} for bad in BAD_TOKENS)], ids=repr)
def test_what_has_no_token_that_can_be_sent_is_no_approval(requests_mock, answer):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json=answer)
    assert named(flow().check(CODE)) == UNREADABLE


def test_slower_is_five_seconds_slower_than_this_code_was_polled(requests_mock):
    # RFC 8628 3.5 asks for five seconds more; Simkl's PIN has no rule of its own.
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json={"result": "KO", "message": "Slow down"})
    assert flow().check(dataclasses.replace(CODE, interval=8.0)) == SlowDown(13.0)


@pytest.mark.parametrize(("answer", "kind", "name"), TROUBLE.values(), ids=TROUBLE.keys())
def test_a_start_raises_what_a_check_answers(requests_mock, answer, kind, name):
    requests_mock.get(f"{API}/oauth/pin", **answer)
    requests_mock.get(f"{API}/oauth/pin/K7QXM", **answer)
    with pytest.raises(errors.SimklError) as caught:
        flow().start()
    assert type(caught.value) is kind
    assert named(flow().check(CODE)) == name


@pytest.mark.parametrize("site", ["https://simkl.com", "https://simkl.com/"])
def test_without_an_address_the_configured_site_has_the_page(requests_mock, site):
    requests_mock.get(f"{API}/oauth/pin", json={"user_code": "K7QXM"})
    assert flow(site_url=site).start() == CODE


@pytest.mark.parametrize("user_code", ["K7QX", "a/b?c", "../50%2F #&=", "Ä字\r\n"])
def test_a_code_comes_back_to_simkl_as_it_was_and_no_authorization(box, user_code):
    box.order("answer", body={**STARTED, "user_code": user_code})
    link = flow(box.url, client_id=box.client_id)
    link.check(link.start())
    asked = [(request.method, request.path, request.headers.get("Authorization")) for request in box.requests]
    assert asked == [("GET", "/oauth/pin", None), ("GET", f"/oauth/pin/{user_code}", None)]
    assert box.unattributed == []


def test_what_a_code_and_an_approval_print_holds_no_token():
    code = Code("K7QXM", "https://simkl.com/pin", "https://simkl.com/pin/K7QXM", 900, 5, Secret("device-secret"))
    printed = f"{code} {code!r} {YES} {YES!r} {[YES]}"
    assert TOKEN not in printed and "device-secret" not in printed
