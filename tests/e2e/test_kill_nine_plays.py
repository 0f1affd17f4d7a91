"""kill -9 at any moment of queueing and delivering loses no play and sends none twice.

A program (`playing_process`) plays through a list of films and episodes (a thousand in `make chance`), while the
network and Simkl fail now and then, and is killed half as often: before and in the commit of a play, before and in a
request, after its answer, and after what was answered is on the disk. A play whose answer was not on the disk yet is
sent again, as it must be; Simkl then says that it has it. Any other repetition is one too many.
"""

from __future__ import annotations

import json
import os
import random
import re
import select
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.auth.tokens import Token
from lib.system import timestamps
from lib.system.secrets import Secret
from tests.e2e import playing_process as playing
from tests.fakes.simkl import FakeSimkl, Movie, Show
from tests.trials import trials

pytestmark = pytest.mark.chance

KILLS = trials(500)
FAULTS = {
    "reset": {},
    "lost_answer": {},
    "hang": {},
    "write_lock": {},
    "status": {"status": 503},
    "truncated": {},
}
FAULTY = 0.25
ROOT = Path(__file__).resolve().parents[2]
SHOWS = -(-(playing.PLAYS - playing.FILMS) // playing.EPISODES)
FILM, SHOW = 8_000_000, 700_000


def catalogue() -> list:
    """Return the films and shows that are played."""
    films = [Movie(f"Film {n}", 2000, FILM + n, {"imdb": f"tt{FILM + n}"}) for n in range(playing.FILMS)]
    shows = [
        Show(f"Show {n}", 2001, SHOW + n, {"tvdb": str(SHOW + n)}, seasons={1: playing.EPISODES}) for n in range(SHOWS)
    ]
    return [*films, *shows]


def number_of(simkl: int, season: int | None, episode: int | None) -> int:
    """Return which play of the list this is."""
    return simkl - FILM if episode is None else playing.FILMS + (simkl - SHOW) * playing.EPISODES + episode - 1


class Program:
    """The program that plays, as a process of its own."""

    def __init__(self, folder: Path, api_url: str, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.playing_process", str(folder), api_url, str(seed)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, order: str, box: FakeSimkl) -> dict:
        """Have it make a run; return what is told of it, once the fake server is through with what was asked."""
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], 60)
        line = self._process.stdout.readline() if ready else ""
        assert line, "it has died by itself, or hangs"
        box.wait_for(lambda: all(each.status or each.fault for each in box.requests[-20:]))
        return json.loads(line)

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


@pytest.fixture
def box():
    with FakeSimkl(catalogue=catalogue(), limits=False) as box:
        yield box


@pytest.fixture
def home(tmp_path, box):
    token = Token(Secret(box.give_token()), box.client_id)
    AccountStore(tmp_path / "settings.yaml").save(DEFAULT_ACCOUNT, Account(token, "2026-11-24T06:00:00Z"))
    return tmp_path


def calls_with_marks(box: FakeSimkl) -> list[tuple[float, list[int], bool]]:
    """Return every call that marked something: when, which plays, and whether Simkl had one of them already."""
    marks = box.watched["sample_viewer"]
    of_history = {}
    for call in box.history_calls:
        rows = call.body
        named = [number_of(*film_key(film)) for film in rows.get("movies", [])]
        for show in rows.get("shows", []):
            simkl = int(show["ids"]["tvdb"])
            for season in show["seasons"]:
                named += [number_of(simkl, season["number"], each["number"]) for each in season["episodes"]]
        of_history[call.at] = named
    stops = [each for each in box.scrobbles if each.action == "stop"]
    told = [(each.at, [number_of(each.simkl, each.season, each.episode)]) for each in stops]
    seen: set[int] = set()
    found = []
    for at, numbers in sorted([*told, *of_history.items()]):
        found.append((at, numbers, bool(seen & set(numbers))))
        seen |= set(numbers)
    assert {number_of(*key) for key in marks} == seen
    return found


def film_key(film: dict) -> tuple[int, None, None]:
    return int(film["ids"]["imdb"][2:]), None, None


def test_every_play_arrives_once_however_often_the_program_is_killed(box, home):
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    print(f"SEED={seed} repeats the moments of the kills")
    chance = random.Random(seed)
    program = Program(home, box.url, seed)
    rows, hits, losses = 0, Counter(), 0
    for kill in range(KILLS):
        if chance.random() < FAULTY:
            fault = chance.choice(list(FAULTS))
            box.order(fault, path=chance.choice(["/scrobble", "/sync/history", "/"]), **FAULTS[fault])
        told = program.run(f"kill {playing.PHASES[kill % len(playing.PHASES)]}", box)
        assert told["rows"] == 0 or told["rows"] >= rows, "what was on the disk is gone"
        rows = max(rows, told["rows"])
        hits[told["phase"]] += told["hit"]
        losses += told["unanswered"] + told["in_flight"]
    box.clear_faults()
    program.run("finish", box)
    program.close()
    print(f"killed while {dict(hits)}, {losses} answers got lost, {rows} rows queued before the last run")

    marks = box.watched["sample_viewer"]
    assert sorted(number_of(*key) for key in marks) == list(range(playing.PLAYS))
    assert {mark.times for mark in marks.values()} == {1}
    calls = calls_with_marks(box)
    assert sum(again for _, _, again in calls) <= losses
    firsts = list(dict.fromkeys(number for _, numbers, _ in calls for number in numbers))
    assert firsts == sorted(firsts), "not in the order in which they were played"
    late = {number: mark for key, mark in marks.items() if playing.is_late(number := number_of(*key))}
    assert {n: mark.watched_at for n, mark in late.items()} == {
        n: timestamps.format_utc(playing.watched_at(n)) for n in late
    }
    orders = {}
    for each in box.scrobbles:
        key = each.simkl, each.season, each.episode
        orders[key] = orders.get(key, "") + each.action[:3]
    assert [order for order in orders.values() if not re.fullmatch(r"(sta)*(sto)*", order)] == []
    assert box.malformed == []
    with sqlite3.connect(home / "queue.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("SELECT count(*) FROM plays").fetchone() == (0,)
        assert file.execute("SELECT count(*) FROM playing").fetchone() == (0,)
        sequences = dict(file.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        assert sequences == {"plays": 2 * playing.PLAYS, "sent_plays": playing.PLAYS}, "each was queued and sent once"
    file.close()
    assert all(hits[phase] >= KILLS / 20 for phase in playing.PHASES)
