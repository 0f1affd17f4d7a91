"""Kodi and its virtual screen as processes of this machine, started in groups of their own, and sure to end.

The kernel kills both (`setpriv --pdeathsig`) when the thread that started them ends, so that a killed test run leaves
nothing behind: start them from a thread that lives on, such as the main thread.
"""

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import psutil

from tests.real_kodi.debian import binary_of, root_of
from tests.real_kodi.versions import KodiVersion
from tests.real_kodi.waiting import wait_until

TOLD_WITHIN = 5.0  # seconds
START_TIMEOUT = 30.0
REST = 0.4
FONTS = Path("/usr/share/fonts")
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
# A seventh of the time that ImageMagick's own choice takes (0.2 s instead of 1.4 s), for 4 % more bytes.
QUICK_PNG = ("-define", "png:compression-level=6", "-define", "png:compression-filter=1")


def group_members(group: int) -> List[int]:
    """Return the ids of the living processes of a group; zombies, which only wait to be reaped, are left out."""
    members = []
    for pid in psutil.pids():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):  # it may end meanwhile
            dead = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            if os.getpgid(pid) == group and psutil.Process(pid).status() not in dead:
                members.append(pid)
    return members


def end_group(leader: "subprocess.Popen[bytes]") -> None:
    """Kill the group that `leader` was started with (`start_new_session=True`), if any is left, and reap the leader."""
    leader.poll()
    if group_members(leader.pid):
        with suppress(ProcessLookupError):  # the last one ended just now
            os.killpg(leader.pid, signal.SIGKILL)
    leader.wait(5)
    wait_until(lambda: not group_members(leader.pid), 5, f"process group {leader.pid} ended")


class KodiProcess:
    """At most one running kodi.bin with all it starts; its output is appended to `kodi.out` in its `folder`.

    `prefix` is a command that gives way to the rest of its line by exec, so that Kodi keeps its process and group.
    A version of Kodi that this machine does not package sees only `folder` of it, /tmp and the fonts.
    """

    def __init__(self, folder: Path, prefix: Sequence[str], version: KodiVersion) -> None:
        self._folder = folder
        root = root_of(version)
        entered = root.enter(folder, Path("/tmp"), FONTS) if root else []  # the screen's socket lies in /tmp
        # setpriv comes last, after what mounts and changes the root: closest to Kodi itself.
        self._command = [*prefix, *entered, *DIES_WITH_US, str(binary_of(root)), "--standalone"]
        self._leader: Optional[subprocess.Popen[bytes]] = None

    @property
    def pid(self) -> int:
        """The process id of kodi.bin; RuntimeError when it has not been started."""
        if self._leader is None:
            raise RuntimeError("this Kodi is not running")
        return self._leader.pid

    def start(self, env: Dict[str, str]) -> None:
        """Start Kodi in a process group of its own; RuntimeError when it is running already."""
        if self.running():
            raise RuntimeError("this Kodi is running already")
        with (self._folder / "kodi.out").open("ab") as output:
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
            self._leader = subprocess.Popen(
                self._command, env=env, cwd=self._folder, start_new_session=True, **streams
            )  # fmt: skip

    def running(self) -> bool:
        """Return whether any process of the group is alive."""
        if self._leader is None:
            return False
        self._leader.poll()  # reaps it
        if group_members(self._leader.pid):
            return True
        with suppress(subprocess.TimeoutExpired):  # what is gone from the list may not have told yet how it ended
            self._leader.wait(TOLD_WITHIN)
        return False

    def ending(self) -> str:
        """Return how kodi.bin ended: its exit code, or the signal that it died of."""
        code = self._leader.poll() if self._leader is not None else None
        if code is None:
            return "not told how"
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    def crashed(self) -> bool:
        """Return whether kodi.bin died of a signal."""
        return self._leader is not None and (self._leader.poll() or 0) < 0

    def end(self) -> None:
        """Kill what is still alive of the group and reap it."""
        if self._leader is not None:
            end_group(self._leader)
            self._leader = None


class NoPicture(RuntimeError):
    """The screen could not be read; the message is ImageMagick's."""


class Screen:
    """An Xvfb server of `size` (width, height) that takes pictures of itself; a context manager.

    It picks the first free display number (`-displayfd`), so any number of screens can run at once.
    """

    def __init__(self, size: Tuple[int, int], env: Dict[str, str], log: Path) -> None:
        self.display = ""
        self._size, self._env, self._log = size, env, log
        self._process: Optional[subprocess.Popen[bytes]] = None

    def __enter__(self) -> "Screen":
        reader, writer = os.pipe()
        width, height = self._size
        command = [*DIES_WITH_US, "Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", "-noreset"]
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
            self.__exit__()
            raise RuntimeError(f"Xvfb did not start:\n{self._log.read_text(errors='replace')}")
        self.display = f":{number}"
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()  # first, so that it removes its lock file and socket under /tmp
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        end_group(self._process)

    def picture(self, path: Path, still: bool = False) -> Path:
        """Write what the screen shows to `path` as a PNG, making its folder, and return the path.

        `still` waits until no pixel has changed for 0.4 s: animations have come to rest.
        """
        seen, since = b"", 0.0

        def at_rest() -> bool:
            nonlocal seen, since
            pixels = self._grab("rgb:-")
            if pixels != seen:
                seen, since = pixels, time.monotonic()
            return time.monotonic() - since >= REST

        if still:
            wait_until(at_rest, 30, "a still screen")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._grab("png:-", *QUICK_PNG))
        return path

    def is_blank(self) -> bool:
        """Return whether the whole screen has one shade: Kodi talks of its home screen before it has drawn it."""
        return len(set(self._grab("gray:-"))) == 1

    def _grab(self, target: str, *options: str) -> bytes:
        # The display as a variable: next to `-silent`, import forgets what `-display` said.
        command = ["import", "-silent", "-window", "root", "-depth", "8", *options, target]
        env = {**self._env, "DISPLAY": self.display}
        done = subprocess.run(command, env=env, capture_output=True, timeout=20)
        if done.returncode:
            raise NoPicture(f"import of {self.display}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout
