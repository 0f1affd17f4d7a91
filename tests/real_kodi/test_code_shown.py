"""While a code is shown: what a person does with the remote, and what goes wrong, is answered on the screen in words.

Kodi's debug log is on, with its lines at the top of the screen.
"""

import time

import pytest

from tests.real_kodi.reading import code_on
from tests.real_kodi.tv import CLIENT_ID_TEXT, CLIENT_ID_TITLE, ENDED_TITLE, LINKED, NOTE, SETTINGS_DIALOG, STATE, WHO

KODI = {"settings": {"debug.showloginfo": "true"}}
AT_ONCE = 3.0  # seconds; less than a request may hang, on a busy machine that draws the screen with its processor
WAITING = "Waiting for you to approve"
NO_CONNECTION = "No connection. Retrying automatically"
REASONS = {
    "fresh_code": "The old code is no longer valid. Here is a new one.",
    "lost_approval": "Simkl's approval may have been lost. Please enter the new code.",
}
WAYS_OUT = {
    "back": lambda tv: tv.kodi.key("Back"),
    "the button": lambda tv: tv.choose("Cancel"),
    "the menu key": lambda tv: tv.kodi.action("previousmenu"),
}


@pytest.mark.parametrize("leave", WAYS_OUT.values(), ids=WAYS_OUT)
def test_leaving_closes_at_once_and_the_old_link_is_as_it_was(linked, leave):
    before = linked.settings_file.read_bytes()
    code = linked.ask_to_link()
    linked.box.wait_for(lambda: linked.asked(code))
    started = time.monotonic()
    leave(linked)
    linked.wait_for_home()
    assert time.monotonic() - started <= AT_ONCE
    linked.wait(lambda: not list(linked.settings_file.parent.glob("*.code")), "the code forgotten")
    assert linked.settings_file.read_bytes() == before


def test_leaving_is_as_quick_while_a_request_hangs(linked):
    hanging = linked.box.order("hang", times=None)
    linked.run("link")
    linked.wait_for_window()
    linked.box.wait_for(lambda: hanging.served)
    started = time.monotonic()
    linked.kodi.key("Back")
    linked.wait_for_home()
    assert time.monotonic() - started <= AT_ONCE


def test_no_screensaver_comes_over_a_code_and_nothing_asks_for_one_that_was_left(tv):
    held_off = "System.IsScreenSaverInhibited"
    tv.wait(lambda: not tv.kodi.infoboolean(held_off), "the screensaver allowed")
    left = tv.ask_to_link()
    assert tv.kodi.infoboolean(held_off)
    tv.box.wait_for(lambda: tv.asked(left))
    tv.kodi.key("Back")
    tv.wait(lambda: not tv.kodi.infoboolean(held_off), "the screensaver allowed again")
    tv.wait_for_home()
    asked = tv.asked(left)
    shown = tv.ask_to_link()
    tv.box.wait_for(lambda: tv.asked(shown) >= 3)
    assert tv.asked(left) == asked


def test_a_new_code_takes_the_place_of_the_old_one(tv):
    old = tv.ask_to_link()
    tv.wait_to_read(old, "new-code-before")
    tv.box.wait_for(lambda: tv.asked(old))
    tv.go_to("New code")
    tv.picture("new-code-focused")
    tv.kodi.key("Select")
    new = tv.wait_for_code()
    asked = tv.asked(old)
    tv.wait_to_read(new, "new-code-after")
    tv.box.wait_for(lambda: tv.asked(new) >= 2)
    assert tv.asked(old) == asked
    assert tv.kodi.control() == "Cancel"
    tv.box.approve(new)
    tv.wait_until_linked()


def open_a_second_window(tv, code):
    first = tv.kodi.window()
    tv.run("link")
    tv.wait(lambda: tv.window_is_open() and tv.kodi.window() != first, "a second window")
    tv.wait_for_label(STATE, WAITING)
    tv.wait_to_read(code, "second-window")


def test_a_second_window_shows_the_code_of_the_first_which_goes_on_without_it(tv):
    starts = tv.asked()
    code = tv.ask_to_link()
    first = tv.kodi.window()
    open_a_second_window(tv, code)
    tv.kodi.key("Back")
    tv.wait(lambda: tv.kodi.window() == first, "the first window alone")
    asked = tv.asked(code)
    tv.box.wait_for(lambda: tv.asked(code) > asked)
    open_a_second_window(tv, code)
    tv.box.approve(code)
    tv.wait_until_linked()
    assert tv.asked() == starts + 1


def test_an_approval_while_the_network_is_away_is_noticed_afterwards(tv):
    code = tv.ask_to_link()
    tv.box.stop_listening()
    tv.wait_for_label(STATE, NO_CONNECTION)
    tv.wait_to_read(code, "trouble-network-lost")
    tv.box.approve(code)
    tv.box.listen_again()
    tv.wait_until_linked()


def test_without_a_network_the_window_waits_for_a_code(tv):
    tv.box.stop_listening()
    tv.run("link")
    tv.wait_for_window()
    tv.wait_for_label(STATE, NO_CONNECTION)
    assert code_on(tv.picture("trouble-no-code-yet")).text == ""
    tv.box.listen_again()
    tv.wait_for_label(STATE, WAITING)
    tv.wait_to_read(tv.wait_for_code(), "trouble-code-after-all")


@pytest.mark.parametrize(
    ("fault", "how", "words"),
    [
        ("html", {"times": None}, "No connection, retrying. Does this network require a login?"),
        ("status", {"status": 429, "retry_after": 1}, "Simkl is busy. Retrying automatically"),
    ],
)
def test_trouble_is_said_and_gets_over_by_itself(tv, fault, how, words):
    tv.ask_to_link()
    tv.box.order(fault, **how)
    tv.wait_for_label(STATE, words)
    tv.picture(f"trouble-{fault}")
    tv.box.clear_faults()
    tv.wait_for_label(STATE, WAITING)


@pytest.mark.parametrize("fault", REASONS)
def test_a_replaced_code_is_shown_with_the_reason(tv, fault):
    old = tv.ask_to_link()
    tv.box.order(fault)
    if fault == "lost_approval":
        tv.box.approve(old)
    tv.wait_for_label(NOTE, REASONS[fault])
    new = tv.wait_for_code()
    tv.wait_to_read(new, f"replaced-{fault}")
    tv.box.approve(new)
    tv.wait_for_label(WHO, LINKED)


def test_an_expired_code_is_said_not_renewed_and_a_new_one_is_one_press_away(tv):
    tv.box.expires_in = 2
    old = tv.ask_to_link()
    tv.wait_for_label(ENDED_TITLE, "The code has expired")
    tv.picture("expired")
    assert tv.view() == "ended"
    assert tv.kodi.control() == "New code"
    requests = len(tv.box.requests)
    tv.stays(lambda: len(tv.box.requests) == requests, 2, "no further request")
    tv.box.expires_in = 900
    tv.kodi.key("Select")
    new = tv.wait_for_code()
    tv.wait_to_read(new, "expired-new-code")
    tv.box.wait_for(lambda: tv.asked(new))
    assert old not in [request.path.rpartition("/")[2] for request in tv.box.requests[requests:]]


def test_a_refused_client_id_is_explained(tv):
    tv.box.order("status", status=412)
    tv.run("link")
    tv.wait_for_window()
    tv.wait_for_label(CLIENT_ID_TITLE, "Simkl refuses the client id")
    tv.wait(lambda: "does not accept the client id" in tv.label(CLIENT_ID_TEXT), "what is wrong with the client id")
    tv.picture("refused")
    tv.wait(lambda: tv.kodi.control() == "Settings", "the button that opens the settings")
    tv.kodi.key("Select")
    tv.wait(lambda: tv.kodi.window() == SETTINGS_DIALOG and tv.kodi.control() == "Client id", "the very field")
    tv.picture("refused-settings")
    tv.back_to_home()
    tv.wait_to_read(tv.ask_to_link(), "refused-then-a-code")


def test_the_log_is_clean_and_keeps_the_secrets(tv):
    assert "debug <general>" in tv.kodi.log()
    assert len(tv.codes) >= 16
    assert tv.leaked() == []
    assert tv.complaints() == []
    assert tv.box.too_fast == []
