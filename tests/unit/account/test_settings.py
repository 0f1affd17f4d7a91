"""Which settings count: shipped, the user's file, environment, what the caller says; and which values are refused."""

import re
from dataclasses import replace

import pytest
import yaml

from lib.account.settings import ClientIdMissing, load_settings, settings_path
from lib.account.settings_file import SETTING_CHOICES, SettingsError
from lib.system.secrets import Secret

USUAL = "http://127.0.0.1:8484/callback"
FROM_FILE = "SIMKL_CLIENT_SECRET_FILE"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.yaml"


@pytest.fixture
def shipped(tmp_path):
    """Settings as a maker of a zip may have shipped them."""
    path = tmp_path / "shipped.yaml"
    path.write_text("simkl:\n  client_id: shipped\n  api_url: https://api.simkl.com\n  site_url: https://simkl.com\n")
    return path


def test_without_any_settings_the_shipped_ones_count(file, shipped):
    settings = load_settings(file)
    assert settings.path == file
    assert (settings.client_id, settings.client_secret, settings.warnings) == ("", None, ())
    assert (settings.api_url, settings.site_url) == ("https://api.simkl.com", "https://simkl.com")
    assert settings.connected_apps == "https://simkl.com/settings/connected-apps/"
    assert (settings.auth, settings.token_request, settings.token_credentials) == ("auto", "form", "body")
    assert (settings.client_id_v2, settings.redirect_uri) == ("", USUAL)
    assert load_settings(file, defaults=shipped) == replace(settings, client_id="shipped", redirect_uri=None)
    shipped.write_text("simkl: {site_url: https://simkl.com}")
    with pytest.raises(SettingsError, match="^api_url must be an address"):
        load_settings(file, defaults=shipped)
    assert not file.exists()


LAYERS = {
    "shipped": ("''", "", "", "shipped"),
    "the user's file": ("mine", "  ", "", "mine"),
    "the environment": ("mine", "env", "", "env"),
    "what the caller says": ("mine", "env", "said", "said"),
}


@pytest.mark.parametrize(("written", "environ", "said", "wanted"), LAYERS.values(), ids=LAYERS.keys())
def test_the_later_layer_counts_unless_it_is_empty(file, shipped, written, environ, said, wanted):
    file.write_text(f"simkl:\n  client_id: {written}\n")
    settings = load_settings(file, {"SIMKL_CLIENT_ID": environ}, {"client_id": said}, defaults=shipped)
    assert settings.client_id == settings.require_client_id() == wanted
    assert settings.api_url == "https://api.simkl.com", "the other keys come from where they are"


def test_every_setting_has_a_variable(file):
    url = "https://example.org/x"
    names = ["CLIENT_ID", "CLIENT_ID_V2", "CLIENT_SECRET", "API_URL", "SITE_URL"]
    settings = load_settings(file, {f"SIMKL_{name}": f"{url}/{name}" for name in names})
    found = [settings.client_id, settings.client_id_v2, settings.client_secret, settings.api_url, settings.site_url]
    assert found == [Secret(f"{url}/{name}") if name == "CLIENT_SECRET" else f"{url}/{name}" for name in names]


WRITTEN = {
    '"abc"': "abc", "'abc'": "abc", "\u201cabc\u201d": "abc", ' "abc" ': "abc", '" abc "': "abc", " abc\n": "abc",
    '"': '"', '"abc': '"abc', "a'b'": "a'b'",
}  # fmt: skip


@pytest.mark.parametrize(("written", "wanted"), WRITTEN.items())
def test_spaces_and_quotes_around_a_value_are_no_part_of_it(file, written, wanted):
    assert load_settings(file, {"SIMKL_CLIENT_ID": written}).client_id == wanted
    assert load_settings(file, {}, {"client_id": written}).client_id == wanted
    file.write_text(yaml.safe_dump({"simkl": {"client_id": written}}, allow_unicode=True), encoding="utf-8")
    assert load_settings(file).client_id == wanted


# the secret and the client id


def test_a_secret_may_be_in_a_file_of_its_own_and_only_a_secret(file, tmp_path):
    (tmp_path / "secret").write_text("  from-a-file\n")
    environ = {FROM_FILE: str(tmp_path / "secret"), "SIMKL_CLIENT_SECRET": "from-the-environment"}
    settings = load_settings(file, {**environ, "SIMKL_CLIENT_ID_FILE": str(tmp_path / "secret")})
    assert (settings.client_secret, settings.client_id) == (Secret("from-a-file"), "")
    assert "from-a-file" not in f"{settings!r} {settings.client_secret}"


NO_SECRET = {None: "cannot be read (", b"\xff": "cannot be read (", b"": "is empty", b" \n": "is empty"}


@pytest.mark.parametrize(("content", "problem"), NO_SECRET.items())
def test_a_secrets_file_without_one_is_named_with_its_variable(file, tmp_path, content, problem):
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(f"${FROM_FILE}: {path} {problem}")):
        load_settings(file, {FROM_FILE: str(path)})


def test_a_missing_client_id_explains_in_three_lines_where_to_get_one_and_where_to_put_it(file):
    with pytest.raises(ClientIdMissing) as caught:
        load_settings(file).require_client_id()
    what, where_from, where_to = str(caught.value).splitlines()
    assert "client id" in what
    assert "https://simkl.com/settings/developer/" in where_from and '"TV, devices & command line"' in where_from
    assert str(file) in where_to and "client_id" in where_to and "$SIMKL_CLIENT_ID" in where_to


# addresses


GOOD = {
    "https://api.example.org/": "https://api.example.org",
    "https://example.org:8443/simkl//": "https://example.org:8443/simkl",
    "http://127.0.0.1:8123": "http://127.0.0.1:8123",
    "HTTP://LocalHost:8123": "HTTP://LocalHost:8123",
    "http://[::1]:8123": "http://[::1]:8123",
}


@pytest.mark.parametrize(("given", "wanted"), GOOD.items())
def test_an_address(file, given, wanted):
    settings = load_settings(file, {"SIMKL_API_URL": given, "SIMKL_SITE_URL": given})
    assert (settings.api_url, settings.site_url) == (wanted, wanted)


SIMKL, BACK = ("api_url", "site_url"), ("redirect_uri",)
REFUSED = [
    (SIMKL, "must begin with https://, or the access token could be read on the way.", [
        "http://api.simkl.com", "http://192.168.1.2:8123", "http://localhost.example.org",
        "http://127.0.0.1.example.org", "http://0.0.0.0",
    ]),
    (SIMKL, "must be an address like https://api.simkl.com, not", [
        "api.simkl.com", "localhost:8123", "ftp://api.simkl.com", "https://", "https://:443",
        "https://example.org/?a=b", "https://example.org#", "https://me:secret@example.org", "http://@localhost",
        "http://localhost@example.org", "https://localhost\\example.org", "https://exam\nple.org",
    ]),
    (SIMKL, "is not an address: ", ["https://example.org:https", "https://example.org:70000", "https://[::1"]),
    (BACK, 'must be an address of this machine like http://127.0.0.1:8484/callback, or "none".', [
        "http://example.org:8484/callback", "http://0.0.0.0:8484/callback", "http://127.0.0.1/callback", "nowhere",
        "http://127.0.0.1:0/callback", "https://127.0.0.1:8484/callback", "http://127.0.0.1:8484/callback?a=b",
        "http://me:you@127.0.0.1:8484/",
    ]),
    (BACK, "is not an address: ", ["http://127.0.0.1:99999/", "http://[::1:8484/"]),
]  # fmt: skip
WRONG = [(keys, problem, value) for keys, problem, values in REFUSED for value in values]


@pytest.mark.parametrize(("keys", "problem", "value"), WRONG)
def test_an_address_that_cannot_be_used_is_told_with_where_it_stands(file, keys, problem, value):
    for key in keys:
        file.write_text(yaml.safe_dump({"simkl": {key: value}}))
        with pytest.raises(SettingsError, match=f"^{re.escape(f'{file}, line 2: simkl.{key} {problem}')}"):
            load_settings(file)
        file.unlink()
        with pytest.raises(SettingsError, match=f"^{key} {re.escape(problem)}"):
            load_settings(file, {}, {key: value})
        if key != "redirect_uri":
            with pytest.raises(SettingsError, match=re.escape(f"$SIMKL_{key.upper()} {problem}")):
                load_settings(file, {f"SIMKL_{key.upper()}": value})


# how somebody signs in


@pytest.mark.parametrize(("key", "choices"), SETTING_CHOICES.items())
def test_each_choice_can_be_made_and_no_other(file, key, choices):
    for value in choices:
        file.write_text(f"simkl:\n  {key}: ' {value} '\n")
        assert getattr(load_settings(file), key) == value
        assert getattr(load_settings(file.with_name("none"), {}, {key: value}), key) == value
    file.write_text(f"simkl:\n\n  {key}: sideways\n")
    told = f"simkl.{key} must be one of {', '.join(choices)}, not 'sideways'."
    with pytest.raises(SettingsError, match=f"^{re.escape(f'{file}, line 3: {told}')}$"):
        load_settings(file)


REDIRECTS = {
    "none": None,
    "''": USUAL,
    "http://localhost:8484/": "http://localhost:8484/",
    "'http://[::1]:8484/callback'": "http://[::1]:8484/callback",
    "http://127.0.0.1:9000": "http://127.0.0.1:9000",
}


@pytest.mark.parametrize(("written", "wanted"), REDIRECTS.items())
def test_where_a_browser_comes_back_to_is_kept_byte_for_byte(file, written, wanted):
    file.write_text(f"simkl: {{redirect_uri: {written}}}")
    assert load_settings(file).redirect_uri == wanted


# where the user's file is


PLACES = {
    "given": ("mine.yaml", {"SIMKL_SETTINGS": "env.yaml", "XDG_CONFIG_HOME": "/x"}, "mine.yaml"),
    "in the environment": (None, {"SIMKL_SETTINGS": "env.yaml", "XDG_CONFIG_HOME": "/x"}, "env.yaml"),
    "in the folder for settings": (None, {"XDG_CONFIG_HOME": "/x"}, "/x/simkl-plugin/settings.yaml"),
    "at home": ("", {"SIMKL_SETTINGS": "", "XDG_CONFIG_HOME": ""}, "/home/me/.config/simkl-plugin/settings.yaml"),
    "a tilde": ("~/mine.yaml", {}, "/home/me/mine.yaml"),
}


@pytest.mark.parametrize(("given", "environ", "wanted"), PLACES.values(), ids=PLACES.keys())
def test_where_the_settings_are(monkeypatch, given, environ, wanted):
    monkeypatch.setenv("HOME", "/home/me")
    assert str(settings_path(given, environ)) == wanted
