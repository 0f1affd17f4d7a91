"""Looking at the link and undoing it."""

import time

import pytest
import yaml

from tests.frontends.kodi.tv import ADDON_ID, AT_ONCE


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


@pytest.mark.parametrize(("zone", "at", "date"), [
    ("CET-1", "2026-11-24T23:30:00Z", "25/11/2026"), ("EST5", "2026-11-24T02:00:00Z", "23/11/2026"),
    ("UTC0", "some time", "some time"),
])  # fmt: skip
def test_the_date_is_that_of_the_region(tv, zone, at, date):
    account = {
        "auth": "v1",
        "access_token": "f" * 64,
        "client_id": "x",
        "linked_at": at,
        "user": {"id": 7, "name": "Sam"},
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        tv.write_settings(yaml.safe_dump({"accounts": {"default": account}}))
        tv.service()
    time.tzset()
    assert tv.state().account_line == f"Linked as Sam since {date}"
