"""The listener that the browser comes back to, over a real socket: one answer that counts, then the port is free.

Sources: Simkl's page `api-reference/oauth`; RFC 8252 7.3.
"""

from __future__ import annotations

import errno
import logging
import socket
import struct
from urllib.parse import quote

import pytest

from lib.simkl.auth import redirect_server
from lib.simkl.auth.redirect_server import PortInUse, RedirectServer
from tests.fakes.ports import free_port
from tests.unit.simkl.raw_server import BOUND, Call

STATE = "the-state-of-this-attempt"
RIGHT = f"/callback?code=right&state={STATE}"
EVIL = "<script>alert('&')</script>"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(redirect_server, "ACCEPT_SECONDS", 0.02)
    monkeypatch.setattr(redirect_server, "REQUEST_SECONDS", 0.1)


@pytest.fixture
def port() -> int:
    return free_port()


class Waiting:
    """A listener at work; `stop` ends it."""

    def __init__(self, port: int, path: str = "/callback", host: str = "127.0.0.1") -> None:
        self.port, self.stop = port, False
        self.listener = RedirectServer(f"http://{host}:{port}{path}")
        self.call = Call(lambda: self.listener.wait(lambda answer: answer.get("state") == STATE, lambda: self.stop))

    def connect(self, host: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection((host, self.port), BOUND)

    def ask(self, target: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[int, str]:
        """Ask as a browser does; return status and everything that came."""
        with self.connect(host) as browser:
            browser.sendall(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            said = b"".join(iter(lambda: browser.recv(65536), b"")).decode()
        return int(said.split()[1]), said

    def succeeds(self) -> bool:
        """Whether the right answer still comes through, and is the one that counts."""
        return (self.ask(RIGHT)[0], self.call.outcome()["code"]) == (200, "right")


@pytest.fixture
def waiting(port):
    made = Waiting(port)
    yield made
    made.stop = True
    made.call.outcome()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_answer_is_returned_the_page_is_shown_and_the_port_is_free_for_the_next(waiting):
    status, said = waiting.ask(f"/callback?code=abc%20d&state={STATE}&iss=https%3A%2F%2Fsimkl.com")
    assert waiting.call.outcome() == {"code": "abc d", "state": STATE, "iss": "https://simkl.com"}
    head, page = said.split("\r\n\r\n")
    assert status == 200 and "You can close this window." in page and "Almost done" in page
    assert f"Content-Length: {len(page.encode())}" in head
    assert "Cache-Control: no-store" in head and "Referrer-Policy: no-referrer" in head
    assert is_free(waiting.port)
    assert Waiting(waiting.port).succeeds()


def test_a_refusal_counts_and_its_page_says_so(waiting):
    status, said = waiting.ask(f"/callback?error=access_denied&state={STATE}")
    assert (status, "Not linked" in said, "Almost done" in said) == (200, True, False)
    assert waiting.call.outcome() == {"error": "access_denied", "state": STATE}


NOT_IT = {
    "another state": ("GET", "/callback?code=x&state=another", 400),
    "another path": ("GET", f"/other?code=x&state={STATE}", 404),
    "a longer path": ("GET", f"/callback/?code=x&state={STATE}", 404),
    "the picture every browser asks for": ("GET", "/favicon.ico", 404),
    "no GET": ("POST", f"/callback?code=x&state={STATE}", 501),
    "no method": (EVIL.replace(" ", ""), f"/callback?code=x&state={STATE}", 501),
}


@pytest.mark.parametrize(("method", "target", "status"), NOT_IT.values(), ids=NOT_IT.keys())
def test_what_does_not_belong_is_refused_and_the_right_one_still_awaited(waiting, method, target, status):
    assert [waiting.ask(target, method)[0] for _ in range(2)] == [status] * 2
    assert waiting.succeeds()


@pytest.mark.parametrize("target", [f"/callback?code={quote(EVIL)}&state=x", f"/{EVIL.replace(' ', '')}", "/x?" + EVIL])
@pytest.mark.parametrize("method", ["GET", EVIL])
def test_no_page_repeats_what_was_sent_as_markup(waiting, target, method):
    page = waiting.ask(target, method)[1].partition("\r\n\r\n")[2]
    assert "</html>" in page and "<script" not in page


def test_a_redirect_without_a_path_comes_to_the_root(port):
    waiting = Waiting(port, "")
    waiting.ask(f"/?code=x&state={STATE}")
    assert waiting.call.outcome()["code"] == "x"


def test_when_nothing_comes_it_ends_with_the_attempt(waiting):
    waiting.stop = True
    assert waiting.call.outcome() is None
    assert is_free(waiting.port)


def test_a_port_that_is_taken_is_said_in_a_sentence(port):
    address = f"http://127.0.0.1:{port}/callback"
    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortInUse) as caught:
        RedirectServer(address)
    assert caught.value.name == "port_taken"
    assert str(caught.value).startswith(f"{address} cannot be listened at: ")
    assert "set simkl.redirect_uri to another one and register that at Simkl." in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize(("many", "said"), [(1, b""), (40, b"GET /callback HTTP/1.1\r\nHost:")])
def test_connections_that_idle_or_drip_hold_up_neither_the_page_nor_the_end(port, opened, monkeypatch, many, said):
    monkeypatch.setattr(redirect_server, "REQUEST_SECONDS", 60.0)  # one that drips has as long as it likes
    waiting = Waiting(port)
    for _ in range(many):
        opened.enter_context(waiting.connect()).sendall(said)
    assert waiting.succeeds()
    again = Waiting(port)
    opened.enter_context(again.connect())
    again.stop = True
    assert again.call.outcome() is None


def has_ipv6() -> bool:
    """Return whether this machine has ::1; some containers do not."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


MEANINGS = ["127.0.0.1", *(["::1"] if has_ipv6() else [])]  # of localhost


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", *(["[::1]"] if "::1" in MEANINGS else [])])
def test_an_address_is_listened_at_in_each_of_its_meanings(port, host):
    waiting = Waiting(port, host=host)
    reached = ["::1"] if host == "[::1]" else MEANINGS
    assert [waiting.ask("/callback", host=each)[0] for each in reached] == [400] * len(reached)
    waiting.ask(RIGHT, host=reached[0])
    assert waiting.call.outcome()["code"] == "right"


@pytest.mark.parametrize("other", MEANINGS)
def test_localhost_with_another_program_in_one_of_its_meanings_is_taken(port, other):
    family = socket.AF_INET6 if ":" in other else socket.AF_INET
    with socket.create_server((other, port), family=family), pytest.raises(PortInUse):
        RedirectServer(f"http://localhost:{port}/callback")
    Waiting(port, host="localhost").stop = True  # nothing of the attempt before is still listening


def test_localhost_without_ipv6_is_listened_at_all_the_same(port, monkeypatch):
    made = redirect_server._Server.__init__

    def without_ipv6(self, address, handler):
        if ":" in address[0]:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        made(self, address, handler)

    monkeypatch.setattr(redirect_server._Server, "__init__", without_ipv6)
    assert Waiting(port, host="localhost").succeeds()


def test_an_address_for_a_browser_of_this_machine_leads_to_simkl_once(waiting):
    target = waiting.listener.one_time_address("https://simkl.com/oauth/authorize?state=secret")
    root = f"http://127.0.0.1:{waiting.port}"
    assert target.startswith(f"{root}/") and "secret" not in target
    status, said = waiting.ask(target.removeprefix(root))
    assert (status, "\r\nLocation: https://simkl.com/oauth/authorize?state=secret\r\n" in said) == (302, True)
    assert waiting.ask(target.removeprefix(root))[0] == 404


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


NONSENSE = {
    "a reset in the middle": b"GET /call",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an address that is none": b"GET http://[ HTTP/1.1\r\n\r\n",
    "binary": bytes(range(256)) + b"\r\n\r\n",
    "a line without end": b"GET /" + b"a" * 70_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_outlived_and_nothing_is_printed_or_logged(waiting, said, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    for leave in (reset, socket.socket.close):
        connection = waiting.connect()
        connection.sendall(said)
        leave(connection)
    for target in ("/callback?code=secret-code&state=x", "/other?code=secret-code"):
        waiting.ask(target)
    assert waiting.succeeds()
    assert (capfd.readouterr(), caplog.text) == (("", ""), "")
