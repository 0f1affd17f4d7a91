"""Cutting a request off from another thread: it ends at once, whatever it is waiting for, and none follows it.

Kodi gives a script five seconds at shutdown. The bounds are long here, so that only the cut can end a request.
"""

from __future__ import annotations

import socket
import threading

import pytest

from lib.simkl.errors import NotSent, SimklError
from lib.system.secrets import Secret
from tests.unit.simkl.raw_server import BOUND, Call, drips, hangs
from tests.unit.simkl.simkl_says import TOKEN

pytestmark = pytest.mark.usefixtures("long_bounds", "trust_loopback")

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"
WAITING_FOR = {"the answer": hangs, "the rest of the answer": drips(HEAD, b""), "a slow answer": drips(HEAD)}


REQUESTS = {
    "a read": lambda transport: transport.get("/users/settings", Secret(TOKEN)),
    "a write": lambda transport: transport.send("/scrobble/stop", {}, Secret(TOKEN)),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
@pytest.mark.parametrize("script", WAITING_FOR.values(), ids=WAITING_FOR.keys())
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_request_ends_at_once_while_it_waits_for(play, transport_to, script, tls, request_):
    server = play(script, tls=tls)
    transport = transport_to(server.url)
    call = Call(lambda: request_(transport))
    assert server.reached.wait(BOUND)
    transport.abort()
    assert isinstance(call.outcome(), SimklError)
    assert server.left.wait(BOUND), "the connection was left open"


def test_a_request_ends_at_once_in_the_middle_of_the_tls_handshake(silent, transport_to):
    port, arrived = silent
    transport = transport_to(f"https://127.0.0.1:{port}")
    call = Call(lambda: transport.get("/oauth/pin"))
    assert arrived.wait(BOUND)
    transport.abort()
    assert isinstance(call.outcome(), SimklError)


def test_a_request_ends_at_once_while_it_connects(full, transport_to, monkeypatch):
    connect, connecting = socket.socket.connect, threading.Event()
    transport = transport_to(f"http://127.0.0.1:{full}")
    monkeypatch.setattr(socket.socket, "connect", lambda *a: (connecting.set(), connect(*a)))
    call = Call(lambda: transport.get("/oauth/pin"))
    assert connecting.wait(BOUND)
    transport.abort()
    assert isinstance(call.outcome(), NotSent)


def test_a_request_ends_at_once_when_cut_off_just_before_it_connects(full, transport_to, monkeypatch):
    connect = socket.socket.connect
    transport = transport_to(f"http://127.0.0.1:{full}")
    monkeypatch.setattr(socket.socket, "connect", lambda *a: (transport.abort(), connect(*a)))
    assert isinstance(Call(lambda: transport.get("/oauth/pin")).outcome(), NotSent)


def test_a_request_cut_off_while_a_name_is_looked_up_does_not_even_connect(box, transport_to, monkeypatch):
    look_up, connected = socket.getaddrinfo, []
    transport = transport_to(box.url)
    monkeypatch.setattr(socket.socket, "connect", lambda *a: connected.append(a))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: (transport.abort(), look_up(*a, **k))[1])
    with pytest.raises(NotSent):
        transport.get("/oauth/pin")
    assert connected == []


def test_no_request_follows_not_even_on_a_connection_that_is_open(box, transport_to):
    transport = transport_to(box.url)
    transport.get("/oauth/pin")
    transport.abort()
    for _ in range(2):
        with pytest.raises(NotSent):
            transport.get("/oauth/pin")
    assert len(box.requests) == 1


def test_after_an_abort_not_even_a_name_is_looked_up(transport_to, monkeypatch):
    looked_up = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: looked_up.append(a) or [])
    transport = transport_to("http://simkl.invalid")
    transport.abort()
    transport.abort()
    with pytest.raises(NotSent):
        transport.get("/oauth/pin")
    assert looked_up == []


def test_an_abort_concerns_one_transport_only(box, transport_to):
    transport_to(box.url).abort()
    assert transport_to(box.url).get("/oauth/pin").status == 200


def test_no_thread_is_left_behind_by_a_request(box, transport_to):
    before = set(threading.enumerate())
    transport = transport_to(box.url)
    transport.get("/oauth/pin")
    left = [thread for thread in set(threading.enumerate()) - before if isinstance(thread, threading.Timer)]
    assert left == []
