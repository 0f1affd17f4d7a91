"""A fake Simkl that runs for all tests here, and an account of AUTH V2 that it has linked."""

from __future__ import annotations

import pytest

from tests.unit.account.refreshing import LinkedTv, box_for_tokens


@pytest.fixture(scope="session")
def running_box():
    with box_for_tokens() as box:
        yield box


@pytest.fixture
def box(running_box):
    running_box.reset()
    running_box.listen_again()
    return running_box


@pytest.fixture
def tv(box, tmp_path):
    return LinkedTv(box, tmp_path)
