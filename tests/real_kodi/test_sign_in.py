"""The main job: a code on the TV, an approval somewhere else, and this Kodi is linked until its owner unlinks it."""

import stat
import time

from tests.real_kodi.real_kodi import YES_NO_DIALOG
from tests.real_kodi.tv import (
    ADDON_ID,
    OK_DIALOG,
    SETTINGS_DIALOG,
    STATE,
    TIME_LEFT,
    VIDEOS,
    WHO,
)

BOX = {"codes": ["K7Q0O", "I1L8B"]}
LINKED = "Linked as sample_viewer"
IS_LINKED = "Window(home).Property(simkl.linked)"


def test_the_window_is_up_before_simkl_has_answered(tv):
    tv.box.order("hang", path="/oauth/pin")
    tv.run("link")
    tv.wait_for_window()
    tv.wait_for_label(STATE, "Getting your code")
    tv.picture("sign-in-getting-code", still=True)
    assert tv.label(TIME_LEFT) == ""
    assert tv.kodi.control() == "Cancel"


def test_an_approval_is_noticed_shown_and_kept_and_the_menu_stays_on_the_account(tv):
    alive = tv.codes_alive()
    tv.open_menu()
    tv.choose("Link an account")
    tv.wait_for_window()
    code = tv.wait_for_code(*alive)
    tv.kodi.forget_notifications()
    approved = time.monotonic()
    tv.box.approve(code)
    tv.wait_for_label(WHO, LINKED)
    print(f"approval to 'Linked as': {time.monotonic() - approved:.2f} s with an interval of 1 s")
    tv.picture("sign-in-linked")
    tv.kodi.wait_for_notification("Other.linked", lambda params: params["sender"] == ADDON_ID)
    tv.wait(lambda: tv.menu()[1:2] == ["Sent"], "the menu of who is linked, in full")
    tv.picture("menu-after-link", still=True)
    assert (tv.kodi.window()["id"], tv.kodi.control()) == (VIDEOS, tv.menu()[0])
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


def test_kodis_settings_and_the_menu_say_who_is_linked(linked):
    menu = linked.open_menu()
    linked.picture("menu-linked", still=True)
    assert menu[0].startswith(f"{LINKED} since ")
    assert menu[1:] == ["Sent", "Test the connection", "Change the account", "Unlink", "Settings"]
    assert linked.account_line() == menu[0]
    linked.choose("Settings")
    linked.wait(lambda: linked.kodi.window()["id"] == SETTINGS_DIALOG, "the settings window")
    linked.picture("settings-linked", still=True)


def test_the_code_can_be_read_on_the_screen_and_scanned_from_it(tv):
    tv.wait_for_no_notification()
    code = tv.ask_to_link()
    tv.picture("sign-in-code", still=True)
    seen = tv.wait_to_read(code, "sign-in-code")
    assert (seen.text, len(seen.tiles)) == (code, 5)
    assert seen.height >= 1 / 10
    qr = tv.wait_to_scan("sign-in-code")
    assert qr.text == f"{tv.box.url}/pin/{code}"
    assert qr.side >= 400 / 1080
    assert qr.quiet_zone >= 4
    assert tv.label(STATE) == "Waiting for you to approve"
    assert tv.kodi.control() == "Cancel"


def test_a_restarted_kodi_is_still_linked(linked):
    token = linked.account()["access_token"]
    linked.kodi.quit()
    linked.kodi.start()
    assert linked.open_menu()[0].startswith(LINKED)
    assert linked.account()["access_token"] == token
    assert not linked.notified()


def test_the_first_entry_asks_simkl_whether_the_link_is_good(linked):
    menu = linked.open_menu()
    linked.choose(menu[0])
    said = linked.wait_for_dialog(OK_DIALOG)
    linked.picture("status-good")
    assert said == f"Simkl Link\n{menu[0]}\nSimkl accepts this link.\nValid until you remove the app at Simkl."


def test_a_revoked_link_is_told_and_can_be_linked_again(linked):
    token = linked.account()["access_token"]
    linked.box.revoke()
    linked.run("status")
    said = linked.wait_for_dialog(OK_DIALOG)
    linked.picture("status-revoked")
    assert (
        said
        == "Simkl Link\nsample_viewer: needs linking again\nSimkl no longer accepts this link. Link your account again."
    )
    assert linked.account()["access_token"] == token
    assert linked.account_line() == "sample_viewer: needs linking again"
    linked.kodi.key("Select")
    linked.wait_for_home()
    assert linked.open_menu()[:2] == ["sample_viewer: needs linking again", "Link again"]
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
    linked.wait(lambda: linked.kodi.window()["id"] == VIDEOS, "the menu again")
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
    linked.wait(lambda: linked.menu() == ["Link an account", "Settings"], "the menu of before")
    holders = [
        path for path in linked.kodi.home.kodi.rglob("*") if path.is_file() and token.encode() in path.read_bytes()
    ]
    assert holders == []
    assert linked.account() == {}
    linked.wait(lambda: linked.kodi.infolabel(IS_LINKED) == "", "the context menu told that it is not")


def test_the_log_is_clean_and_keeps_the_secrets(tv):
    tv.link()
    assert len(tv.tokens) == 2  # Simkl gives the same one again until it is revoked
    assert len(tv.codes) == 4
    assert tv.leaked() == []
    assert tv.complaints() == []


def test_simkl_was_asked_politely(tv):
    assert tv.box.too_fast == []
    assert tv.box.unattributed == []
    assert {request.headers["User-Agent"] for request in tv.box.requests} == {"simkl-link/0.3.0 (Kodi 20.1; posix)"}
