"""What comes back is a mebibyte at most, and whatever is wrong with it has a name.

Sources: Simkl's pages `conventions/errors`, `conventions/null-values` and `resources/rate-limits`.
"""

import gzip
import http.client
import json
import zlib

import pytest
import requests
import urllib3

from lib.simkl import errors
from lib.simkl.http.transport import Answer
from tests.unit.simkl.raw_server import Call, floods, says
from tests.unit.simkl.simkl_says import API, bare, error

HEAD = b"HTTP/1.1 200 OK\r\n"
MEBIBYTE = 1024 * 1024
GZIP = b"Content-Encoding: gzip\r\n"
SAID = {"a": 1}


def sized(size):
    return json.dumps("x" * (size - 2)).encode()


def with_length(body, more=b""):
    return HEAD + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.fixture
def answered(requests_mock, transport_to):
    """Return what a request gives when this is answered."""

    def ask(answer):
        requests_mock.get(f"{API}/oauth/pin", **answer)
        return transport_to(API).get("/oauth/pin")

    return ask


READ = {
    "an empty body": (bare(201, ""), Answer(201, None)),
    "no content": (bare(204, ""), Answer(204, None)),
    "null": (bare(200, " null\n"), Answer(200, None, is_null=True)),
    "a byte order mark": ({"content": b"\xef\xbb\xbf" + json.dumps(SAID).encode()}, Answer(200, SAID)),
    "UTF-16": ({"content": json.dumps(SAID).encode("utf-16")}, Answer(200, SAID)),
    "called HTML": ({"json": SAID, "headers": {"Content-Type": "text/html"}}, Answer(200, SAID)),
}
PACKED = {
    "gzip": (b"gzip", gzip.compress(b'{"a": 1}'), SAID),
    "capitals": (b" GZIP ", gzip.compress(b'{"a": 1}'), SAID),
    "deflate": (b"deflate", zlib.compress(b'{"a": 1}'), SAID),
    "packed twice": (b"gzip, gzip", gzip.compress(gzip.compress(b" " * 8 * MEBIBYTE)), None),
    "an unknown packing": (b"br", b"nonsense", None),
    "no gzip at all": (b"gzip", b"nonsense", None),
}
LEFT = {"437": 437, "0": 0, "  7  ": 7, "": None, "-1": None, "3.5": None, "many": None, "\xb2": None, "9" * 5000: None}


@pytest.mark.parametrize(("answer", "wanted"), READ.values(), ids=READ.keys())
def test_an_answer_is_read_as(answered, answer, wanted):
    assert answered(answer) == wanted


@pytest.mark.parametrize(("header", "left"), LEFT.items(), ids=lambda each: f"{each!r:.9}")
def test_what_is_left_of_the_day_is_read(answered, header, left):
    assert answered({"json": {}, "headers": {"x-ratelimit-remaining": header}}).remaining == left


NOT_SIMKL = {
    "hotel page": bare(200, "<!DOCTYPE html><title>Welcome to Hotel Lantern</title>", Content_Type="text/html"),
    "redirect to a hotel page": bare(302, "", Location="https://login.hotel.example/"),
    "redirect to nowhere": bare(307, ""),
    "redirect to what is no address": bare(302, "", Location="http://["),
    "redirect with an answer in it": {"status_code": 308, "json": SAID, "headers": {"Location": "/x"}},
    "not modified": bare(304, ""),
    "processing": {"status_code": 102, "json": SAID},
    "spaces": bare(200, "  \n"),
    "null in capitals": bare(200, "NULL"),
    "half a JSON": bare(200, '{"result": "KO", "mess'),
    "JSON and more": bare(200, '{"result": "KO"} {"result": "OK"}'),
    "JSON a thousand times nested": bare(200, "[" * 100_000),
    "a number of five thousand digits": bare(200, "9" * 5000),
    "bytes": {"content": bytes(range(256))},
    "an envelope that is a text": {"status_code": 400, "json": "client_id_failed"},
}
ON_THE_WAY = [
    (requests.ConnectionError(), errors.Unreachable),
    (requests.ReadTimeout("late"), errors.Unreachable),
    (requests.exceptions.ProxyError("gone"), errors.Unreachable),
    (requests.exceptions.SSLError("self-signed"), errors.Untrusted),
    (requests.exceptions.ChunkedEncodingError("half"), errors.Unreadable),
    (requests.exceptions.ContentDecodingError("gzip?"), errors.Unreadable),
    (urllib3.exceptions.ProtocolError("broken"), errors.Unreachable),
    (http.client.LineTooLong("header line"), errors.Unreachable),
    (OSError("certificate file is gone"), errors.Unreachable),
]
RETRY_AFTER = {"0": 0.0, " 30 ": 30.0, "-5": None, "1.5": None, "\xb2": None, "9" * 400: None,
               "Fri, 31 Dec 1999 23:59:59 GMT": None}  # fmt: skip


@pytest.mark.parametrize("answer", NOT_SIMKL.values(), ids=NOT_SIMKL.keys())
def test_what_somebody_else_says_is_unreadable(answered, answer):
    with pytest.raises(errors.SimklError) as caught:
        answered(answer)
    assert type(caught.value) is errors.Unreadable


@pytest.mark.parametrize(("exc", "kind"), ON_THE_WAY, ids=lambda each: getattr(each, "__name__", repr(each)))
def test_what_goes_wrong_on_the_way_has_a_name_and_keeps_its_cause(answered, exc, kind):
    with pytest.raises(errors.SimklError) as caught:
        answered({"exc": exc})
    told = caught.value
    assert (type(told), told.status, told.identifier, told.__cause__) == (kind, None, None, exc)


@pytest.mark.parametrize(("header", "seconds"), RETRY_AFTER.items(), ids=lambda each: f"{each!r:.9}")
def test_an_error_keeps_what_simkl_said(answered, header, seconds):
    with pytest.raises(errors.QuotaSpent) as caught:
        answered(error(429, "user_limit_exceeded", Retry_After=header))
    told = caught.value
    assert (told.status, told.identifier, told.retry_after) == (429, "user_limit_exceeded", seconds)


TOO_BIG = {
    "one byte too many": says(with_length(sized(MEBIBYTE + 1))),
    "one byte too many, packed": says(with_length(gzip.compress(sized(MEBIBYTE + 1)), GZIP)),
    "a bomb": says(with_length(gzip.compress(b" " * 8 * MEBIBYTE), GZIP)),
    "chunks without end": floods(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "an error without end": floods(b"HTTP/1.1 412 No\r\n\r\n", b" " * 65536),
    "a redirect without end": floods(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", b" " * 65536),
}


@pytest.mark.parametrize("script", TOO_BIG.values(), ids=TOO_BIG.keys())
@pytest.mark.usefixtures("long_bounds")
def test_a_body_over_a_mebibyte_is_refused(play, transport_to, script):
    server = play(script)
    call = Call(lambda: transport_to(server.url).get("/oauth/pin"))
    assert type(call.outcome()) is errors.Unreadable
    assert server.left.wait(60), "the connection was left open"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["as it is", "packed"])
def test_a_body_of_a_mebibyte_is_read(play, transport_to, pack):
    server = play(says(with_length(pack(sized(MEBIBYTE)), GZIP if pack is gzip.compress else b"")))
    assert len(transport_to(server.url).get("/oauth/pin").payload) == MEBIBYTE - 2


@pytest.mark.parametrize(("packing", "body", "read"), PACKED.values(), ids=PACKED.keys())
def test_a_packed_body_is_unpacked_whatever_urllib3_would_do(play, transport_to, monkeypatch, packing, body, read):
    monkeypatch.setattr(urllib3.HTTPResponse, "_decode", lambda *_: pytest.fail("urllib3 before 2.6 knows no bound"))
    server = play(says(with_length(body, b"Content-Encoding: %s\r\n" % packing)))
    outcome = Call(lambda: transport_to(server.url).get("/oauth/pin")).outcome()
    assert type(outcome) is errors.Unreadable if read is None else outcome.payload == read


FAULTS = {
    "reset": ({"fault": "reset"}, errors.Unreachable),
    "truncated": ({"fault": "truncated"}, errors.Unreadable),
    "503": ({"fault": "status", "status": 503}, errors.Unavailable),
    "slow": ({"fault": "slow", "period": 0.03}, errors.Unreachable),
}


@pytest.mark.parametrize(("order", "kind"), FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.usefixtures("short_bounds")
def test_after_a_fault_of_the_server_the_next_request_works(box, transport_to, order, kind):
    transport = transport_to(box.url)
    box.order(**order)
    with pytest.raises(kind) as caught:
        transport.get("/oauth/pin")
    assert type(caught.value) is kind
    assert transport.get("/oauth/pin").payload["user_code"]
