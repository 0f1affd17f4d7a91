"""How the real program ends: Ctrl-C and signals at any moment, an output that takes nothing, and on a real terminal."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
from typing import Callable

import pytest

from tests.e2e.conftest import LONG, PUBLIC_V1, V1
from tests.fork_server import ENTRY_POINT

CTRL_C = b"\x03"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
SIGNALS = {
    "Ctrl-C while it waits for an approval": (signal.SIGINT, None, 130),
    "Ctrl-C while it waits for an answer to a poll": (signal.SIGINT, "/oauth/pin/", 130),
    "Ctrl-C while it waits for an answer to the first question": (signal.SIGINT, "/oauth/pin", 130),
    # killed by the default action, it would be the negative number; the first process of a container hears no such
    "SIGTERM": (signal.SIGTERM, None, 143),
    "SIGHUP": (signal.SIGHUP, None, 129),
}


@pytest.mark.parametrize(("number", "hangs", "code"), SIGNALS.values(), ids=SIGNALS.keys())
def test_a_signal_ends_it_at_once_and_quietly_and_leaves_no_code(new_machine, number, hangs, code):
    machine = new_machine(interval=1 if hangs else 60)
    box = machine.box
    if hangs:
        box.order("hang", path=hangs, times=None)
    program = machine.start("link", "--json")
    program.next_event("waiting", reason="code")  # or it could be read only after the key was pressed
    if hangs:
        box.wait_for(lambda: box.requests and box.requests[-1].fault == "hang")
    else:
        program.next_event("waiting", reason="approval")
    said, asked = program.out, len(box.requests)
    program.signal(number)
    assert program.ended() == code
    assert (program.out, program.err, len(box.requests)) == (said, "", asked), "it did not end at once"
    assert not list(machine.settings.parent.glob("*.code"))


def test_ctrl_c_pressed_again_and_again_is_as_quiet(new_machine):
    program = new_machine().start("link", "--json")
    program.next_event("waiting", reason="approval")
    program.signal(signal.SIGINT)
    while program.running_after(0.02):
        program.signal(signal.SIGINT)
    assert (program.ended(), program.err) == (130, "")


def test_ctrl_c_ends_a_sign_in_with_a_browser_whatever_is_awaited(new_machine):
    coming, pasting = new_machine(PUBLIC_V1), new_machine(V1, simkl={"redirect_uri": "none"})
    for machine in (coming, pasting):
        program = machine.start("link", "--method", "browser", "--json", keyboard=True)
        program.next_event("open")
        program.signal(signal.SIGINT)
        assert (program.ended(), program.err, len(program.events)) == (130, "", 1)


OUTPUTS = {
    "closed, status": (">&-", "status", 77, ""),
    "closed, link": (">&-", "link", 1, "output"),
    "full": ("> /dev/full", "status", 1, "output"),
    "a reader that went away": ("", "link", 1, ""),
}


@pytest.mark.parametrize(("where", "verb", "code", "said"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_an_output_that_takes_nothing_is_no_internal_error(new_machine, where, verb, code, said):
    program = ["sh", "-c", f'exec "$@" {where}', "sh", sys.executable, str(ENTRY_POINT), verb, "--json"]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        ran = subprocess.run(
            program, env=new_machine().environ, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (ran.returncode, len(ran.stderr.splitlines())) == (code, bool(said))
    assert said in ran.stderr and "nternal error" not in ran.stderr


class TerminalWindow:
    """A pseudo-terminal that runs `plugin.py link` as a shell would, so that Ctrl-C comes from the terminal."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._news = threading.Condition()
        self._shown = b""
        self._keys, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, str(ENTRY_POINT), "link"],
            env={**environ, "TERM": "xterm-256color"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                more = os.read(self._keys, 65536)
            except OSError:  # how Linux says that the last program on the terminal is gone
                return
            with self._news:
                self._shown += more
                self._news.notify_all()

    def press(self, key: bytes) -> None:
        """Press a key."""
        os.write(self._keys, key)

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def wait_until(self, shows: Callable[[str], bool]) -> None:
        """Wait until everything that was ever on the screen fits."""
        with self._news:
            assert self._news.wait_for(lambda: shows(self.shown), LONG), self.shown

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        code = self._process.wait(LONG)
        self._reader.join(LONG)
        os.close(self._keys)
        return code

    @property
    def shown(self) -> str:
        with self._news:
            return self._shown.decode("utf-8", "replace")


ENDS = {
    "approved": (lambda machine, window: machine.box.approve_pending(), 0),
    "Ctrl-C": (lambda machine, window: window.press(CTRL_C), 130),
    "SIGTERM": (lambda machine, window: window.terminate(), 143),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_terminal_shows_the_code_large_and_is_as_before_at_the_end(new_machine, end):
    machine = new_machine()
    window = TerminalWindow(machine.environ)
    window.wait_until(lambda shown: "or scan this" in shown and "Ctrl-C cancels" in shown and "██" in shown)
    act, code = ENDS[end]
    act(machine, window)
    assert window.ended() == code
    assert not list(machine.settings.parent.glob("*.code"))
    left = window.shown.rpartition(SHOW_CURSOR)[2]
    assert HIDE_CURSOR not in left
    assert ("Linked as sample_viewer" in left) == (end == "approved")
    assert "Traceback" not in window.shown
    assert "^C" not in left
