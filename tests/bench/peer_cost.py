"""What a tracker costs Kodi: processor time of its threads, by the nanosecond, and memory. See proc(5)."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from tests.real_kodi.real_kodi import RealKodi

NANOSECONDS = 1e9


def rest(kodi: RealKodi, seconds: float) -> None:
    """Let Kodi alone for some seconds."""
    until = time.monotonic() + seconds
    kodi.wait_until(lambda: time.monotonic() > until, seconds + 10, f"{seconds:g} seconds gone by")


def threads(kodi: RealKodi) -> dict[int, float]:
    """Return the CPU seconds of each of Kodi's threads."""
    seconds = {}
    for folder in Path(f"/proc/{_pid(kodi)}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            seconds[int(folder.name)] = int((folder / "schedstat").read_text().split()[0]) / NANOSECONDS
    return seconds


def megabytes(kodi: RealKodi) -> float:
    """Return the memory that is neither a file's nor shared (`RssAnon`)."""
    lines = Path(f"/proc/{_pid(kodi)}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


class ThreadsOf:
    """The processor time of some threads of one Kodi since `start`, kept when a thread ends.

    `count_new` counts those too that Python in Kodi starts later, as far as somebody looks while they live.
    """

    def __init__(self, kodi: RealKodi, names: set[int]) -> None:
        self._kodi = kodi
        self._names = names
        self.start()

    def start(self, count_new: bool = False) -> None:
        """Count from now on."""
        self._before = threads(self._kodi)
        self._spent: dict[int, float] = {}
        self._count_new = count_new

    def look(self) -> float:
        """Return the seconds spent so far."""
        for name, seconds in threads(self._kodi).items():
            new = self._count_new and name not in self._before and _is_python(self._kodi, name)
            if new or name in self._names:
                self._spent[name] = seconds - self._before.get(name, 0.0)
        return sum(self._spent.values())


def _is_python(kodi: RealKodi, thread: int) -> bool:
    try:  # what Kodi calls the threads that run add-ons, and Linux those that they start
        return Path(f"/proc/{_pid(kodi)}/task/{thread}/comm").read_text().strip() == "LanguageInvoker"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _pid(kodi: RealKodi) -> int:
    return next(process.pid for process in kodi.processes() if process.name == "kodi.bin")
