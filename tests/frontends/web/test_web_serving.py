"""`plugin.py serve`: its exit codes, its password, and the whole server: real sockets, the fake Simkl, and signals."""

import http.client
import io
import json
import os
import re
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from unittest.mock import Mock

import pytest
import requests

from lib.system.clock import Clock
from lib.web import entry, server
from lib.web.access.access_store import AccessStore, AccessStoreError
from lib.web.access.admin_password import AdminPassword
from lib.web.http_server import AddressInUse, HttpServer
from lib.web.server import AlreadyRunning, Server, ServerConfig
from tests.fakes.servers.common import Film
from tests.fakes.servers.jellyfin import all_properties, notification
from tests.fakes.simkl import FakeSimkl
from tests.frontends.web.site import PASSWORD

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


@pytest.fixture
def run(environ):
    """Run `serve` with arguments; returns its exit code."""
    return lambda *arguments: entry.main(["plugin.py", "serve", *arguments], environ)


def test_the_settings_are_read_again_and_wrong_ones_change_nothing(settings, environ, caplog):
    caplog.set_level("INFO")
    config = ServerConfig(settings, environ, {})
    with closing(Server(config, environ, Clock())) as made:
        settings.write_text("servers:\n  home: {}\n  cabin: {odd: 1}\n", encoding="utf-8")
        made.reload()
        assert list(config.serve.servers) == ["home", "cabin"]
        assert "servers.cabin.odd is not a setting" in caplog.text
        settings.write_text("servers: [", encoding="utf-8")
        made.reload()
        assert list(config.serve.servers) == ["home", "cabin"]
        assert "the settings stay as they were" in caplog.text


def test_only_one_process_serves_from_a_folder_and_at_a_port(make, run, settings):
    settings.write_text("serve: {host: 0.0.0.0, base_path: /tv}\n", encoding="utf-8")
    with closing(make()) as made, pytest.raises(AlreadyRunning, match="Another Simkl Link already serves"):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/tv/", made.address)  # as a browser takes it
        make()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressInUse, match=f"Cannot listen at 127.0.0.1 port {port}"):
            make(port=port, host="127.0.0.1")
        assert run("--port", str(port)) == 69
    make().close()  # what it had opened was closed again


def test_systemd_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        server.notify_systemd("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert channel.recv(100) == b"READY=1"
    server.notify_systemd("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})
    server.notify_systemd("READY=1", {})


def test_the_settings_can_be_checked(settings, environ, run, capsys):
    assert run("--check") == 0
    assert "right, with 1 server." in capsys.readouterr().out
    settings.write_text("serve:\n  port: many\n", encoding="utf-8")
    assert run("--check") == 78
    assert "line 2: serve.port must be a number" in capsys.readouterr().err
    settings.write_text("", encoding="utf-8")
    environ["SIMKL_CLIENT_ID"] = ""
    assert run("--check") == 78


def test_the_password_is_set_from_the_command_line(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nshort\n"))
    assert run("--set-password") == 0
    assert "The password is set." in capsys.readouterr().out
    with closing(AccessStore(tmp_path / "server" / "access.db")) as store:
        assert AdminPassword(store).matches(PASSWORD)
    assert run("--set-password") == 2
    answers = iter([PASSWORD, "another one"])  # on a terminal it is asked for twice
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert run("--set-password") == 2


def test_a_database_that_cannot_be_used_is_left_alone(run, tmp_path):
    with closing(AccessStore(tmp_path / "access.db")) as store:
        store.write("PRAGMA user_version=99")
    with pytest.raises(AccessStoreError, match="from a newer Simkl Link"):
        AccessStore(tmp_path / "access.db")
    broken = tmp_path / "server" / "access.db"
    broken.parent.mkdir()
    broken.write_bytes(b"no database at all, but long enough to be read as one" * 99)
    assert run() == 73


@pytest.mark.parametrize(("raised", "code"), [(RuntimeError("planted"), 1), (KeyboardInterrupt(), 130)])
def test_an_internal_error_and_ctrl_c_end_it(run, monkeypatch, capsys, raised, code):
    monkeypatch.setattr(entry, "ServerConfig", Mock(side_effect=raised))
    assert run() == code
    assert ("internal error" in capsys.readouterr().err) == (code == 1)
