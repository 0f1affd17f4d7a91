"""A world to link in; a fake Simkl that runs for all tests here, and an account of AUTH V2 that it has linked."""

import multiprocessing

import pytest

from lib.account.rate_limit import RateLimiter
from tests.fakes.simkl import FakeSimkl
from tests.unit.account.linked_tv import TV, LinkedTv
from tests.unit.account.world import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def clock(world):
    return world.clock


@pytest.fixture
def frontend(world):
    return world.frontend


@pytest.fixture
def limiter(world):
    return RateLimiter(world.path, world.clock, world.clock.pause)


@pytest.fixture(scope="session")
def running_box():
    with FakeSimkl(client_ids=(), v2_client_ids=(TV,), limits=False, user_quota=1_000_000) as box:
        yield box


@pytest.fixture
def tv(box, tmp_path):
    return LinkedTv(box, tmp_path)


@pytest.fixture(scope="session")
def process_starter():
    """What starts processes that share nothing but files with this one, each a fork of one that has imported much."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"tests.unit.account.test_{name}" for name in ("client_refresh", "rate_limit")])
    return context
