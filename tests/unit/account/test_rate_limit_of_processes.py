"""The request lock over processes: however many write, one is at it at a time, 1.1 s apart.

The request lock falls with its process.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lib.account import rate_limit
from lib.account.rate_limit import WRITE_INTERVAL, RateLimiter
from tests.fakes.clock import NOON, FakeClock
from tests.unit.account import rate_limit_process

ROOT = Path(rate_limit.__file__).parents[2]
BOUND = 60.0
PROGRAMS, WRITES = 4, 12
HOLD = """
import sys
from pathlib import Path
from lib.account.rate_limit import RateLimiter
from lib.system.clock import Clock
with RateLimiter(Path(sys.argv[1]), Clock()).acquire(writes=True):
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def started():
    """Start a program whose lines can be read; it is dead after the test, or after a bound."""
    running = []

    def start(*arguments):
        program = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        stuck = threading.Timer(BOUND, program.kill)
        stuck.start()
        running.append((program, stuck))
        return program

    yield start
    for program, stuck in running:
        stuck.cancel()
        program.kill()
        program.communicate(timeout=BOUND)


def test_however_many_processes_write_they_take_turns(tmp_path, started):
    (tmp_path / "clock").write_text(repr(NOON))
    programs = [
        started("-m", rate_limit_process.__name__, f"program-{number}", str(tmp_path), str(WRITES))
        for number in range(PROGRAMS)
    ]
    for program in programs:
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        program.stdin.write("go\n")
        program.stdin.flush()
    assert [program.wait(BOUND) for program in programs] == [0] * PROGRAMS
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert len(lines) == 2 * PROGRAMS * WRITES
    ins, outs = lines[::2], lines[1::2]
    assert [(name, "in") for name, *_ in outs] == [(name, what) for name, what, _ in ins], "two at once"
    assert {what for _, what, _ in outs} == {"out"}
    gaps = [float(later[2]) - float(earlier[2]) for earlier, later in zip(outs, ins[1:])]
    assert min(gaps) >= WRITE_INTERVAL - 1e-5


def test_a_process_that_is_killed_at_it_leaves_the_turn_to_others(tmp_path, started, monkeypatch):
    monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", 0.0)
    settings = tmp_path / "settings.yaml"
    clock = FakeClock()
    ours = RateLimiter(settings, clock, clock.pause)
    other = started("-c", HOLD, str(settings))
    assert other.stdout.readline() == "in\n"
    with pytest.raises(TimeoutError), ours.acquire(writes=True):
        pytest.fail("two have it")
    other.kill()
    other.wait(BOUND)
    monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", BOUND)
    with ours.acquire(writes=True):
        assert clock.pauses == []
