"""However slow or silent the other side is: a request ends soon.

The bounds are four seconds to connect and four to read; here they are a fifth of a second, so that no test waits.
"""

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
FOR_EVER = 300.0
SOON = 3.0  # well before four seconds that somebody wrote down in place of the bound
SLOW = {
    "silence": hangs,
    "the status line, letter by letter": drips(b"HTTP/1.1 200 O", b"K"),
    "headers without end": drips(HEAD, b"X: y\r\n", every=0.05),
    "silence after the headers": drips(HEAD + b"Content-Length: 100\r\n\r\n", b"", every=5),
    "a body, letter by letter": drips(HEAD + b"Content-Length: 100000\r\n\r\n{"),
    "a body without a length, letter by letter": drips(HEAD + b"\r\n{"),
    "chunks without end": drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}
REQUESTS = {
    "get": (lambda transport: transport.get("/users/settings", SECRET), "READ_SECONDS"),
    "post": (lambda transport: transport.post("/oauth/token", {"a": "b"}), "READ_SECONDS"),
    "send": (lambda transport: transport.send("/scrobble/stop", {}, SECRET), "WRITE_SECONDS"),
}
each_request = pytest.mark.parametrize(("request_", "bound"), REQUESTS.values(), ids=REQUESTS.keys())


def test_the_bounds_are_four_seconds_each_and_a_mebibyte_and_a_write_outlives_the_20_s_that_simkl_lets_it_wait():
    assert (CONNECT_SECONDS, READ_SECONDS, LARGEST_BODY) == (4.0, 4.0, 1024 * 1024)
    assert 20 < WRITE_SECONDS < 30


BRIEFLY = ("silence", "a body, letter by letter")
ROUTES = [*((name, "directly") for name in SLOW), *((name, how) for how in ("TLS", "a proxy") for name in BRIEFLY)]


@pytest.mark.parametrize(("name", "how"), ROUTES)
@pytest.mark.usefixtures("short_bounds", "trust_loopback")
def test_a_slow_answer_is_given_up(play, transport_to, monkeypatch, name, how):
    server = play(SLOW[name], tls=how == "TLS")
    if how == "a proxy":
        monkeypatch.setenv("http_proxy", server.url)
    transport = transport_to("http://simkl.invalid" if how == "a proxy" else server.url)
    assert type(Call(lambda: transport.get("/oauth/pin")).outcome()) is Unreachable
    assert server.left.wait(60), "the connection was left open"


@each_request
def test_silence_ends_by_the_bound_of_that_request_alone_and_nothing_is_sent_again(
    play, transport_to, bounds, request_, bound
):
    bounds(**{**dict.fromkeys(("CONNECT_SECONDS", "READ_SECONDS", "WRITE_SECONDS"), FOR_EVER), bound: 0.1})
    server = play(hangs)
    call = Call(lambda: request_(transport_to(server.url)))
    assert type(call.outcome(SOON)) is Unreachable, "Simkl may have heard it"
    assert len(server.asked) == 1


@each_request
def test_a_deadline_is_that_bound_and_the_one_on_connecting(box, transport_to, monkeypatch, bounds, request_, bound):
    seconds = {"CONNECT_SECONDS": 1000.0, "READ_SECONDS": 20.0, "WRITE_SECONDS": 300.0}
    bounds(**seconds)
    deadlines = []

    class Watched(threading.Timer):
        def __init__(self, seconds, *args):
            deadlines.append(seconds)
            super().__init__(seconds, *args)

    monkeypatch.setattr(transport_module.threading, "Timer", Watched)
    box.order("answer", body={})
    request_(transport_to(box.url))
    assert deadlines == [1000.0 + seconds[bound]]
    assert not any(isinstance(thread, Watched) for thread in threading.enumerate()), "a thread is left behind"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_that_takes_nobody_in_is_given_up_by_the_bound_on_connecting_alone(full, transport_to, bounds, scheme):
    bounds(CONNECT_SECONDS=0.1, READ_SECONDS=FOR_EVER)
    assert type(Call(lambda: transport_to(f"{scheme}://127.0.0.1:{full}").get("/oauth/pin")).outcome(SOON)) is NotSent


def test_a_handshake_without_an_answer_is_given_up_by_the_bound_on_connecting_alone(silent, transport_to, bounds):
    bounds(CONNECT_SECONDS=0.1, READ_SECONDS=FOR_EVER)
    assert type(Call(lambda: transport_to(f"https://127.0.0.1:{silent[0]}").get("/pin")).outcome(SOON)) is Unreachable


@pytest.mark.usefixtures("short_bounds")
def test_an_answer_that_was_whole_when_the_time_was_up_is_not_thrown_away(play, transport_to):
    # Simkl delivers an approval once.
    server = play(drips(HEAD + b'\r\n{"access_token": "x"}', b"\n"))
    assert transport_to(server.url).get("/oauth/pin/K7QXM") == Answer(200, {"access_token": "x"})


@pytest.mark.parametrize("aborted", [False, True], ids=["as it is", "an abort meanwhile, which is not forgotten"])
@pytest.mark.usefixtures("short_bounds")
def test_a_name_that_was_looked_up_for_too_long_is_not_connected_to(box, transport_to, monkeypatch, aborted):
    look_up, transport = socket.getaddrinfo, transport_to(box.url)

    def until_the_deadline_has_passed(*address, **options):
        if aborted:
            transport.abort()
        for timer in threading.enumerate():
            if isinstance(timer, threading.Timer):
                timer.join(60)
        return look_up(*address, **options)

    with monkeypatch.context() as slow:
        slow.setattr(socket, "getaddrinfo", until_the_deadline_has_passed)
        with pytest.raises(NotSent):
            transport.get("/oauth/pin")
    if aborted:
        with pytest.raises(NotSent):
            transport.get("/oauth/pin")
    assert box.requests == []
