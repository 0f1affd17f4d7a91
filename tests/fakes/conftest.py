"""A fake Simkl server for each test, which does not listen, and a program that is linked to it."""

import pytest

from tests.fakes.program import Program, linked, simkl


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
