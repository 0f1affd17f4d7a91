"""Cutting a request off from another thread ends it at once and none follows; from a name to one of its addresses.

Kodi gives a script five seconds at shutdown. Where a request is cut off the bounds are long, so that only that ends it.
"""

import socket
import threading

import pytest

from lib.simkl.errors import NotSent, SimklError
from lib.system.secrets import Secret
from tests.fakes.ports import free_port
from tests.unit.simkl.raw_server import BOUND, Call, drips, hangs
from tests.unit.simkl.simkl_says import TOKEN

pytestmark = pytest.mark.usefixtures("long_bounds", "trust_loopback")

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"
WAITING_FOR = {"the answer": hangs, "the rest of the answer": drips(HEAD, b""), "a slow answer": drips(HEAD)}
REQUESTS = {
    "get": lambda transport: transport.get("/users/settings", Secret(TOKEN)),
    "post": lambda transport: transport.post("/oauth/token", {}),
    "send": lambda transport: transport.send("/scrobble/stop", {}, Secret(TOKEN)),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
@pytest.mark.parametrize("script", WAITING_FOR.values(), ids=WAITING_FOR.keys())
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_request_ends_at_once_and_none_follows_while_it_waits_for(play, transport_to, script, tls, request_):
    server = play(script, tls=tls)
    transport = transport_to(server.url)
    call = Call(lambda: request_(transport))
    assert server.reached.wait(BOUND)
    transport.abort()
    assert isinstance(call.outcome(), SimklError)
    assert server.left.wait(BOUND), "the connection was left open"
    with pytest.raises(NotSent):
        request_(transport)
    assert len(server.asked) == 1


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


def test_no_request_follows_on_a_connection_that_is_open_and_no_other_transport_is_concerned(box, transport_to):
    transport = transport_to(box.url)
    transport.get("/oauth/pin")
    transport.abort()
    for _ in range(2):
        with pytest.raises(NotSent):
            transport.get("/oauth/pin")
    assert len(box.requests) == 1
    assert transport_to(box.url).get("/oauth/pin").status == 200


def test_after_an_abort_not_even_a_name_is_looked_up(transport_to, monkeypatch):
    looked_up = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: looked_up.append(a) or [])
    transport = transport_to("http://simkl.invalid")
    transport.abort()
    transport.abort()
    with pytest.raises(NotSent):
        transport.get("/oauth/pin")
    assert looked_up == []


@pytest.fixture
def addresses(monkeypatch):
    """Return how to give a name several addresses, and the seconds each of them was tried for."""
    tried, connect = [], socket.socket.connect

    def name_has(*found):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: list(found))
        monkeypatch.setattr(socket.socket, "connect", lambda s, to: (tried.append(s.gettimeout()), connect(s, to)))
        return tried

    return name_has


def ipv4(port, family=socket.AF_INET):
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)


def test_several_addresses_share_the_time_to_connect_and_the_last_one_counts(box, transport_to, addresses, bounds):
    bounds(CONNECT_SECONDS=8.0)
    tried = addresses(*[ipv4(free_port())] * 3, ipv4(int(box.url.rpartition(":")[2])))
    assert transport_to("http://simkl.invalid").get("/oauth/pin").status == 200
    assert len(tried) == 4 and sum(tried) == 8.0


def test_an_address_of_a_kind_this_system_does_not_have_is_passed_over(box, transport_to, addresses):
    addresses(ipv4(0, family=9999), ipv4(int(box.url.rpartition(":")[2])))
    assert transport_to("http://simkl.invalid").get("/oauth/pin").status == 200


@pytest.mark.parametrize("found", [[], [ipv4(1)], [ipv4(1), ipv4(1)]], ids=["no address", "one", "two"])
def test_where_nobody_listens_nothing_was_sent(transport_to, addresses, found):
    addresses(*found)
    with pytest.raises(NotSent):
        transport_to("http://simkl.invalid").get("/oauth/pin")


@pytest.mark.parametrize("host", ["simkl.invalid", "a..b", "a" * 64 + ".example"], ids=["unknown", "empty", "too long"])
def test_a_name_that_leads_nowhere_means_that_nothing_was_sent(transport_to, host):
    with pytest.raises(NotSent):
        transport_to(f"http://{host}").get("/oauth/pin")
