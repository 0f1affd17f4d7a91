"""The real program on a real terminal: a pseudo-terminal of 100 columns and 30 lines with somebody at its keys."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path
from typing import Callable

ENTRY_POINT = Path(__file__).resolve().parents[2] / "plugin.py"
CTRL_C = b"\x03"


class TerminalWindow:
    """Runs `plugin.py` as a shell would, so that Ctrl-C comes from the terminal."""

    def __init__(self, environ: dict[str, str], *arguments: str) -> None:
        self._news = threading.Condition()
        self._shown = b""
        self._keys, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, str(ENTRY_POINT), *arguments],
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

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def wait_until(self, shows: Callable[[str], bool], within: float = 60) -> None:
        """Wait until everything that was ever on the screen fits."""
        with self._news:
            assert self._news.wait_for(lambda: shows(self.shown), within), self.shown

    def ended(self, within: float = 60) -> int:
        """Wait for the end and return the exit code."""
        code = self._process.wait(within)
        self._reader.join(within)
        os.close(self._keys)
        return code

    @property
    def shown(self) -> str:
        with self._news:
            return self._shown.decode("utf-8", "replace")
