"""Kodi as a process of this machine: starting it, what it costs, and making sure that it ends."""

import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from tests.real_kodi.processes import Process, end_group, family, group_members
from tests.real_kodi.roots import binary_of, root_of
from tests.real_kodi.versions import KODI_20, KodiVersion

TOLD_WITHIN = 5.0  # seconds
FONTS = Path("/usr/share/fonts")


class KodiProcess:
    """At most one running kodi.bin with all it starts; its output is appended to `output`.

    The kernel kills it (`setpriv --pdeathsig`) when the thread that started it ends, so that a killed test run leaves
    nothing behind: start it from a thread that lives on, such as the main thread. `prefix` is a command that gives way
    to the rest of its line by exec, so that Kodi keeps its process and group: `nice -n 5`, `unshare --net`.

    `folder` is the one that it works in. A version of Kodi that this machine does not package sees only that folder of
    it, /tmp and the fonts.
    """

    def __init__(self, folder: Path, output: Path, prefix: Sequence[str] = (), version: KodiVersion = KODI_20) -> None:
        self._folder = folder
        self._output = output
        root = root_of(version)
        # The screen's socket lies in /tmp.
        entered = root.enter(folder, Path("/tmp"), FONTS) if root else []
        # Last, after what mounts and changes the root: closest to Kodi itself.
        own = ["setpriv", "--pdeathsig", "KILL", str(binary_of(root)), "--standalone"]
        self._command = [*prefix, *entered, *own]
        self._leader: Optional[subprocess.Popen[bytes]] = None

    def start(self, env: Dict[str, str]) -> None:
        """Start Kodi in a process group of its own; RuntimeError when it is running already."""
        if self.running():
            raise RuntimeError("this Kodi is running already")
        with self._output.open("ab") as output:
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

    def family(self) -> List[Process]:
        """Return kodi.bin and its descendants; RuntimeError when it has not been started."""
        if self._leader is None:
            raise RuntimeError("this Kodi is not running")
        return family(self._leader.pid)
