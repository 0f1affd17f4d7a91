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
from tests.unit.account.refreshing import WEEK, LinkedTv, box_for_tokens, refused_more_than_once

pytestmark = pytest.mark.chance

ROOT = Path(__file__).resolve().parents[3]
REFRESHES, KILLS = trials(200), trials(20)


@pytest.fixture
def box():
    with box_for_tokens() as box:
        yield box


@pytest.fixture
def tv(box, tmp_path):
    return LinkedTv(box, tmp_path)


@pytest.mark.parametrize("users", [1, 4, 16])
@pytest.mark.parametrize("over", ["nearly over", "refused"])
def test_however_many_threads_use_a_token_it_is_refreshed_once_when_it_ends(tv, box, users, over):
    access = tv.access()
    for expiry in (1, 2):
        if over == "refused":
            box.advance(WEEK)
        else:
            tv.nearly_over()
        together = threading.Barrier(users)

        def use(_, together=together):
            together.wait(60)
            return access.call(fetch_user).id

        with ThreadPoolExecutor(users) as pool:
            assert list(pool.map(use, range(users))) == [USER.id] * users
        assert len(box.refreshes) == expiry


@pytest.mark.parametrize("users", [4, 16])
def test_however_many_processes_use_a_token_it_is_refreshed_once_when_it_ends(tv, box, users):
    """Each thread has an `Access` of its own here, which shares nothing with the others but the files."""
    accesses = [tv.access(f"process {number}") for number in range(users)]
    tv.nearly_over()
    with ThreadPoolExecutor(users) as pool:
        assert len(set(pool.map(lambda access: access.token().access, accesses))) == 1
    assert len(box.refreshes) == 1


def test_two_processes_that_are_killed_at_any_moment_use_no_dead_token_twice_and_lose_no_refresh_token(
    tv, box, tmp_path
):
    grant = tv.grant
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", refreshing_process.__name__, name, str(tmp_path), box.api_url, "7"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
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
                box.order("lost_answer", path="/oauth2/token", times=1 + number % 3)
        program.stdin.close()
        return program.wait(60)

    stuck = threading.Timer(60, lambda: [program.kill() for program in programs])
    stuck.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(drive, programs)) == [0, 0]
    finally:
        stuck.cancel()
        for program in programs:
            program.kill()
            program.wait()
            program.stdout.close()
    assert enough(), "tokens were killed under somebody's hands, or this proves nothing"
    assert refused_more_than_once(box) == []
    assert [(each.id, each.ended_at) for each in box.grants] == [(grant.id, None)]
    box.clear_faults()
    tv.wall += 1000 * WEEK
    assert tv.access().call(fetch_user).id == USER.id
