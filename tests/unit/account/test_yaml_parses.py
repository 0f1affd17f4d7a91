"""How often YAML is parsed, which takes most of the time that a command takes on a small device."""

from __future__ import annotations

import pytest
import yaml

from lib.account import settings, settings_file
from lib.account.status import check_account
from lib.account.store import Account
from tests.unit.account.clients import client_of
from tests.unit.account.doubles import TOKEN, USER, FakeSimkl


@pytest.fixture
def parses(monkeypatch):
    """Return the texts that were parsed."""
    seen = []
    real = yaml.SafeLoader.__init__
    monkeypatch.setattr(yaml.SafeLoader, "__init__", lambda self, text: (seen.append(text), real(self, text))[1])
    settings_file._parse.cache_clear()
    return seen


def test_one_test_of_the_connection_parses_each_file_once(world, parses):
    world.accounts.save("default", Account(TOKEN, "2026-01-01T00:00:00Z", USER))
    parses.clear()
    settings_file._parse.cache_clear()
    for _ in range(2):  # as Kodi does: for the settings, for what it shows, for the check, and for what it shows then
        settings.load_settings(world.path)
        world.accounts.get("default")
    assert check_account(client_of(world, FakeSimkl(USER))).valid
    world.accounts.get("default")
    assert len(parses) == 2, "the shipped settings and the person's"


def test_a_file_that_was_changed_is_parsed_again(world, parses):
    world.path.write_text("simkl: {client_id: one}")
    assert settings.load_settings(world.path).client_id == "one"
    world.path.write_text("simkl: {client_id: two}")
    assert settings.load_settings(world.path).client_id == "two"
