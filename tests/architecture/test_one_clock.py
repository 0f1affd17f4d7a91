"""Only lib/system/clock.py reads the device's clocks or sleeps; everybody else is given a `Clock`."""

from __future__ import annotations

import ast
from typing import Iterator

import pytest

from tests.architecture.sources import PLUGIN, Found, Source, sources

CLOCK = "lib/system/clock.py"
READS = {
    "clock", "clock_gettime", "clock_gettime_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "sleep", "time", "time_ns",
}  # fmt: skip
NOW_BY_DEFAULT = {"asctime": 0, "ctime": 0, "gmtime": 0, "localtime": 0, "strftime": 1}  # by the arguments before it
DATES = {"datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today"}
ALLOWED = {
    ("lib/system/timetable.py", "datetime.datetime.now"): "`schedule` keeps its times by it, and this moves them along",
}


def reads_a_clock(source: Source) -> Iterator[Found]:
    """Find what reads a clock of the device or sleeps, whether it is called or handed on."""
    if source.path == CLOCK:
        return
    for name, node in [*source.references(), *source.imports()]:
        head, _, tail = name.rpartition(".")
        if (head == "time" and tail in READS) or name in DATES:
            yield source.found(node, name)
    for call in (node for node in source.nodes if isinstance(node, ast.Call)):
        head, _, tail = source.full_name(call.func).rpartition(".")
        if head == "time" and tail in NOW_BY_DEFAULT and len(call.args) <= NOW_BY_DEFAULT[tail]:
            yield source.found(call, f"time.{tail} of now")


def test_nobody_else_reads_a_clock():
    found = [each for source in sources(*PLUGIN) for each in reads_a_clock(source)]
    assert [each for each in found if (each.path, each.what) not in ALLOWED] == []
    assert {(each.path, each.what) for each in found} == set(ALLOWED), "an exception that nobody needs any more"


BROKEN = {
    "a wall clock": "import time\ntime.time()",
    "a clock by default": "import time\ndef f(clock=time.monotonic):\n    pass",
    "a clock by another name": "from time import monotonic as now\nnow()",
    "a sleep": "import time\ntime.sleep(1)",
    "a date": "import datetime\ndatetime.datetime.now()",
    "a date by its class": "from datetime import datetime\ndatetime.now()",
    "a local time of now": "import time\ntime.localtime()",
    "a text of now": "import time\ntime.strftime('%Y')",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_clock_is_noticed(text):
    assert list(reads_a_clock(Source("lib/kodi/sample.py", text)))


KEPT = {
    "a given clock": "clock.monotonic() + clock.wall()",
    "a time that is given": "import time\ntime.strftime('%Y', time.localtime(at))",
    "a date that is given": "import datetime\ndatetime.datetime.fromtimestamp(at)",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_is_right_is_left_alone(text):
    assert list(reads_a_clock(Source("lib/kodi/sample.py", text))) == []
