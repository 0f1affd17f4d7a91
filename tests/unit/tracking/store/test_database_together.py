"""The queue's file in several hands: the service and scripts in one process, and other programs beside it."""

from __future__ import annotations

import subprocess
import sys

from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.architecture.sources import ROOT
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import HARBOUR, KITES, LANTERN, OWNER

LOOKS = """
import sys
from lib.system.clock import Clock
from pathlib import Path
from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
queue = PlayQueue(Path(sys.argv[1]), Clock())
print(*(play.label for play in queue.listing(sys.argv[2], "waiting")), sep=", ")
queue.close()
"""


def seen_by_another_program(path):
    command = [sys.executable, "-c", LOOKS, str(path), OWNER]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def test_a_script_that_opens_the_queue_and_closes_it_leaves_the_service_its_locks(tmp_path):
    path = tmp_path / "queue.db"
    service = PlayQueue(path, FakeClock())
    service.add(OWNER, [Play("watched", HARBOUR, NOON)])
    PlayQueue(path, FakeClock()).close()
    assert seen_by_another_program(path) == HARBOUR.label
    service.add(OWNER, [Play("watched", KITES, NOON)])
    PlayQueue(path, FakeClock(), check=True).close()
    assert seen_by_another_program(path) == f"{HARBOUR.label}, {KITES.label}"
    service.add(OWNER, [Play("watched", LANTERN, NOON)])
    service.close()
    assert seen_by_another_program(path) == f"{HARBOUR.label}, {KITES.label}, {LANTERN.label}"
