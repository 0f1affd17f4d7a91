"""Who meets whom inside the fake server: many threads at one code or one link, and what costs nothing. No HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from tests.fakes.oauth_program import BACK, FakeClock
from tests.fakes.simkl.apps import App
from tests.fakes.simkl.authorizations import Wanted
from tests.fakes.simkl.grants import READ_WRITE, Refusal, User
from tests.fakes.simkl.limits import FREE
from tests.fakes.simkl.model import Model

VIEWER = User("sample_viewer", 900001)
THREADS = 16


class GivesWay(FakeClock):
    """A clock that lets another thread in whenever somebody looks at it."""

    def __call__(self):
        Event().wait(0.001)
        return super().__call__()


@pytest.fixture
def model():
    return Model(GivesWay(), VIEWER, interval=0, expires_in=900, code_length=5, codes=(), slow_down=False)


def at_once(ask):
    """What so many threads hear that ask at the same moment; refusals are left out."""
    together = Barrier(THREADS)

    def heard(_):
        together.wait(60)
        try:
            return ask()
        except Refusal:
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        return [answer for answer in pool.map(heard, range(THREADS)) if answer]


def test_one_authorization_code_is_good_for_one_of_many(model):
    code = model.authorizations.allow(Wanted(App("mine"), "", BACK, None, None), VIEWER).code
    assert len(at_once(lambda: model.authorizations.burn(code))) == 1


def test_one_approval_is_delivered_to_one_of_many_polls(model):
    code = model.devices.start("mine", "", None)
    model.approve(code.user_code)
    assert len(at_once(lambda: model.devices.poll(code.device_code, "mine"))) == len(model.grants) == 1


def test_many_refreshes_leave_one_living_access_token(model):
    grant = model.links.give_v2("mine", "", VIEWER, READ_WRITE)
    first = grant.token
    tokens = at_once(lambda: model.links.refresh(grant.refresh_token, "mine", None).token)
    assert len(tokens) == len({each.old_token for each in model.links.refreshes}) == THREADS
    assert {bool(model.links.of(token, "mine")) for token in {first, *tokens} - {grant.token}} == {False}
    assert model.links.of(grant.token, "mine") is grant


def test_many_v1_sign_ins_share_one_token(model):
    assert len({id(grant) for grant in at_once(lambda: model.links.give_v1("mine", "", VIEWER))}) == 1


@pytest.mark.parametrize(
    ("path", "free"),
    [
        ("/movies/53434", True),
        ("/tv/17465", True),
        ("/anime/38636", True),
        ("/tv/episodes/17465", True),
        ("/anime/episodes/38636", True),
        ("/redirect", True),
        ("/movies/episodes/1", False),
        ("/tv/trending", False),
        ("/tv/17465/more", False),
        ("/search/id", False),
        ("/users/settings", False),
    ],
)
def test_the_cached_catalogue_and_redirects_cost_nothing(path, free):
    assert bool(FREE.fullmatch(path)) is free
