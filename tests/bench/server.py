"""What a delivery to the server costs beside a bare answer under the same load, and what many people cost it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import timeit
from collections import Counter
from pathlib import Path
from typing import Any, Callable

import psutil
import urllib3

from lib.account.refresh_time import refresh_lead
from lib.account.store import Account
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import V2, Token
from lib.system import timestamps
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.play import WATCHED, Play
from lib.tracking.store.queue import PlayQueue
from tests.bench import server_full
from tests.bench.load import films, item, movie
from tests.bench.rows import Row
from tests.fakes.ports import free_port
from tests.fakes.simkl import FakeSimkl
from tests.web.served import FIRST_USER_ID, ServedProgram

SECONDS = 6.0
CLIENTS = [f"viewer{number}" for number in range(8)]
AIM_SHARE, AIM_P99 = 1 / 3, 0.015

CROWDS = (1, 100, 1000)
PEOPLE, PLAYS_EACH = 1000, 10
MOST_MEMORY_MB = 128.0
DRAINED_WITHIN = 900.0
DAY, HOUR = 86_400.0, 3600.0
TOKEN_DAYS, WEEKS, SETTLED_WEEKS = 7.0, 12, 7
MONDAY = 1_795_996_800.0
LINKED = (("over a week", 7 * DAY), ("within an hour", HOUR))
REFRESH_RULES: dict[str, Callable[[Account, Token], float]] = {
    "a day before the end": lambda account, token: 0.0,
    "up to two days earlier": refresh_lead,
}


def measure(folder: Path) -> list[Row]:
    """Put the server and a bare answer under the same load, fill a store, and have more and more people."""
    folder.mkdir(parents=True)
    refreshes = [_refreshes(words, seconds, rule) for words, seconds in LINKED for rule in REFRESH_RULES]
    full = server_full.measure(folder / "full")
    return [*_beside_hello(folder), *full, _memory(folder), _drain(folder), *refreshes]


def _beside_hello(folder: Path) -> list[Row]:
    port = free_port()
    serve = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--threads=8", "tests.bench.load:hello"]
    hello = subprocess.Popen(serve, stderr=subprocess.DEVNULL)
    known = [movie(int(film.number)) for client in range(len(CLIENTS)) for film in films(client)]
    with FakeSimkl(limits=False, catalogue=known) as box:
        program = ServedProgram(folder, box, CLIENTS)
        started = timeit.timeit(program.start, number=1)
        urllib3.request("GET", f"http://127.0.0.1:{port}/", retries=urllib3.Retry(10, backoff_factor=0.02))
        bare = _under_load(port, "/")
        ours = _under_load(program.port, program.hook.partition(str(program.port))[2])
        program.terminate()
    hello.kill()
    hello.wait()
    share = ours["a_second"] / bare["a_second"]
    slowest = f"{ours['p99'] * 1000:.0f} ms (hello {bare['p99'] * 1000:.0f})"
    what = f"{len(CLIENTS)} clients at once, each delivery on the disk before its answer"
    return [
        Row("start of the server until it answers", f"{started:.1f} s"),
        Row(f"{what}, a second", f"{ours['a_second']:.0f} of hello's {bare['a_second']:.0f}", f"aim {AIM_SHARE:.0%}"),
        Row(f"{what}, share of hello's", f"{share:.0%}", f"aim {AIM_SHARE:.0%}"),
        Row(f"{what}, p99", slowest, f"aim {AIM_P99 * 1000:.0f} ms"),
    ]


def _under_load(port: int, path: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.load", str(port), path, str(SECONDS)]
    return dict(json.loads(subprocess.check_output(command)))


def _memory(folder: Path) -> Row:
    used = []
    for number in CROWDS:
        with FakeSimkl(limits=False) as box:
            program = _program(folder / f"memory-{number}", box, number)
            program.start()
            used.append(psutil.Process(program.pid).memory_info().rss / 2**20)
            program.terminate()
    figure = ", ".join(f"{each:.0f} MB" for each in used)
    what = f"memory with {', '.join(f'{each:,}' for each in CROWDS)} linked people"
    return Row(what, figure, f"< {MOST_MEMORY_MB:.0f} MB", max(used) < MOST_MEMORY_MB)


def _drain(folder: Path) -> Row:
    """Let plays wait for everybody, as after a failure of Simkl, and start the server."""
    wanted = PEOPLE * PLAYS_EACH
    with FakeSimkl(limits=False, catalogue=map(movie, range(PLAYS_EACH))) as box:
        program = _program(folder / "drain", box, PEOPLE)
        _fill(program.state / "plays.db")
        began = time.perf_counter()
        program.start()
        box.wait_for(lambda: sum(len(marks) for marks in box.watched.values()) >= wanted, DRAINED_WITHIN)
        lasted = time.perf_counter() - began
        counts = {mark.times for marks in box.watched.values() for mark in marks.values()}
        program.terminate()
    what = f"{wanted:,} waiting plays of {PEOPLE:,} people have arrived once each, at one POST a second a person"
    return Row(what, f"{lasted:.0f} s", "once each", counts == {1})


def _fill(path: Path) -> None:
    clock = Clock()
    queue = PlayQueue(path, clock)
    with queue.database.changing():
        for film in range(PLAYS_EACH):
            for person in range(PEOPLE):
                queue.add(str(FIRST_USER_ID + person), [Play(WATCHED, item(film), clock.wall() - HOUR)])
    queue.close()


def _refreshes(how: str, within: float, rule: str) -> Row:
    """Count refreshes by hour; everybody plays something once an evening."""
    lead = REFRESH_RULES[rule]
    chance = random.Random(1)
    hours: Counter[int] = Counter()
    for person in range(PEOPLE):
        account = _linked(person, MONDAY + chance.uniform(0, within))
        for day in range(1, 7 * WEEKS):
            now = MONDAY + (day + chance.uniform(18, 23) / 24) * DAY
            if account.token.is_ending(now, lead(account, account.token)):
                account = _linked(person, now)
                hours[int(now // HOUR)] += 1
    late = [count for hour, count in hours.items() if hour > (MONDAY + 7 * (WEEKS - SETTLED_WEEKS) * DAY) // HOUR]
    weeks = sum(hours.values()) / WEEKS
    what = f"AUTH V2 refreshes of {PEOPLE:,} people linked {how}, {WEEKS} weeks, {rule}"
    figure = f"{max(hours.values())} in the fullest hour, {max(late)} in the last {SETTLED_WEEKS} weeks"
    return Row(what, f"{figure}, {weeks:.0f} a week")


def _linked(person: int, at: float) -> Account:
    token = Token(Secret("access"), "client", V2, Secret("refresh"), at + TOKEN_DAYS * DAY)
    return Account(token, timestamps.format_utc(at), User(FIRST_USER_ID + person, "somebody"))


def _program(folder: Path, box: FakeSimkl, people: int) -> ServedProgram:
    folder.mkdir(parents=True)
    return ServedProgram(folder, box, [f"viewer{number}" for number in range(people)])
