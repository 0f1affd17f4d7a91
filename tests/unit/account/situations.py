"""A situation of the wait: what Simkl answers to the polls, and what has to come of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from lib.account.sign_in.approval import Linked, wait_for_approval
from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl.auth import code_flow
from tests.fakes.clock import FakeClock
from tests.unit.account.doubles import TOKEN, RecordingFrontend, ScriptedFlow, code

A = code("AAAAA")
APPROVAL = WaitReason.APPROVAL
SLOW_DOWN = WaitReason.SLOW_DOWN
NO_CONNECTION = WaitReason.NO_CONNECTION
NOT_SIMKL = WaitReason.NOT_SIMKL
SIMKL_DOWN = WaitReason.SIMKL_DOWN


class Situation(NamedTuple):
    """`answers` in the order of the polls; `polls` are seconds since the code was shown; the rest is told to the front
    end.

    `codes` are those that are shown, each with the reason; `code` is the first one, when it is not an ordinary one.
    """

    answers: list[Any]
    polls: list[float]
    reasons: list[WaitReason]
    codes: tuple[tuple[str, NewCodeReason | None], ...] = (("AAAAA", None),)
    outcome: Any = Linked(TOKEN)
    code: code_flow.Code = A
    timeout: float | None = None
    why: NewCodeReason | None = None


def play(situation: Situation) -> None:
    """Wait in this situation and compare what happens with what is wanted."""
    clock, frontend = FakeClock(), RecordingFrontend()
    flow = ScriptedFlow(clock, checks=situation.answers)
    outcome = wait_for_approval(
        flow, situation.code, clock.pause, clock, frontend, why=situation.why, timeout=situation.timeout
    )
    assert outcome == situation.outcome
    assert flow.polled_at == situation.polls
    assert frontend.reasons == situation.reasons
    assert tuple(frontend.codes) == situation.codes
    assert flow.unused == 0
    assert frontend.ends == [], "how it ended is told by whoever called"
