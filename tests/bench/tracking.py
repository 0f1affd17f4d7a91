"""What tracking costs and how soon it tells, in a real Kodi, and the same of another add-on beside it.

    python -m tests.bench tracking                       our column
    make bench PEER=path/to/addon [PEER_SETTINGS=file] [PEER_CLIENT_ID=id]        both columns

Every tracker gets a Kodi with a new home, the same library, the same list of plays (`evening`) and a new Simkl in a
box, and is the only tracker there. With a peer both reach the fake server as `https://api.simkl.com` (`peer`), else
ours is told its address. Times run from Kodi's announcement, when an add-on can know of it, to the arrival at the fake
server. `PEER=tests/bench/naive_tracker` is a peer that needs nothing else. Results are for this machine and one run.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Callable

from tests.bench.evening import UNINTERRUPTED, Evening, Verdict, acts, calls, judge
from tests.bench.in_kodi import EMPTY, empty_service, megabytes, rest, threads
from tests.bench.peer import SAID, Peer, PeerError, Tracker, by_name, ours
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.addons import put, set_enabled
from tests.real_kodi.library import Library, catalogue
from tests.real_kodi.real_kodi import RealKodi

IDLE_SECONDS, REST_SECONDS = 10.0, 2.0
EVENTS_WANTED, QUITS = 8, 3
PLAYED_BEFORE_START = 3.0
NOT_MEASURABLE = 0.05  # CPU seconds a minute
WHAT = {  # what a row says, and what ours promises
    "sent": ("calls for the list of 11 plays + lookups", ""),
    "wrong": ("wrong calls", "0"),
    "two": ("calls for an uninterrupted film", "2"),
    "pressed": ("pause, play, stop to its call, median (longest)", "< 0.5 s"),
    "began": ("first picture to start call, median (longest)", "< 3 s + 0.5 s"),
    "rules": ("calls malformed, or faster than one a second", "0"),
    "idle": ("idle, CPU a minute (of an empty service)", "not measurable"),
    "busy": ("CPU for the list", ""),
    "memory": ("memory of all of Kodi after the list", ""),
    "quit": (f"quit while a film plays, median of {QUITS} (without)", "1 s more at most"),
    "callbacks": ("player callbacks, 9 in 10 (longest)", "<= 5 ms"),
}
FAILURE = "Error Contents: "
CALLBACK = re.compile(rf"{SAID}([\d.]+) ms (\w+)")


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
            new = self._count_new and name not in self._before and self._is_python(name)
            if new or name in self._names:
                self._spent[name] = seconds - self._before.get(name, 0.0)
        return sum(self._spent.values())

    def _is_python(self, thread: int) -> bool:
        try:  # what Kodi calls the threads that run add-ons, and Linux those that they start
            return Path(f"/proc/{self._kodi.pid}/task/{thread}/comm").read_text().strip() == "LanguageInvoker"
        except (FileNotFoundError, ProcessLookupError):
            return False


@dataclass(frozen=True)
class Column:
    """What one tracker came to. Seconds; `idle` a minute, beside that of a service that only waits."""

    name: str
    verdict: Verdict
    sent: int
    asked: int
    rules_broken: int
    uninterrupted: int
    idle: float
    idle_empty: float
    busy: float
    memory: float
    quit: float
    quit_without: float
    callbacks: list[float]
    failures: list[str]


def measure(folder: Path) -> list[Row]:
    """Play the list to ours, and to the peer if the environment names one. Raises SystemExit if that cannot be."""
    try:
        peer = Peer(folder / "peer", os.environ) if os.environ.get("PEER") else None
        # First, since it may turn out that Kodi does not take it.
        theirs = _column(peer, folder / "peer-kodi", named=True) if peer else None
        own = _column(ours(folder / "ours"), folder / "our-kodi", named=peer is not None)
    except PeerError as error:
        raise SystemExit(str(error)) from error
    for column in filter(None, (own, theirs)):
        _tell(column)
    print()
    return _rows(own, theirs)


def _column(tracker: Tracker, folder: Path, named: bool) -> Column:
    with contextlib.ExitStack() as stack:
        box = stack.enter_context(FakeSimkl(client_ids=[tracker.client_id], catalogue=catalogue()))
        way = stack.enter_context(by_name(box, folder)) if named else None
        env = way.env if way else {"SIMKL_API_URL": box.url, "SIMKL_SITE_URL": box.url}
        kodi = stack.enter_context(RealKodi(folder / "home", env=env, prefix=way.prefix if way else ()))
        library = Library(kodi, folder / "videos")
        put(kodi, empty_service(folder / "add-ons"))
        tracker.install(kodi, box)
        set_enabled(kodi, tracker.id, False)
        if way:
            way.trust(kodi.home.addons)
        return _measured(tracker, kodi, box, Evening(kodi, box, library))


def _measured(tracker: Tracker, kodi: RealKodi, box: FakeSimkl, evening: Evening) -> Column:
    without = _quit(kodi, evening)
    set_enabled(kodi, EMPTY, False)
    rest(kodi, REST_SECONDS)
    empty = _enabled(kodi, EMPTY)
    mine = _enabled(kodi, tracker.id)
    for each in (empty, mine):
        each.start()
    rest(kodi, IDLE_SECONDS)
    idle, idle_empty = (each.look() * 60 / IDLE_SECONDS for each in (mine, empty))
    mine.start(count_new=True)
    evening.after_each = mine.look
    evening.play_all()
    busy, memory = mine.look(), megabytes(kodi)
    said, sent = acts(box), calls(box)
    return Column(
        name=tracker.name,
        verdict=judge(evening.wanted, said),
        sent=len(sent),
        asked=len(box.requests) - len(sent),
        rules_broken=len(box.malformed) + len(box.too_many_posts),
        uninterrupted=sum(act.item == UNINTERRUPTED.title for act in said),
        idle=idle,
        idle_empty=idle_empty,
        busy=busy,
        memory=memory,
        callbacks=[float(found[1]) for found in CALLBACK.finditer(kodi.log())],
        failures=[line for line in kodi.log().splitlines() if FAILURE in line],
        quit=_quit(kodi, evening),
        quit_without=without,
    )


def _quit(kodi: RealKodi, evening: Evening) -> float:
    """Return the median of the seconds that Kodi's end takes while a film plays; Kodi runs again afterwards."""
    seconds = []
    for _ in range(QUITS):
        evening.leave_playing()
        seconds.append(kodi.quit())
        kodi.start()
    return median(seconds)


def _enabled(kodi: RealKodi, addon: str) -> ThreadsOf:
    """Enable an add-on and return the threads that came with it."""
    others = set(threads(kodi))
    set_enabled(kodi, addon, True)
    rest(kodi, REST_SECONDS)
    return ThreadsOf(kodi, set(threads(kodi)) - others)


def _tell(column: Column) -> None:
    """Print what was wrong, one call a line."""
    wrong = column.verdict.wrong
    print(f"{column.name}: {len(wrong)} wrong calls" if wrong else f"{column.name}: no wrong call")
    for line in wrong:
        print(f"  {line}")
    if column.failures:
        print(f"  Python failed in Kodi {len(column.failures)} times, first {column.failures[0].partition(FAILURE)[2]}")


def _rows(ours: Column, theirs: Column | None) -> list[Row]:
    pressed, began = ours.verdict.others, ours.verdict.starts
    kept = {
        "wrong": not ours.verdict.wrong,
        "two": ours.uninterrupted == 2,
        "pressed": len(pressed) >= EVENTS_WANTED and median(pressed) < 0.5,
        "began": len(began) >= EVENTS_WANTED and median(began) < PLAYED_BEFORE_START + 0.5,
        "rules": ours.rules_broken == 0,
        "idle": ours.idle <= ours.idle_empty + NOT_MEASURABLE,
        "quit": ours.quit <= ours.quit_without + 1,
        "callbacks": len(ours.callbacks) >= EVENTS_WANTED and _nine_in_ten(ours.callbacks) <= 5,
    }
    figures = _figures(ours)
    beside = _figures(theirs) if theirs else {}
    return [
        Row(f"Kodi: {what}", figures[key], promise, kept.get(key), beside.get(key, ""))
        for key, (what, promise) in WHAT.items()
    ]


def _figures(column: Column) -> dict[str, str]:
    wrong, missing = len(column.verdict.wrong), column.verdict.missing
    return {
        "sent": f"{column.sent} + {column.asked}",
        "wrong": f"{wrong} ({missing} missing)" if missing else str(wrong),
        "two": str(column.uninterrupted),
        "pressed": _spread(column.verdict.others, median, "{:.2f} s", "none came"),
        "began": _spread(column.verdict.starts, median, "{:.2f} s", "none came"),
        "rules": str(column.rules_broken),
        "idle": f"{column.idle:.2f} s ({column.idle_empty:.2f} s)",
        "busy": f"{column.busy:.2f} s",
        "memory": f"{column.memory:.0f} MB",
        "quit": f"{column.quit:.1f} s ({column.quit_without:.1f} s)",
        "callbacks": _spread(column.callbacks, _nine_in_ten, "{:.1f} ms", "not known"),
    }


def _spread(all_of_them: list[float], usual: Callable[[list[float]], float], form: str, none: str) -> str:
    """Return the usual one, the longest, and how many there are."""
    shown = f"{form} ({form}) of {{}}"
    return shown.format(usual(all_of_them), max(all_of_them), len(all_of_them)) if all_of_them else none


def _nine_in_ten(all_of_them: list[float]) -> float:
    """Return what nine in ten stay within: where others want the processors too, the longest is the wait for one."""
    return sorted(all_of_them)[math.ceil(len(all_of_them) * 0.9) - 1]
