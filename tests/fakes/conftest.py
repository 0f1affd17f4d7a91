"""A fake Simkl server for each test, which does not listen, and programs that ask it; a tiny add-on in a Kodi stub."""

import pytest

from tests.fakes.program import Program, linked, simkl
from tests.fakes.tiny_addon import make, run  # noqa: F401


@pytest.fixture
def box():
    return simkl()


@pytest.fixture
def program(box):
    return linked(box)


@pytest.fixture
def public(box):
    return Program(box, "v2-public")


@pytest.fixture
def tv(box):
    return Program(box, "v2-tv")
