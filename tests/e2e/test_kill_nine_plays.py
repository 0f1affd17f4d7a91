"""kill -9 at any moment of queueing and delivering loses no play and sends none twice.

A program (`playing_process`) plays through a list of episodes, while the network and Simkl fail now and then,
and is killed half as often: before and in the commit of a play, before and in a request, after its answer, and after
what was answered is on the disk. A play whose answer was not on the disk yet is sent again, as it must be; Simkl then
says that it has it. Any other repetition is one too many.
"""

from __future__ import annotations

import contextlib
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
from typing import Any, Callable, Iterator

import pytest

from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.auth.tokens import Token
from lib.system import timestamps
from lib.system.secrets import Secret
from tests.e2e import playing_process as playing
from tests.e2e.playing_process import EPISODES, FIRST_SHOW, PLAYS
from tests.fakes.simkl import FakeSimkl, Show
from tests.trials import trials

pytestmark = pytest.mark.chance

KILLS = trials(300)
FAULTS = ["reset", "lost_answer", "hang", "write_lock", "truncated", "status"]
FAULTY = 0.25
ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = [
    Show(f"Show {n}", 2001, FIRST_SHOW + n, {"tvdb": str(FIRST_SHOW + n)}, seasons={1: EPISODES})
    for n in range(-(-PLAYS // EPISODES))
]


def number_of(simkl: int, season: int, episode: int) -> int:
    """Return which play of the list this is."""
    return (simkl - FIRST_SHOW) * EPISODES + episode - 1


def numbers_of(body: dict[str, Any]) -> list[int]:
    """Return which plays were marked with one call."""
    return [
        number_of(int(show["ids"]["tvdb"]), season["number"], episode["number"])
        for show in body["shows"]
        for season in show["seasons"]
        for episode in season["episodes"]
    ]


@pytest.fixture
def box():
    with FakeSimkl(catalogue=CATALOGUE, limits=False) as box:
        yield box


@contextlib.contextmanager
def runs(folder: Path, box: FakeSimkl, seed: int) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Give out how to have the program make a run, which returns what is told of it."""
    command = [sys.executable, "-m", playing.__name__, str(folder), box.url, str(seed)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:

        def run(order: str) -> dict[str, Any]:
            process.stdin.write(f"{order}\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], 60)
            line = process.stdout.readline() if ready else ""
            assert line, "it has died by itself, or hangs"
            box.wait_for(lambda: all(each.status or each.fault for each in box.requests[-20:]))
            return json.loads(line)

        try:
            yield run
        finally:
            process.kill()


def test_every_play_arrives_once_however_often_the_program_is_killed(box, tmp_path):
    token = Token(Secret(box.give_token()), box.client_id)
    AccountStore(tmp_path / "settings.yaml").save(DEFAULT_ACCOUNT, Account(token, "2026-11-24T06:00:00Z"))
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    print(f"SEED={seed} repeats the moments of the kills")
    chance = random.Random(seed)
    rows, hits, losses = 0, Counter(), 0
    with runs(tmp_path, box, seed) as run:
        for kill in range(KILLS):
            if chance.random() < FAULTY:
                fault, path = chance.choice(FAULTS), chance.choice(["/scrobble", "/sync/history", "/"])
                box.order(fault, path=path, **({"status": 503} if fault == "status" else {}))
            told = run(f"kill {playing.PHASES[kill % len(playing.PHASES)]}")
            assert told["rows"] == 0 or told["rows"] >= rows, "what was on the disk is gone"
            rows = max(rows, told["rows"])
            hits[told["phase"]] += told["hit"]
            losses += told["unanswered"] + told["in_flight"]
        box.clear_faults()
        run("finish")
    print(f"killed while {dict(hits)}, {losses} answers got lost, {rows} rows queued before the last run")
    assert all(hits[phase] >= KILLS / 20 for phase in playing.PHASES)
    assert_each_is_marked_once_in_its_order(box, losses)
    assert box.malformed == []
    with contextlib.closing(sqlite3.connect(tmp_path / "queue.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("SELECT count(*) FROM plays").fetchone() == (0,)
        assert file.execute("SELECT count(*) FROM playing").fetchone() == (0,)
        sequences = dict(file.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        assert sequences == {"plays": 2 * PLAYS, "sent_plays": PLAYS}, "each was queued and sent once"


def assert_each_is_marked_once_in_its_order(box: FakeSimkl, losses: int) -> None:
    marks = {number_of(*key): mark for key, mark in box.watched["sample_viewer"].items()}
    assert sorted(marks) == list(range(PLAYS))
    assert {mark.times for mark in marks.values()} == {1}
    for number, mark in marks.items():
        assert not playing.is_late(number) or mark.watched_at == timestamps.format_utc(playing.watched_at(number))
    calls = [(call.at, numbers_of(call.body)) for call in box.history_calls]
    orders = {}
    for each in box.scrobbles:
        number = number_of(each.simkl, each.season, each.episode)
        orders[number] = orders.get(number, "") + each.action[:3]
        calls += [(each.at, [number])] if each.action == "stop" else []
    assert [order for order in orders.values() if not re.fullmatch(r"(sta)*(sto)*", order)] == []
    told, repeated = [], 0
    for _, numbers in sorted(calls):
        repeated += not set(numbers).isdisjoint(told)
        told += numbers
    assert repeated <= losses
    assert list(dict.fromkeys(told)) == list(range(PLAYS)), "not in the order in which they were played"
