"""The whole server in this process: real sockets, the fake Simkl, and signals."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from lib.web import entry
from lib.web.http_server import HttpServer
from lib.web.server import Server
from tests.fakes.servers.jellyfin import all_properties, notification
from tests.fakes.servers.titles import Film
from tests.fakes.simkl import FakeSimkl

SECONDS = 60  # long, for a machine that is busy; nothing waits for it to pass
SLOW = b"POST /hook/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\na"


@pytest.fixture(autouse=True)
def handlers():
    """Leave the signal handlers as they were."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def made(make):
    return make()


def serve(running: Server, visit) -> None:
    """Run the server in the main thread while `visit(address)` happens in another; SIGTERM ends it."""

    def visit_and_end() -> None:
        try:
            visit(running.address.rstrip("/"))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with ThreadPoolExecutor(1) as pool:
        visited = pool.submit(visit_and_end)
        running.run()
        visited.result(SECONDS)


def connect(running: Server, sent: bytes) -> socket.socket:
    sender = socket.create_connection(("127.0.0.1", running.http.port), SECONDS)
    sender.sendall(sent)
    return sender


def find(pattern: str, text: str) -> str:
    return re.search(pattern, text).group(1)


def until(ask, wanted):
    """Ask until the answer is there; each question is a request, so this waits without a pause."""
    for _ in range(100_000):
        found = ask()
        if wanted(found):
            return found
    raise AssertionError(f"never came: {found}")


class Browser(requests.Session):
    """Somebody who reads pages, and fills in the form of the one read last."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.token = ""

    def page(self, path: str) -> str:
        return self._read(self.get(f"{self.address}{path}", timeout=SECONDS))

    def fill_in(self, path: str, **fields: str) -> str:
        data = {"csrf_token": self.token, **fields}
        return self._read(self.post(f"{self.address}{path}", data=data, timeout=SECONDS))

    def _read(self, answer: requests.Response) -> str:
        found = re.search(r'csrf_token" value="([^"]+)"', answer.text)
        self.token = found.group(1) if found else self.token
        return answer.text


def test_from_the_invitation_to_a_delivery(make, environ):
    with FakeSimkl(interval=1) as box:
        environ.update(SIMKL_CLIENT_ID=box.client_id, SIMKL_API_URL=box.url, SIMKL_SITE_URL=box.url)
        serve(make(), lambda address: an_evening_of_ana(address, box))


def an_evening_of_ana(address: str, box: FakeSimkl) -> None:
    admin, ana = Browser(address), Browser(address)
    admin.page("/")
    invitation = find(r"http://[^<]+(/i/[\w-]+)", admin.fill_in("/people/invite", server="home", user_name="ana"))
    ana.page(invitation)
    ana.fill_in(invitation)
    page = until(lambda: ana.page("/me"), lambda page: "user-code" in page)
    box.approve(find(r'id="user-code">(\w+)', page), "sample_viewer")
    until(lambda: json.loads(ana.page("/me/state")), lambda state: state["leave"])
    assert "Linked as sample_viewer" in ana.page("/me")
    hook = find(r"(http://[^<]+/hook/[\w-]+)", admin.page("/servers"))
    sent = notification("PlaybackStop", Film(), position=5990, PlayedToCompletion=True)
    assert "queued" in requests.post(hook, data=all_properties(sent).body, timeout=SECONDS).text
    assert "The Glass Harbour" in admin.page("/deliveries")
    assert "Linked as sample_viewer since" in admin.page("/")
    assert "Got one from Jellyfin 10.11.6" in admin.page("/servers")
    assert admin.get(f"{address}/readyz", timeout=SECONDS).status_code == 200
    metrics = admin.page("/metrics")
    assert 'simkl_link_people{state="linked"} 1.0' in metrics
    assert 'sender="jellyfin"' in metrics
    assert "ana" not in metrics
    admin.page("/settings")
    assert admin.fill_in("/settings/backup")[:2] == "PK"
    admin.fill_in("/settings/pause", paused="1")
    ana.page("/me")
    assert "Nothing more is sent to Simkl." in ana.fill_in("/me/unlink")


def test_a_delivery_that_is_on_its_way_is_taken_before_the_end(made):
    """SIGTERM in the middle of a body: the rest is read, kept and answered, and nobody new is let in."""
    hook = made._services.hook_secrets.current("home")

    def visit(address):
        sender = connect(made, f"POST /hook/{hook} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab".encode())
        requests.get(f"{address}/healthz", timeout=SECONDS).raise_for_status()
        os.kill(os.getpid(), signal.SIGTERM)
        until(lambda: can_connect(made.http.port), lambda found: not found)
        sender.sendall(b"cd")
        assert sender.recv(1000).startswith(b"HTTP/1.1 200")
        sender.close()

    serve(made, visit)
    made.http.stop()  # as a second signal does that comes late


def can_connect(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), SECONDS).close()
    except ConnectionError:  # reset, if the listener was closed in the middle of it
        return False
    return True


def test_who_sends_too_slowly_is_not_waited_for(made, monkeypatch, caplog):
    run, held = made.http.run, []
    monkeypatch.setattr(made.http, "run", lambda seconds: run(0.0))  # the time for what is in flight is over at once

    def visit(address):
        held.append(connect(made, SLOW))
        requests.get(f"{address}/healthz", timeout=SECONDS)

    serve(made, visit)
    held[0].close()
    assert "some requests were broken off" in caplog.text


def test_slow_and_large_senders_keep_nobody_waiting(made):
    """As many slow bodies as there are threads, and a few more; one that says it is too large is not read."""

    def visit(address):
        slow = [connect(made, SLOW) for _ in range(40)]
        assert requests.get(f"{address}/healthz", timeout=SECONDS).text == "ok\n"
        for sender in slow:
            sender.close()
        connection = http.client.HTTPConnection("127.0.0.1", made.http.port, timeout=SECONDS)
        connection.putrequest("POST", "/hook/x")
        connection.putheader("Content-Length", str(50 * 1024 * 1024))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()

    serve(made, visit)


def test_serve_runs_until_a_signal(environ, monkeypatch, tmp_path):
    (tmp_path / "settings.yaml").write_text("serve: {log_format: json}\n", encoding="utf-8")
    started = threading.Event()
    run = HttpServer.run

    def announced(self, seconds):
        started.set()
        return run(self, seconds)

    monkeypatch.setattr(HttpServer, "run", announced)
    ender = threading.Thread(target=lambda: started.wait(SECONDS) and os.kill(os.getpid(), signal.SIGTERM))
    ender.start()
    assert entry.main(["plugin.py", "serve"], environ) == 0
    ender.join()
