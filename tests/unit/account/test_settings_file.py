"""One settings file: what is read from it, and what its owner is told when it cannot be used."""

import re

import pytest
import yaml

from lib.account import settings_file
from lib.account.neighbours import backup_path
from lib.account.settings import DEFAULTS_FILE, load_settings
from lib.account.settings_file import SettingsError, read_settings_file
from lib.account.status import check_account
from tests.unit.account.world import TOKEN, USER, FakeUsers


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.yaml"


def problem(file, content):
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError) as caught:
        read_settings_file(file)
    message = str(caught.value)
    assert message.startswith(str(file))
    return message[len(str(file)) :]


@pytest.mark.parametrize("text", [None, "", "\n\n", "# only words\n", "--- ~\n...\n", "\ufeff", "{}"])
def test_a_file_that_holds_nothing_is_fine_and_read_again_when_it_changes(file, text):
    if text is not None:
        file.write_text(text, encoding="utf-8")
    parsed = read_settings_file(file)
    assert (parsed.data, parsed.warnings, parsed.text) == ({}, [], text or "")
    file.write_text("\ufeffsimkl:\r\n  client_id: xyz\r\naccounts:\r\n", encoding="utf-8")
    parsed = read_settings_file(file)
    assert (parsed.data, parsed.warnings) == ({"simkl": {"client_id": "xyz"}, "accounts": None}, [])


def test_one_test_of_the_connection_parses_each_file_once(world, monkeypatch):
    world.is_linked(TOKEN, USER)
    parses = []
    real = yaml.SafeLoader.__init__
    monkeypatch.setattr(yaml.SafeLoader, "__init__", lambda self, text: (parses.append(text), real(self, text))[1])
    settings_file._parse.cache_clear()
    for _ in range(2):  # as Kodi does: for the settings, for what it shows, for the check, and for what it shows then
        load_settings(world.path)
        world.accounts.get("default")
    assert check_account(world.client(FakeUsers(USER))).valid
    world.accounts.get("default")
    assert len(parses) == 2, "the shipped settings and the person's"


def test_the_shipped_settings_are_fine_and_name_every_key():
    parsed = read_settings_file(DEFAULTS_FILE)
    assert parsed.warnings == []
    assert set(parsed.data) == {"simkl", "accounts"}
    assert set(parsed.data["simkl"]) == set(settings_file.SETTING_KEYS)
    assert parsed.data["accounts"] == {}


UNCHANGED = "Nothing was changed."
ON_A_LINE = "simkl must hold settings, each on a line of its own below it, not"
LINES = "settings must be `key: value` lines, not"
QUOTES = "Put it in quotes."
NO_TAG = "could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'"
TWICE = "simkl.client_id is already in line 2. Merge the two into one."
PROBLEMS = {
    # broken YAML
    "an open quote": ('simkl:\n  a: "abc\n', f", line 3, column 1: found unexpected end of stream. {UNCHANGED}"),
    "an unknown anchor": ("simkl:\n  a: *me\n", f", line 2, column 6: found undefined alias 'me'. {UNCHANGED}"),
    "two documents": ("a: b\n---\nc: d\n", f", line 2, column 1: but found another document. {UNCHANGED}"),
    "Python inside": ("a: !!python/object/apply:os.system [x]\n", f", line 1, column 4: {NO_TAG}. {UNCHANGED}"),
    "zeros from a power cut": ("a: {}\r\n\0", f", line 2, column 1: special characters are not allowed. {UNCHANGED}"),
    "Latin 1": ("simkl: {client_id: K\u00e4se}".encode("latin-1"), " is not UTF-8 text (byte 20). Save it as UTF-8."),
    # a wrong type
    "a list": ("- simkl", f", line 1: {LINES} a list."),
    "a word": ("simkl", f", line 1: {LINES} a text."),
    "yes": ("yes", f", line 1: {LINES} yes or no."),
    "a section that is a word": ("# x\nsimkl: abc", f", line 2: {ON_A_LINE} a text."),
    "a number": ("simkl:\n  client_id: 12", f", line 2: simkl.client_id must be text, not a number. {QUOTES}"),
    "a section": ("simkl:\n  client_id: {a: b}", f", line 2: simkl.client_id must be text, not a section. {QUOTES}"),
    "a day": ("simkl:\n  api_url: 2026-11-24", f", line 2: simkl.api_url must be text, not a date. {QUOTES}"),
    "a key written twice": ("simkl:\n  client_id: a\n  client_id: 1", f", line 3: {TWICE}"),
    "merged": ("x: &x\n  auth: 1\nsimkl:\n  <<: *x", f", line 2: simkl.auth must be text, not a number. {QUOTES}"),
    "a merged section": ("x: &x {simkl: 5}\n<<: *x", f", line 1: {ON_A_LINE} a number."),
    "accounts in a list": ("simkl: {}\naccounts: [a]", ", line 2: accounts must hold accounts by name, not a list."),
}


@pytest.mark.parametrize(("content", "told"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_what_is_wrong_is_told_with_where_it_stands(file, content, told):
    assert problem(file, content) == told


def test_broken_yaml_is_told_together_with_the_last_good_copy(file):
    backup_path(file).touch()
    assert problem(file, "{").endswith(f"Nothing was changed; the last good file is {file}.bak.")


UNREADABLE_VALUES = {
    "no such day": "a: 2026-13-45",
    "neither yes nor no": "a: !!bool perhaps",
    "no number": "a: !!int ''",
    "a number beyond all numbers": "a: " + ":".join(["1"] + ["59"] * 400) + ".5",
    "nested without end": "[" * 500,
}


@pytest.mark.parametrize("text", UNREADABLE_VALUES.values(), ids=UNREADABLE_VALUES.keys())
def test_a_value_that_yaml_promises_and_does_not_hold_is_told(file, text):
    assert problem(file, text).startswith(" holds a value that cannot be read: ")


def test_a_file_that_cannot_be_read_is_told(file):
    file.mkdir()
    with pytest.raises(SettingsError, match=re.escape(f"{file} is not a regular file. The settings must be")):
        read_settings_file(file)
    no_folder = file / "mine"
    no_folder.touch()
    with pytest.raises(SettingsError, match=re.escape(f"{no_folder / 'x'} cannot be read: Not a directory. Check its")):
        read_settings_file(no_folder / "x")


UNKNOWN_KEYS = {
    "misspelt": ("simkl:\n  clientid: a\n", [(2, "simkl.clientid", "client_id")]),
    "misspelt section": ("\nSimkl: {}\n", [(2, "Simkl", "simkl")]),
    "at the wrong place": ("client_id: a", [(1, "client_id", "simkl.client_id")]),
    "a number": ("simkl: {7: a}", [(1, "simkl.7", "token_request")]),
    "two": ("simkl:\n  api_uri: a\n  site: b\n", [(2, "simkl.api_uri", "api_url"), (3, "simkl.site", "site_url")]),
}


@pytest.mark.parametrize(("text", "warnings"), UNKNOWN_KEYS.values(), ids=UNKNOWN_KEYS.keys())
def test_an_unknown_key_is_told_with_its_line_and_the_nearest_known_one(file, text, warnings):
    file.write_text(text)
    assert read_settings_file(file).warnings == [
        f"{file}, line {line}: {key} is not a setting. Did you mean {known}?" for line, key, known in warnings
    ]


def test_a_secret_does_not_show_in_warnings_which_the_settings_pass_on(file):
    secret = "a-secret-of-many-letters"
    file.write_text(f"simkl: {{secret: {secret}}}\naccounts: {{default: {{access_token: {secret}}}}}\nx: {secret}")
    warnings = read_settings_file(file).warnings
    assert len(warnings) == 2 and secret not in "".join(warnings)
    assert load_settings(file).warnings == tuple(warnings)
