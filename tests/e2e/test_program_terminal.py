"""The real program on a real terminal."""

from __future__ import annotations

import signal

import pytest

from tests.e2e.terminal_window import CTRL_C, TerminalWindow

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


@pytest.mark.parametrize("end", ["approved", "Ctrl-C", signal.SIGTERM, signal.SIGHUP], ids=str)
def test_a_terminal_shows_the_code_large_and_is_as_before_at_the_end(machine, end):
    box = machine.box
    window = TerminalWindow(machine.environ, "link")
    window.wait_until(lambda shown: "or scan this" in shown and "Ctrl-C cancels" in shown and "██" in shown)
    if end == "approved":
        box.approve_pending()
        assert window.ended() == 0
    elif end == "Ctrl-C":
        window.press(CTRL_C)
        assert window.ended() == 130
    else:
        window.signal(end)
        assert window.ended() == 128 + end
    assert not list(machine.settings.parent.glob("*.code"))
    left = window.shown.rpartition(SHOW_CURSOR)[2]
    assert HIDE_CURSOR not in left
    assert ("Linked as sample_viewer" in left) == (end == "approved")
    assert "Traceback" not in window.shown
    assert "^C" not in left


def test_no_color_gives_plain_lines_on_a_terminal(machine):
    window = TerminalWindow({**machine.environ, "NO_COLOR": "1"}, "link")
    window.wait_until(lambda shown: "enter the code" in shown)
    window.press(CTRL_C)
    assert window.ended() == 130
    assert "\x1b" not in window.shown
