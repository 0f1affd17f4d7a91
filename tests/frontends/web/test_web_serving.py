"""The whole server in this process: real sockets, the fake Simkl, signals, and the exit codes of `serve`."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from lib.system.clock import Clock
from lib.web import entry, server
from lib.web.access.access_store import AccessStore, AccessStoreError
from lib.web.access.admin_password import AdminPassword
from lib.web.http_server import AddressInUse, HttpServer
from lib.web.server import AlreadyRunning, Server, ServerConfig
from tests.fakes.simkl import FakeSimkl

SECONDS = 60  # long, for a machine that is busy; nothing waits for it to pass


@pytest.fixture
def box():
    with FakeSimkl(interval=1) as box:
        yield box


@pytest.fixture
def environ(box, tmp_path):
    return {
        "SIMKL_SETTINGS": str(tmp_path / "settings.yaml"),
        "SIMKL_CLIENT_ID": box.client_id,
        "SIMKL_API_URL": box.url,
        "SIMKL_SITE_URL": box.url,
        "SIMKL_SERVE__PORT": "0",
    }


@pytest.fixture
def handlers():
    """Leave the signal handlers as they were."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def config(environ, tmp_path):
    (tmp_path / "settings.yaml").write_text("servers:\n  home: {}\n", encoding="utf-8")
    return ServerConfig(tmp_path / "settings.yaml", environ, {})


class Visit:
    """What happens to a server while it runs, from another thread; the main thread is the server's."""

    def __init__(self, running: Server, visit) -> None:
        self._running, self._visit = running, visit
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Visit:
        self._done = self._pool.submit(self._run)
        return self

    def __exit__(self, *_: object) -> None:
        self._done.result(SECONDS)
        self._pool.shutdown()

    def _run(self) -> None:
        try:
            self._visit(self._running.address.rstrip("/"))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)


def serve(config, environ, visit) -> Server:
    """Run the server while `visit(address)` happens; SIGTERM ends it."""
    running = Server(config, environ, Clock())
    with Visit(running, visit):
        running.run()
    return running


def find(pattern: str, text: str) -> str:
    return re.search(pattern, text).group(1)


def form_token(page: str) -> str:
    return find(r'csrf_token" value="([^"]+)"', page)


def until(ask, wanted):
    """Ask until the answer is there; each question is a request, so this waits without a pause."""
    for _ in range(100_000):
        found = ask()
        if wanted(found):
            return found
    raise AssertionError(f"never came: {found}")


FILM = {
    "ServerId": "5f0e", "ServerName": "nas", "ServerVersion": "10.11.6", "Name": "The Long Harbour", "Id": "s1",
    "ItemType": "Movie", "ItemId": "0f8fad5bd9cb469fa16570867728950e", "RunTimeTicks": 26400000000, "Year": 2019,
    "Provider_imdb": "tt9990001", "PlaybackPositionTicks": 25900000000, "IsPaused": False, "DeviceId": "tv",
    "DeviceName": "TV", "ClientName": "TV", "UserId": "7c9e6679742540de944be07fc1f90ae7",
    "NotificationUsername": "ana", "PlayedToCompletion": True,
}  # fmt: skip


def test_from_the_invitation_to_a_delivery(config, environ, box, handlers):
    shown = {}

    def visit(address):
        admin, ana = requests.Session(), requests.Session()
        page = admin.get(f"{address}/", timeout=SECONDS).text
        hook = find(r"(http://[^<]+/hook/[\w-]+)", admin.get(f"{address}/servers", timeout=SECONDS).text)
        fields = {"csrf_token": form_token(page), "server": "home", "user_name": "ana"}
        page = admin.post(f"{address}/people/invite", data=fields, timeout=SECONDS).text
        invitation = find(r"(http://[^<]+/i/[\w-]+)", page)
        page = ana.get(invitation, timeout=SECONDS).text
        ana.post(invitation, data={"csrf_token": form_token(page)}, timeout=SECONDS)
        page = until(lambda: ana.get(f"{address}/me", timeout=SECONDS).text, lambda page: "user-code" in page)
        box.approve(find(r'id="user-code">(\w+)', page), "sample_viewer")
        until(lambda: ana.get(f"{address}/me/state", timeout=SECONDS).json(), lambda state: state["leave"])
        shown["person"] = ana.get(f"{address}/me", timeout=SECONDS).text
        shown["hook"] = requests.post(
            hook, data=json.dumps({**FILM, "NotificationType": "PlaybackStop"}), timeout=SECONDS
        ).text
        shown["deliveries"] = admin.get(f"{address}/deliveries", timeout=SECONDS).text
        shown["people"] = admin.get(f"{address}/", timeout=SECONDS).text
        shown["servers"] = admin.get(f"{address}/servers", timeout=SECONDS).text
        shown["ready"] = requests.get(f"{address}/readyz", timeout=SECONDS).status_code
        shown["metrics"] = requests.get(f"{address}/metrics", timeout=SECONDS).text
        page = admin.get(f"{address}/settings", timeout=SECONDS).text
        shown["backup"] = admin.post(
            f"{address}/settings/backup", data={"csrf_token": form_token(page)}, timeout=SECONDS
        ).content
        admin.post(f"{address}/settings/pause", data={"csrf_token": form_token(page), "paused": "1"}, timeout=SECONDS)
        page = ana.get(f"{address}/me", timeout=SECONDS).text
        shown["unlinked"] = ana.post(
            f"{address}/me/unlink", data={"csrf_token": form_token(page)}, timeout=SECONDS
        ).text

    serve(config, environ, visit)
    assert "Linked as sample_viewer" in shown["person"]
    assert "queued" in shown["hook"]
    assert "The Long Harbour" in shown["deliveries"]
    assert "Linked as sample_viewer since" in shown["people"]
    assert "Got one from Jellyfin 10.11.6" in shown["servers"]
    assert shown["ready"] == 200
    assert 'simkl_link_people{state="linked"} 1.0' in shown["metrics"]
    assert 'sender="jellyfin"' in shown["metrics"]
    assert "ana" not in shown["metrics"]
    assert shown["backup"][:2] == b"PK"
    assert "Nothing more is sent to Simkl." in shown["unlinked"]


def test_a_delivery_that_is_on_its_way_is_taken_before_the_end(config, environ, handlers):
    """SIGTERM in the middle of a body: the rest is read, kept and answered, and nobody new is let in."""
    answers = []
    running = Server(config, environ, Clock())
    hook = running._services.hook_secrets.current("home")

    def visit(address):
        sender = socket.create_connection(("127.0.0.1", running.http.port), SECONDS)
        head = f"POST /hook/{hook} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
        sender.sendall(f"{head}ab".encode())
        until(lambda: requests.get(f"{address}/healthz", timeout=SECONDS).status_code, lambda status: status == 200)
        os.kill(os.getpid(), signal.SIGTERM)
        until(lambda: can_connect(running.http.port), lambda found: not found)
        sender.sendall(b"cd")
        answers.append(sender.recv(1000))
        sender.close()

    with Visit(running, visit):
        running.run()
    running.http.stop()  # as a second signal does that comes late
    assert answers[0].startswith(b"HTTP/1.1 200")


def can_connect(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), SECONDS).close()
    except ConnectionError:  # reset, if the listener was closed in the middle of it
        return False
    return True


def test_who_sends_too_slowly_is_not_waited_for(config, environ, handlers, monkeypatch, caplog):
    monkeypatch.setattr(server, "DRAIN_SECONDS", 0.2)
    running = Server(config, environ, Clock())
    held = []

    def visit(address):
        slow = socket.create_connection(("127.0.0.1", running.http.port), SECONDS)
        slow.sendall(b"POST /hook/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na")
        held.append(slow)
        requests.get(f"{address}/healthz", timeout=SECONDS)

    with Visit(running, visit):
        running.run()
    held[0].close()
    assert "some requests were broken off" in caplog.text


def test_slow_senders_keep_nobody_waiting(config, environ, handlers):
    """As many slow bodies as there are threads, and a few more."""
    running = Server(config, environ, Clock())
    slow = []

    def visit(address):
        for _ in range(40):
            sender = socket.create_connection(("127.0.0.1", running.http.port), SECONDS)
            sender.sendall(b"POST /hook/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\na")
            slow.append(sender)
        assert requests.get(f"{address}/healthz", timeout=SECONDS).text == "ok\n"
        for sender in slow:
            sender.close()

    with Visit(running, visit):
        running.run()


def test_a_body_that_says_it_is_too_large_is_not_read(config, environ, handlers):
    running = Server(config, environ, Clock())
    status = []

    def visit(address):
        connection = http.client.HTTPConnection("127.0.0.1", running.http.port, timeout=SECONDS)
        connection.putrequest("POST", "/hook/x")
        connection.putheader("Content-Length", str(50 * 1024 * 1024))
        connection.endheaders()
        status.append(connection.getresponse().status)
        connection.close()

    with Visit(running, visit):
        running.run()
    assert status == [413]


def test_the_settings_are_read_again_and_wrong_ones_change_nothing(config, environ, tmp_path, caplog):
    caplog.set_level("INFO")
    running = Server(config, environ, Clock())
    path = tmp_path / "settings.yaml"
    path.write_text("servers:\n  home: {}\n  cabin: {odd: 1}\n", encoding="utf-8")
    running.reload()
    assert list(config.serve.servers) == ["home", "cabin"]
    assert "servers.cabin.odd is not a setting" in caplog.text
    path.write_text("servers: [", encoding="utf-8")
    running.reload()
    assert list(config.serve.servers) == ["home", "cabin"]
    assert "the settings stay as they were" in caplog.text
    running.close()


def test_only_one_process_serves_from_a_folder(config, environ):
    running = Server(config, environ, Clock())
    with pytest.raises(AlreadyRunning, match="Another Simkl Link already serves"):
        Server(config, environ, Clock())
    running.close()
    Server(config, environ, Clock()).close()


def test_a_port_that_is_taken_is_named(config, environ, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressInUse, match=f"Cannot listen at 127.0.0.1 port {port}"):
            Server(ServerConfig(tmp_path / "settings.yaml", environ, {"port": port}), environ, Clock())
        assert entry.main(["plugin.py", "serve", "--port", str(port)], environ) == 69
    Server(config, environ, Clock()).close()  # what it had opened was closed again


def test_an_address_is_shown_as_a_browser_takes_it(environ, tmp_path):
    (tmp_path / "settings.yaml").write_text("serve: {host: 0.0.0.0, base_path: /tv}\n", encoding="utf-8")
    running = Server(ServerConfig(tmp_path / "settings.yaml", environ, {}), environ, Clock())
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/tv/", running.address)
    running.close()


def test_systemd_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        server.notify_systemd("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert channel.recv(100) == b"READY=1"
    server.notify_systemd("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})
    server.notify_systemd("READY=1", {})


def test_the_settings_can_be_checked(environ, tmp_path, capsys):
    path = tmp_path / "settings.yaml"
    path.write_text("servers: {home: {}}\n", encoding="utf-8")
    assert entry.main(["plugin.py", "serve", "--check"], environ) == 0
    assert "right, with 1 server." in capsys.readouterr().out
    path.write_text("serve:\n  port: many\n", encoding="utf-8")
    assert entry.main(["plugin.py", "serve", "--check"], environ) == 78
    assert "line 2: serve.port must be a number" in capsys.readouterr().err
    path.write_text("", encoding="utf-8")
    assert entry.main(["plugin.py", "serve", "--check"], {**environ, "SIMKL_CLIENT_ID": ""}) == 78


def test_the_password_is_set_from_the_command_line(environ, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough sentence\n"))
    assert entry.main(["plugin.py", "serve", "--set-password"], environ) == 0
    assert "The password is set." in capsys.readouterr().out
    store = AccessStore(tmp_path / "server" / "access.db")
    assert AdminPassword(store).matches("a long enough sentence")
    store.close()
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert entry.main(["plugin.py", "serve", "--set-password"], environ) == 2


def test_on_a_terminal_the_password_is_asked_for_twice(environ, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    answers = iter(["a long enough sentence", "another one"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert entry.main(["plugin.py", "serve", "--set-password"], environ) == 2


def test_a_server_that_cannot_be_made_says_why(environ, tmp_path):
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "access.db").write_bytes(b"no database at all, but long enough to be read as one" * 99)
    assert entry.main(["plugin.py", "serve"], environ) == 73


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    store = AccessStore(tmp_path / "access.db")
    store.write("PRAGMA user_version=99")
    store.close()
    with pytest.raises(AccessStoreError, match="from a newer Simkl Link"):
        AccessStore(tmp_path / "access.db")


def test_an_internal_error_ends_in_1(environ, monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("planted")

    monkeypatch.setattr(entry, "ServerConfig", broken)
    assert entry.main(["plugin.py", "serve"], environ) == 1
    assert "internal error" in capsys.readouterr().err


def test_ctrl_c_ends_in_130(environ, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "ServerConfig", interrupted)
    assert entry.main(["plugin.py", "serve"], environ) == 130


def test_serve_runs_until_a_signal(environ, handlers, monkeypatch, tmp_path):
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
