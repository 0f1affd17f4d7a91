"""Two links of one account at once: only one may poll, since Simkl delivers an approval once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.account.sign_in.approval import Cancelled, Linked, TimedOut
from lib.account.sign_in.by_code import STUCK_SECONDS
from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl.api.users import User
from tests.unit.account.doubles import APPROVED, OLD_TOKEN, PENDING, TOKEN, USER, Seen, code
from tests.unit.account.world import AnotherLink

THEIRS = code("THEIRS", expires_in=300)
OTHER = User(7, "the_old_one")


@pytest.fixture
def other(world):
    return AnotherLink(world, THEIRS)


def at(world, happenings):
    """Have things happen in pauses, by the number of the pause."""
    world.clock.during_pause = lambda number: happenings[number]() if number in happenings else None


@pytest.mark.parametrize("user", [USER, None], ids=["a name", "no name"])
def test_the_second_shows_the_code_of_the_first_and_sees_the_approval(world, other, user):
    world.is_linked(TOKEN, USER)
    at(world, {3: lambda: other.is_approved(user)})
    assert world.link(starts=[], checks=[]).run() == Linked(TOKEN)
    assert world.frontend.codes == [("THEIRS", None)]
    assert world.frontend.of("waiting") == [Seen("waiting", WaitReason.APPROVAL, left) for left in (300, 299, 298)]
    assert world.frontend.ends == [Seen("linked", user)]


def test_the_second_follows_when_the_first_shows_another_code(world, other):
    at(world, {2: lambda: other.shows(code("THEIR-NEXT")), 4: other.is_approved})
    world.link(starts=[], checks=[]).run()
    assert world.frontend.codes == [("THEIRS", None), ("THEIR-NEXT", None)]


def test_the_second_waits_for_a_first_that_has_no_code_yet(world):
    other = AnotherLink(world, None)
    at(world, {2: lambda: other.shows(THEIRS), 3: other.is_approved})
    world.link(starts=[], checks=[]).run()
    assert world.frontend.reasons == [WaitReason.CODE, WaitReason.CODE, WaitReason.APPROVAL]
    assert world.frontend.codes == [("THEIRS", None)]


def test_the_second_takes_over_the_code_of_a_first_that_was_killed(world, other):
    at(world, {2: other.is_killed})
    assert world.link(starts=[], checks=[APPROVED]).run() == Linked(TOKEN)
    assert world.flow.polled == ["THEIRS"]
    assert world.frontend.codes == [("THEIRS", None), ("THEIRS", NewCodeReason.RESUMED)]


def test_the_second_gets_a_code_of_its_own_when_the_first_was_cancelled(world, other):
    at(world, {2: other.ends})
    assert world.link(starts=[code("OURS")], checks=[APPROVED]).run() == Linked(TOKEN)
    assert world.frontend.codes == [("THEIRS", None), ("OURS", None)]


def test_a_third_that_takes_over_faster_is_followed(world, other):
    third = []

    def takes_over():
        other.ends()
        third.append(AnotherLink(world, code("THIRD")))

    at(world, {2: takes_over, 4: lambda: third[0].is_approved()})
    assert world.link(starts=[], checks=[]).run() == Linked(TOKEN)
    assert world.frontend.codes == [("THEIRS", None), ("THIRD", None)]


def test_a_success_of_the_first_just_after_its_lock_was_tried_is_not_missed(world, other):
    pending = world.pending()
    tries = []

    def try_lock():
        lock = world.pending().try_lock()
        tries.append(lock)
        if len(tries) == 1:
            other.is_approved()
        return lock

    pending.try_lock = try_lock
    assert world.link(starts=[], checks=[], pending=pending).run() == Linked(TOKEN)
    assert tries[0] is None
    assert world.frontend.ends == [Seen("linked", USER)]


NOT_APPROVED = {
    "a name that becomes known": lambda accounts: accounts.update("default", accounts.get("default"), user=OTHER),
    "an unlink": lambda accounts: accounts.forget("default"),
}


@pytest.mark.parametrize("happens", NOT_APPROVED.values(), ids=NOT_APPROVED.keys())
def test_what_is_no_approval_is_not_taken_for_one(world, other, happens):
    world.is_linked(OLD_TOKEN)
    at(world, {1: lambda: happens(world.accounts), 3: other.is_approved})
    world.link(starts=[], checks=[]).run()
    assert len(world.clock.pauses) == 3
    assert world.frontend.ends == [Seen("linked", USER)]


@pytest.mark.parametrize(("cancelled", "ends"), [(True, []), (False, [Seen("expired")])], ids=["cancel", "time-out"])
def test_a_second_that_ends_leaves_the_first_alone(world, other, cancelled, ends):
    before = world.is_linked()
    world.clock.stop_at_pause = 2 if cancelled else None
    outcome = world.link(starts=[], checks=[], timeout=2.5).run()
    assert outcome == (Cancelled() if cancelled else TimedOut())
    assert world.frontend.ends == ends
    assert world.clock.at == (2 if cancelled else 2.5)
    assert world.path.read_bytes() == before
    assert world.pending().try_lock() is None
    assert world.pending().alive() == replace(THEIRS, expires_in=THEIRS.expires_in - world.clock.at)


def test_a_time_out_counts_from_the_start_when_the_second_takes_over(world, other):
    at(world, {2: other.ends})
    assert world.link(starts=[code("OURS")], checks=[PENDING], timeout=6).run() == TimedOut()
    assert world.clock.at == 6


def test_links_of_two_accounts_do_not_wait_for_each_other(world, other):
    pending = world.pending(account="guest")
    assert world.link(name="guest", pending=pending).run() == Linked(TOKEN)
    assert world.accounts.get("guest").token == TOKEN
    assert world.accounts.get("default") is None


def test_the_second_takes_over_the_code_of_a_first_that_was_stopped(world, other):
    """As by Ctrl-Z: the first keeps its lock and polls no more."""
    assert world.link(starts=[], checks=[APPROVED]).run() == Linked(TOKEN)
    assert STUCK_SECONDS <= world.clock.at < STUCK_SECONDS + 10


def test_the_second_does_not_take_over_while_the_first_shows_that_it_polls(world, other):
    pending = world.pending()
    world.clock.during_pause = lambda number: pending.touch()
    assert world.link(starts=[], checks=[], timeout=280).run() == TimedOut()
