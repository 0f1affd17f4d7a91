"""Codes that die while somebody waits: when a new one is shown, and with which words."""

from __future__ import annotations

import pytest

from lib.account.sign_in.approval import Failed, Linked, TimedOut, wait_for_approval
from lib.account.sign_in.frontend import NewCodeReason
from lib.simkl import errors
from lib.simkl.auth import code_flow
from tests.fakes.clock import FakeClock
from tests.unit.account.doubles import (
    APPROVED,
    HOTEL,
    LOST,
    NOT_SENT,
    PENDING,
    TOKEN,
    RecordingFrontend,
    ScriptedFlow,
    code,
)
from tests.unit.account.situations import APPROVAL, NO_CONNECTION, NOT_SIMKL, SLOW_DOWN, A, Situation, play

GONE_TO_B, GONE_TO_C, GONE_TO_D, GONE_TO_E = (
    code_flow.Replaced(code(name)) for name in ("BBBBB", "CCCCC", "DDDDD", "EEEEE")
)

SITUATIONS = {
    "a dead code is replaced": Situation(
        [GONE_TO_B, APPROVED],
        polls=[5, 10],
        reasons=[APPROVAL] * 2,
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.CODE_GONE)),
    ),
    "a replaced code is polled by its own interval and lives its own life": Situation(
        [code_flow.SlowDown(20), code_flow.Replaced(code("BBBBB", expires_in=9, interval=2))] + [PENDING] * 4,
        polls=[5, 25, 27, 29, 31, 33],
        reasons=[APPROVAL, SLOW_DOWN] + [APPROVAL] * 5,
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.CODE_GONE)),
        outcome=TimedOut(),
    ),
    "a dead code is replaced three times": Situation(
        [GONE_TO_B, GONE_TO_C, GONE_TO_D, APPROVED],
        polls=[5, 10, 15, 20],
        reasons=[APPROVAL] * 4,
        codes=(
            ("AAAAA", None),
            ("BBBBB", NewCodeReason.CODE_GONE),
            ("CCCCC", NewCodeReason.CODE_GONE),
            ("DDDDD", NewCodeReason.CODE_GONE),
        ),
    ),
    "an approval that may have got lost on the way is told so": Situation(
        [LOST, GONE_TO_B, APPROVED],
        polls=[5, 10, 15],
        reasons=[APPROVAL, NO_CONNECTION, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.APPROVAL_LOST)),
    ),
    "half an answer may have been an approval": Situation(
        [HOTEL, GONE_TO_B, APPROVED],
        polls=[5, 10, 15],
        reasons=[APPROVAL, NOT_SIMKL, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.APPROVAL_LOST)),
    ),
    "an answer may be lost although a later poll was never sent": Situation(
        [LOST, NOT_SENT, GONE_TO_B, APPROVED],
        polls=[5, 10, 20, 25],
        reasons=[APPROVAL, NO_CONNECTION, NO_CONNECTION, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.APPROVAL_LOST)),
    ),
    "an answer may be lost although Simkl is busy afterwards": Situation(
        [LOST, code_flow.AskLater(7), GONE_TO_B, APPROVED],
        polls=[5, 10, 17, 22],
        reasons=[APPROVAL, NO_CONNECTION, SLOW_DOWN, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.APPROVAL_LOST)),
    ),
    "nothing got lost with a question that was never sent": Situation(
        [NOT_SENT, NOT_SENT, GONE_TO_B, APPROVED],
        polls=[5, 10, 20, 25],
        reasons=[APPROVAL, NO_CONNECTION, NO_CONNECTION, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.CODE_GONE)),
    ),
    "nothing got lost if the code still waited afterwards": Situation(
        [LOST, PENDING, GONE_TO_B, APPROVED],
        polls=[5, 10, 15, 20],
        reasons=[APPROVAL, NO_CONNECTION, APPROVAL, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.CODE_GONE)),
    ),
    "nothing got lost if Simkl asked for retry_for afterwards": Situation(
        [LOST, code_flow.SlowDown(6), GONE_TO_B, APPROVED],
        polls=[5, 10, 16, 21],
        reasons=[APPROVAL, NO_CONNECTION, SLOW_DOWN, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.CODE_GONE)),
    ),
    "what got lost with one code does not count for the next": Situation(
        [LOST, GONE_TO_B, GONE_TO_C, APPROVED],
        polls=[5, 10, 15, 20],
        reasons=[APPROVAL, NO_CONNECTION, APPROVAL, APPROVAL],
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.APPROVAL_LOST), ("CCCCC", NewCodeReason.CODE_GONE)),
    ),
    "an approval may have got lost before a code was resumed": Situation(
        [GONE_TO_B, APPROVED],
        polls=[5, 10],
        reasons=[APPROVAL] * 2,
        codes=(("AAAAA", NewCodeReason.RESUMED), ("BBBBB", NewCodeReason.APPROVAL_LOST)),
        why=NewCodeReason.RESUMED,
    ),
    "nothing got lost if a resumed code still waits": Situation(
        [PENDING, GONE_TO_B, APPROVED],
        polls=[5, 10, 15],
        reasons=[APPROVAL] * 3,
        codes=(("AAAAA", NewCodeReason.RESUMED), ("BBBBB", NewCodeReason.CODE_GONE)),
        why=NewCodeReason.RESUMED,
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS.keys())
def test_a_wait(situation):
    play(situation)


def test_a_dead_code_is_replaced_three_times_and_no_more():
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, checks=[GONE_TO_B, GONE_TO_C, GONE_TO_D, GONE_TO_E])
    outcome = wait_for_approval(flow, A, clock.pause, clock, frontend)
    assert isinstance(outcome, Failed) and isinstance(outcome.error, errors.CodesKeepDying)
    assert flow.polled == ["AAAAA", "BBBBB", "CCCCC", "DDDDD"]
    assert [shown for shown, _ in frontend.codes] == flow.polled


def test_each_code_is_kept_before_anybody_sees_it():
    clock, frontend = FakeClock(), RecordingFrontend()
    order = []
    frontend.show_code = lambda code, why: order.append(f"show {code.user_code}")
    flow = ScriptedFlow(clock, checks=[GONE_TO_B, APPROVED])
    wait_for_approval(flow, A, clock.pause, clock, frontend, keep=lambda code: order.append(f"keep {code.user_code}"))
    assert order == ["keep AAAAA", "show AAAAA", "keep BBBBB", "show BBBBB"]


def test_a_face_is_told_in_this_order():
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, checks=[LOST, GONE_TO_B, APPROVED])
    wait_for_approval(flow, A, clock.pause, clock, frontend)
    assert [tuple(seen) for seen in frontend.seen] == [
        ("code", "AAAAA", None),
        ("waiting", APPROVAL, 900),
        ("waiting", NO_CONNECTION, 895),
        ("code", "BBBBB", NewCodeReason.APPROVAL_LOST),
        ("waiting", APPROVAL, 900),
    ]


@pytest.mark.parametrize("more", [[], [code_flow.Expired()]], ids=["once", "and the next one dies as well"])
def test_a_lost_approval_without_a_fresh_code_is_made_good_by_asking_for_one(more):
    clock, frontend = FakeClock(), RecordingFrontend()
    starts, last = [code("BBBBB"), errors.Unreachable()], code_flow.Approved(TOKEN)
    flow = ScriptedFlow(clock, starts=starts, checks=[LOST, code_flow.Expired(), *(LOST for _ in more), *more, last])
    outcome = wait_for_approval(flow, code("AAAAA"), clock.pause, clock, frontend)
    assert outcome == (TimedOut() if more else Linked(TOKEN))
    shown = [(call.detail, call.more) for call in frontend.seen if call.what == "code"]
    assert shown == [("AAAAA", None), ("BBBBB", NewCodeReason.APPROVAL_LOST)]
