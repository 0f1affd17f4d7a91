"""However slow or silent the other side is: a request ends soon.

The bounds are four seconds to connect and four to read; here they are a fifth of a second, so that no test waits.
"""

from __future__ import annotations

import socket
import threading

import pytest

from lib.simkl.errors import NotSent, Unreachable
from lib.simkl.http import transport as transport_module
from lib.simkl.http.transport import CONNECT_SECONDS, LARGEST_BODY, READ_SECONDS, WRITE_SECONDS, Answer
from lib.system.secrets import Secret
from tests.unit.simkl.raw_server import Call, drips, hangs

SECRET = Secret("the-token-of-somebody")
HEAD = b"HTTP/1.1 200 OK\r\n"
MEBIBYTE = 1024 * 1024


def test_the_bounds_are_four_seconds_each_and_a_mebibyte():
    assert (CONNECT_SECONDS, READ_SECONDS, LARGEST_BODY) == (4.0, 4.0, MEBIBYTE)


def test_a_write_outlives_the_twenty_seconds_for_which_simkl_lets_it_wait():
    assert 20 < WRITE_SECONDS < 30


SLOW = {
    "silence": hangs,
    "the status line, letter by letter": drips(b"HTTP/1.1 200 O", b"K"),
    "headers without end": drips(HEAD, b"X: y\r\n", every=0.05),
    "silence after the headers": drips(HEAD + b"Content-Length: 100\r\n\r\n", b"", every=5),
    "a body, letter by letter": drips(HEAD + b"Content-Length: 100000\r\n\r\n{"),
    "a body without a length, letter by letter": drips(HEAD + b"\r\n{"),
    "chunks without end": drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "an error, letter by letter": drips(b"HTTP/1.1 412 No\r\nContent-Length: 100000\r\n\r\n{"),
    "an error without a length": drips(b"HTTP/1.1 412 No\r\n", b"X: y\r\n", every=0.05),
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW.keys())
@pytest.mark.usefixtures("short_bounds")
def test_a_slow_answer_is_given_up(play, transport_to, script):
    server = play(script)
    call = Call(lambda: transport_to(server.url).get("/oauth/pin"))
    assert type(call.outcome()) is Unreachable
    assert server.left.wait(60), "the connection was left open"


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW.keys())
@pytest.mark.usefixtures("short_bounds")
def test_a_slow_answer_is_given_up_through_a_proxy_as_well(play, transport_to, monkeypatch, script):
    proxy = play(script)
    monkeypatch.setenv("http_proxy", proxy.url)
    call = Call(lambda: transport_to("http://simkl.invalid").get("/oauth/pin"))
    assert type(call.outcome()) is Unreachable
    assert proxy.left.wait(60), "the connection was left open"


FOR_EVER = 300.0
SOON = 3.0  # well before four seconds that somebody wrote down in place of the bound


def test_silence_ends_by_the_bound_on_reading_alone(play, transport_to, monkeypatch):
    monkeypatch.setattr(transport_module, "CONNECT_SECONDS", FOR_EVER)
    monkeypatch.setattr(transport_module, "READ_SECONDS", 0.1)
    server = play(hangs)
    assert type(Call(lambda: transport_to(server.url).get("/oauth/pin")).outcome(SOON)) is Unreachable


REQUESTS = {
    "get": lambda transport: transport.get("/users/settings", SECRET),
    "post": lambda transport: transport.post("/oauth/token", {"a": "b"}),
    "send": lambda transport: transport.send("/scrobble/stop", {}, SECRET),
}
WAITS = [("get", "READ_SECONDS"), ("post", "READ_SECONDS"), ("send", "WRITE_SECONDS")]


@pytest.mark.parametrize(("request_name", "bound"), WAITS)
def test_a_write_waits_as_long_as_simkl_may_and_all_else_as_long_as_a_person(
    play, transport_to, monkeypatch, request_name, bound
):
    for name in ("CONNECT_SECONDS", "READ_SECONDS", "WRITE_SECONDS"):
        monkeypatch.setattr(transport_module, name, 0.1 if name == bound else FOR_EVER)
    server = play(hangs)
    call = Call(lambda: REQUESTS[request_name](transport_to(server.url)))
    assert type(call.outcome(SOON)) is Unreachable


@pytest.mark.parametrize(("request_name", "bound"), WAITS)
def test_a_deadline_is_that_bound_and_the_one_on_connecting(box, transport_to, monkeypatch, request_name, bound):
    bounds = {"CONNECT_SECONDS": 1000.0, "READ_SECONDS": 20.0, "WRITE_SECONDS": 300.0}
    for name, seconds in bounds.items():
        monkeypatch.setattr(transport_module, name, seconds)
    deadlines = []

    class Watched(threading.Timer):
        def __init__(self, seconds, *args):
            deadlines.append(seconds)
            super().__init__(seconds, *args)

    monkeypatch.setattr(transport_module.threading, "Timer", Watched)
    box.order("answer", body={})
    REQUESTS[request_name](transport_to(box.url))
    assert deadlines == [1000.0 + bounds[bound]]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_that_takes_nobody_in_is_given_up_by_the_bound_on_connecting_alone(
    full, transport_to, monkeypatch, scheme
):
    monkeypatch.setattr(transport_module, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(transport_module, "READ_SECONDS", FOR_EVER)
    assert type(Call(lambda: transport_to(f"{scheme}://127.0.0.1:{full}").get("/oauth/pin")).outcome(SOON)) is NotSent


def test_a_handshake_without_an_answer_is_given_up_by_the_bound_on_connecting_alone(silent, transport_to, monkeypatch):
    monkeypatch.setattr(transport_module, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(transport_module, "READ_SECONDS", FOR_EVER)
    port, _ = silent
    assert type(Call(lambda: transport_to(f"https://127.0.0.1:{port}").get("/oauth/pin")).outcome(SOON)) is Unreachable


@pytest.mark.usefixtures("short_bounds")
def test_after_a_slow_answer_the_next_request_works(box, transport_to):
    transport = transport_to(box.url)
    box.order("slow", period=0.03)
    with pytest.raises(Unreachable):
        transport.get("/oauth/pin")
    assert transport.get("/oauth/pin").payload["result"] == "OK"


@pytest.mark.usefixtures("short_bounds")
def test_an_answer_that_was_whole_when_the_time_was_up_is_not_thrown_away(play, transport_to):
    # Simkl delivers an approval once.
    server = play(drips(HEAD + b'\r\n{"access_token": "x"}', b"\n"))
    assert transport_to(server.url).get("/oauth/pin/K7QXM") == Answer(200, {"access_token": "x"})


@pytest.fixture
def slow_names(monkeypatch):
    """Make looking up a name take until the deadline has passed; return how to do something else meanwhile."""
    look_up = socket.getaddrinfo

    def until_the_deadline_has_passed(meanwhile=lambda: None):
        def slowly(*address, **options):
            meanwhile()
            for timer in threading.enumerate():
                if isinstance(timer, threading.Timer):
                    timer.join(60)
            return look_up(*address, **options)

        monkeypatch.setattr(socket, "getaddrinfo", slowly)

    return until_the_deadline_has_passed


@pytest.mark.usefixtures("short_bounds")
def test_a_name_that_was_looked_up_for_too_long_is_not_connected_to(box, transport_to, slow_names):
    slow_names()
    with pytest.raises(NotSent):
        transport_to(box.url).get("/oauth/pin")
    assert box.requests == []


@pytest.mark.usefixtures("short_bounds")
def test_an_abort_is_not_forgotten_when_a_deadline_passes_after_it(box, transport_to, slow_names, monkeypatch):
    transport = transport_to(box.url)
    slow_names(meanwhile=transport.abort)
    with pytest.raises(NotSent):
        transport.get("/oauth/pin")
    monkeypatch.undo()
    with pytest.raises(NotSent):
        transport.get("/oauth/pin")
    assert box.requests == []
