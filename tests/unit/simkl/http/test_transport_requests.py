"""What leaves the machine: always who we are, the token only to Simkl's own address, and nobody else's password.

Sources: Simkl's page `conventions/headers`; RFC 6749 2.3.1 for Basic.
"""

import base64
from urllib.parse import parse_qsl, unquote

import pytest

from lib.simkl.app import APP_VERSION, user_agent
from lib.simkl.errors import NotSent, Unavailable, Unreachable, Unreadable
from lib.simkl.http.transport import READ_SECONDS, WRITE_SECONDS, Answer, Transport
from lib.system.secrets import Secret
from tests.unit.simkl.raw_server import drips, says
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
