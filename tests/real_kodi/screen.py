"""A virtual screen: one Xvfb on a display number of its own choice."""

import os
import select
import subprocess
import time
from pathlib import Path
from typing import Dict, Optional, Tuple

from tests.real_kodi.processes import end_group
from tests.real_kodi.waiting import wait_until

START_TIMEOUT = 30.0
REST = 0.4

# A seventh of the time that ImageMagick's own choice takes (0.2 s instead of 1.4 s), for 4 % more bytes.
QUICK_PNG = ["-define", "png:compression-level=6", "-define", "png:compression-filter=1"]


class NoPicture(RuntimeError):
    """The screen could not be read; the message is ImageMagick's."""


class Screen:
    """An Xvfb server of `size` (width, height) that takes pictures of itself; a context manager.

    Xvfb picks the first free display number (`-displayfd`), so any number of screens can run at once. `setpriv`
    has the kernel kill it when the thread that started it ends, so that a killed test run leaves no screen behind;
    Kodi then ends too, since it has lost its display. Start screens from the main thread.
    """

    def __init__(self, size: Tuple[int, int], env: Dict[str, str], log: Path) -> None:
        self.size = size
        self.display = ""
        self._env = env
        self._log = log
        self._process: Optional[subprocess.Popen[bytes]] = None

    def __enter__(self) -> "Screen":
        reader, writer = os.pipe()
        width, height = self.size
        command = ["setpriv", "--pdeathsig", "KILL", "Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", "-noreset"]
        command += ["-screen", "0", f"{width}x{height}x24", "+extension", "GLX"]
        with self._log.open("ab") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self._process = subprocess.Popen(
                command, env=self._env, pass_fds=[writer], start_new_session=True, **streams
            )  # fmt: skip
        os.close(writer)
        # Xvfb writes the number once it accepts clients; if it dies instead, the pipe closes and the line is empty.
        with os.fdopen(reader) as numbers:
            ready, _, _ = select.select([numbers], [], [], START_TIMEOUT)
            number = numbers.readline().strip() if ready else ""
        if not number:
            self.close()
            raise RuntimeError(f"Xvfb did not start:\n{self._log.read_text(errors='replace')}")
        self.display = f":{number}"
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End Xvfb; SIGTERM first, so that it removes its lock file and socket under /tmp."""
        if self._process:
            end_group(self._process, grace=5)
            self._process = None

    def picture(self, path: Path) -> Path:
        """Write what the screen shows to `path` as a PNG, making its folder, and return the path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._grab("png:-", *QUICK_PNG))
        return path

    def is_blank(self) -> bool:
        """Return whether the whole screen has one shade: Kodi talks of its home screen before it has drawn it."""
        return len(set(self._grab("gray:-"))) == 1

    def still_picture(self, path: Path, timeout: float = 30) -> Path:
        """Like `picture`, once no pixel has changed for 0.4 s: animations have come to rest."""
        seen, since = b"", 0.0

        def at_rest() -> bool:
            nonlocal seen, since
            pixels = self._grab("rgb:-")
            if pixels != seen:
                seen, since = pixels, time.monotonic()
            return time.monotonic() - since >= REST

        wait_until(at_rest, timeout, "a still screen")
        return self.picture(path)

    def _grab(self, target: str, *options: str) -> bytes:
        # The display as a variable: next to `-silent`, import forgets what `-display` said.
        command = ["import", "-silent", "-window", "root", "-depth", "8", *options, target]
        env = {**self._env, "DISPLAY": self.display}
        done = subprocess.run(command, env=env, capture_output=True, timeout=20)
        if done.returncode:
            raise NoPicture(f"import of {self.display}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout
