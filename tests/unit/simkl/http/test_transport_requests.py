"""What leaves the machine: always who we are, the token only to Simkl's own address, and nobody else's password.

TLS is always verified: whoever cannot prove to be Simkl hears nothing from us, least of all the token. loopback.pem
holds a self-signed certificate for 127.0.0.1 and localhost, and its key; nobody trusts it who was not told to.
Sources: Simkl's page `conventions/headers`; RFC 6749 2.3.1 for Basic.
"""

from __future__ import annotations

import base64
import socket
import ssl
from urllib.parse import parse_qsl, unquote

import pytest

from lib.simkl.app import APP_VERSION, user_agent
from lib.simkl.errors import NotSent, Unavailable, Unreachable, Unreadable, Untrusted
from lib.simkl.http import transport as transport_module
from lib.simkl.http.transport import READ_SECONDS, WRITE_SECONDS, Answer, Transport
from lib.system.secrets import Secret
from tests.unit.simkl.conftest import LOOPBACK_PEM
from tests.unit.simkl.raw_server import RawServer, drips, read_head, says
from tests.unit.simkl.simkl_says import API, TOKEN
from tests.unit.simkl.watching import IDENTITY

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
FIELDS = {"code": "a b&c=d+e%", "name": "Ä字"}
BODY = {"progress": 1, "name": "Ä字 & =", "list": [None, True, 0.5]}
BEARER, BASIC = f"Bearer {TOKEN}", f"Basic {base64.b64encode(b'us:our-own').decode()}"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
CREDENTIALS = ("us", Secret("our-own"))
PATH = "/sync/history"
REQUESTS = {  # the call, and method, body, type of content and Authorization of what arrives
    "get": (lambda t: t.get(PATH), ("GET", None, None, None)),
    "get with a token": (lambda t: t.get(PATH, Secret(TOKEN)), ("GET", None, None, BEARER)),
    "post": (lambda t: t.post(PATH, FIELDS), ("POST", FIELDS, FORM, None)),
    "post of JSON": (lambda t: t.post(PATH, FIELDS, as_json=True), ("POST", FIELDS, JSON, None)),
    "post with credentials": (lambda t: t.post(PATH, FIELDS, credentials=CREDENTIALS), ("POST", FIELDS, FORM, BASIC)),
    "send": (lambda t: t.send(PATH, BODY, Secret(TOKEN)), ("POST", BODY, JSON, BEARER)),
    "send of an empty list": (lambda t: t.send(PATH, [], Secret(TOKEN)), ("POST", [], JSON, BEARER)),
}
CALLS = {name: call for name, (call, _) in REQUESTS.items()}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.mark.parametrize(("call", "wanted"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_says_who_asks_and_nothing_of_netrc(box, transport_to, tmp_path, monkeypatch, call, wanted):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\ndefault login any password one\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    box.order("answer", body={"ok": [1, None]}, status=201, times=2)
    transport = transport_to(box.url + "//")
    assert call(transport) == Answer(201, {"ok": [1, None]})
    transport.get("/oauth/pin")
    asked, after = box.requests
    headers = asked.headers
    sent = dict(parse_qsl(asked.body.decode())) if isinstance(asked.body, bytes) else asked.body
    assert (asked.method, sent, headers.get("Content-Type"), headers.get("Authorization")) == wanted
    assert (asked.path, asked.query) == (PATH, IDENTITY)
    assert headers["User-Agent"] == f"simkl-link/{APP_VERSION} (a test)"
    assert after.headers.get("Authorization") is None and box.unattributed == []


def test_a_query_is_added_and_never_speaks_for_us(box, transport_to):
    box.order("answer", body={}, times=2)
    transport_to(box.url).send("/scrobble/stop", {}, Secret(TOKEN), {"min_progress": "90", "client_id": "another"})
    another = transport_to(box.url).for_client("another")
    another.get("/search/movie", Secret(TOKEN), {"q": "a & b", "app-name": "another"})
    assert [request.query for request in box.requests] == [
        {"min_progress": "90", **IDENTITY},
        {"q": "a & b", **IDENTITY, "client_id": "another"},
    ]
    assert box.requests[1].headers["User-Agent"] == f"simkl-link/{APP_VERSION} (a test)"


PLATFORMS = {
    "Kodi 20.1; Linux": "Kodi 20.1; Linux",
    "  ": "unknown",
    "Kodi (64-bit)": "Kodi 64-bit",
    "two\r\nlines: evil": "two lines: evil",
    "Fernseher im Büro": "Fernseher im B ro",
}


@pytest.mark.parametrize(("platform", "in_brackets"), PLATFORMS.items())
def test_the_platform_never_breaks_the_user_agent(platform, in_brackets):
    assert user_agent(platform) == f"simkl-link/{APP_VERSION} ({in_brackets})"


@pytest.mark.parametrize(("client", "secret"), [("plain", "secret"), ("a:b", "c:d%/ +"), ("Ä", "字")])
def test_credentials_are_percent_encoded_before_they_are_basic(requests_mock, transport_to, client, secret):
    requests_mock.post(f"{API}/oauth/token", json={})
    transport_to(API).post("/oauth/token", FIELDS, credentials=(client, Secret(secret)))
    scheme, _, pair = requests_mock.last_request.headers["Authorization"].partition(" ")
    assert scheme == "Basic"
    assert [unquote(half) for half in base64.b64decode(pair).decode("ascii").split(":")] == [client, secret]


@each_call
def test_a_request_is_bounded_and_verified(requests_mock, transport_to, monkeypatch, call):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    requests_mock.register_uri("GET", f"{API}{PATH}", json={})
    requests_mock.register_uri("POST", f"{API}{PATH}", json={})
    call(transport_to(API))
    is_write = requests_mock.last_request.headers.get("Authorization") == BEARER and requests_mock.last_request.body
    assert requests_mock.last_request.timeout == (4.0, WRITE_SECONDS if is_write else READ_SECONDS)
    assert requests_mock.last_request.verify is True


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", ["get with a token", "post with credentials", "send"])
def test_a_redirect_takes_neither_token_nor_body_anywhere(box, play, transport_to, status, name):
    elsewhere = play(says(OK))
    for to in (f"{elsewhere.url}/elsewhere", elsewhere.url.replace("127.0.0.1", "localhost"), "/oauth/pin"):
        box.order("redirect", status=status, to=to)
        with pytest.raises(Unreadable):
            CALLS[name](transport_to(box.url))
    assert elsewhere.asked == []
    assert [request.path for request in box.requests] == [PATH] * 3


def test_the_connection_is_kept_open_between_requests_and_closed_at_the_end(play, transport_to):
    def two_answers(connection):
        connection.sendall(OK)
        server.asked.append(connection.recv(65536))
        connection.sendall(OK)
        gone.append(connection.recv(65536))

    gone = []
    server = play(two_answers)
    transport = transport_to(server.url)
    transport.get("/first")
    transport.get("/second")
    transport.close()
    assert server.left.wait(60)
    assert [head.split(b"?")[0] for head in server.asked] == [b"GET /first", b"GET /second"]
    assert gone == [b""]


def test_closing_ends_the_connection_even_while_an_error_holds_on_to_it(play, transport_to):
    server = play(drips(b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}", b"", every=5))
    transport = transport_to(server.url)
    with pytest.raises(Unavailable) as held:
        transport.get("/oauth/pin")
    assert not server.left.is_set()
    transport.close()
    assert server.left.wait(60), "the connection was left open"
    assert held.value.status == 500


def test_without_a_network_nothing_is_sent_and_with_it_a_connection_is_made_again(box, transport_to):
    transport = transport_to(box.url)
    transport.get("/oauth/pin")
    box.stop_listening()
    with pytest.raises(NotSent):
        transport.send("/scrobble/stop", {}, Secret(TOKEN))
    box.listen_again()
    assert transport.get("/oauth/pin").status == 200
    assert len(box.requests) == 2


@pytest.mark.parametrize("named_by", ["the environment", "the settings"])
def test_a_proxy_is_used_for_simkl_and_never_for_this_machine(box, play, opened, monkeypatch, named_by):
    proxy = play(says(OK))
    if named_by == "the environment":
        monkeypatch.setenv("http_proxy", proxy.url)
    for url in ("http://simkl.invalid", box.url):
        transport = Transport(url, "another", proxy=proxy.url if named_by == "the settings" else "")
        opened.callback(transport.close)
        assert transport.for_client(box.client_id).get("/oauth/pin").status == 200
    assert len(box.requests) == len(proxy.asked) == 1
    assert proxy.asked[0].startswith(b"GET http://simkl.invalid/oauth/pin?client_id=sandbox-client-id&")


def test_a_host_that_the_environment_spares_the_proxy_is_asked_directly(play, transport_to, monkeypatch):
    proxy = play(says(OK))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "simkl.invalid")
    with pytest.raises(NotSent):
        transport_to("http://simkl.invalid").get("/oauth/pin")
    assert proxy.asked == []


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1", "http://127.0.0.1:1", "http://[", "::::", "ftp://127.0.0.1:1"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_cannot_work_is_no_connection(transport_to, monkeypatch, proxy, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", proxy)
    with pytest.raises(Unreachable):
        transport_to(f"{scheme}://simkl.invalid").get("/oauth/pin")


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
    monkeypatch.setattr(transport_module, "LOOPBACK_HOSTS", ())  # as if it were elsewhere
    assert transport_to("https://localhost").get("/users/settings", Secret(TOKEN)) == Answer(200, {})
    assert proxy.asked[0].startswith(b"CONNECT localhost:443 ")
    assert TOKEN.encode() not in proxy.asked[0] and TOKEN.encode() in heard[0]
