"""Asking for a code: it is shown as given, defaults fill what is missing, and what is wrong is not guessed at.

Source: Simkl's page `api-reference/simkl/get-pin`.
"""

from __future__ import annotations

import dataclasses

import pytest

from lib.simkl.errors import Unreadable
from tests.unit.simkl.simkl_says import API, CODE, STARTED, flow, without

DAY = 86400.0
HUGE = 10**400  # more than a float can hold


def started(**changes: object) -> dict:
    return {**STARTED, **changes}


def code(**changes: object):
    return dataclasses.replace(CODE, **changes)


def at(address: str):
    return code(verification_uri=address, verification_uri_complete=f"{address}/K7QXM")


GOOD = {
    "as documented": (STARTED, CODE),
    "the device code is a constant and not looked at": (started(device_code=5), CODE),
    "the result is not looked at": (started(result="KO"), CODE),
    "fields of a later version": (started(verification_uri_complete="https://evil.example/"), CODE),
    "only what cannot be guessed": ({"user_code": "K7QXM"}, CODE),
    "no lifetime: fifteen minutes": (without(STARTED, "expires_in"), code(expires_in=900.0)),
    "a lifetime that is null": (started(expires_in=None), code(expires_in=900.0)),
    "no interval: five seconds": (without(STARTED, "interval"), code(interval=5.0)),
    "an interval that is null": (started(interval=None), code(interval=5.0)),
    "a lifetime of its own": (started(expires_in=300), code(expires_in=300.0)),
    "an interval of its own": (started(interval=12), code(interval=12.0)),
    "fractions": (started(interval=2.5, expires_in=30.5), code(interval=2.5, expires_in=30.5)),
    "numbers in quotes": (started(interval="7", expires_in="600"), code(interval=7.0, expires_in=600.0)),
    "never faster than once a second": (started(interval=0.01), code(interval=1.0)),
    "never longer than a day": (started(interval=1e300, expires_in=100_000), code(interval=DAY, expires_in=DAY)),
    "numbers beyond all measure": (started(interval=HUGE, expires_in=HUGE), code(interval=DAY, expires_in=DAY)),
    "a trailing slash is dropped": (started(verification_uri="https://simkl.com/pin/"), CODE),
    "all trailing slashes are": (started(verification_uri="https://simkl.com/pin///"), CODE),
    "verification_url is another name for the address": (without(STARTED, "verification_uri"), CODE),
    "its slash is dropped, too": (
        {"user_code": "K7QXM", "verification_url": "https://other.example/p/"},
        at("https://other.example/p"),
    ),
    "verification_uri comes first": (
        started(verification_uri="https://a.example/pin", verification_url="https://b.example/pin"),
        at("https://a.example/pin"),
    ),
    "an empty address counts as missing": (started(verification_uri="", verification_url=None), CODE),
    "http, as on a test server": (
        started(verification_uri="http://127.0.0.1:8123/pin"),
        at("http://127.0.0.1:8123/pin"),
    ),
}
BAD = {
    "no code": without(STARTED, "user_code"),
    "a code that is null": started(user_code=None),
    "a code that is a number": started(user_code=12345),
    "a code that is true": started(user_code=True),
    "a code in a list": started(user_code=["K7QXM"]),
    "an empty code": started(user_code=""),
    "a code of spaces": started(user_code="  \t"),
    "a code with half a surrogate pair": started(user_code="K7\ud83d"),
    "a lifetime of zero": started(expires_in=0),
    "a negative lifetime": started(expires_in=-900),
    "a lifetime in words": started(expires_in="soon"),
    "a lifetime that is true": started(expires_in=True),
    "a lifetime in a list": started(expires_in=[900]),
    "a lifetime without end": started(expires_in=float("inf")),
    "a lifetime that is not a number": started(expires_in=float("nan")),
    "a negative interval": started(interval=-5),
    "a negative interval in quotes": started(interval="-5"),
    "an interval in words": started(interval="5 s"),
    "an interval in digits of another script": started(interval="٥"),
    "an interval in superscript": started(interval="⁵"),
    "an interval of eight digits in quotes": started(interval="10000000"),
    "an interval that is false": started(interval=False),
    "an address that is a number": started(verification_uri=12345),
    "an address that is a list": started(verification_uri=["https://simkl.com/pin"]),
    "an address of another kind": started(verification_uri="javascript:alert(1)"),
    "an address without a scheme": started(verification_uri="simkl.com/pin"),
    "an address of a scheme alone": started(verification_uri="https://"),
    "an address with half a surrogate pair": started(verification_uri="https://simkl.com/\udc00"),
    "an empty object": {},
    "an array": [STARTED],
    "a number": 42,
    "a text": "K7QXM",
    "null": None,
}


@pytest.mark.parametrize(("answer", "wanted"), GOOD.values(), ids=GOOD.keys())
def test_a_start_is_read_as(requests_mock, answer, wanted):
    requests_mock.get(f"{API}/oauth/pin", json=answer)
    assert flow().start() == wanted


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_a_start_is_unreadable_with(requests_mock, answer):
    requests_mock.get(f"{API}/oauth/pin", json=answer)
    with pytest.raises(Unreadable):
        flow().start()


@pytest.mark.parametrize("site", ["http://127.0.0.1:8123", "http://127.0.0.1:8123/"])
def test_without_an_address_the_configured_site_has_the_page(requests_mock, site):
    requests_mock.get(f"{API}/oauth/pin", json={"user_code": "K7QXM"})
    assert flow(site_url=site).start() == at("http://127.0.0.1:8123/pin")


def test_seconds_are_fractions_whatever_simkl_wrote(requests_mock):
    requests_mock.get(f"{API}/oauth/pin", json=STARTED)
    got = flow().start()
    assert (type(got.expires_in), type(got.interval)) == (float, float)
