"""What both code flows read of a start answer, and what an error means to somebody who polls.

Sources: Simkl's pages `api-reference/simkl/get-pin` and `api-reference/oauth2-device`; RFC 8628 3.5.
"""

from dataclasses import replace

import pytest

from lib.simkl import errors
from lib.simkl.auth.code_flow import AskLater, Denied, NoAnswer
from lib.simkl.auth.polling import parse_code, result_for_error
from lib.system.secrets import Secret
from tests.unit.simkl import simkl_says, v2_says
from tests.unit.simkl.simkl_says import CODE, named

PAGE = "http://127.0.0.1:8123/pin"  # the configured site's
HUGE = 10**400  # more than a float can hold
DAY = 86400.0
FLOWS = {"PIN": (simkl_says.STARTED, simkl_says.CODE, False), "device": (v2_says.STARTED, v2_says.CODE, True)}
SEPARATORS = {False: "/", True: "?user_code="}
each_flow = pytest.mark.parametrize(("started", "code", "device"), FLOWS.values(), ids=FLOWS.keys())

READ = {
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
UNREADABLE = {
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
@pytest.mark.parametrize(("changes", "wanted"), READ.values(), ids=READ.keys())
def test_a_start_is_read_as(started, code, device, changes, wanted):
    read = parse_code({**started, **changes}, PAGE, device)
    assert read == replace(code, **wanted)
    assert (type(read.expires_in), type(read.interval)) == (float, float)


@each_flow
@pytest.mark.parametrize(("field", "value"), [(name, each) for name, values in UNREADABLE.items() for each in values])
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
    assert result_for_error(errors.TooFast(retry_after=1.0), replace(CODE, interval=20.0)) == AskLater(25.0)
