"""The request lock over processes: however many write, one is at it at a time, 1.1 s apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lib.account import rate_limit
from lib.account.rate_limit import WRITE_INTERVAL
from tests.fakes.clock import NOON
from tests.unit.account import rate_limit_process

ROOT = Path(rate_limit.__file__).parents[2]
BOUND = 60.0
PROCESSES, WRITES = 4, 12


def test_however_many_processes_write_they_take_turns(tmp_path):
    (tmp_path / "clock").write_text(repr(NOON))
    command = [sys.executable, "-m", rate_limit_process.__name__, str(tmp_path), str(PROCESSES), str(WRITES)]
    subprocess.run(command, cwd=ROOT, timeout=BOUND, check=True)
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert len(lines) == 2 * PROCESSES * WRITES
    ins, outs = lines[::2], lines[1::2]
    assert [(name, "in") for name, *_ in outs] == [(name, what) for name, what, _ in ins], "two at once"
    assert {what for _, what, _ in outs} == {"out"}
    gaps = [float(later[2]) - float(earlier[2]) for earlier, later in zip(outs, ins[1:])]
    assert min(gaps) >= WRITE_INTERVAL - 1e-5
