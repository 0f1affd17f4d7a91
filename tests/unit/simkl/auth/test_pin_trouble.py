"""What may go wrong with a request, and what start and check make of it.

A start raises the error. A check never raises: it is waited out (Unanswered), asked again later (AskLater), or final
(Refused). Source: Simkl's pages `conventions/errors` and `resources/rate-limits`.
"""

from __future__ import annotations

import dataclasses
import gzip
import http.client
import json

import pytest
import requests
import urllib3

from lib.simkl import errors
from lib.simkl.auth.code_flow import AskLater, Denied, NoAnswer, Pending
from tests.unit.simkl.simkl_says import API, CODE, PENDING, bare, error, flow, named

# what comes back: what a start raises, what a check answers (the code has an interval of 5 seconds)
REFUSALS = {
    "unknown client id": (error(412, "client_id_failed"), errors.ClientIdRefused, Denied),
    "412 without Simkl's envelope": (bare(412), errors.ClientIdRefused, Denied),
    "client id of the other generation": (error(400, "unauthorized_client"), errors.OtherGeneration, Denied),
    "client id unknown to OAuth": (error(401, "invalid_client"), errors.ClientIdRefused, Denied),
    "redirect not registered": (error(403, "redirect_failed"), errors.RedirectRefused, Denied),
    "not for this plan": (error(403, "forbidden"), errors.NotAllowed, Denied),
    "the user's day is used up": (error(429, "user_limit_exceeded", Retry_After="3600"), errors.QuotaSpent, Denied),
    "the app's day is used up": (error(429, "app_limit_exceeded", Retry_After="3600"), errors.QuotaSpent, Denied),
    "no such path": (error(404, "url_failed"), errors.NotFound, Denied),
    "a token that is revoked": (error(401, "user_token_failed"), errors.TokenRefused, Denied),
}
BUSY = {
    "too many a second": (error(429, "rate_limit"), errors.TooFast, AskLater(10.0)),
    "in capitals": (error(429, "RATE_LIMIT"), errors.TooFast, AskLater(10.0)),
    "Retry-After shorter than that": (error(429, "rate_limit", Retry_After="3"), errors.TooFast, AskLater(10.0)),
    "Retry-After longer than that": (error(429, "rate_limit", Retry_After="30"), errors.TooFast, AskLater(30.0)),
    "with spaces around it": (error(429, "rate_limit", Retry_After=" 30 "), errors.TooFast, AskLater(30.0)),
    "429 of an unknown kind": (error(429, "too_many_cooks"), errors.TooFast, AskLater(10.0)),
    "429 without Simkl's envelope": (bare(429, Retry_After="60"), errors.TooFast, AskLater(60.0)),
    "the write lock": (error(400, "RATE_LIMIT"), errors.TooFast, AskLater(10.0)),
    "503 that says when": (bare(503, Retry_After="120"), errors.Unavailable, AskLater(120.0)),
    "503 that says sooner than the interval": (bare(503, Retry_After="3"), errors.Unavailable, AskLater(5.0)),
    "500 that says when": (error(500, "internal", Retry_After="20"), errors.Unavailable, AskLater(20.0)),
}
DOWN = {
    "503": (bare(503), errors.Unavailable, NoAnswer),
    "503 at once": (bare(503, Retry_After="0"), errors.Unavailable, NoAnswer),
    "503 with a date": (bare(503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), errors.Unavailable, NoAnswer),
    "503 with a negative time": (bare(503, Retry_After="-5"), errors.Unavailable, NoAnswer),
    "503 with a fraction": (bare(503, Retry_After="1.5"), errors.Unavailable, NoAnswer),
    "503 with a superscript": (bare(503, Retry_After="\xb2"), errors.Unavailable, NoAnswer),
    "503 with a time beyond all measure": (bare(503, Retry_After="9" * 400), errors.Unavailable, NoAnswer),
    "500": (error(500, "internal"), errors.Unavailable, NoAnswer),
    "500 with the name of a refusal": (error(500, "client_id_failed"), errors.Unavailable, NoAnswer),
    "502": (bare(502), errors.Unavailable, NoAnswer),
    "504, empty": (bare(504, ""), errors.Unavailable, NoAnswer),
    "599": (bare(599), errors.Unavailable, NoAnswer),
}
UNKNOWN = {
    "an error of a later version": (error(418, "teapot"), errors.UnknownError, NoAnswer),
    "403 of an unknown kind": (error(403, "geo_blocked"), errors.UnknownError, NoAnswer),
}
NOT_SIMKL = {
    "hotel page": bare(200, "<!DOCTYPE html><title>Welcome to Hotel Lantern</title>", Content_Type="text/html"),
    "hotel page as 403": bare(403),
    "hotel page as 404": bare(404),
    "redirect to a hotel page": bare(302, "", Location="https://login.hotel.example/"),
    "redirect to itself": bare(301, "", Location="/oauth/pin"),
    "redirect to nowhere": bare(307, ""),
    "redirect to what is no address": bare(302, "", Location="http://["),
    "redirect in another alphabet": bare(302, "", Location="/caf\xe9"),
    "redirect with Simkl's answer in it": {"status_code": 308, "json": PENDING, "headers": {"Location": "/x"}},
    "not modified": bare(304, ""),
    "nothing": bare(200, ""),
    "no content": bare(204, ""),
    "spaces": bare(200, "  \n"),
    "half a JSON": bare(200, '{"result": "KO", "mess'),
    "JSON and more": bare(200, '{"result": "KO"} {"result": "OK"}'),
    "JSON a thousand times nested": bare(200, "[" * 100_000),
    "a number of five thousand digits": bare(200, "9" * 5000),
    "bytes": {"content": bytes(range(256))},
    "broken gzip": {"content": b"\x1f\x8b\x08nonsense", "headers": {"Content-Encoding": "gzip"}},
    "an unknown compression": {"content": b"nonsense", "headers": {"Content-Encoding": "lantern"}},
    "processing": {"status_code": 102, "json": PENDING},
    "an envelope without a name": error(400, ""),
    "an envelope with a number for a name": error(400, 412),
    "an envelope with a list for a name": error(400, ["client_id_failed"]),
    "an envelope that is an array": {"status_code": 400, "json": ["client_id_failed"]},
    "an envelope that is a text": {"status_code": 400, "json": "client_id_failed"},
}
ON_THE_WAY = {
    "no route": (requests.ConnectionError("no route"), errors.Unreachable),
    "an error without words": (requests.ConnectionError(), errors.Unreachable),
    "connecting takes too long": (requests.ConnectTimeout("late"), errors.Unreachable),
    "reading takes too long": (requests.ReadTimeout("late"), errors.Unreachable),
    "proxy gone": (requests.exceptions.ProxyError("gone"), errors.Unreachable),
    "an address that is none": (requests.exceptions.InvalidURL("http://["), errors.Unreachable),
    "certificate": (requests.exceptions.SSLError("self-signed"), errors.Untrusted),
    "chunks that are none": (requests.exceptions.ChunkedEncodingError("half"), errors.Unreadable),
    "compression that is none": (requests.exceptions.ContentDecodingError("gzip?"), errors.Unreadable),
    "urllib3": (urllib3.exceptions.ProtocolError("broken"), errors.Unreachable),
    "http.client": (http.client.LineTooLong("header line"), errors.Unreachable),
    "the system": (OSError("certificate file is gone"), errors.Unreachable),
}
TABLE = {
    **REFUSALS,
    **BUSY,
    **DOWN,
    **UNKNOWN,
    **{name: (answer, errors.Unreadable, NoAnswer) for name, answer in NOT_SIMKL.items()},
    **{name: ({"exc": exc}, kind, NoAnswer) for name, (exc, kind) in ON_THE_WAY.items()},
}


@pytest.mark.parametrize(("answer", "kind"), [row[:2] for row in TABLE.values()], ids=TABLE.keys())
def test_a_start_raises_the_error_that_names_it(requests_mock, answer, kind):
    requests_mock.get(f"{API}/oauth/pin", **answer)
    with pytest.raises(errors.SimklError) as caught:
        flow().start()
    assert type(caught.value) is kind


@pytest.mark.parametrize(("answer", "kind", "name"), TABLE.values(), ids=TABLE.keys())
def test_a_check_never_raises_and_says_whether_waiting_helps(requests_mock, answer, kind, name):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", **answer)
    wanted = name if isinstance(name, AskLater) else (name, kind)
    assert named(flow().check(CODE)) == wanted


def test_too_fast_is_five_seconds_slower_than_this_code_was_polled(requests_mock):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", **error(429, "rate_limit", Retry_After="1"))
    assert flow().check(dataclasses.replace(CODE, interval=20.0)) == AskLater(25.0)


def test_an_error_keeps_what_simkl_said_and_what_caused_it(requests_mock):
    requests_mock.get(f"{API}/oauth/pin", **error(429, "user_limit_exceeded", Retry_After="3600"))
    with pytest.raises(errors.QuotaSpent) as caught:
        flow().start()
    told = caught.value
    assert (told.status, told.identifier, told.retry_after) == (429, "user_limit_exceeded", 3600.0)
    lost = requests.ConnectionError("no route")
    requests_mock.get(f"{API}/oauth/pin", exc=lost)
    with pytest.raises(errors.Unreachable) as caught:
        flow().start()
    told = caught.value
    assert (told.status, told.identifier, told.retry_after, told.__cause__) == (None, None, None, lost)


@pytest.mark.parametrize(
    "answer",
    [
        {"content": b"\xef\xbb\xbf" + json.dumps(PENDING).encode()},
        {"content": json.dumps(PENDING).encode("utf-16")},
        {"content": gzip.compress(json.dumps(PENDING).encode()), "headers": {"Content-Encoding": "gzip"}},
        {"json": PENDING, "headers": {"Content-Type": "text/html"}},
        {"json": PENDING, "status_code": 203},
    ],
    ids=["with a byte order mark", "UTF-16", "gzip", "called HTML", "through a proxy"],
)
def test_an_answer_that_travelled_oddly_is_still_read(requests_mock, answer):
    requests_mock.get(f"{API}/oauth/pin/K7QXM", **answer)
    assert flow().check(CODE) == Pending()
