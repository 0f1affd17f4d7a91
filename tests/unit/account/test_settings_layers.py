"""Which settings count: the shipped ones, the user's file, the environment, what the caller says; in this order."""

from __future__ import annotations

import re

import pytest
import yaml

from lib.account.settings import ClientIdMissing, load_settings, settings_path
from lib.account.settings_file import SettingsError
from lib.system.secrets import Secret


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.yaml"


@pytest.fixture
def shipped(tmp_path):
    """Settings as a maker of a zip may have shipped them."""
    path = tmp_path / "shipped.yaml"
    path.write_text("simkl:\n  client_id: shipped\n  api_url: https://api.simkl.com\n  site_url: https://simkl.com\n")
    return path


def test_without_any_settings_the_shipped_ones_count(file):
    settings = load_settings(file)
    assert settings.path == file
    assert (settings.client_id, settings.client_secret) == ("", None)
    assert (settings.api_url, settings.site_url) == ("https://api.simkl.com", "https://simkl.com")
    assert settings.connected_apps == "https://simkl.com/settings/connected-apps/"
    assert settings.warnings == ()
    assert not file.exists()


LAYERS = {
    "shipped": ({}, "shipped"),
    "the user's file": ({"user": "mine"}, "mine"),
    "an empty value in the user's file": ({"user": "''"}, "shipped"),
    "the environment": ({"user": "mine", "environ": "env"}, "env"),
    "an empty environment": ({"user": "mine", "environ": "  "}, "mine"),
    "what the caller says": ({"user": "mine", "environ": "env", "overrides": "said"}, "said"),
    "a caller who says nothing": ({"user": "mine", "environ": "env", "overrides": ""}, "env"),
    "spaces around it": ({"user": "'  mine  '"}, "mine"),
    "spaces around it in the environment": ({"environ": " env\n"}, "env"),
    "spaces around what the caller says": ({"overrides": " said "}, "said"),
}


@pytest.mark.parametrize(("given", "wanted"), LAYERS.values(), ids=LAYERS.keys())
def test_the_later_layer_counts(file, shipped, given, wanted):
    if "user" in given:
        file.write_text(f"simkl:\n  client_id: {given['user']}\n")
    environ = {"SIMKL_CLIENT_ID": given["environ"]} if "environ" in given else {}
    overrides = {"client_id": given["overrides"]} if "overrides" in given else None
    settings = load_settings(file, environ, overrides, defaults=shipped)
    assert settings.client_id == settings.require_client_id() == wanted
    assert settings.api_url == "https://api.simkl.com", "the other keys come from where they are"


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ("SIMKL_CLIENT_ID", "client_id"),
        ("SIMKL_CLIENT_SECRET", "client_secret"),
        ("SIMKL_API_URL", "api_url"),
        ("SIMKL_SITE_URL", "site_url"),
    ],
)
def test_every_setting_has_a_variable(file, variable, field):
    value = getattr(load_settings(file, {variable: "https://example.org/x"}), field)
    assert value == (Secret("https://example.org/x") if field == "client_secret" else "https://example.org/x")


def test_warnings_about_the_users_file_are_passed_on(file):
    file.write_text("simkl: {clientid: a}")
    assert len(load_settings(file).warnings) == 1


QUOTED = ['"abc"', "'abc'", "\u201cabc\u201d", ' "abc" ', '" abc "', "abc"]


@pytest.mark.parametrize("value", QUOTED)
def test_quotes_around_a_value_are_no_part_of_it(file, value):
    assert load_settings(file, {"SIMKL_CLIENT_ID": value}).client_id == "abc"
    assert load_settings(file, {}, {"client_id": value}).client_id == "abc"
    file.write_text(yaml.safe_dump({"simkl": {"client_id": value}}, allow_unicode=True), encoding="utf-8")
    assert load_settings(file).client_id == "abc"


@pytest.mark.parametrize("value", ['"', '"abc', "a'b'"])
def test_a_quote_that_is_not_closed_stays(file, value):
    assert load_settings(file, {"SIMKL_CLIENT_ID": value}).client_id == value


# the secret


@pytest.mark.parametrize("content", ["", "\n", "  "])
def test_a_secrets_file_that_is_empty_is_named_with_its_variable(file, tmp_path, content):
    (tmp_path / "secret").write_text(content)
    with pytest.raises(SettingsError, match=re.escape(f"$SIMKL_CLIENT_SECRET_FILE: {tmp_path / 'secret'} is empty")):
        load_settings(file, {"SIMKL_CLIENT_SECRET_FILE": str(tmp_path / "secret")})


def test_a_secret_may_be_in_a_file_of_its_own(file, tmp_path):
    (tmp_path / "secret").write_text("  from-a-file\n")
    environ = {"SIMKL_CLIENT_SECRET": "from-the-environment", "SIMKL_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    assert load_settings(file, environ).client_secret == Secret("from-a-file")


def test_only_a_secret_may_be_in_a_file_of_its_own(file, tmp_path):
    (tmp_path / "id").write_text("from-a-file")
    assert load_settings(file, {"SIMKL_CLIENT_ID_FILE": str(tmp_path / "id")}).client_id == ""


@pytest.mark.parametrize("content", [None, b"\xff"], ids=["missing", "not UTF-8"])
def test_a_secrets_file_that_cannot_be_read_is_named_with_its_variable(file, tmp_path, content):
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(f"$SIMKL_CLIENT_SECRET_FILE: {path} cannot be read (")):
        load_settings(file, {"SIMKL_CLIENT_SECRET_FILE": str(path)})


def test_a_secret_does_not_show(file):
    settings = load_settings(file, {"SIMKL_CLIENT_SECRET": "very-secret-indeed"})
    assert "very-secret-indeed" not in f"{settings!r} {settings.client_secret}"


# the client id


def test_a_missing_client_id_explains_in_three_lines_where_to_get_one_and_where_to_put_it(file):
    with pytest.raises(ClientIdMissing) as caught:
        load_settings(file).require_client_id()
    what, where_from, where_to = str(caught.value).splitlines()
    assert "client id" in what
    assert "https://simkl.com/settings/developer/" in where_from and '"TV, devices & command line"' in where_from
    assert str(file) in where_to and "client_id" in where_to and "$SIMKL_CLIENT_ID" in where_to


# addresses


GOOD = {
    "https": ("https://api.example.org", "https://api.example.org"),
    "a slash at its end": ("https://api.example.org/", "https://api.example.org"),
    "a folder": ("https://example.org/simkl//", "https://example.org/simkl"),
    "a port": ("https://example.org:8443", "https://example.org:8443"),
    "this machine by number": ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
    "this machine by name": ("http://localhost:8123", "http://localhost:8123"),
    "this machine in capitals": ("HTTP://LocalHost:8123", "HTTP://LocalHost:8123"),
    "this machine by its new number": ("http://[::1]:8123", "http://[::1]:8123"),
}


@pytest.mark.parametrize(("given", "wanted"), GOOD.values(), ids=GOOD.keys())
def test_an_address(file, given, wanted):
    settings = load_settings(file, {"SIMKL_API_URL": given, "SIMKL_SITE_URL": given})
    assert (settings.api_url, settings.site_url) == (wanted, wanted)


MUST_BE = "must be an address like https://api.simkl.com, not"
NOT_PLAIN = "must begin with https://, or the access token could be read on the way."
BAD = {
    "plain http": ("http://api.simkl.com", NOT_PLAIN),
    "plain http at home": ("http://192.168.1.2:8123", NOT_PLAIN),
    "nearly this machine": ("http://localhost.example.org", NOT_PLAIN),
    "nearly this number": ("http://127.0.0.1.example.org", NOT_PLAIN),
    "every machine": ("http://0.0.0.0", NOT_PLAIN),
    "no scheme": ("api.simkl.com", MUST_BE),
    "no scheme with a port": ("localhost:8123", MUST_BE),
    "another scheme": ("ftp://api.simkl.com", MUST_BE),
    "a file": ("file:///etc/passwd", MUST_BE),
    "no host": ("https://", MUST_BE),
    "only a port": ("https://:443", MUST_BE),
    "a query": ("https://example.org/?a=b", MUST_BE),
    "an empty query": ("https://example.org/?", MUST_BE),
    "a fragment": ("https://example.org/#top", MUST_BE),
    "an empty fragment": ("https://example.org#", MUST_BE),
    "somebody's password": ("https://me:secret@example.org", MUST_BE),
    "a password of nobody": ("https://:secret@example.org", MUST_BE),
    "an empty name": ("http://@localhost", MUST_BE),
    "a host behind a name": ("http://localhost@example.org", MUST_BE),
    "a backslash": ("https://localhost\\example.org", MUST_BE),
    "a space": ("https://exam ple.org", MUST_BE),
    "a line break": ("https://exam\nple.org", MUST_BE),
    "two addresses": ("https://a.org https://b.org", MUST_BE),
    "not a port": ("https://example.org:https", "is not an address: "),
    "a port too high": ("https://example.org:70000", "is not an address: "),
    "half a number": ("https://[::1", "is not an address: "),
}


@pytest.mark.parametrize(("address", "message"), BAD.values(), ids=BAD.keys())
def test_an_address_that_cannot_be_used(file, address, message):
    for variable in ("SIMKL_API_URL", "SIMKL_SITE_URL"):
        with pytest.raises(SettingsError, match=re.escape(f"${variable} {message}")):
            load_settings(file, {variable: address})


def test_a_bad_address_is_told_with_where_it_stands(file):
    file.write_text("simkl:\n  api_url: http://example.org\n")
    with pytest.raises(SettingsError, match=re.escape(f"{file}, line 2: simkl.api_url must begin with https://")):
        load_settings(file)
    with pytest.raises(SettingsError, match="^api_url must begin with https://"):
        load_settings(file, {}, {"api_url": "http://example.org"})


def test_shipped_settings_without_an_address_are_told(file, shipped):
    shipped.write_text("simkl: {site_url: https://simkl.com}")
    with pytest.raises(SettingsError, match="^api_url must be an address"):
        load_settings(file, defaults=shipped)


# where the user's file is


PLACES = {
    "given": ("mine.yaml", {"SIMKL_SETTINGS": "env.yaml", "XDG_CONFIG_HOME": "/x"}, "mine.yaml"),
    "in the environment": (None, {"SIMKL_SETTINGS": "env.yaml", "XDG_CONFIG_HOME": "/x"}, "env.yaml"),
    "in the folder for settings": (None, {"XDG_CONFIG_HOME": "/x"}, "/x/simkl-plugin/settings.yaml"),
    "at home": (None, {}, "/home/me/.config/simkl-plugin/settings.yaml"),
    "nothing counts as not given": ("", {"SIMKL_SETTINGS": "", "XDG_CONFIG_HOME": ""}, None),
    "a tilde": ("~/mine.yaml", {}, "/home/me/mine.yaml"),
}


@pytest.mark.parametrize(("given", "environ", "wanted"), PLACES.values(), ids=PLACES.keys())
def test_where_the_settings_are(monkeypatch, given, environ, wanted):
    monkeypatch.setenv("HOME", "/home/me")
    assert str(settings_path(given, environ)) == (wanted or "/home/me/.config/simkl-plugin/settings.yaml")
