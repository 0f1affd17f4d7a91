"""`plugin.py serve`: its exit codes, its password, and a server that is made and closed without serving."""

import io
import re
import socket
from contextlib import closing
from unittest.mock import Mock

import pytest

from lib.system.clock import Clock
from lib.web import entry, server
from lib.web.access.access_store import AccessStore, AccessStoreError
from lib.web.access.admin_password import AdminPassword
from lib.web.http_server import AddressInUse
from lib.web.server import AlreadyRunning, Server, ServerConfig
from tests.frontends.web.site import PASSWORD


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
