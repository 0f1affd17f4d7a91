"""The PIN flow: what Simkl is asked, every answer of a check has a name, and only a token is an approval.

What both code flows read of a start answer, and what an error means to somebody who polls, is here as well.
Sources: Simkl's pages `api-reference/pin`, `api-reference/simkl/{get-pin,check-pin}` and `api-reference/oauth2-device`;
RFC 8628 3.5.
"""

import dataclasses

import pytest

from lib.simkl import errors
from lib.simkl.auth.code_flow import Approved, AskLater, Code, Denied, NoAnswer, Pending, Replaced, SlowDown
from lib.simkl.auth.polling import parse_code, result_for_error
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.unit.simkl import simkl_says, v2_says
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


PAGE = "http://127.0.0.1:8123/pin"  # the configured site's
HUGE = 10**400  # more than a float can hold
DAY = 86400.0
FLOWS = {"PIN": (simkl_says.STARTED, simkl_says.CODE, False), "device": (v2_says.STARTED, v2_says.CODE, True)}
SEPARATORS = {False: "/", True: "?user_code="}
each_flow = pytest.mark.parametrize(("started", "code", "device"), FLOWS.values(), ids=FLOWS.keys())

STARTS = {
    "as documented": ({}, {}),
    "fields of a later version": ({"result": "KO", "message": "hello"}, {}),
    "no times": ({"expires_in": None, "interval": None}, {"expires_in": 900.0, "interval": 5.0}),
    "fractions": ({"expires_in": 30.5, "interval": 2.5}, {"expires_in": 30.5, "interval": 2.5}),
    "numbers in quotes": ({"expires_in": "600", "interval": " 7 "}, {"expires_in": 600.0, "interval": 7.0}),
    "never faster than once a second": ({"interval": 0.01}, {"interval": 1.0}),
    "an interval of zero, which must not prevent a link": ({"interval": 0}, {"interval": 5.0}),
    "an interval of zero in quotes": ({"interval": "0"}, {"interval": 5.0}),
    "never longer than a day": ({"interval": 1e300, "expires_in": 100_000}, {"interval": DAY, "expires_in": DAY}),
    "numbers beyond all measure": ({"interval": HUGE, "expires_in": HUGE}, {"interval": DAY, "expires_in": DAY}),
}
WRONG_FIELDS = {
    "user_code": [None, 12345, True, ["K7QXM"], "", "  \t", "K7\ud83d"],
    "expires_in": [0, -900, "soon", True, [900], float("inf"), float("nan")],
    "interval": [-5, "-5", "5 s", "٥", "⁵", "10000000", False],
    "verification_uri": [12345, ["https://simkl.com/pin"], "javascript:x()", "simkl.com/pin", "https://", "https://x/\udc00"],
}  # fmt: skip
ODD_CODES = {
    "with a hyphen, in lower case": ("htrw-zknp", "htrw-zknp"),
    "all that an address gives a meaning": ("../a?b#c&d=%2F", "..%2Fa%3Fb%23c%26d%3D%252F"),
    "beyond ASCII, and a line break": ("Ä字\r\n", "%C3%84%E5%AD%97%0D%0A"),
}
ADDRESSES = {
    "none": ({}, PAGE),
    "empty and null": ({"verification_uri": "", "verification_url": None}, PAGE),
    "with slashes at the end": ({"verification_uri": "https://a.example/pin///"}, "https://a.example/pin"),
    "by its other name": ({"verification_url": "https://b.example/p/"}, "https://b.example/p"),
    "by both names": (
        {"verification_uri": "https://a.example", "verification_url": "https://b.example"},
        "https://a.example",
    ),
}


@each_flow
@pytest.mark.parametrize(("changes", "wanted"), STARTS.values(), ids=STARTS.keys())
def test_a_start_is_read_as(started, code, device, changes, wanted):
    read = parse_code({**started, **changes}, PAGE, device)
    assert read == dataclasses.replace(code, **wanted)
    assert (type(read.expires_in), type(read.interval)) == (float, float)


@each_flow
@pytest.mark.parametrize(("field", "value"), [(name, each) for name, values in WRONG_FIELDS.items() for each in values])
def test_a_start_with_a_wrong_field_is_not_guessed_at(started, code, device, field, value):
    assert parse_code({**started, field: value}, PAGE, device) is None


@each_flow
@pytest.mark.parametrize("answer", [{}, [simkl_says.STARTED], 42, "K7QXM", None], ids=repr)
def test_what_is_no_start_has_no_code(started, code, device, answer):
    assert parse_code(answer, PAGE, device) is None


@each_flow
@pytest.mark.parametrize(("user_code", "quoted"), ODD_CODES.values(), ids=ODD_CODES.keys())
@pytest.mark.parametrize(("given", "address"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_code_is_shown_as_given_and_the_qr_code_opens_it(started, code, device, user_code, quoted, given, address):
    read = parse_code({"user_code": user_code, "device_code": "x", **given}, PAGE, device)
    assert (read.user_code, read.verification_uri) == (user_code, address)
    assert read.verification_uri_complete == f"{address}{SEPARATORS[device]}{quoted}"


@pytest.mark.parametrize("value", [None, "", 12345, ["x"], "x\r\n"], ids=repr)
def test_a_device_flow_needs_a_device_code_that_can_be_sent_and_a_pin_none(value):
    assert parse_code({**v2_says.STARTED, "device_code": value}, PAGE, device_code=True) is None
    assert parse_code({**simkl_says.STARTED, "device_code": value}, PAGE) == CODE
    assert parse_code(v2_says.STARTED, PAGE, device_code=True).secret == Secret(v2_says.DEVICE_CODE)


BUILT = "https://simkl.com/pin?user_code=HTRW-ZKNP"
COMPLETE = [
    ("https://simkl.com/p/HTRW/", "https://simkl.com/p/HTRW"),
    *((bad, BUILT) for bad in (None, 5, "javascript:x()", "https://", "https://x/\ud83d")),
]


@pytest.mark.parametrize(("given", "wanted"), COMPLETE, ids=repr)
def test_the_complete_address_is_simkls_own_in_the_device_flow_alone(given, wanted):
    changed = {"verification_uri_complete": given}
    assert parse_code({**v2_says.STARTED, **changed}, PAGE, True).verification_uri_complete == wanted
    assert parse_code({**simkl_says.STARTED, **changed}, PAGE) == CODE


MEANINGS = [
    (errors.TooFast(), AskLater(10.0)),
    (errors.TooFast(retry_after=3.0), AskLater(10.0)),
    (errors.TooFast(retry_after=30.0), AskLater(30.0)),
    (errors.Unavailable(retry_after=120.0), AskLater(120.0)),
    (errors.Unavailable(retry_after=3.0), AskLater(5.0)),
    (errors.Unavailable(retry_after=0.0), (NoAnswer, errors.Unavailable)),
    (errors.Unavailable(), (NoAnswer, errors.Unavailable)),
    (errors.NotSent(), (NoAnswer, errors.NotSent)),
    (errors.UnknownError(), (NoAnswer, errors.UnknownError)),
    (errors.ClientIdRefused(), (Denied, errors.ClientIdRefused)),
    (errors.QuotaSpent(retry_after=3600.0), (Denied, errors.QuotaSpent)),
]


@pytest.mark.parametrize(("error", "meaning"), MEANINGS, ids=lambda each: type(each).__name__)
def test_an_error_means_a_pause_a_silence_to_wait_out_or_an_end(error, meaning):
    assert named(result_for_error(error, CODE)) == meaning


def test_too_fast_is_five_seconds_slower_than_this_code_was_polled():
    assert result_for_error(errors.TooFast(retry_after=1.0), dataclasses.replace(CODE, interval=20.0)) == AskLater(25.0)
