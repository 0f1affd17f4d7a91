"""One fake Simkl and one Chromium for all tests of this folder. Run with `make web`; it names what it needs."""

import pytest

from tests.fakes.simkl import FakeSimkl
from tests.web.browser import Browser, axe
from tests.web.served import ServedProgram


@pytest.fixture(scope="session")
def running_box():
    with FakeSimkl(interval=1) as box:
        yield box


@pytest.fixture(scope="session")
def chromium():
    with Browser(axe()) as browser:
        yield browser


@pytest.fixture
def browser(chromium):
    chromium.forgets()
    chromium.looks_like("desktop")
    chromium.complaints()
    yield chromium
    assert [each for each in chromium.complaints() if "status of 4" not in each] == []


@pytest.fixture
def served(tmp_path, box):
    with ServedProgram(tmp_path, box) as served:
        yield served
