"""Servers that follow a script, transports to them, and short bounds."""

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from lib.simkl.auth.tokens import Token
from lib.simkl.http import transport
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.unit.simkl.raw_server import RawServer
from tests.unit.simkl.watching import Viewer

LOOPBACK_PEM = Path(__file__).with_name("loopback.pem")  # a key and its certificate for 127.0.0.1, good for ever


@pytest.fixture(autouse=True)
def no_proxies_of_this_machine(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def opened():
    """What is closed at the end of a test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def transport_to(opened):
    """Make a transport to an address."""

    def make(url: str, client_id: str = "sandbox-client-id") -> Transport:
        made = Transport(url, client_id, "a test")
        opened.callback(made.close)
        return made

    return make


@pytest.fixture
def play(opened):
    """Start a server on loopback that follows a script; `tls=True` gives it the certificate in loopback.pem."""

    def start(script, tls: bool = False) -> RawServer:
        return opened.enter_context(RawServer(script, LOOPBACK_PEM if tls else None))

    return start


@pytest.fixture
def trust_loopback(monkeypatch):
    """Trust the certificate in loopback.pem, as somebody with a certificate authority of their own would."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(LOOPBACK_PEM))


@pytest.fixture
def bounds(monkeypatch):
    """Return how to set the seconds for which a request may connect, read and write."""

    def bound(**seconds: float) -> None:
        for name, value in seconds.items():
            monkeypatch.setattr(transport, name, value)

    return bound


@pytest.fixture
def short_bounds(bounds):
    bounds(CONNECT_SECONDS=0.2, READ_SECONDS=0.2, WRITE_SECONDS=0.2)


@pytest.fixture
def long_bounds(bounds):
    """So long that what ends within a test did not end by them."""
    bounds(CONNECT_SECONDS=300.0, READ_SECONDS=300.0, WRITE_SECONDS=300.0)


@pytest.fixture
def silent(opened):
    """A port that takes a connection and says nothing, not even hello; and an event once a first byte has arrived."""
    listener = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
    arrived = threading.Event()

    def take():
        connection, _ = listener.accept()
        opened.enter_context(connection).recv(1)
        arrived.set()

    threading.Thread(target=take, daemon=True).start()
    return listener.getsockname()[1], arrived


@pytest.fixture
def full(opened):
    """A port where connecting hangs: the queue of those who wait to be let in is full."""
    listener = opened.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(4):
        waiting = opened.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(listener.getsockname())
    return listener.getsockname()[1]


@pytest.fixture
def viewer(box, transport_to):
    """The fake server's user: a transport to it, and a token that is good there."""
    return Viewer(transport_to(box.url), Token(Secret(box.give_token()), box.client_id))
