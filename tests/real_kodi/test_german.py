"""The same in German: every text of the sign-in comes from the translation."""

import polib
import pytest

from tests.real_kodi.dependencies import PROJECT
from tests.real_kodi.real_kodi import YES_NO_DIALOG
from tests.real_kodi.tv import STATE, WHO

KODI = {"language": "resource.language.de_de"}
STRINGS = PROJECT / "resources" / "language" / "resource.language.de_de" / "strings.po"


@pytest.fixture(scope="module")
def german():
    """German texts by their English."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(STRINGS)) if entry.msgstr}


def test_the_sign_in_window_is_german(tv, german):
    code = tv.ask_to_link()
    tv.wait_to_read(code, "german-code")
    tv.wait_for_label(STATE, german["Waiting for you to approve"])
    assert tv.kodi.control() == german["Cancel"]
    tv.go_to(german["New code"])
    tv.picture("german-code")
    tv.box.approve(code)
    tv.wait_for_label(WHO, german["Linked as {name}"].format(name="sample_viewer"))
    tv.wait_for_home()


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
