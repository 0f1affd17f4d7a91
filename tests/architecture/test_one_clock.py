"""Only lib/system/clock.py reads the device's clocks or sleeps; everybody else is given a `Clock`."""

from __future__ import annotations

from typing import Iterator

from tests.architecture.sources import PLUGIN, Found, Source, misjudged, offenders

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
    for name, node in source.used:
        head, _, tail = name.rpartition(".")
        if (head == "time" and tail in READS) or name in DATES:
            yield source.found(node, name)
    for call in source.calls:
        head, _, tail = source.full_name(call.func).rpartition(".")
        if head == "time" and tail in NOW_BY_DEFAULT and len(call.args) <= NOW_BY_DEFAULT[tail]:
            yield source.found(call, f"time.{tail} of now")


def test_nobody_else_reads_a_clock():
    assert offenders(reads_a_clock, *PLUGIN, allowed=ALLOWED) == []


def test_a_clock_is_told_from_a_time_that_is_given():
    broken = [
        "import time\ntime.time()",
        "import time\ndef f(clock=time.monotonic):\n    pass",
        "from time import monotonic as now\nnow()",
        "import time\ntime.sleep(1)",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.now()",
        "import time\ntime.localtime()",
        "import time\ntime.strftime('%Y')",
    ]
    kept = [
        "clock.monotonic() + clock.wall()",
        "import time\ntime.strftime('%Y', time.localtime(at))",
        "import datetime\ndatetime.datetime.fromtimestamp(at)",
        (CLOCK, "import time\ntime.time()"),
    ]
    assert misjudged(reads_a_clock, broken, kept) == []
