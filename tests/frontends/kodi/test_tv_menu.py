"""How Kodi calls the add-on: its menu, its actions, looking at the link and undoing it."""

import time
from dataclasses import replace

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.frontends.kodi.idle import imported_by
from tests.frontends.kodi.screen import code_is_shown
from tests.frontends.kodi.tracked import CARTOON, HARBOUR, MISSPELT, NOW, OWNER, watched
from tests.frontends.kodi.tv import ADDON_ID, AT_ONCE, on_old_and_new_kodi

LINKED = [
    ("status", "Test the connection"), ("link-another", "Change the account"), ("unlink", "Unlink"),
    ("settings", "Settings"),
]  # fmt: skip
SENT = ("sent", "Sent")


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
    assert entries(listing) == [("account", "Link an account"), ("settings", "Settings")]
    assert (listing.ended, tv.paths()) == (True, [])
    for entry in listing.entries:
        assert entry.url.startswith(f"plugin://{ADDON_ID}/")
        assert entry.item.getArt("icon").endswith(".png")  # the Kodi stubs look for the file


def test_the_menu_of_a_linked_kodi(tv, waiting):
    (tv.data / "queue.db").mkdir()  # a queue that cannot be used is left out
    line = tv.state().account_line
    assert line.startswith("Linked as sample_viewer since ")
    for shown in (line, ""):
        tv.remember(account_line=shown)
        assert entries(tv.open()) == [("account", shown or "Linked"), *LINKED]
    tv.box.revoke()
    tv.script("status")
    assert entries(tv.open())[:2] == [("account", "sample_viewer: needs linking again"), ("link", "Link again")]


@on_old_and_new_kodi
def test_the_menu_counts_what_waits_and_opens_it_as_a_folder(tv, waiting):
    waiting.put()
    assert entries(tv.open())[1:] == [SENT, *LINKED]
    waiting.put(
        watched(HARBOUR), watched(MISSPELT), watched(CARTOON, state=NOT_FOUND), watched(HARBOUR, state=REJECTED)
    )
    assert entries(tv.open())[1:] == [("waiting", "2 waiting, 1 not recognised, 1 rejected"), SENT, *LINKED]
    assert [entry.is_folder for entry in tv.open().entries] == [False, True, True] + [False] * len(LINKED)


def test_the_menu_says_what_plays_and_leads_back_to_it(tv, waiting):
    with waiting.queue() as queue:
        queue.save_now_playing(OWNER, replace(watched(HARBOUR), progress=41.87, art="image://poster/"))
    assert entries(tv.open())[1:] == [SENT, *LINKED]  # it played when Kodi was killed
    tv.kodi.playback.start("/films/harbour.mkv", 6240.0, lead=4680.0)
    shown = tv.open().entries[1].item
    assert (shown.getLabel(), shown.getArt("poster")) == ("Now watching: The Glass Harbour, 75 %", "image://poster/")
    for path, window in (
        ("watching", ("ActivateWindow", ("fullscreenvideo",))),
        ("waiting", ("ActivateWindow", ("Videos", f"plugin://{ADDON_ID}/waiting", "return"))),
        ("settings", ("Addon.OpenSettings", (ADDON_ID,))),
    ):
        tv.open(path, handle=-1)
        assert tv.kodi.builtins[-1] == window
    tv.kodi.playback.pause()
    assert tv.open().entries[1].item.getLabel() == "Paused: The Glass Harbour, 75 %"


@pytest.mark.parametrize(("tracks", "brings"), [(False, set()), (True, {"sqlite3"})])
def test_the_menu_brings_nothing_heavy_along_and_sqlite_only_where_anything_was_tracked(tv, tracks, brings):
    tv.remember(linked=True, owner=OWNER)
    if tracks:
        PlayQueue(tv.data / "queue.db", FakeClock()).close()
    assert imported_by(tv.profile, f"plugin://{ADDON_ID}/", "1", "") == brings


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


# the link


def status(tv):
    tv.script("status")
    [dialog] = tv.kodi.dialogs
    return dialog.message.split("\n")


def test_a_link_that_simkl_accepts(tv):
    tv.become_linked()
    line, *more = status(tv)
    assert line == tv.state().account_line and line.startswith("Linked as sample_viewer since ")
    assert more == ["Simkl accepts this link.", "Valid until you remove the app at Simkl."]
    assert tv.paths()[-1] == "/users/settings"
    assert [(bar.messages, bar.background, bar.open) for bar in tv.kodi.progress] == [(["Asking Simkl"], True, False)]


def test_a_link_that_was_removed_at_simkl_is_marked_and_told_and_not_deleted(tv):
    tv.become_linked()
    before, line = tv.account(), "sample_viewer: needs linking again"
    tv.box.revoke()
    assert status(tv) == [line, "Simkl no longer accepts this link. Link your account again."]
    assert tv.account() == {**before, "needs_linking": True}
    assert tv.state().account_line == line
    tv.become_linked()
    assert tv.state().account_line.startswith("Linked as sample_viewer since ")


def test_kodi_shuts_down_while_the_status_is_asked(tv):
    tv.become_linked()
    order = tv.box.order("hang")
    began = []
    tv.as_soon_as(lambda: order.served, lambda: (began.append(time.perf_counter()), tv.kodi.abort()))
    tv.script("status")
    assert time.perf_counter() - began[0] < AT_ONCE
    assert tv.kodi.dialogs == []


def test_unlink_asks_and_forgets_the_account_everywhere(tv):
    tv.become_linked()
    token, asked = tv.account()["access_token"], tv.paths()
    tv.kodi.answers = [True]
    tv.script("unlink")
    [question] = tv.kodi.dialogs
    assert question.heading == "Unlink this account?"
    assert question.message.startswith(
        "sample_viewer\nThe account is removed from this Kodi. Simkl lists the app until"
    )
    assert question.message.endswith(f"until you remove it at {tv.box.url[7:]}/settings/connected-apps")
    assert (tv.paths(), tv.account()) == (asked, None)
    assert [path.name for path in tv.data.iterdir() if token in path.read_text(encoding="utf-8")] == []
    assert (tv.told()[-1], tv.toasts()) == ((ADDON_ID, "unlinked"), ["Unlinked"])
    assert (tv.state().account_line, tv.state().linked) == ("Not linked", False)


def test_unlink_with_second_thoughts_and_a_status_without_a_network_change_nothing(tv):
    tv.become_linked()
    before, told = tv.settings_file.read_bytes(), tv.told()
    tv.kodi.answers = [False]
    tv.script("unlink")
    tv.kodi.dialogs.clear()
    tv.box.stop_listening()
    assert status(tv) == ["No connection to Simkl. Check the network of this device, then try again."]
    assert tv.settings_file.read_bytes() == before
    assert (tv.told(), tv.toasts(), tv.state().linked) == (told, [], True)
    assert [bar.open for bar in tv.kodi.progress] == [False]


def test_who_is_not_linked_is_told_so(tv):
    assert status(tv) == ["Not linked"]
    tv.script("unlink")
    assert (tv.toasts(), len(tv.kodi.dialogs), tv.paths()) == (["Not linked"], 1, [])


@pytest.mark.parametrize("word", ["status", "unlink"])
def test_a_broken_settings_file_is_named_and_left_alone(tv, word):
    tv.write_settings("accounts: [")
    tv.script(word)
    assert f"The settings file cannot be used: {tv.settings_file}, line 1" in tv.kodi.dialogs[0].message
    assert tv.settings_file.read_text(encoding="utf-8") == "accounts: ["


@pytest.mark.parametrize(("zone", "date"), [("UTC-10", "25/11/2026"), ("UTC15", "23/11/2026")])
def test_the_date_is_that_of_the_region(tv, zone, date):
    tv.wall = lambda: NOW
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        tv.become_linked()
    time.tzset()
    assert tv.state().account_line == f"Linked as sample_viewer since {date}"
