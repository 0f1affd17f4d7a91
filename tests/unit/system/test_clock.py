"""The device's clock, and instants in UTC, written to the second and read back."""

import sys

import pytest

from lib.system import timestamps
from lib.system.clock import Clock
from tests.fakes.clock import NOON

NOW = "2026-11-24T12:00:00Z"
INSTANTS = {0.0: "1970-01-01T00:00:00Z", NOON: NOW, 1_709_164_800.0: "2024-02-29T00:00:00Z"}
NO_INSTANTS = ["", "soon", "2026-11-24", "2026-11-24T12:00:00+01:00", "2026-02-30T00:00:00Z", NOW * 2]


@pytest.mark.parametrize("counts_suspend", [Clock.counts_suspend, False])
def test_what_never_jumps_does_not_go_back(counts_suspend):
    assert Clock().wall() > 1_700_000_000
    assert Clock.counts_suspend == sys.platform.startswith("linux")
    clock = Clock()
    clock.counts_suspend = counts_suspend
    before = clock.monotonic(), clock.boot()
    clock.sleep(0)
    assert before <= (clock.monotonic(), clock.boot())
    assert counts_suspend or before[0] <= before[1] <= clock.monotonic(), "without a boot clock it is the monotonic one"


@pytest.mark.parametrize(("seconds", "text"), INSTANTS.items(), ids=INSTANTS.values())
def test_an_instant_comes_back_to_the_second(seconds, text):
    assert timestamps.format_utc(seconds) == timestamps.format_utc(seconds + 0.9) == text
    assert timestamps.parse_utc(text) == seconds


@pytest.mark.parametrize("text", NO_INSTANTS)
def test_what_is_no_instant_is_none(text):
    assert timestamps.parse_utc(text) is None
