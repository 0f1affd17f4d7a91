"""The queue's file in several hands: the service and scripts in one process, and other programs beside it."""

from __future__ import annotations

import subprocess
import sys

from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import HARBOUR, KITES, LANTERN, OWNER

LOOKS = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM plays').fetchone())"


def seen_by_another_program(path):
    """Return how many plays another program sees, which uses sqlite as it pleases."""
    command = [sys.executable, "-c", LOOKS, str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)


def test_a_script_that_opens_the_queue_and_closes_it_leaves_the_service_its_locks(tmp_path):
    path = tmp_path / "queue.db"
    service = PlayQueue(path, FakeClock())
    service.add(OWNER, [Play("watched", HARBOUR, NOON)])
    PlayQueue(path, FakeClock()).close()
    assert seen_by_another_program(path) == 1
    service.add(OWNER, [Play("watched", KITES, NOON)])
    PlayQueue(path, FakeClock(), check=True).close()
    assert seen_by_another_program(path) == 2
    service.add(OWNER, [Play("watched", LANTERN, NOON)])
    service.close()
    assert seen_by_another_program(path) == 3
