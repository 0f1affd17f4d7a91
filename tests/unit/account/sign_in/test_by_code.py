"""Linking an account: what is on disk, what the front end is told, how it ends; and two links of one account at once.

Only one of two may poll, since Simkl delivers an approval once.
"""

from dataclasses import replace
from unittest.mock import Mock

import pytest

from lib.account.sign_in.approval import Cancelled, Failed, Linked, TimedOut
from lib.account.sign_in.by_code import STUCK_SECONDS
from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from tests.unit.account.world import APPROVED, LOST, OLD_TOKEN, PENDING, REFUSED, TOKEN, USER, FakeUsers, Seen, code

NO = errors.Unreachable()
BEFORE = User(1, "somebody_else")
THEIRS = code("THEIRS", expires_in=300)
RESUMED = NewCodeReason.RESUMED


def test_a_link_that_goes_well_and_replaces_the_one_before(world):
    world.is_linked(OLD_TOKEN, BEFORE)
    assert world.link(checks=[PENDING, APPROVED]).run() == Linked(TOKEN)
    assert world.flow.polled_at == [5, 10]
    assert world.frontend.codes == [("FIRST", None)]
    assert world.frontend.reasons == [WaitReason.CODE, WaitReason.APPROVAL, WaitReason.APPROVAL]
    assert world.frontend.ends == [Seen("linked", USER, BEFORE)]
    assert world.accounts.get("default") == Account(TOKEN, "2026-11-24T12:00:10Z", USER)


def test_a_link_whose_name_cannot_be_kept_still_counts(world, monkeypatch):
    simkl, full = FakeUsers(), Mock(side_effect=OSError(28, "No space left on device"))
    simkl.before_answer = lambda: monkeypatch.setattr("os.replace", full)
    assert world.link(simkl=simkl).run() == Linked(TOKEN)
    assert world.frontend.ends == [Seen("linked", None)]
    assert world.accounts.get("default") == Account(TOKEN, "2026-11-24T12:00:05Z", None)


ENDS = {
    "refused while polling": ({"checks": [PENDING, REFUSED]}, Failed(REFUSED.error), 10),
    "no code in time": ({"starts": [NO] * 2, "retry_for": 4}, Failed(NO), 4),
    "not approved in time": ({"starts": [code(expires_in=8)], "checks": [LOST]}, TimedOut(), 8),
    "given up": ({"checks": [PENDING], "timeout": 8}, TimedOut(), 8),
    "given up without a code": ({"starts": [NO] * 3, "timeout": 8}, Failed(NO), 8),
    "given up after a late code": ({"starts": [NO, NO, code()], "checks": [PENDING], "timeout": 20}, TimedOut(), 20),
    "cancelled": ({"checks": [PENDING, APPROVED]}, Cancelled(), 10),
    "cancelled without a code": ({"starts": [NO, NO, code()]}, Cancelled(), 15),
}


@pytest.mark.parametrize(("given", "outcome", "at"), ENDS.values(), ids=ENDS.keys())
def test_a_link_that_fails_leaves_the_old_one_byte_for_byte(world, given, outcome, at):
    before = world.is_linked()
    world.clock.stop_at_pause = 2 if outcome == Cancelled() else None
    assert world.link(**given).run() == outcome
    told = {TimedOut: lambda: [Seen("expired")], Cancelled: list, Failed: lambda: [Seen("failed", outcome.error)]}
    assert world.frontend.ends == told[type(outcome)]()
    assert world.clock.at == at
    assert world.path.read_bytes() == before
    assert world.pending().alive() is None


# a code that an earlier attempt left alive


def test_a_code_that_is_still_alive_is_resumed(world):
    world.pending().keep(code("ALIVE", expires_in=100))
    world.clock.skew += 30
    assert world.link(starts=[], checks=[PENDING, APPROVED]).run() == Linked(TOKEN)
    assert world.flow.started_at == []
    assert world.flow.polled == ["ALIVE", "ALIVE"]
    assert world.frontend.codes == [("ALIVE", RESUMED)]
    assert [seen.more for seen in world.frontend.of("waiting")] == [70, 65]


@pytest.mark.parametrize(("seconds", "resume"), [(900, True), (0, False)], ids=["dead", "a new one is wanted"])
def test_a_code_is_not_resumed(world, seconds, resume):
    world.pending().keep(code("BEFORE", expires_in=900))
    world.clock.skew += seconds
    assert world.link(resume=resume).run() == Linked(TOKEN)
    assert world.frontend.codes == [("FIRST", None)]
    assert world.flow.polled == ["FIRST"]


def test_while_it_waits_the_code_survives_a_power_cut(world):
    seen = []
    world.clock.during_pause = lambda number: seen.append(world.pending().alive())
    world.link(starts=[code("ALIVE", secret="more")]).run()
    assert seen == [code("ALIVE", expires_in=895, secret="more")]


UNWRITABLE = ["accounts: {default: [}", "accounts: {default: {access_token: 5}}", "a full disk"]


@pytest.mark.parametrize("text", UNWRITABLE)
def test_settings_that_cannot_be_changed_are_told_before_a_code_is_asked_for(world, disk_without, text):
    if text == "a full disk":
        disk_without("open", world.path.parent)
    else:
        world.path.write_text(text)
    outcome = world.link(starts=[]).run()
    assert isinstance(outcome, Failed) and str(world.path) in str(outcome.error)
    assert world.frontend.ends == [Seen("failed", outcome.error)]
    assert text == "a full disk" or world.path.read_text() == text


# two at once


class AnotherLink:
    """Another process that links the same account: it holds the lock and polls for a code of its own."""

    def __init__(self, world, shown=None):
        self._world = world
        self._lock = world.pending().try_lock()
        assert self._lock is not None
        if shown is not None:
            self.shows(shown)

    def shows(self, shown):
        self._world.pending().keep(shown)

    def is_approved(self, user=USER):
        self._world.accounts.save("default", Account(TOKEN, "2026-11-24T12:00:00Z", user))
        self.ends()

    def ends(self):
        self._world.pending().forget()
        self.is_killed()

    def is_killed(self):
        """Leave everything behind but the lock, which falls with a process."""
        self._lock.release()


@pytest.fixture
def other(world):
    return AnotherLink(world, THEIRS)


@pytest.fixture
def follow(world):
    """Return how to link while these things happen in pauses, by the number of the pause."""

    def link(happenings, **given):
        world.clock.during_pause = lambda number: happenings[number]() if number in happenings else None
        return world.link(**{"starts": [], "checks": [], **given}).run()

    return link


@pytest.mark.parametrize("user", [USER, None], ids=["a name", "no name"])
def test_the_second_shows_the_code_of_the_first_and_sees_the_approval(world, other, follow, user):
    world.is_linked(TOKEN, USER)
    assert follow({3: lambda: other.is_approved(user)}) == Linked(TOKEN)
    assert world.frontend.codes == [("THEIRS", None)]
    assert world.frontend.of("waiting") == [Seen("waiting", WaitReason.APPROVAL, left) for left in (300, 299, 298)]
    assert world.frontend.ends == [Seen("linked", user)]


def test_the_second_waits_for_a_first_that_has_no_code_yet_and_follows_when_it_shows_another(world, follow):
    other = AnotherLink(world)
    follow({2: lambda: other.shows(THEIRS), 3: lambda: other.shows(code("THEIR-NEXT")), 5: other.is_approved})
    assert world.frontend.reasons == [WaitReason.CODE] * 2 + [WaitReason.APPROVAL] * 3
    assert world.frontend.codes == [("THEIRS", None), ("THEIR-NEXT", None)]


TAKES_OVER = {
    "the code of one that was killed": (AnotherLink.is_killed, [], ("THEIRS", RESUMED)),
    "with a code of its own when the first was cancelled": (AnotherLink.ends, [code("OURS")], ("OURS", None)),
}


@pytest.mark.parametrize(("happens", "starts", "shown"), TAKES_OVER.values(), ids=TAKES_OVER.keys())
@pytest.mark.parametrize(("answer", "outcome"), [(APPROVED, Linked(TOKEN)), (PENDING, TimedOut())])
def test_the_second_takes_over_within_its_time(world, other, follow, happens, starts, shown, answer, outcome):
    assert follow({2: lambda: happens(other)}, starts=starts, checks=[answer], timeout=8) == outcome
    assert world.flow.polled == [shown[0]]
    assert world.frontend.codes == [("THEIRS", None), shown]
    assert outcome == Linked(TOKEN) or world.clock.at == 8, "a time-out counts from the start"


def test_a_success_of_the_first_just_after_its_lock_was_tried_is_not_missed(world, other):
    pending, tries = world.pending(), []

    def try_lock():
        tries.append(world.pending().try_lock())
        if len(tries) == 1:
            other.is_approved()
        return tries[-1]

    pending.try_lock = try_lock
    assert world.link(starts=[], checks=[], pending=pending).run() == Linked(TOKEN)
    assert tries[0] is None
    assert world.frontend.ends == [Seen("linked", USER)]


NOT_APPROVED = {
    "a name that becomes known": lambda accounts: accounts.update("default", accounts.get("default"), user=BEFORE),
    "an unlink": lambda accounts: accounts.forget("default"),
}


@pytest.mark.parametrize("happens", NOT_APPROVED.values(), ids=NOT_APPROVED.keys())
def test_what_is_no_approval_is_not_taken_for_one(world, other, follow, happens):
    world.is_linked(OLD_TOKEN)
    follow({1: lambda: happens(world.accounts), 3: other.is_approved})
    assert len(world.clock.pauses) == 3
    assert world.frontend.ends == [Seen("linked", USER)]


@pytest.mark.parametrize(("cancelled", "ends"), [(True, []), (False, [Seen("expired")])], ids=["cancel", "time-out"])
def test_a_second_that_ends_leaves_the_first_alone(world, other, follow, cancelled, ends):
    before = world.is_linked()
    world.clock.stop_at_pause = 2 if cancelled else None
    assert follow({}, timeout=2.5) == (Cancelled() if cancelled else TimedOut())
    assert world.frontend.ends == ends
    assert world.clock.at == (2 if cancelled else 2.5)
    assert world.path.read_bytes() == before
    assert world.pending().try_lock() is None
    assert world.pending().alive() == replace(THEIRS, expires_in=THEIRS.expires_in - world.clock.at)


def test_the_second_takes_over_from_a_first_that_was_stopped_but_not_while_that_one_shows_that_it_polls(world, other):
    pending = world.pending()
    world.clock.during_pause = lambda number: pending.touch()
    assert world.link(starts=[], checks=[], timeout=150).run() == TimedOut()
    world.clock.during_pause = lambda number: None
    assert world.link(starts=[], checks=[APPROVED]).run() == Linked(TOKEN)  # as by Ctrl-Z: it keeps its lock
    assert 150 + STUCK_SECONDS <= world.clock.at < 150 + STUCK_SECONDS + 10
