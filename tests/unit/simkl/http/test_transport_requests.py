"""What leaves the machine: always who we are, the token only to Simkl's own address, and nobody else's password."""

from __future__ import annotations

import pytest

from lib.simkl.app import APP_VERSION
from lib.simkl.errors import Unavailable, Unreachable, Unreadable
from lib.simkl.http.transport import Answer
from lib.system.secrets import Secret
from tests.fakes.simkl import FakeSimkl
from tests.unit.simkl.raw_server import hangs, says
from tests.unit.simkl.simkl_says import API, TOKEN

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_every_request_says_who_asks(box, transport_to):
    transport_to(box.url).get("/oauth/pin")
    (request,) = box.requests
    assert request.query == {"client_id": "sandbox-client-id", "app-name": "simkl-link", "app-version": APP_VERSION}
    assert request.headers["User-Agent"] == f"simkl-link/{APP_VERSION} (a test)"
    assert request.attributed


def test_the_token_travels_as_a_bearer_and_only_with_the_request_it_was_given_to(box, transport_to):
    transport = transport_to(box.url)
    box.order("answer", times=2, body={})
    transport.get("/users/settings", Secret(TOKEN))
    transport.get("/oauth/pin")
    with_it, without_it = box.requests
    assert with_it.headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Authorization" not in without_it.headers


@pytest.mark.parametrize("token", [None, Secret(TOKEN)], ids=["no token", "a token"])
def test_a_password_in_netrc_is_left_at_home(box, transport_to, tmp_path, monkeypatch, token):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login any password one\n")
    monkeypatch.setenv("NETRC", str(netrc))
    box.order("answer", body={})
    transport_to(box.url).get("/users/settings", token)
    assert box.requests[0].headers.get("Authorization") == (f"Bearer {TOKEN}" if token else None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_nobody_else_gets_the_token(box, transport_to, status):
    with FakeSimkl(limits=False) as elsewhere:
        for to in (f"{elsewhere.url}/elsewhere", elsewhere.url.replace("127.0.0.1", "localhost"), "/oauth/pin"):
            box.order("redirect", status=status, to=to)
            with pytest.raises(Unreadable):
                transport_to(box.url).get("/users/settings", Secret(TOKEN))
        assert elsewhere.requests == elsewhere.elsewhere == []
    assert [request.path for request in box.requests] == ["/users/settings"] * 3


def test_requests_are_bounded_and_verified(requests_mock, transport_to, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    requests_mock.get(f"{API}/oauth/pin", json={})
    transport_to(API).get("/oauth/pin")
    request = requests_mock.last_request
    assert request.timeout == (4.0, 4.0)
    assert request.verify is True


def test_an_answer_is_its_status_and_its_json(box, transport_to):
    box.order("answer", body=[1, None], status=201)
    assert transport_to(box.url).get("/oauth/pin") == Answer(201, [1, None])
    box.order("answer", body="", status=204)
    assert transport_to(box.url).get("/oauth/pin") == Answer(204, None)


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
    def answer_and_wait(connection):
        connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}")
        hangs(connection)

    server = play(answer_and_wait)
    transport = transport_to(server.url)
    with pytest.raises(Unavailable) as held:
        transport.get("/oauth/pin")
    assert not server.left.is_set()
    transport.close()
    assert server.left.wait(60), "the connection was left open"
    assert held.value.status == 500


def test_a_connection_that_simkl_closed_in_between_is_made_again(box, transport_to):
    transport = transport_to(box.url)
    transport.get("/oauth/pin")
    box.stop_listening()
    box.listen_again()
    assert transport.get("/oauth/pin").status == 200


def test_a_proxy_is_used_and_hears_the_whole_address(play, transport_to, monkeypatch):
    proxy = play(says(OK))
    monkeypatch.setenv("http_proxy", proxy.url)
    assert transport_to("http://simkl.invalid").get("/oauth/pin") == Answer(200, {})
    assert proxy.asked[0].startswith(b"GET http://simkl.invalid/oauth/pin?client_id=sandbox-client-id&")


def test_a_host_that_is_spared_the_proxy_is_asked_directly(box, play, transport_to, monkeypatch):
    proxy = play(says(OK))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    transport_to(box.url).get("/oauth/pin")
    assert len(box.requests) == 1 and proxy.asked == []


@pytest.mark.parametrize(
    "proxy",
    ["socks5://127.0.0.1:1", "http://127.0.0.1:1", "http://[", "::::", "http://a b", "ftp://127.0.0.1:1", "http://"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_cannot_work_is_no_connection(transport_to, monkeypatch, proxy, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", proxy)
    with pytest.raises(Unreachable):
        transport_to(f"{scheme}://simkl.invalid").get("/oauth/pin")
