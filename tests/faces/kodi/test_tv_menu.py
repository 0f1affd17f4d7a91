"""How Kodi calls the add-on: its menu, its actions, and what is no action."""

import pytest

from tests.faces.kodi.tv import ADDON_ID, code_is_shown
from tests.stubs import UserScript

NOBODY = [("link", "Not linked"), ("link", "Link an account"), ("settings", "Settings")]


def entries(listing):
    assert not any(entry.is_folder for entry in listing.entries)
    return [(entry.url.rpartition("/")[2], entry.item.getLabel()) for entry in listing.entries]


def test_the_menu_of_a_kodi_that_is_not_linked(tv):
    listing = tv.open()
    assert listing.ended is True
    assert entries(listing) == NOBODY


def test_the_menu_of_a_linked_kodi(tv):
    tv.become_linked()
    found = entries(tv.open())
    assert found[0] == ("status", tv.kodi.settings["account"])
    assert found[0][1].startswith("Linked as sample_viewer since ")
    assert found[1:] == [("link", "Link another account"), ("unlink", "Unlink"), ("settings", "Settings")]


def test_the_menu_of_a_kodi_whose_link_was_removed_at_simkl(tv):
    tv.become_linked()
    tv.box.revoke()
    tv.script("status")
    found = entries(tv.open())
    assert found[:2] == [("status", "sample_viewer: needs linking again"), ("link", "Link again")]


def test_every_entry_has_a_picture_and_leads_to_us(tv):
    for entry in tv.open().entries:
        assert entry.url.startswith(f"plugin://{ADDON_ID}/")
        assert entry.item.getArt("icon").endswith(".png")  # the strict Kodi looks for the file


def test_the_menu_asks_nobody_and_needs_no_settings_file(tv):
    tv.write_settings("broken: [")
    assert entries(tv.open()) == NOBODY
    assert tv.paths() == []


@pytest.mark.parametrize("action", ["link", "status", "unlink", "settings", "nonsense"])
def test_an_action_listed_as_a_folder_fails_quietly_and_opens_nothing(tv, action):
    listing = tv.open(action)
    assert (listing.ended, listing.entries) == (False, [])
    assert [tv.kodi.windows, tv.kodi.dialogs, tv.kodi.progress, tv.toasts(), tv.paths()] == [[]] * 5


def test_a_menu_entry_that_is_chosen_does_what_it_says(tv):
    tv.kodi.user = UserScript([code_is_shown, "back"])
    tv.open("link", handle=-1)
    assert len(tv.kodi.windows) == 1


def test_a_script_without_a_word_links_when_nobody_is_linked(tv):
    tv.script(user=[code_is_shown, "back"])


def test_a_script_without_a_word_shows_the_status_when_somebody_is(tv):
    tv.become_linked()
    tv.script()
    assert [shown.kind for shown in tv.kodi.dialogs] == ["ok"]


def test_settings_opens_kodis_settings_window(tv):
    tv.script("settings")
    assert tv.kodi.builtins == [("Addon.OpenSettings", (ADDON_ID,))]


def test_an_unknown_action_is_logged_and_nothing_else(tv):
    assert tv.script("lnik") == 0
    assert "there is no 'lnik'; it is one of: link, status, unlink, settings" in tv.kodi.log_text()
    assert [tv.kodi.windows, tv.kodi.dialogs, tv.toasts(), tv.paths()] == [[]] * 4
