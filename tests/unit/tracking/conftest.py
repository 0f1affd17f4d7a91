"""A clock, a fake Simkl server that goes by it, and a line of plays to it."""

from __future__ import annotations

import pytest

from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import Line, box_on


@pytest.fixture
def time():
    return FakeClock()


@pytest.fixture
def box(time):
    with box_on(time) as box:
        yield box


@pytest.fixture
def line(box, tmp_path, time):
    line = Line(box, tmp_path, time)
    yield line
    line.queue.close()
