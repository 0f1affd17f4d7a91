"""How Kodi calls the add-on: its menu, its actions, and what is no action."""

from dataclasses import replace

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.frontends.kodi.idle import imported_by
from tests.frontends.kodi.screen import code_is_shown
from tests.frontends.kodi.tracked import CARTOON, HARBOUR, MISSPELT, OWNER, watched
from tests.frontends.kodi.tv import ADDON_ID, on_old_and_new_kodi

LINKED = [
    ("status", "Test the connection"), ("link-another", "Change the account"), ("unlink", "Unlink"),
    ("settings", "Settings"),
]  # fmt: skip
SENT = ("sent", "Sent")
NOBODY = [("account", "Link an account"), ("settings", "Settings")]


def entries(listing):
    assert [entry.url for entry in listing.entries if entry.is_folder] in (
        [],
        [f"plugin://{ADDON_ID}/sent"],
        [f"plugin://{ADDON_ID}/waiting", f"plugin://{ADDON_ID}/sent"],
    )
    return [(entry.url.rpartition("/")[2], entry.item.getLabel()) for entry in listing.entries]


def test_the_menu_of_a_kodi_that_is_not_linked_asks_nobody_and_needs_no_settings_file(tv):
    tv.write_settings("broken: [")
    listing = tv.open()
    assert listing.ended is True
    assert entries(listing) == NOBODY
    for entry in listing.entries:
        assert entry.url.startswith(f"plugin://{ADDON_ID}/")
        assert entry.item.getArt("icon").endswith(".png")  # the Kodi stubs look for the file
    assert tv.paths() == []


def test_the_menu_of_a_linked_kodi(tv):
    tv.become_linked()
    found = entries(tv.open())
    assert found[0] == ("account", tv.state().account_line)
    assert found[0][1].startswith("Linked as sample_viewer since ")
    assert found[1:] == LINKED
    tv.remember(account_line="")
    assert entries(tv.open()) == [("account", "Linked"), *LINKED]


@on_old_and_new_kodi
def test_the_menu_counts_what_waits_and_opens_it_as_a_folder(tv, waiting):
    waiting.put()
    assert entries(tv.open())[1:] == [SENT, *LINKED]
    waiting.put(
        watched(HARBOUR), watched(MISSPELT), watched(CARTOON, state=NOT_FOUND), watched(HARBOUR, state=REJECTED)
    )
    assert entries(tv.open())[1:] == [("waiting", "2 waiting, 1 not recognised, 1 rejected"), SENT, *LINKED]
    assert [entry.is_folder for entry in tv.open().entries] == [False, True, True] + [False] * len(LINKED)


def playing(tv, waiting, **more):
    with waiting.queue() as queue:
        queue.save_now_playing(OWNER, replace(watched(HARBOUR), progress=41.87, **more))


def test_the_menu_says_what_plays_and_leads_back_to_it(tv, waiting):
    playing(tv, waiting, art="image://poster/")
    assert entries(tv.open())[1:] == [SENT, *LINKED]  # it played when Kodi was killed
    tv.kodi.playback.start("/films/harbour.mkv", 6240.0, lead=4680.0)
    shown = tv.open().entries[1].item
    assert (shown.getLabel(), shown.getArt("poster")) == ("Now watching: The Glass Harbour, 75 %", "image://poster/")
    tv.open("watching", handle=-1)
    assert tv.kodi.builtins[-1] == ("ActivateWindow", ("fullscreenvideo",))
    tv.kodi.playback.pause()
    assert tv.open().entries[1].item.getLabel() == "Paused: The Glass Harbour, 75 %"


def test_the_menu_leaves_out_a_queue_that_cannot_be_used(tv, waiting):
    (tv.data / "queue.db").mkdir()
    assert entries(tv.open())[1:] == LINKED


@pytest.mark.parametrize(("tracks", "brings"), [(False, set()), (True, {"sqlite3"})])
def test_the_menu_brings_nothing_heavy_along_and_sqlite_only_where_anything_was_tracked(tv, tracks, brings):
    tv.remember(linked=True, owner=OWNER)
    if tracks:
        PlayQueue(tv.data / "queue.db", FakeClock()).close()
    assert imported_by(tv.profile, f"plugin://{ADDON_ID}/", "1", "") == brings


def test_the_menu_of_a_kodi_whose_link_was_removed_at_simkl(tv):
    tv.become_linked()
    tv.box.revoke()
    tv.script("status")
    found = entries(tv.open())
    assert found[0] == ("account", "sample_viewer: needs linking again")
    assert found[1] == ("link", "Link again")


OPENED = {
    "waiting": ("ActivateWindow", ("Videos", f"plugin://{ADDON_ID}/waiting", "return")),
    "settings": ("Addon.OpenSettings", (ADDON_ID,)),
}


@pytest.mark.parametrize(("word", "call"), OPENED.items())
def test_a_list_and_the_settings_can_be_opened_from_anywhere(tv, word, call):
    tv.script(word)
    assert tv.kodi.builtins == [call]


@pytest.mark.parametrize("action", ["link", "nonsense"])
def test_an_action_listed_as_a_folder_fails_quietly_and_opens_nothing(tv, action):
    listing = tv.open(action)
    assert (listing.ended, listing.entries) == (False, [])
    assert tv.script("lnik") == 0
    assert "there is no 'lnik'; it is one of: link, link-another, status, unlink, settings" in tv.kodi.log_text()
    assert [tv.kodi.windows, tv.kodi.dialogs, tv.kodi.progress, tv.toasts(), tv.paths()] == [[]] * 5


def test_a_script_without_a_word_links_or_shows_the_status_when_somebody_is_linked(tv):
    tv.script(user=[code_is_shown, "back"])
    tv.become_linked()
    tv.script()
    assert [shown.kind for shown in tv.kodi.dialogs] == ["ok"]
