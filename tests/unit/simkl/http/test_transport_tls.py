"""TLS is always verified: whoever cannot prove to be Simkl hears nothing from us, least of all the token.

loopback.pem holds a self-signed certificate for 127.0.0.1 and localhost, and its key. It proves nothing to anybody who
was not told to trust it.
"""

from __future__ import annotations

import socket
import ssl

import pytest

from lib.simkl.errors import Unreachable, Untrusted
from lib.simkl.http import transport
from lib.simkl.http.transport import Answer
from lib.system.secrets import Secret
from tests.unit.simkl.conftest import LOOPBACK_PEM
from tests.unit.simkl.raw_server import RawServer, read_head, says
from tests.unit.simkl.simkl_says import TOKEN

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
SWITCHES = {
    "nothing": {},
    "the switch of Python": {"PYTHONHTTPSVERIFY": "0"},
    "no bundle": {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "", "SSL_NO_VERIFY": "1"},
    "a file that is gone for OpenSSL": {"SSL_CERT_FILE": "/gone.pem", "REQUESTS_CA_BUNDLE": ""},
}


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=SWITCHES.keys())
def test_a_certificate_that_nobody_vouches_for_gets_no_request(play, transport_to, monkeypatch, switches):
    for name, value in switches.items():
        monkeypatch.setenv(name, value)
    server = play(says(OK), tls=True)
    with pytest.raises(Untrusted):
        transport_to(server.url).get("/users/settings", Secret(TOKEN))
    assert server.left.wait(60)
    assert server.asked == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_that_somebody_vouches_for_is_accepted(play, transport_to, monkeypatch, variable):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(LOOPBACK_PEM))
    server = play(says(OK), tls=True)
    assert transport_to(server.url).get("/users/settings", Secret(TOKEN)) == Answer(200, {})
    assert f"authorization: bearer {TOKEN}".encode() in server.asked[0].lower()


@pytest.mark.usefixtures("trust_loopback")
def test_a_good_certificate_of_another_host_is_not_accepted(play, transport_to, monkeypatch):
    server, look_up = play(says(OK), tls=True), socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: look_up("127.0.0.1", *a, **k))
    with pytest.raises(Untrusted):
        transport_to(f"https://api.simkl.invalid:{server.port}").get("/oauth/pin")
    assert server.left.wait(60)
    assert server.asked == []


def test_a_bundle_that_is_gone_does_not_turn_verification_off(play, transport_to, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/gone.pem")
    server = play(says(OK), tls=True)
    with pytest.raises(Unreachable):
        transport_to(server.url).get("/oauth/pin")
    assert server.asked == []


class PlainAnswer(RawServer):
    """Somebody who does not speak TLS: answers the first bytes with plain ones, and hangs up."""

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            self._script(connection)


HANDSHAKES = {
    "plain text": (b"HTTP/1.1 400 Bad Request\r\n\r\n", Untrusted),
    "an end at once": (b"", Unreachable),  # which says nothing about a certificate
    "an end in the middle of a message": (b"\x16\x03\x03", Unreachable),
}


@pytest.mark.parametrize(("answer", "kind"), HANDSHAKES.values(), ids=HANDSHAKES.keys())
def test_a_handshake_that_fails_has_a_name(opened, transport_to, answer, kind):
    server = opened.enter_context(PlainAnswer(says(answer)))
    with pytest.raises(kind):
        transport_to(f"https://127.0.0.1:{server.port}").get("/oauth/pin")


@pytest.mark.usefixtures("trust_loopback")
def test_a_proxy_between_us_and_simkl_does_not_see_the_token(play, transport_to, monkeypatch):
    def tunnel(connection):
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(LOOPBACK_PEM)
        with server.wrap_socket(connection, server_side=True) as inside:
            heard.append(read_head(inside))
            inside.sendall(OK)

    heard: list[bytes] = []
    proxy = play(tunnel)
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setattr(transport, "LOOPBACK_HOSTS", ())  # as if it were elsewhere
    assert transport_to("https://localhost").get("/users/settings", Secret(TOKEN)) == Answer(200, {})
    assert proxy.asked[0].startswith(b"CONNECT localhost:443 ")
    assert TOKEN.encode() not in proxy.asked[0] and TOKEN.encode() in heard[0]
