"""Cancel, New code, and asking twice: what a person does with the remote while a code is shown.

Kodi's debug log is on, with its lines at the top of the screen.
"""

import time

import pytest

from tests.real_kodi.tv import STATE, WHO

KODI = {"settings": {"debug.showloginfo": "true"}}
AT_ONCE = 3.0  # seconds; less than a request may hang, on a busy machine that draws the screen with its processor


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
    seconds = time.monotonic() - started
    print(f"gone after {seconds:.2f} s")
    assert seconds <= AT_ONCE
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
    tv.kodi.key("Right")
    tv.wait(lambda: tv.kodi.control() == "New code", "the focus on New code")
    tv.picture("new-code-focused")
    alive = tv.codes_alive()
    tv.kodi.key("Select")
    new = tv.wait_for_code(*alive)
    asked = tv.asked(old)
    tv.wait_to_read(new, "new-code-after")
    tv.box.wait_for(lambda: tv.asked(new) >= 2)
    assert tv.asked(old) == asked
    assert tv.kodi.control() == "Cancel"
    tv.box.approve(new)
    tv.wait_for_label(WHO, "Linked as sample_viewer")


def open_a_second_window(tv, code):
    first = tv.kodi.window()["id"]
    tv.run("link")
    tv.wait(lambda: tv.window_is_open() and tv.kodi.window()["id"] != first, "a second window")
    tv.wait_for_label(STATE, "Waiting for you to approve")
    tv.wait_to_read(code, "second-window")


def test_a_second_window_shows_the_code_of_the_first_which_goes_on_without_it(tv):
    starts = tv.asked()
    code = tv.ask_to_link()
    first = tv.kodi.window()["id"]
    open_a_second_window(tv, code)
    tv.kodi.key("Back")
    tv.wait(lambda: tv.kodi.window()["id"] == first, "the first window alone")
    asked = tv.asked(code)
    tv.box.wait_for(lambda: tv.asked(code) > asked)
    open_a_second_window(tv, code)
    tv.box.approve(code)
    tv.wait_for_label(WHO, "Linked as sample_viewer")
    tv.wait_for_home()
    assert tv.asked() == starts + 1
    assert tv.box.too_fast == []


def test_the_log_is_clean_and_keeps_the_secrets(tv):
    assert "debug <general>" in tv.kodi.log()
    assert len(tv.codes) >= 6
    assert tv.leaked() == []
    assert tv.complaints() == []
    assert tv.box.too_fast == []
