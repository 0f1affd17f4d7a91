"""Linking an account: what is on disk, what the front end is told, and how it ends."""

from __future__ import annotations

import pytest

from lib.account.rate_limit import READ_LOCK_SECONDS
from lib.account.sign_in.approval import Cancelled, Failed, Linked, TimedOut
from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.system import locks
from lib.system.threads import interruptible_sleep
from lib.system.timetable import Timetable
from tests.unit.account.doubles import APPROVED, LOST, OLD_TOKEN, PENDING, REFUSED, TOKEN, USER, FakeSimkl, Seen, code

NO = errors.Unreachable()


def test_a_link_that_goes_well_and_replaces_the_one_before(world):
    before = User(1, "somebody_else")
    world.is_linked(OLD_TOKEN, before)
    assert world.link(checks=[PENDING, APPROVED]).run() == Linked(TOKEN)
    assert world.flow.polled_at == [5, 10]
    assert world.frontend.codes == [("FIRST", None)]
    assert world.frontend.reasons == [WaitReason.CODE, WaitReason.APPROVAL, WaitReason.APPROVAL]
    assert world.frontend.ends == [Seen("linked", USER, before)]
    assert world.accounts.get("default") == Account(TOKEN, "2026-11-24T12:00:10Z", USER)


@pytest.mark.parametrize("answer", [NO, USER], ids=["no answer", "full disk"])
def test_a_link_without_a_name_still_counts(world, monkeypatch, answer):
    def no_space(*_):
        raise OSError(28, "No space left on device")

    simkl = FakeSimkl(answer)
    simkl.before_answer = lambda: monkeypatch.setattr("os.replace", no_space)
    assert world.link(simkl=simkl).run() == Linked(TOKEN)
    assert world.frontend.ends == [Seen("linked", None)]
    assert world.accounts.get("default") == Account(TOKEN, "2026-11-24T12:00:05Z", None)


def test_a_request_lock_that_another_program_holds_delays_the_name_by_two_seconds(world):
    held = locks.try_lock(world.path.with_name("settings.yaml.turn.lock"))
    pause = Timetable(interruptible_sleep(lambda: False, world.clock), world.clock).pause  # as a front end has
    assert world.link(pause=pause).run() == Linked(TOKEN)
    assert world.clock.at == pytest.approx(5 + READ_LOCK_SECONDS, abs=0.2)
    assert world.frontend.ends == [Seen("linked", USER)]
    held.release()


UNHAPPY = {
    "refused while polling": ({"checks": [PENDING, REFUSED]}, Failed(REFUSED.error), Seen("failed", REFUSED.error)),
    "no code in time": ({"starts": [NO] * 2, "retry_for": 4}, Failed(NO), Seen("failed", NO)),
    "not approved in time": ({"starts": [code(expires_in=8)], "checks": [LOST]}, TimedOut(), Seen("expired")),
    "given up": ({"checks": [PENDING], "timeout": 8}, TimedOut(), Seen("expired")),
}


@pytest.mark.parametrize(("given", "outcome", "told"), UNHAPPY.values(), ids=UNHAPPY.keys())
def test_a_link_that_fails_leaves_the_old_one_byte_for_byte(world, given, outcome, told):
    before = world.is_linked()
    assert world.link(**given).run() == outcome
    assert world.frontend.ends == [told]
    assert world.path.read_bytes() == before
    assert world.pending().alive() is None


@pytest.mark.parametrize("stop_at_pause", [1, 2, 3])
def test_a_cancelled_link_leaves_the_old_one_byte_for_byte_and_says_nothing(world, stop_at_pause):
    before = world.is_linked()
    world.clock.stop_at_pause = stop_at_pause
    assert world.link(starts=[NO, code()], checks=[PENDING, APPROVED]).run() == Cancelled()
    assert world.frontend.ends == []
    assert world.path.read_bytes() == before
    assert len(world.flow.polled) == max(0, stop_at_pause - 2)
    assert world.pending().alive() is None


BOUNDED = {
    "getting the code": ([NO] * 3, 8, Failed(NO)),
    "getting the code and the wait together": ([NO, NO, code()], 20, TimedOut()),
}


@pytest.mark.parametrize(("starts", "timeout", "outcome"), BOUNDED.values(), ids=BOUNDED.keys())
def test_a_time_out_bounds(world, starts, timeout, outcome):
    assert world.link(starts=starts, checks=[PENDING], timeout=timeout, retry_for=60).run() == outcome
    assert world.clock.at == timeout


# a code that an earlier attempt left alive


def test_a_code_that_is_still_alive_is_resumed(world):
    world.pending().keep(code("ALIVE", expires_in=100))
    world.clock.skew += 30
    assert world.link(starts=[], checks=[PENDING, APPROVED]).run() == Linked(TOKEN)
    assert world.flow.started_at == []
    assert world.flow.polled == ["ALIVE", "ALIVE"]
    assert world.frontend.codes == [("ALIVE", NewCodeReason.RESUMED)]
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
    world.link(starts=[code("ALIVE", secret="more")], checks=[APPROVED]).run()
    assert seen == [code("ALIVE", expires_in=895, secret="more")]


# what must fail before anybody approves a code


@pytest.mark.parametrize("text", ["accounts: {default: [}", "accounts: {default: {access_token: 5}}"])
def test_settings_that_cannot_be_changed_are_told_before_a_code_is_asked_for(world, text):
    world.path.write_text(text)
    outcome = world.link(starts=[]).run()
    assert isinstance(outcome, Failed) and str(world.path) in str(outcome.error)
    assert world.frontend.ends == [Seen("failed", outcome.error)]
    assert world.path.read_text() == text


def test_a_folder_that_nothing_can_be_written_to_is_told_before_a_code_is_asked_for(world, disk_without):
    disk_without("open", world.path.parent)
    outcome = world.link(starts=[]).run()
    assert f"{world.path} cannot be written: No space left" in str(outcome.error)
    assert world.frontend.ends == [Seen("failed", outcome.error)]
