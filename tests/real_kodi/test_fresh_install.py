"""A Kodi on which the add-on was installed a moment ago: it says once how to link, and keeps out of the way."""

from tests.real_kodi.real_kodi import HOME_WINDOW
from tests.real_kodi.tv import ADDON_ID

WELCOME = "Find it under Video add-ons"
WELCOMED_WITHIN = 2.0  # seconds after the home screen, in which no second one comes


def test_a_notification_welcomes_and_no_window_opens(tv):
    tv.wait(tv.notified, "the welcome")
    tv.picture("fresh-install", still=True)
    assert tv.kodi.window()["id"] == HOME_WINDOW
    assert not tv.kodi.infoboolean("System.HasActiveModalDialog")
    assert tv.box.requests == []


def test_the_menu_offers_to_link_opens_the_sign_in_window_and_back_leads_to_the_menu(tv):
    assert tv.open_menu() == ["Link an account", "Settings"]
    tv.picture("menu-not-linked", still=True)
    tv.choose("Link an account")
    tv.wait_for_window()
    tv.wait_for_code()
    tv.kodi.key("Back")
    tv.wait(tv.menu, "the menu again")
    assert tv.menu() == ["Link an account", "Settings"]


def test_a_list_of_the_menu_for_a_widget_opens_no_window(tv):
    listed = tv.kodi.rpc("Files.GetDirectory", directory=f"plugin://{ADDON_ID}/", media="files")["files"]
    assert [entry["label"] for entry in listed] == ["Link an account", "Settings"]
    tv.stays(lambda: tv.kodi.window()["id"] == HOME_WINDOW, 1, "the home screen in front")


def test_the_notification_says_how_to_link_and_comes_once(tv, pictures):
    tv.expect_notification(tv.remember_notification(WELCOME), pictures / "fresh-install.png")
    tv.wait_for_no_notification()
    tv.stays(lambda: not tv.notified(), 1, "no second welcome")
    tv.kodi.quit()
    asked = len(tv.box.requests)
    tv.kodi.start()
    tv.stays(lambda: not tv.notified(), WELCOMED_WITHIN, "no welcome after a restart")
    assert tv.kodi.window()["id"] == HOME_WINDOW
    assert len(tv.box.requests) == asked
    assert tv.complaints() == []
