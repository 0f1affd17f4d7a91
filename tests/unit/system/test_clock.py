"""The device's clock."""

from __future__ import annotations

import sys

import pytest

from lib.system.clock import Clock


def test_the_wall_clock_counts_from_1970_and_the_boot_time_counts_suspension_on_linux():
    assert Clock().wall() > 1_700_000_000
    assert Clock.counts_suspend == sys.platform.startswith("linux")


@pytest.mark.parametrize("counts_suspend", [Clock.counts_suspend, False])
def test_what_never_jumps_does_not_go_back(counts_suspend):
    clock = Clock()
    clock.counts_suspend = counts_suspend
    before = clock.monotonic(), clock.boot()
    clock.sleep(0)
    assert before <= (clock.monotonic(), clock.boot())
    assert counts_suspend or before[0] <= before[1] <= clock.monotonic(), "without a boot clock it is the monotonic one"
