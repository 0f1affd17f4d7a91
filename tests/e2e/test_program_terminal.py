"""The real program on a real terminal: a pseudo-terminal of 100 columns and 30 lines with somebody at its keys."""

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

from tests.e2e.conftest import LONG
from tests.fork_server import ENTRY_POINT

CTRL_C = b"\x03"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


class TerminalWindow:
    """Runs `plugin.py link` as a shell would, so that Ctrl-C comes from the terminal."""

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
