"""Asking whether a code was approved: every answer of Simkl has a name, and only a token is an approval.

Source: Simkl's page `api-reference/pin`.
"""

from __future__ import annotations

import dataclasses

import pytest

from lib.simkl.auth.code_flow import Approved, Code, NoAnswer, Pending, Replaced, SlowDown
from lib.simkl.auth.tokens import Token
from lib.simkl.errors import Unreadable
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import (
    API,
    APPROVED,
    CLIENT_ID,
    CODE,
    FRESH,
    FRESH_CODE,
    PENDING,
    TOKEN,
    flow,
    named,
    without,
)

UNREADABLE = (NoAnswer, Unreadable)
YES = Approved(Token(Secret(TOKEN), CLIENT_ID))

WAITING = {
    "pending": (PENDING, Pending()),
    "pending in other words": ({"result": "KO", "message": "Still PENDING, be patient"}, Pending()),
    "slow down, as the older documentation has it": ({"result": "KO", "message": "Slow down"}, SlowDown(10.0)),
    "a KO of an unknown kind is waited out, slower": ({"result": "KO", "message": "Come again"}, SlowDown(10.0)),
    "a KO that says nothing": ({"result": "KO"}, SlowDown(10.0)),
    "a KO whose message is no text": ({"result": "KO", "message": ["pend", 5]}, SlowDown(10.0)),
    "a KO whose message is null": ({"result": "KO", "message": None}, SlowDown(10.0)),
}
APPROVALS = {
    "approved": (APPROVED, YES),
    "approved without an OK": ({"access_token": TOKEN}, YES),
    "approved with fields of a later version": ({**APPROVED, "scope": "public", "user_code": "P3ZRT"}, YES),
    "a token of another look": (
        {"result": "OK", "access_token": "simkl_at_Ab-_.~+/="},
        Approved(Token(Secret("simkl_at_Ab-_.~+/="), CLIENT_ID)),
    ),
    "OK alone is no approval": ({"result": "OK"}, UNREADABLE),
    "an empty token": ({"result": "OK", "access_token": ""}, UNREADABLE),
    "a token that is null": ({"result": "OK", "access_token": None}, UNREADABLE),
    "a token that is a number": ({"result": "OK", "access_token": 12345}, UNREADABLE),
    "a token that is true": ({"result": "OK", "access_token": True}, UNREADABLE),
    "a token that is a list": ({"result": "OK", "access_token": [TOKEN]}, UNREADABLE),
    "a token with a line break": ({"result": "OK", "access_token": f"{TOKEN}\r\nX-Evil: 1"}, UNREADABLE),
    "a token with a space": ({"result": "OK", "access_token": f"{TOKEN} "}, UNREADABLE),
    "a token beyond ASCII": ({"result": "OK", "access_token": "tokén"}, UNREADABLE),
    "a bad token does not become a fresh code": ({**FRESH, "access_token": None}, UNREADABLE),
}
DEAD_CODES = {
    "a dead code is answered with a fresh start that says OK": (FRESH, Replaced(FRESH_CODE)),
    "without the constant device code": (without(FRESH, "device_code"), Replaced(FRESH_CODE)),
    "with a KO": ({**FRESH, "result": "KO"}, Replaced(FRESH_CODE)),
    "a fresh start of the same code": ({**FRESH, "user_code": CODE.user_code}, Replaced(CODE)),
    "a device code without a user code": ({"result": "OK", "device_code": "DEVICE_CODE"}, UNREADABLE),
    "a device code with a KO is not slow down": ({"result": "KO", "device_code": "DEVICE_CODE"}, UNREADABLE),
    "a fresh code that is a number": ({**FRESH, "user_code": 12345}, UNREADABLE),
    "a fresh code with a nonsense interval": ({**FRESH, "interval": "soon"}, UNREADABLE),
}
NOT_OF_THIS_FLOW = {
    "an empty object": ({}, UNREADABLE),
    "an array": ([PENDING], UNREADABLE),
    "a number": (42, UNREADABLE),
    "a text": ("Authorization pending", UNREADABLE),
    "true": (True, UNREADABLE),
    "null": (None, UNREADABLE),
    "a result of another kind": ({"result": "MAYBE", "message": "pending"}, UNREADABLE),
    "a result that is true": ({"result": True}, UNREADABLE),
    "an error with a success status": ({"error": "client_id_failed"}, UNREADABLE),
}
TABLE = {**WAITING, **APPROVALS, **DEAD_CODES, **NOT_OF_THIS_FLOW}


@pytest.mark.parametrize(("answer", "name"), TABLE.values(), ids=TABLE.keys())
def test_an_answer_has_a_name(requests_mock, answer, name):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json=answer)
    assert named(flow().check(CODE)) == name


def test_slower_is_five_seconds_slower_than_this_code_was_polled(requests_mock):
    # RFC 8628 3.5 asks for five seconds more; Simkl's PIN has no rule of its own.
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json={"result": "KO", "message": "Slow down"})
    assert flow().check(dataclasses.replace(CODE, interval=8.0)) == SlowDown(13.0)


def test_the_token_is_kept_with_the_client_id_it_was_issued_to(requests_mock):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json=APPROVED)
    answer = flow(client_id="another").check(CODE)
    assert answer == Approved(Token(Secret(TOKEN), "another", auth="v1"))


def test_an_approval_is_delivered_once_and_what_follows_is_a_fresh_code(box, link_to):
    link = link_to(box.url)
    code = link.start()
    assert link.check(code) == Pending()
    box.approve(code.user_code)
    assert link.check(code) == Approved(Token(Secret(box.tokens[0].token), box.client_id))
    again = link.check(code)
    assert isinstance(again, Replaced) and again.code.user_code not in ("", code.user_code)


@pytest.mark.parametrize("answer", [Pending(), SlowDown(5.0), Approved(Token(Secret("x"), "y")), Replaced(CODE)])
def test_an_answer_does_not_change_once_given(answer):
    field = next(iter(dataclasses.fields(answer)), None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(answer, field.name if field else "more", 1)


def test_what_a_code_and_an_approval_print_holds_no_token():
    code = Code("K7QXM", "https://simkl.com/pin", "https://simkl.com/pin/K7QXM", 900, 5, Secret("device-secret"))
    printed = f"{code} {code!r} {YES} {YES!r} {[YES]}"
    assert TOKEN not in printed and "device-secret" not in printed
