"""One refresh at a time, over threads and processes: no dead token is used twice, and no refresh token is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.simkl.api.users import fetch_user
from lib.system.secrets import Secret
from tests.trials import trials
from tests.unit.account import refreshing_process
from tests.unit.account.doubles import USER
from tests.unit.account.refreshing import TOKENS, WEEK, refused_more_than_once

pytestmark = pytest.mark.chance

ROOT = Path(__file__).resolve().parents[3]
BOUND = 60.0
REFRESHES, KILLS, USERS = trials(200), trials(20), 8


@pytest.mark.parametrize("over", ["nearly over", "refused"])
def test_however_many_threads_use_a_token_it_is_refreshed_once_when_it_ends(tv, box, over):
    access = tv.access()
    together = threading.Barrier(USERS)

    def use(_):
        together.wait(BOUND)
        return access.call(fetch_user).id

    for expiry in (1, 2):
        if over == "refused":
            box.advance(WEEK)
        else:
            tv.nearly_over()
        with ThreadPoolExecutor(USERS) as pool:
            assert list(pool.map(use, range(USERS))) == [USER.id] * USERS
        assert len(box.refreshes) == expiry


def test_clients_that_share_nothing_but_the_files_refresh_once_as_well(tv, box):
    clients = [tv.access(f"process {number}") for number in range(USERS)]
    tv.nearly_over()
    with ThreadPoolExecutor(USERS) as pool:
        assert len(set(pool.map(lambda client: client.token().access, clients))) == 1
    assert len(box.refreshes) == 1


@pytest.fixture
def programs(box, tmp_path):
    """Two programs that use the account in processes that they kill; dead after the test, or after a bound."""
    command = [sys.executable, "-m", refreshing_process.__name__]
    started = [
        subprocess.Popen(
            [*command, name, str(tmp_path), box.api_url, "7"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    stuck = threading.Timer(BOUND, lambda: [program.kill() for program in started])
    stuck.start()
    yield started
    stuck.cancel()
    for program in started:
        program.kill()
        program.wait()
        program.stdout.close()


def test_two_processes_that_are_killed_at_any_moment_use_no_dead_token_twice_and_lose_no_refresh_token(
    tv, box, programs
):
    grant = tv.grant
    ends = {"done": 0, "killed": 0}

    def enough():
        return len(box.refreshes) >= REFRESHES and ends["killed"] >= KILLS

    def drive(program):
        number = 0
        while not enough():
            program.stdin.write("run\n")
            program.stdin.flush()
            ends[program.stdout.readline().strip()] += 1
            assert tv.account.token.refresh == Secret(grant.refresh_token), "whatever happens, the file holds it"
            number += 1
            if number % 8 == 0:
                box.order("lost_answer", path=TOKENS, times=1 + number % 3)
        program.stdin.close()
        return program.wait(BOUND)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(drive, programs)) == [0, 0]
    assert enough(), "tokens were killed under somebody's hands, or this proves nothing"
    assert refused_more_than_once(box) == []
    assert [(each.id, each.ended_at) for each in box.grants] == [(grant.id, None)]
    box.clear_faults()
    tv.passes(1000 * WEEK)
    assert tv.access().call(fetch_user).id == USER.id
