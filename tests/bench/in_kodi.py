"""What the add-on costs a real Kodi: from the button to the window and the request, idle, and at the end."""

from __future__ import annotations

import contextlib
import statistics
import time
from pathlib import Path

from tests.bench.rows import Row, at_most
from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.addons import put, set_enabled
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.tv import home_with_addon
from tests.real_kodi.versions import KODI_20
from tools.build_zip import build

ADDON, EMPTY = "plugin.video.simkl", "service.bench.empty"
PRESSES, QUITS = 5, 3
IDLE_SECONDS, REST_SECONDS = 20.0, 3.0
FIRST_PYTHON_WINDOW = 13000
LINK = f"RunScript({ADDON},link)"
NANOSECONDS = 1e9


def measure(folder: Path) -> list[Row]:
    """Install the zip into a real Kodi and measure there."""
    with FakeSimkl(interval=2, limits=False) as box:
        archive = build(folder / "dist", box.client_id)
        environ = {"SIMKL_API_URL": box.url, "SIMKL_SITE_URL": box.url}
        with RealKodi(home_with_addon(folder / "home", archive, KODI_20), env=environ) as kodi:
            return [*_button(kodi, box), *_idle(kodi, folder), _quit(kodi, box)]


def _button(kodi: RealKodi, box: FakeSimkl) -> list[Row]:
    windows, requests = [], []
    for _ in range(PRESSES):
        box.reset()
        pressed = time.monotonic()
        kodi.send(LINK)
        kodi.wait_until(lambda: kodi.window() >= FIRST_PYTHON_WINDOW, 10, "the sign-in window")
        windows.append(time.monotonic() - pressed)
        box.wait_for(lambda: box.requests, 10)
        requests.append(box.requests[0].at - pressed)
        kodi.key("Back")
        kodi.wait_until(lambda: kodi.window() < FIRST_PYTHON_WINDOW, 10, "the window closed")
    best, usual, request = min(windows), statistics.median(windows), statistics.median(requests)
    return [
        at_most(f"Kodi: button to window, best of {PRESSES} (median)", best, 0.3, f" ({usual:.2f} s)"),
        Row(f"Kodi: button to code request, median of {PRESSES}", f"{request:.2f} s"),
    ]


def _idle(kodi: RealKodi, folder: Path) -> list[Row]:
    """Measure the service at rest: its own threads' CPU, and what a Kodi that starts with it holds more.

    The first Python add-on brings Python itself into Kodi, so an empty service shows what is not ours.
    """
    put(kodi, empty_service(folder))
    memory: dict[tuple[str, ...], list[float]] = {(): [], (EMPTY,): [], (ADDON,): []}
    for services in [*memory, *memory]:
        for addon in (EMPTY, ADDON):
            set_enabled(kodi, addon, addon in services)
        kodi.restart()
        rest(kodi, REST_SECONDS)
        memory[services].append(megabytes(kodi))
    bare, empty, ours = (statistics.mean(values) for values in memory.values())
    spent, many = _service_cpu(kodi)
    return [
        Row(f"Kodi: idle service, CPU a minute ({many} thread)", f"{spent:.2f} s", "aim: not measurable"),
        Row("Kodi: idle service, memory beyond an empty service", f"{ours - empty:+.1f} MB", "aim: < 8 MB"),
        Row("Kodi: the same, with Python itself", f"{ours - bare:+.1f} MB ({bare:.0f} MB without)"),
    ]


def _service_cpu(kodi: RealKodi) -> tuple[float, int]:
    """Return the CPU seconds a minute of the threads that come with the service, and how many those are."""
    set_enabled(kodi, ADDON, False)
    rest(kodi, REST_SECONDS)
    others = set(threads(kodi))
    set_enabled(kodi, ADDON, True)
    rest(kodi, REST_SECONDS)
    before = threads(kodi)
    rest(kodi, IDLE_SECONDS)
    after = threads(kodi)
    new = set(before) & set(after) - others
    return sum(after[thread] - before[thread] for thread in new) * 60 / IDLE_SECONDS, len(new)


def empty_service(folder: Path) -> Path:
    """Make a service add-on that only waits for the end."""
    addon = folder / EMPTY
    addon.mkdir(parents=True)
    (addon / "service.py").write_text("import xbmc\nxbmc.Monitor().waitForAbort()\n", "utf-8")
    (addon / "addon.xml").write_text(
        f'''<addon id="{EMPTY}" name="Empty" version="1.0.0" provider-name="bench">
            <requires><import addon="xbmc.python" version="3.0.0"/></requires>
            <extension point="xbmc.service" library="service.py"/>
            <extension point="xbmc.addon.metadata"><platform>all</platform></extension></addon>''',
        "utf-8",
    )
    return addon


def rest(kodi: RealKodi, seconds: float) -> None:
    """Let Kodi alone for some seconds."""
    until = time.monotonic() + seconds
    kodi.wait_until(lambda: time.monotonic() > until, seconds + 10, f"{seconds:g} seconds gone by")


def threads(kodi: RealKodi) -> dict[int, float]:
    """Return the CPU seconds of each of Kodi's threads, by the nanosecond; see proc(5)."""
    seconds = {}
    for folder in Path(f"/proc/{kodi.pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            seconds[int(folder.name)] = int((folder / "schedstat").read_text().split()[0]) / NANOSECONDS
    return seconds


def megabytes(kodi: RealKodi) -> float:
    """Return the memory that is neither a file's nor shared (`RssAnon`)."""
    lines = Path(f"/proc/{kodi.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def _quit(kodi: RealKodi, box: FakeSimkl) -> Row:
    """Compare Kodi's end with a sign-in open and without, in turn."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(QUITS):
        for signing_in in (False, True):
            if signing_in:
                box.reset()
                kodi.send(LINK)
                box.wait_for(lambda: box.codes, 10)
            seconds[signing_in].append(kodi.quit())
            kodi.start()
    with_, without = statistics.median(seconds[True]), statistics.median(seconds[False])
    what = f"Kodi: quit with a sign-in open, median of {QUITS}"
    return Row(what, f"{with_:.1f} s ({without:.1f} s without)", "at most 1 s more", with_ <= without + 1)
