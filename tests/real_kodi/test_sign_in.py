"""The main job: an add-on just installed says once how to link, and once approved stays linked until it is unlinked."""

import stat

from tests.real_kodi.real_kodi import HOME_WINDOW, YES_NO_DIALOG
from tests.real_kodi.tv import ADDON_ID, LINKED, OK_DIALOG, SETTINGS_DIALOG, STATE, TIME_LEFT, VIDEOS

NOT_LINKED = ["Link an account", "Settings"]
IS_LINKED = "Window(home).Property(simkl.linked)"
WELCOMED_WITHIN = 2.0  # seconds after the home screen, in which no second one comes


def test_a_notification_welcomes_once_and_no_window_opens(tv):
    tv.wait(tv.notified, "the welcome")
    shown = tv.picture("fresh-install", still=True)
    assert tv.kodi.at_rest()
    assert tv.looks_like(shown, tv.remember_notification("Find it under Video add-ons"))
    tv.kodi.restart()
    tv.stays(lambda: not tv.notified(), WELCOMED_WITHIN, "no welcome after a restart")
    assert tv.kodi.at_rest()
    assert tv.box.requests == []


def test_a_list_of_the_menu_for_a_widget_opens_no_window(tv):
    listed = tv.kodi.rpc("Files.GetDirectory", directory=f"plugin://{ADDON_ID}/", media="files")["files"]
    assert [entry["label"] for entry in listed] == NOT_LINKED
    tv.stays(lambda: tv.kodi.window() == HOME_WINDOW, 1, "the home screen in front")


def test_the_window_is_up_before_simkl_has_answered_and_back_leads_to_the_menu(tv):
    tv.box.order("hang", path="/oauth/pin")
    assert tv.open_menu() == NOT_LINKED
    tv.picture("menu-not-linked", still=True)
    tv.choose("Link an account")
    tv.wait_for_window()
    tv.wait_for_label(STATE, "Getting your code")
    tv.picture("sign-in-getting-code", still=True)
    assert tv.label(TIME_LEFT) == ""
    assert tv.kodi.control() == "Cancel"
    tv.kodi.key("Back")
    tv.wait(tv.menu, "the menu again")
    assert tv.menu() == NOT_LINKED


def test_an_approval_is_noticed_shown_and_kept_and_the_menu_stays_on_the_account(tv):
    tv.open_menu()
    tv.choose("Link an account")
    tv.wait_for_window()
    code = tv.wait_for_code()
    tv.kodi.forget_notifications()
    tv.box.approve(code)
    tv.wait(lambda: tv.view() == "linked", "the approval shown")
    tv.picture("sign-in-linked")
    tv.kodi.wait_for_notification("Other.linked", lambda params: params["sender"] == ADDON_ID)
    tv.wait(lambda: tv.menu()[1:2] == ["Sent"], "the menu of who is linked, in full")
    tv.picture("menu-after-link", still=True)
    assert (tv.kodi.window(), tv.kodi.control()) == (VIDEOS, tv.menu()[0])
    account = tv.account()
    assert account["access_token"] == tv.box.tokens[0].token
    assert account["client_id"] == tv.box.client_id
    assert account["user"] == {"id": 900001, "name": "sample_viewer", "type": "free"}


def test_only_its_owner_can_read_the_token(linked):
    files = [path for path in linked.settings_file.parent.iterdir() if path.suffix != ".xml"]
    assert linked.settings_file in files
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in files} == {path.name: 0o600 for path in files}
    assert stat.S_IMODE(linked.settings_file.parent.stat().st_mode) == 0o700
    token = linked.account()["access_token"]
    kodis_own = linked.settings_file.parent.glob("*.xml")  # there from the first setting on that a person changes
    assert [path for path in kodis_own if token in path.read_text()] == []


def test_a_restarted_kodi_is_still_linked_and_its_settings_and_menu_say_so(linked):
    token = linked.account()["access_token"]
    linked.kodi.restart()
    assert not linked.notified()
    menu = linked.open_menu()
    linked.picture("menu-linked", still=True)
    assert menu[0].startswith(f"{LINKED} since ")
    assert menu[1:] == ["Sent", "Test the connection", "Change the account", "Unlink", "Settings"]
    assert linked.account_line() == menu[0]
    linked.choose("Settings")
    linked.wait(lambda: linked.kodi.window() == SETTINGS_DIALOG, "the settings window")
    linked.picture("settings-linked", still=True)
    assert linked.account()["access_token"] == token


def test_a_revoked_link_is_told_and_can_be_linked_again(linked):
    token = linked.account()["access_token"]
    linked.box.revoke()
    linked.run("status")
    said = linked.wait_for_dialog(OK_DIALOG)
    linked.picture("status-revoked")
    line = "sample_viewer: needs linking again"
    assert said == f"Simkl Link\n{line}\nSimkl no longer accepts this link. Link your account again."
    assert linked.account()["access_token"] == token
    assert linked.account_line() == line
    linked.kodi.key("Select")
    linked.wait_for_home()
    assert linked.open_menu()[:2] == [line, "Link again"]
    assert linked.link() == linked.box.tokens[0].token != token
    assert linked.account_line().startswith(LINKED)


def test_unlinking_is_asked_about_and_can_be_declined(linked):
    before = linked.settings_file.read_bytes()
    linked.open_menu()
    linked.choose("Unlink")
    question = linked.wait_for_dialog(YES_NO_DIALOG)
    linked.picture("unlink-question")
    assert question.startswith("Unlink this account?\n")
    assert f"{linked.box.url.partition('://')[2]}/settings/connected-apps" in question
    assert linked.kodi.control() == "No"
    linked.kodi.key("Select")
    linked.wait(lambda: linked.kodi.window() == VIDEOS, "the menu again")
    assert linked.settings_file.read_bytes() == before


def test_unlinking_forgets_the_token_everywhere(linked):
    looks = linked.remember_notification("Unlinked")
    token = linked.account()["access_token"]
    linked.wait(lambda: linked.kodi.infolabel(IS_LINKED) == "true", "the context menu told that it is linked")
    linked.kodi.forget_notifications()
    linked.open_menu()
    linked.choose("Unlink")
    linked.wait_for_dialog(YES_NO_DIALOG)
    linked.choose("Yes")
    linked.wait_for_notification(looks, "unlinked")
    linked.kodi.wait_for_notification("Other.unlinked", lambda params: params["sender"] == ADDON_ID)
    linked.wait(lambda: linked.menu() == NOT_LINKED, "the menu of before")
    files = [path for path in linked.kodi.home.kodi.rglob("*") if path.is_file()]
    assert [path for path in files if token.encode() in path.read_bytes()] == []
    assert linked.account() == {}
    linked.wait(lambda: linked.kodi.infolabel(IS_LINKED) == "", "the context menu told that it is not")


def test_simkl_was_asked_politely_and_the_log_is_clean_and_keeps_the_secrets(tv):
    tv.link()
    assert (len(tv.tokens), len(tv.codes)) == (2, 3)  # Simkl gives the same token again until it is revoked
    assert tv.leaked() == []
    assert tv.complaints() == []
    assert tv.box.too_fast == []
    assert tv.box.unattributed == []
    assert {request.headers["User-Agent"] for request in tv.box.requests} == {"simkl-link/0.3.0 (Kodi 20.1; posix)"}
