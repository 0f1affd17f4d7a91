"""A wait that somebody stops, and clocks that behave oddly."""

from __future__ import annotations

import pytest

from lib.account.sign_in.approval import Cancelled, Failed, Linked, TimedOut, request_code_with_retry, wait_for_approval
from lib.account.sign_in.frontend import WaitReason
from lib.simkl import errors
from lib.simkl.auth import code_flow
from tests.fakes.clock import FakeClock
from tests.unit.account.doubles import (
    APPROVED,
    LOST,
    PENDING,
    TOKEN,
    RecordingFrontend,
    ScriptedFlow,
    code,
)
from tests.unit.account.situations import A

EVERYTHING_THAT_GOES_ON = [
    PENDING,
    LOST,
    code_flow.SlowDown(7),
    code_flow.AskLater(30),
    code_flow.Replaced(code("BBBBB")),
    PENDING,
]


@pytest.mark.parametrize("stop_at_pause", range(1, len(EVERYTHING_THAT_GOES_ON) + 2))
def test_cancelled_in_any_pause_nothing_is_polled_afterwards(stop_at_pause):
    clock, frontend = FakeClock(), RecordingFrontend()
    clock.stop_at_pause = stop_at_pause
    flow = ScriptedFlow(clock, checks=[*EVERYTHING_THAT_GOES_ON, APPROVED])
    assert wait_for_approval(flow, A, clock.pause, clock, frontend) == Cancelled()
    assert len(flow.polled) == stop_at_pause - 1
    assert frontend.ends == []


def test_a_cancel_in_the_pause_that_reaches_the_deadline_is_a_cancel():
    clock, frontend = FakeClock(), RecordingFrontend()
    clock.stop_at_pause = 1
    assert wait_for_approval(ScriptedFlow(clock), code(expires_in=3), clock.pause, clock, frontend) == Cancelled()


def test_a_clock_that_stands_still_neither_ends_the_wait_nor_hastens_it():
    clock, frontend = FakeClock(), RecordingFrontend()
    pauses = []
    flow = ScriptedFlow(clock, checks=[*[PENDING] * 500, APPROVED])
    assert wait_for_approval(flow, A, pauses.append, clock, frontend) == Linked(TOKEN)
    assert pauses == [5] * 501


@pytest.mark.parametrize("start", [0.0, 0.1, 1e9, 2.0**40], ids=["at boot", "just booted", "30 years up", "huge"])
def test_where_the_clock_starts_does_not_matter(start):
    clock, frontend = FakeClock(start), RecordingFrontend()
    flow = ScriptedFlow(clock, checks=[PENDING] * 3)
    assert wait_for_approval(flow, code(expires_in=20), clock.pause, clock, frontend) == TimedOut()
    assert clock.pauses == pytest.approx([5, 5, 9, 1])


def test_a_code_that_lives_for_days_is_polled_to_its_end():
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, checks=[PENDING] * 23)
    assert wait_for_approval(flow, code(expires_in=86400, interval=3600), clock.pause, clock, frontend) == TimedOut()
    assert flow.polled_at == [*(3600.0 * hour for hour in range(1, 23)), 86399.0]


def test_the_seconds_left_never_fall_below_zero():
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, checks=[(60, PENDING)])
    wait_for_approval(flow, code(expires_in=30), clock.pause, clock, frontend)
    assert [seen.more for seen in frontend.of("waiting")] == [30, 0]


# asking for the code


NO, BUSY = errors.Unreachable(), errors.TooFast(retry_after=20)


@pytest.mark.parametrize(
    ("answers", "asked", "reasons"),
    [
        ([A], [0], []),
        ([NO, A], [0, 5], ["no_connection"]),
        ([NO, NO, NO, NO, NO, A], [0, 5, 15, 30, 45, 60], ["no_connection"] * 5),
        ([BUSY, A], [0, 20], ["slow_down"]),
        ([errors.TooFast(retry_after=1), A], [0, 5], ["slow_down"]),
        ([errors.Unreadable(), A], [0, 5], ["not_simkl"]),
        ([errors.Untrusted(), A], [0, 5], ["not_simkl"]),
        ([errors.Unavailable(), A], [0, 5], ["simkl_down"]),
    ],
    ids=["at once", "second try", "three intervals at most", "as told", "not faster", "hotel", "certificate", "down"],
)
def test_a_code_is_asked_for_until_there_is_one(answers, asked, reasons):
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, starts=answers)
    assert request_code_with_retry(flow, clock.pause, clock, frontend, retry_for=100) == A
    assert flow.started_at == asked
    assert frontend.reasons == [WaitReason.CODE, *map(WaitReason, reasons)]


def test_patience_ends_with_a_last_try():
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, starts=[NO, NO, NO, NO])
    assert request_code_with_retry(flow, clock.pause, clock, frontend, retry_for=20) == Failed(NO)
    assert flow.started_at == [0, 5, 15, 20]
    assert [seen.more for seen in frontend.of("waiting")] == [20, 20, 15, 5]


def test_without_patience_a_code_is_asked_for_once():
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, starts=[NO])
    assert request_code_with_retry(flow, clock.pause, clock, frontend, retry_for=0) == Failed(NO)


def test_a_refusal_to_give_a_code_is_final():
    clock, frontend = FakeClock(), RecordingFrontend()
    refusal = errors.ClientIdRefused()
    assert request_code_with_retry(
        ScriptedFlow(clock, [refusal]), clock.pause, clock, frontend, retry_for=60
    ) == Failed(refusal)
    assert clock.pauses == []


@pytest.mark.parametrize("stop_at_pause", [1, 2, 3])
def test_cancelled_while_no_code_comes_nothing_is_asked_afterwards(stop_at_pause):
    clock, frontend = FakeClock(), RecordingFrontend()
    clock.stop_at_pause = stop_at_pause
    flow = ScriptedFlow(clock, starts=[NO] * 3)
    assert request_code_with_retry(flow, clock.pause, clock, frontend, retry_for=600) == Cancelled()
    assert len(flow.started_at) == stop_at_pause
