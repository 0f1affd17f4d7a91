"""The whole way of a person, in German: read the code off the TV, type it on a phone, press Allow, look at the TV."""

import polib
import pytest

from tests.real_kodi.addons import PROJECT
from tests.real_kodi.phone import phone
from tests.real_kodi.reading import code_on
from tests.real_kodi.real_kodi import YES_NO_DIALOG
from tests.real_kodi.tv import STATE

KODI = {"size": (1920, 1080), "language": "resource.language.de_de"}
STRINGS = PROJECT / "resources" / "language" / "resource.language.de_de" / "strings.po"


@pytest.fixture(scope="module")
def german():
    """German texts by their English."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(STRINGS)) if entry.msgstr}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with phone(tmp_path_factory.mktemp("phone")) as started:
        yield started


def test_a_code_typed_on_a_phone_links_the_tv(tv, browser, pictures, german):
    tv.wait_to_read(tv.ask_to_link(), "phone-tv-code")
    tv.wait_for_label(STATE, german["Waiting for you to approve"])
    assert tv.kodi.control() == german["Cancel"]
    read = code_on(tv.picture("phone-tv-code", still=True)).text

    browser.open(f"{tv.box.url}/pin")
    browser.wait_for_heading("Enter the code")
    browser.type(f" {read[:2].lower()} {read[2:].lower()}")
    browser.picture(pictures / "phone-1-typed.png")
    assert not browser.overflows()
    browser.press("Continue")
    browser.wait_for_heading("Link simkl-link to your account?")
    assert read in browser.text()
    browser.picture(pictures / "phone-2-consent.png")
    assert not browser.overflows()
    browser.press("Allow")
    browser.wait_for_heading("Done. Look at your TV.")
    browser.picture(pictures / "phone-3-done.png")
    tv.wait_until_linked(german["Linked as {name}"].format(name="sample_viewer"))


def test_a_scanned_code_is_filled_in(tv, browser, german):
    code = tv.ask_to_link()
    tv.go_to(german["New code"])
    tv.wait_to_read(code, "phone-tv-scanned")
    browser.open(tv.wait_to_scan("phone-tv-scanned").text)
    browser.wait_for_heading("Enter the code")
    browser.press("Continue")
    browser.wait_for_heading("Link simkl-link to your account?")
    assert code in browser.text()
    browser.press("Allow")
    browser.wait_for_heading("Done. Look at your TV.")
    tv.wait_until_linked(german["Linked as {name}"].format(name="sample_viewer"))


def test_the_menu_and_its_question_are_german(linked, german):
    menu = linked.open_menu()
    linked.picture("german-menu", still=True)
    since = german["Linked as {name} since {date}"].format(name="sample_viewer", date="|").split("|")[0]
    assert menu[0].startswith(since)
    others = ("Sent", "Test the connection", "Change the account", "Unlink", "Settings")
    assert menu[1:] == [german[text] for text in others]
    linked.choose(german["Unlink"])
    question = linked.wait_for_dialog(YES_NO_DIALOG)
    linked.picture("german-question")
    assert question.splitlines()[0] == german["Unlink this account?"]
    assert linked.complaints() == []
