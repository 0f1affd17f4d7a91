"""The sections `serve:` and `servers:`, the same from the environment, and the log in the format that they choose."""

from __future__ import annotations

import ipaddress
import json
import logging

import pytest

from lib.account.settings_file import SettingsError
from lib.system.secrets import Secret
from lib.web.log_format import JsonLine, TextLine, set_up_log
from lib.web.server import ServerConfig, state_folder, with_credentials
from lib.web.settings import ServeSettings, load_serve_settings

WHOLE = """\
serve:
  host: 0.0.0.0
  port: 9000
  base_path: /simkl/
  public_url: https://media.example.org/simkl
  redirect_uri: https://media.example.org/simkl/me/callback
  allowed_hosts: [NAS.local]
  trusted_proxies: [10.0.0.1, 172.16.0.0/12]
  allow_from: ["192.168.1.0/24", "fd00::/8"]
  metrics_from: []
  log_format: json
servers:
  home:
    hook: a-secret-of-our-own
    users: {ana: ana, "7c9e6679742540de944be07fc1f90ae7": ben}
    url: http://127.0.0.1:8096/
    api_key: planted-api-key
    exclude_libraries: [Kids]
    exclude_folders: [/media/home-videos]
    kinds: [movies]
    threshold: 90
  cabin: {}
accounts: {}
"""


@pytest.fixture
def load(tmp_path):
    def load(text: str = "", environ: dict[str, str] | None = None, **overrides: object) -> ServeSettings:
        path = tmp_path / "settings.yaml"
        path.write_text(text, encoding="utf-8")
        return load_serve_settings(path, environ or {}, overrides)

    return load


def test_every_setting_is_read(load):
    settings = load(WHOLE)
    assert (settings.host, settings.port, settings.base_path) == ("0.0.0.0", 9000, "/simkl")
    assert settings.public_url == "https://media.example.org/simkl"
    assert settings.redirect_uri.endswith("/me/callback")
    assert (settings.allowed_hosts, settings.metrics_from, settings.log_format) == (("nas.local",), (), "json")
    assert settings.trusted_proxies[1] == ipaddress.ip_network("172.16.0.0/12")
    assert settings.allow_from == (ipaddress.ip_network("192.168.1.0/24"), ipaddress.ip_network("fd00::/8"))
    home = settings.servers["home"]
    assert (home.url, home.threshold, home.kinds) == ("http://127.0.0.1:8096", 90, ("movies",))
    tracked = home.preferences()
    assert (tracked.movies, tracked.shows, tracked.anime) == (True, False, False)
    assert (home.exclude_libraries, home.exclude_folders) == (("Kids",), ("/media/home-videos",))
    assert settings.users()["home"]["ana"] == "ana"
    assert settings.hook_texts() == {"home": "a-secret-of-our-own", "cabin": ""}
    assert (settings.has_proxy, settings.warnings) == (True, ())
    assert "planted" not in repr(settings)


EMPTY = "serve: {base_path: '', public_url: ''}\nservers: {home: {hook: '', api_key: '', url: ''}}"


@pytest.mark.parametrize("text", ["", EMPTY], ids=["none", "empty"])
def test_without_any_there_are_defaults(load, text):
    settings = load(text)
    assert (settings.host, settings.port, settings.base_path, settings.log_format) == ("127.0.0.1", 8585, "", "text")
    assert (settings.public_url, settings.has_proxy, dict(settings.hooks)) == ("", False, {})
    assert [server.api_key for server in settings.servers.values()] == [None] * len(settings.servers)


def test_every_setting_comes_from_the_environment_too(load):
    environ = {
        "SIMKL_SERVE__PORT": "9100", "SIMKL_SERVE__ALLOW_FROM": "127.0.0.1, 10.0.0.0/8",
        "SIMKL_SERVE__BASE_PATH": "/tv", "SIMKL_SERVERS__HOME__USERS": "ana=anna, 9=ben",
        "SIMKL_SERVERS__HOME__KINDS": "movies, anime", "SIMKL_SERVERS__ATTIC__URL": "http://attic:8096",
    }  # fmt: skip
    settings = load(WHOLE, environ)
    assert (settings.port, settings.base_path) == (9100, "/tv")
    assert len(settings.allow_from) == 2
    assert dict(settings.servers["home"].users) == {"ana": "anna", "9": "ben"}
    assert settings.servers["home"].kinds == ("movies", "anime")
    assert settings.servers["attic"].url == "http://attic:8096"
    assert load(WHOLE, {"SIMKL_SERVE__PORT": "9100"}, port=9200).port == 9200  # the command line wins


@pytest.mark.parametrize(
    ("file", "variable"),
    [("key", "SIMKL_SERVERS__HOME__API_KEY_FILE"), ("simkl_servers__home__api_key", "CREDENTIALS_DIRECTORY")],
)
def test_a_secret_comes_from_a_file_or_from_systemd(load, tmp_path, file, variable):
    (tmp_path / file).write_text("planted-key-in-a-file\n", encoding="utf-8")
    there = tmp_path / file if variable.endswith("FILE") else tmp_path
    settings = load("servers: {home: {}}", {variable: str(there)})
    assert settings.servers["home"].api_key.reveal() == "planted-key-in-a-file"


def test_the_client_secret_comes_from_systemd(tmp_path):
    assert "SIMKL_CLIENT_SECRET_FILE" not in with_credentials({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    (tmp_path / "simkl_client_secret").write_text("planted-client-secret", encoding="utf-8")
    found = with_credentials({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert found["SIMKL_CLIENT_SECRET_FILE"] == str(tmp_path / "simkl_client_secret")
    own = with_credentials({"CREDENTIALS_DIRECTORY": str(tmp_path), "SIMKL_CLIENT_SECRET": "mine"})
    assert "SIMKL_CLIENT_SECRET_FILE" not in own


KEY = "SIMKL_SERVERS__HOME__API_KEY"
WRONG_VARIABLES = {
    r"\$SIMKL_SERVE__PORT must be a number": {"SIMKL_SERVE__PORT": "many"},
    r"\$SIMKL_SERVERS__HOME__API_KEY_FILE: .*nowhere": {f"{KEY}_FILE": "/nowhere"},
    "are both set. Keep one of them.": {KEY: "a", f"{KEY}_FILE": "/nowhere"},
}


@pytest.mark.parametrize(("problem", "environ"), WRONG_VARIABLES.items())
def test_a_wrong_variable_is_named(load, environ, problem):
    with pytest.raises(SettingsError, match=problem):
        load("servers: {home: {}}", environ)


def test_an_unknown_key_warns_with_the_nearest_known_one(load):
    settings = load("serve:\n  prot: 9000\nservers:\n  home:\n    apikey: x\n")
    assert "line 2: serve.prot is not a setting. Did you mean port?" in settings.warnings[0]
    assert "line 5: servers.home.apikey is not a setting. Did you mean api_key?" in settings.warnings[1]


WRONG = {
    "serve: [1]": "line 1: serve must hold settings",
    "serve: {port: many}": "line 1: serve.port must be a number from 0 to 65535",
    "serve: {port: 70000}": "serve.port must be",
    "serve: {host: ' '}": "serve.host must be a text; put it in quotes",
    "serve: {base_path: /a/../b}": 'serve.base_path must be a path like "/simkl"',
    "serve: {public_url: 'http://x:99999'}": "serve.public_url must be an address like",
    "serve: {allow_from: [home]}": "serve.allow_from must be a list of addresses or networks",
    "serve: {allow_from: [5]}": "serve.allow_from must be a list of texts",
    "serve: {log_format: xml}": "serve.log_format must be text or json",
    "servers: [home]": "line 1: servers must hold settings",
    "servers: {home: 5}": "servers.home must hold settings",
    "servers: {5: {}}": "servers.5 must be a name. Put it in quotes.",
    "servers: {home: {hook: short}}": "servers.home.hook must be 16 or more letters",
    "servers: {home: {hook: 'sixteen letters / slash'}}": "servers.home.hook must be 16 or more letters",
    "servers: {home: {users: {ana: 5}}}": "servers.home.users must be user names or ids",
    "servers: {home: {users: {5: ana}}}": "servers.home.users must be user names or ids",
    "servers: {home: {kinds: [songs]}}": "servers.home.kinds must be a list of movies, shows, anime",
    "servers: {home: {threshold: 20}}": "servers.home.threshold must be a percentage from 50 to 100",
    "servers: {home: {api_key: 5}}": "servers.home.api_key must be a text",
}


@pytest.mark.parametrize(("text", "problem"), WRONG.items())
def test_a_wrong_value_is_named_with_its_line(load, text, problem):
    with pytest.raises(SettingsError, match="settings.yaml, line 1: ") as caught:
        load(text)
    assert problem in str(caught.value)


def test_two_servers_never_share_a_hook_secret(load):
    with pytest.raises(SettingsError, match=r"servers\.b\.hook must differ from that of a"):
        load("servers: {a: {hook: the-same-secret-twice}, b: {hook: the-same-secret-twice}}")


def test_a_reload_takes_both_kinds_of_settings_or_neither(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text("simkl: {client_id: first}\nserve: {port: 1}\n", encoding="utf-8")
    config = ServerConfig(path, {}, {})
    path.write_text("simkl: {client_id: second}\nserve: {port: many}\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        config.reload()
    assert (config.simkl.client_id, config.serve.port) == ("first", 1)
    path.write_text("simkl: {client_id: second}\nserve: {prot: 2}\n", encoding="utf-8")
    config.reload()
    assert config.simkl.client_id == "second"
    assert len(config.warnings) == 1


def test_the_state_is_where_systemd_says_or_beside_the_settings(tmp_path):
    assert state_folder(tmp_path / "settings.yaml", {}) == tmp_path / "server"
    found = state_folder(tmp_path / "settings.yaml", {"STATE_DIRECTORY": f"{tmp_path}/a:{tmp_path}/b"})
    assert found == tmp_path / "a"


def record(message: str, *arguments: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    of_program = {"name": "lib.web.hooks.receiver", "levelno": level, "levelname": logging.getLevelName(level)}
    more = {"msg": message, "args": arguments, "created": 1_795_816_000.0, **extra}
    return logging.makeLogRecord({**of_program, **more})


def test_a_line_has_the_time_for_the_journal_the_priority_and_as_json_the_delivery():
    line = TextLine(journal=False).format(record("delivery %d: queued", 41))
    assert line == "2026-11-27T21:46:40Z INFO receiver: delivery 41: queued"
    assert TextLine(journal=True).format(record("x", level=logging.ERROR)) == "<3>ERROR receiver: x"
    line = {"at": "2026-11-27T21:46:40Z", "level": "info", "logger": "lib.web.hooks.receiver", "message": "x"}
    assert json.loads(JsonLine().format(record("x"))) == line
    assert json.loads(JsonLine().format(record("x", delivery=41))) == {**line, "delivery": 41}


@pytest.mark.parametrize("title", ["A\nINFO receiver: forged", "A\r\x1b[2J", "A\u2028B"])
def test_a_title_forges_no_line(title):
    line = TextLine(journal=False).format(record("%s", title))
    assert line.isprintable()
    assert len(json.loads(JsonLine().format(record("%s", title)))["message"]) == len(title)
    assert "\n" not in JsonLine().format(record("%s", title))


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_internal_error_is_told_in_full_and_without_secrets(capsys, log_format):
    set_up_log(log_format, 0, {})
    secret = Secret("planted-in-an-exception")
    try:
        raise RuntimeError(f"it was {secret.reveal()}")
    except RuntimeError as error:
        logging.getLogger("lib.web.app").error("internal error at %s", "x", exc_info=error)
    (line,) = capsys.readouterr().err.splitlines()
    assert "Traceback" in line and "planted" not in line
    logging.getLogger("lib.web.app").debug("quiet")
    set_up_log("text", 1, {"JOURNAL_STREAM": "8:1"})
    logging.getLogger("lib.web.app").debug("loud")
    assert capsys.readouterr().err == "<7>DEBUG app: loud\n"
