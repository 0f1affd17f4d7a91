"""What comes back is a mebibyte at most, and whatever is wrong with it has a name and heals."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
import urllib3

from lib.simkl.errors import NotSent, Unavailable, Unreachable, Unreadable
from tests.unit.simkl.raw_server import Call, floods, says

HEAD = b"HTTP/1.1 200 OK\r\n"
MEBIBYTE = 1024 * 1024


def sized(size):
    return json.dumps("x" * (size - 2)).encode()


def with_length(body, more=b""):
    return HEAD + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


GZIP = b"Content-Encoding: gzip\r\n"
TOO_BIG = {
    "one byte too many": says(with_length(sized(MEBIBYTE + 1))),
    "one byte too many, packed": says(with_length(gzip.compress(sized(MEBIBYTE + 1)), GZIP)),
    "a bomb": says(with_length(gzip.compress(b" " * 50 * MEBIBYTE), GZIP)),
    "without end": floods(HEAD + b"\r\n", b" " * 65536),
    "chunks without end": floods(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "an error without end": floods(b"HTTP/1.1 412 No\r\n\r\n", b" " * 65536),
    "a redirect without end": floods(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", b" " * 65536),
}


@pytest.mark.parametrize("script", TOO_BIG.values(), ids=TOO_BIG.keys())
@pytest.mark.usefixtures("long_bounds")
def test_a_body_over_a_mebibyte_is_refused(play, transport_to, script):
    server = play(script)
    call = Call(lambda: transport_to(server.url).get("/oauth/pin"))
    assert type(call.outcome()) is Unreadable
    assert server.left.wait(60), "the connection was left open"


@pytest.mark.parametrize(
    "packing, body, read",
    [
        (b"gzip", gzip.compress(b'{"a": 1}'), {"a": 1}),
        (b" GZIP ", gzip.compress(b'{"a": 1}'), {"a": 1}),
        (b"deflate", zlib.compress(b'{"a": 1}'), {"a": 1}),
        (b"identity", b'{"a": 1}', {"a": 1}),
        (b"gzip, gzip", gzip.compress(gzip.compress(b" " * 50 * MEBIBYTE)), None),
        (b"br", b"nonsense", None),
        (b"gzip", b"nonsense", None),
    ],
    ids=["gzip", "capitals", "deflate", "not packed", "packed twice", "br", "no gzip at all"],
)
def test_a_packed_body_is_unpacked_within_the_bound_whatever_urllib3_would_do(
    play, transport_to, monkeypatch, packing, body, read
):
    monkeypatch.setattr(urllib3.HTTPResponse, "_decode", lambda *_: pytest.fail("urllib3 before 2.6 knows no bound"))
    server = play(says(with_length(body, b"Content-Encoding: %s\r\n" % packing)))
    if read is None:
        with pytest.raises(Unreadable):
            transport_to(server.url).get("/oauth/pin")
    else:
        assert transport_to(server.url).get("/oauth/pin").payload == read


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["as it is", "packed"])
def test_a_body_of_a_mebibyte_is_read(play, transport_to, pack):
    server = play(says(with_length(pack(sized(MEBIBYTE)), GZIP if pack is gzip.compress else b"")))
    assert len(transport_to(server.url).get("/oauth/pin").payload) == MEBIBYTE - 2


FAULTS = {
    "reset": ({"fault": "reset"}, Unreachable),
    "truncated": ({"fault": "truncated"}, Unreadable),
    "big": ({"fault": "big"}, Unreadable),
    "html": ({"fault": "html"}, Unreadable),
    "half a JSON": ({"fault": "not_json"}, Unreadable),
    "503": ({"fault": "status", "status": 503}, Unavailable),
}


@pytest.mark.parametrize(("order", "kind"), FAULTS.values(), ids=FAULTS.keys())
def test_what_simkl_in_a_box_does_wrong_has_a_name_and_heals(box, transport_to, order, kind):
    transport = transport_to(box.url)
    box.order(**order)
    with pytest.raises(kind) as caught:
        transport.get("/oauth/pin")
    assert type(caught.value) is kind
    assert transport.get("/oauth/pin").payload["user_code"]


def test_a_network_that_is_taken_away_and_brought_back(box, transport_to):
    transport = transport_to(box.url)
    transport.get("/oauth/pin")
    box.stop_listening()
    with pytest.raises(NotSent):
        transport.get("/oauth/pin")
    box.listen_again()
    assert transport.get("/oauth/pin").status == 200
