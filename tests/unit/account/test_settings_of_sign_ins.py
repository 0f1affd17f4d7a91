"""The settings that choose how somebody signs in: what counts, and what is told about a wrong value."""

from __future__ import annotations

import re

import pytest

from lib.account.settings import load_settings
from lib.account.settings_file import SETTING_CHOICES, SettingsError

USUAL = "http://127.0.0.1:8484/callback"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.yaml"


@pytest.fixture
def bare(tmp_path):
    """Shipped settings that name nothing but the addresses."""
    path = tmp_path / "shipped.yaml"
    path.write_text("simkl:\n  api_url: https://api.simkl.com\n  site_url: https://simkl.com\n")
    return path


def chosen(settings):
    return settings.auth, settings.token_request, settings.token_credentials


def test_what_counts_when_nothing_is_said(file):
    settings = load_settings(file)
    assert chosen(settings) == ("auto", "form", "body")
    assert (settings.client_id_v2, settings.redirect_uri) == ("", USUAL)


def test_what_counts_when_not_even_the_shipped_settings_say_anything(file, bare):
    settings = load_settings(file, defaults=bare)
    assert chosen(settings) == ("auto", "form", "body")
    assert (settings.client_id_v2, settings.redirect_uri) == ("", None)


EVERY_CHOICE = [(key, value) for key, values in SETTING_CHOICES.items() for value in values]


@pytest.mark.parametrize(("key", "value"), EVERY_CHOICE)
def test_every_choice_can_be_made_in_the_file_and_by_the_caller(file, key, value):
    file.write_text(f"simkl:\n  {key}: ' {value} '\n")
    assert getattr(load_settings(file), key) == value
    file.unlink()
    assert getattr(load_settings(file, {}, {key: value}), key) == value


@pytest.mark.parametrize(("key", "choices"), SETTING_CHOICES.items())
def test_a_choice_that_there_is_not_is_told_with_where_it_stands(file, key, choices):
    names = ", ".join(choices)
    file.write_text(f"simkl:\n\n  {key}: sideways\n")
    told = f"{file}, line 3: simkl.{key} must be one of {names}, not 'sideways'."
    with pytest.raises(SettingsError, match=f"^{re.escape(told)}$"):
        load_settings(file)
    with pytest.raises(SettingsError, match=f"^{key} must be one of {names}, not 'up'"):
        load_settings(file, {}, {key: "up"})


@pytest.mark.parametrize("key", [*SETTING_CHOICES, "client_id_v2", "redirect_uri"])
def test_what_is_no_text_is_told(file, key):
    file.write_text(f"simkl:\n  {key}: 2\n")
    with pytest.raises(SettingsError, match=rf"line 2: simkl\.{key} must be text, not a number\. Put it in quotes"):
        load_settings(file)


def test_a_client_id_of_v2_stands_beside_the_other(file):
    file.write_text("simkl: {client_id: old, client_id_v2: ' new '}")
    assert (load_settings(file).client_id, load_settings(file).client_id_v2) == ("old", "new")
    settings = load_settings(file, {"SIMKL_CLIENT_ID_V2": "newer"})
    assert (settings.client_id, settings.client_id_v2) == ("old", "newer")


REDIRECTS = {
    "none": ("none", None),
    "nothing": ("''", USUAL),
    "another port": ("http://127.0.0.1:9000/callback", "http://127.0.0.1:9000/callback"),
    "a name": ("http://localhost:8484/", "http://localhost:8484/"),
    "IPv6": ("'http://[::1]:8484/callback'", "http://[::1]:8484/callback"),
    "no path": ("http://127.0.0.1:8484", "http://127.0.0.1:8484"),
    "a slash at its end stays": ("http://127.0.0.1:8484/callback/", "http://127.0.0.1:8484/callback/"),
}


@pytest.mark.parametrize(("written", "wanted"), REDIRECTS.values(), ids=REDIRECTS.keys())
def test_where_a_browser_comes_back_to_is_kept_byte_for_byte(file, written, wanted):
    file.write_text(f"simkl: {{redirect_uri: {written}}}")
    assert load_settings(file).redirect_uri == wanted


MUST = 'must be an address of this machine like http://127.0.0.1:8484/callback, or "none".'
NOT_HERE = {
    "another machine": ("http://example.org:8484/callback", MUST),
    "every address": ("http://0.0.0.0:8484/callback", MUST),
    "no port": ("http://127.0.0.1/callback", MUST),
    "port 0": ("http://127.0.0.1:0/callback", MUST),
    "encrypted": ("https://127.0.0.1:8484/callback", MUST),
    "a program's own": ("simkl://callback", MUST),
    "a word": ("nowhere", MUST),
    "a query": ("http://127.0.0.1:8484/callback?a=b", MUST),
    "a fragment": ("http://127.0.0.1:8484/#a", MUST),
    "a name and password": ("http://me:you@127.0.0.1:8484/", MUST),
    "a port that cannot be": ("http://127.0.0.1:99999/", "is not an address: Port out of range"),
    "half an IPv6 address": ("http://[::1:8484/", "is not an address: Invalid IPv6 URL"),
}


@pytest.mark.parametrize(("written", "problem"), NOT_HERE.values(), ids=NOT_HERE.keys())
def test_where_nobody_can_listen_is_told(file, written, problem):
    file.write_text(f"simkl:\n  redirect_uri: '{written}'\n")
    with pytest.raises(SettingsError, match=f"^{re.escape(f'{file}, line 2: simkl.redirect_uri {problem}')}"):
        load_settings(file)
