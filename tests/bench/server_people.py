"""What many people cost a server: memory, the time until all that waits for them has arrived, and refreshes."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

from lib.simkl.api.media import MOVIE, Item
from lib.simkl.auth.tokens import V2, Token
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.play import WATCHED, Play
from lib.tracking.store.queue import PlayQueue
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl, Movie
from tests.web.served import FIRST_USER_ID, ServedProgram

CROWDS = (1, 100, 1000)
PEOPLE, PLAYS_EACH = 1000, 10
FIRST_FILM = 8_000_000
MOST_MEMORY_MB = 128.0
DRAINED_WITHIN = 900.0
DAY, HOUR = 86_400.0, 3600.0
TOKEN_DAYS, WEEKS = 7.0, 8


def measure(folder: Path) -> list[Row]:
    """Start it with more and more people, let a long queue drain, and count refreshes."""
    return [_memory(folder), _drain(folder), _refreshes()]


def _memory(folder: Path) -> Row:
    used = []
    for number in CROWDS:
        with FakeSimkl(limits=False) as box:
            program = _program(folder / f"memory-{number}", box, number)
            program.start()
            used.append(_resident_mb(program.pid))
            program.terminate()
    figure = ", ".join(f"{each:.0f} MB" for each in used)
    what = f"memory with {', '.join(f'{each:,}' for each in CROWDS)} linked people"
    return Row(what, figure, f"< {MOST_MEMORY_MB:.0f} MB", max(used) < MOST_MEMORY_MB)


def _drain(folder: Path) -> Row:
    """Let plays wait for everybody, as after a failure of Simkl, and start the server."""
    films = [Movie(f"Film {n}", 2000, FIRST_FILM + n, {"imdb": f"tt{FIRST_FILM + n}"}) for n in range(PLAYS_EACH)]
    with FakeSimkl(limits=False, catalogue=films) as box:
        program = _program(folder / "drain", box, PEOPLE)
        _fill(program.state / "plays.db")
        began = time.perf_counter()
        program.start()
        wanted = PEOPLE * PLAYS_EACH
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
            item = Item(MOVIE, f"Film {film}", 2000, (("imdb", f"tt{FIRST_FILM + film}"),))
            for person in range(PEOPLE):
                queue.add(str(FIRST_USER_ID + person), [Play(WATCHED, item, clock.wall() - HOUR)])
    queue.close()


def _refreshes() -> Row:
    """Count refreshes by hour: all were linked in one week, and each plays something once an evening."""
    chance = random.Random(1)
    hours: Counter[int] = Counter()
    for _ in range(PEOPLE):
        ends = chance.uniform(0, 7 * DAY) + TOKEN_DAYS * DAY
        for day in range(7, 7 * WEEKS):
            now = (day + chance.uniform(18, 23) / 24) * DAY
            token = Token(Secret("access"), "client", V2, Secret("refresh"), ends)
            if token.is_ending(now):
                ends = now + TOKEN_DAYS * DAY
                hours[int(now // HOUR)] += 1
    weeks = sum(hours.values()) / (WEEKS - 1)
    figure = f"{max(hours.values())} in the fullest hour, {weeks:.0f} a week"
    return Row(f"AUTH V2 refreshes of {PEOPLE:,} people who were linked in one week, in {WEEKS} weeks", figure)


def _program(folder: Path, box: FakeSimkl, people: int) -> ServedProgram:
    folder.mkdir(parents=True)
    return ServedProgram(folder, box, [f"viewer{number}" for number in range(people)])


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
