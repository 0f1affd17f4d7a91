"""How soon an approval is on disk, and how many requests a link costs: the real program against a fake Simkl server."""

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

PLUGIN = Path(__file__).resolve().parents[2] / "plugin.py"
LINKS, AT_ONCE, INTERVAL = 20, 5, 2.0
LOOK_EVERY = 0.002


@dataclass(frozen=True)
class Linked:
    """One link: seconds from approval to the token on disk, requests of the PIN flow, and what the rule allows."""

    delay: float
    requests: int
    allowed: int


def measure(folder: Path) -> list[Row]:
    """Link twenty times and return what that came to."""
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
    return [
        at_most(f"approval to token on disk, mean of {LINKS} ({INTERVAL:.0f} s interval)", mean, INTERVAL / 2 + 0.2),
        at_most("approval to token on disk, longest", most, INTERVAL + 0.3),
        Row(
            "requests of all links (1 + ceil(seconds / interval) each)",
            f"{spent}, {over} links over",
            f"<= {allowed}",
            over == 0,
        ),
        Row("polls faster than the interval", str(too_fast), "0", too_fast == 0),
    ]


def _link(box: FakeSimkl, folder: Path, wait: float) -> Linked:
    settings = folder / "settings.yaml"
    environ = {
        **os.environ,
        "SIMKL_SETTINGS": str(settings),
        "SIMKL_CLIENT_ID": box.client_id,
        "SIMKL_API_URL": box.url,
        "SIMKL_SITE_URL": box.url,
    }
    program = subprocess.Popen(
        [sys.executable, str(PLUGIN), "link", "--json"], env=environ, stdout=subprocess.PIPE, text=True
    )
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
