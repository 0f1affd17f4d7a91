"""The device's clock."""

from __future__ import annotations

import sys

from lib.system.clock import Clock


def test_the_boot_time_counts_suspension_on_linux():
    assert Clock.counts_suspend == sys.platform.startswith("linux")


def test_what_never_jumps_does_not_go_back():
    clock = Clock()
    assert clock.monotonic() <= clock.monotonic()
    assert clock.boot() <= clock.boot()


def test_a_device_without_a_boot_clock_has_its_monotonic_one():
    clock = Clock()
    clock.counts_suspend = False
    assert clock.monotonic() <= clock.boot() <= clock.monotonic()


def test_the_wall_clock_counts_from_1970():
    assert Clock().wall() > 1_700_000_000


def test_a_sleep_of_no_time_returns():
    Clock().sleep(0)
