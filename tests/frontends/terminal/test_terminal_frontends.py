"""Which front end a link gets, and what the moving one leaves on the terminal when it is over."""

from __future__ import annotations

import signal

import pytest

from lib.terminal import signals

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"


def test_a_terminal_gets_the_moving_screen(linked, box, retry_now, tty):
    linked.set(NO_COLOR="")
    box.add_user("second_viewer", 900002)
    retry_now.then(lambda: tty.wait_for("On your phone"), lambda: box.approve_pending("second_viewer"))
    assert linked.run("link").code == 0
    text = tty.getvalue()
    assert HIDE_CURSOR in text
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)
    assert text.endswith("✓ Linked as second_viewer, instead of sample_viewer\x1b[0m\n")


NOTHING_MOVES = [
    {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TTY_COMPATIBLE": "0"}, {"TTY_INTERACTIVE": "0"},
    {"encoding": "latin-1"}, {"encoding": "no-such-encoding"},
]  # fmt: skip


@pytest.mark.parametrize("variables", NOTHING_MOVES, ids=lambda each: "=".join(*each.items()))
def test_a_terminal_on_which_nothing_can_move_shows_the_code_in_plain_lines(
    terminal, box, retry_now, tty, monkeypatch, variables
):
    monkeypatch.setattr(type(tty), "encoding", variables.get("encoding"), raising=False)
    terminal.set(**{name: value for name, value in variables.items() if name.isupper()})
    retry_now.then(box.approve_pending)
    assert terminal.run("link").code == 0
    assert "/pin and enter the code " in tty.getvalue()
    assert "\x1b" not in tty.getvalue()
    assert tty.getvalue().endswith("Linked as sample_viewer\n")


@pytest.mark.parametrize(
    ("status", "code", "left"),
    [(200, 75, "Nobody approved the code in time."), (412, 77, "Simkl does not accept this client ID")],
)
def test_how_it_ended_is_what_the_screen_leaves(terminal, box, tty, status, code, left):
    if status != 200:
        box.order("status", status=status, path="/oauth/pin")
    assert terminal.run("link", "--timeout", "5").code == code
    assert left in tty.getvalue().rpartition(SHOW_CURSOR)[2]


@pytest.mark.parametrize("fault", [False, True], ids=["waiting for an approval", "before there is a code"])
def test_ctrl_c_gives_the_cursor_back_and_leaves_nothing_more(terminal, box, retry_now, tty, fault):
    if fault:
        box.order("status", status=503, path="/oauth/pin")
    retry_now.then(lambda: tty.wait_for("has a fault" if fault else "On your phone"), retry_now.interrupt)
    ran = terminal.run("link")
    assert (ran.code, ran.err) == (130, "")
    assert "Ctrl-C cancels" in tty.getvalue()
    assert tty.getvalue().rpartition(SHOW_CURSOR)[2].strip("\x1b[2KA1\r\n") == ""


def test_ctrl_z_gives_the_cursor_back_until_the_program_goes_on(monkeypatch):
    done = []
    monkeypatch.setattr(signal, "pthread_kill", lambda thread, number: done.append(signal.getsignal(number)))
    with signals.stoppable(lambda: done.append("before"), lambda: done.append("after")):
        for _ in range(2):
            signal.raise_signal(signal.SIGTSTP)
    assert done == ["before", signal.SIG_DFL, "after"] * 2
    assert signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL
