"""How soon an approval is on disk, how many requests a link costs, and what opening the menu costs in Python."""

from __future__ import annotations

import json
import math
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.bench.rows import Row, at_most
from tests.fakes.simkl import FakeSimkl

ROOT = Path(__file__).resolve().parents[2]
LINKS, AT_ONCE, INTERVAL = 20, 5, 2.0
LOOK_EVERY = 0.002
HEAVY = ("requests", "urllib3", "yaml", "schedule", "segno", "filelock")
RUNS = 7

PROBE = """
import json, sys, tempfile, time
from pathlib import Path
from tests.fakes.kodi import KodiStub
heavy = {heavy!r}
before = set(sys.modules)
kodi = KodiStub(Path({root!r}), Path(tempfile.mkdtemp()))
with kodi.installed():
    start = time.perf_counter()
    kodi.run(["plugin://plugin.video.simkl/", "1", ""])
    seconds = time.perf_counter() - start
    loaded = sorted(set(sys.modules) - before)
print(json.dumps([seconds, [name for name in heavy if name in loaded], len(loaded)]))
"""


@dataclass(frozen=True)
class Linked:
    """One link: seconds from approval to the token on disk, requests of the PIN flow, and what the rule allows."""

    delay: float
    requests: int
    allowed: int


def measure(folder: Path) -> list[Row]:
    """Link twenty times, open the menu, and return what that came to."""
    # Every moment of an interval is as likely as another; twenty evenly spread ones stand for all of them.
    waits = [INTERVAL * (1 + i % 2 + (i + 0.5) / LINKS) for i in range(LINKS)]
    random.Random(4).shuffle(waits)
    with FakeSimkl(interval=INTERVAL, limits=False) as box, ThreadPoolExecutor(AT_ONCE) as pool:
        links = list(pool.map(lambda job: _link(box, folder / str(job[0]), job[1]), enumerate(waits)))
        too_fast = len(box.too_fast)
    delays = [link.delay for link in links]
    mean, most = statistics.mean(delays), max(delays)
    over = sum(link.requests > link.allowed for link in links)
    spent, allowed = sum(link.requests for link in links), sum(link.allowed for link in links)
    what = "requests of all links (1 + ceil(seconds / interval) each)"
    return [
        at_most(f"approval to token on disk, mean of {LINKS} ({INTERVAL:.0f} s interval)", mean, INTERVAL / 2 + 0.2),
        at_most("approval to token on disk, longest", most, INTERVAL + 0.3),
        Row(what, f"{spent}, {over} links over", f"<= {allowed}", over == 0),
        Row("polls faster than the interval", str(too_fast), "0", too_fast == 0),
        *_menu(),
    ]


def _link(box: FakeSimkl, folder: Path, wait: float) -> Linked:
    settings = folder / "settings.yaml"
    environ = dict(os.environ, SIMKL_SETTINGS=str(settings), SIMKL_CLIENT_ID=box.client_id)
    environ.update(SIMKL_API_URL=box.url, SIMKL_SITE_URL=box.url)
    link = [sys.executable, "plugin.py", "link", "--json"]
    program = subprocess.Popen(link, env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    user_code = next(e["user_code"] for e in map(json.loads, program.stdout) if e["event"] == "code")
    started = next(c.created for c in box.codes if c.user_code == user_code)
    threading.Event().wait(max(0.0, started + wait - time.monotonic()))
    approved = time.monotonic()
    box.approve(user_code)
    while not (settings.exists() and "access_token" in settings.read_text("utf-8")):
        threading.Event().wait(LOOK_EVERY)
    stored = time.monotonic()
    program.stdout.read()
    assert program.wait() == 0
    polls = sum(r.path == f"/oauth/pin/{user_code}" for r in box.requests)
    return Linked(stored - approved, 1 + polls, 1 + math.ceil((stored - started) / INTERVAL))


def _menu() -> list[Row]:
    """Open the menu in fresh interpreters, with the strict stub in Kodi's place."""
    probe = PROBE.format(heavy=HEAVY, root=str(ROOT))
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", probe], cwd=ROOT)) for _ in range(RUNS)]
    seconds, heavy, modules = min(runs)
    return [
        Row(f"menu: imports and listing, best of {RUNS}", f"{seconds * 1000:.0f} ms, {modules} modules"),
        Row("menu: heavy libraries imported", ", ".join(heavy) or "none", "none", not heavy),
    ]
