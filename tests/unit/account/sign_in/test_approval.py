"""The wait for approval: what Simkl answers, when it is polled, what the front end is told, and how it ends."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from lib.account.sign_in.approval import Cancelled, Failed, Linked, TimedOut, request_code_with_retry, wait_for_approval
from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl import errors
from lib.simkl.auth.code_flow import AskLater, Code, Expired, NoAnswer, Replaced, SlowDown
from tests.unit.account.world import APPROVED, LOST, PENDING, REFUSED, TOKEN, ScriptedFlow, code

APPROVAL, BUSY, AWAY = WaitReason.APPROVAL, WaitReason.SLOW_DOWN, WaitReason.NO_CONNECTION
GONE, MAYBE_LOST, RESUMED = NewCodeReason.CODE_GONE, NewCodeReason.APPROVAL_LOST, NewCodeReason.RESUMED
A = code("A")
TO_B, TO_C, TO_D, TO_E = (Replaced(code(name)) for name in "BCDE")
NOT_SENT, HOTEL, UNTRUSTED = NoAnswer(errors.NotSent()), NoAnswer(errors.Unreadable()), NoAnswer(errors.Untrusted())
DOWN = NoAnswer(errors.Unavailable())
NOT_SIMKL = WaitReason.NOT_SIMKL
REASONS = {LOST: AWAY, NOT_SENT: AWAY, HOTEL: NOT_SIMKL, UNTRUSTED: NOT_SIMKL, DOWN: WaitReason.SIMKL_DOWN}


def reason_after(answer):
    """Return what is waited for after this answer."""
    answer = answer[1] if isinstance(answer, tuple) else answer
    return BUSY if isinstance(answer, (SlowDown, AskLater)) else REASONS.get(answer, APPROVAL)


class Wait(NamedTuple):
    """What Simkl answers, and when it is polled, in seconds since the first code was shown.

    `code` is shown first, because of `why`; `then` are the codes that are shown after it, each with the reason.
    """

    answers: list[Any]
    polls: list[float]
    outcome: Any = Linked(TOKEN)
    code: Code = A
    then: dict[str, NewCodeReason] = {}
    timeout: float | None = None
    why: NewCodeReason | None = None


def lives(seconds, interval=5):
    return code("A", expires_in=seconds, interval=interval)


WAITS = {
    "an approval is noticed within one interval": Wait([PENDING, PENDING, APPROVED], [5, 10, 15]),
    "the server's interval is obeyed": Wait([PENDING, APPROVED], [30, 60], code=lives(900, 30)),
    "a slow answer makes no poll come sooner": Wait([(3, PENDING), (4, PENDING), APPROVED], [5, 13, 22]),
    "a refusal ends it at once": Wait([PENDING, REFUSED], [5, 10], Failed(REFUSED.error)),
    # the code's life
    "nobody approves in time": Wait([PENDING] * 2, [5, 12], TimedOut(), lives(13)),
    "the code dies while a poll hangs": Wait([PENDING, (8, LOST)], [5, 14], TimedOut(), lives(15)),
    "an approval that arrives after the end still counts": Wait([PENDING, (8, APPROVED)], [5, 14], code=lives(15)),
    "a code that lives for less than an interval is polled once": Wait([APPROVED], [2], code=lives(3)),
    "a code that lives for one interval as well": Wait([PENDING], [59], TimedOut(), lives(60, 60)),
    "no poll comes sooner because it is the last": Wait([SlowDown(10)], [5], TimedOut(), lives(15)),
    "a code of a day": Wait([PENDING] * 23, [*range(3600, 23 * 3600, 3600), 86399], TimedOut(), lives(86400, 3600)),
    "a code that is gone without another one has expired": Wait([PENDING, Expired()], [5, 10], TimedOut()),
    "replaced within its last two intervals": Wait([PENDING, TO_B], [5, 14], TimedOut(), lives(15)),
    "a time-out shorter than its life": Wait([PENDING], [7], TimedOut(), timeout=8),
    "a time-out longer than its life": Wait([PENDING], [7], TimedOut(), lives(8), timeout=900),
    "a time-out counts over all codes": Wait([TO_B, PENDING], [5, 11], TimedOut(), then={"B": GONE}, timeout=12),
    # Simkl is busy
    "slow downs last and add up": Wait([SlowDown(10), SlowDown(15), PENDING, APPROVED], [5, 15, 30, 45]),
    "a slow down never makes polls faster": Wait([SlowDown(1), APPROVED], [5, 10]),
    "being busy holds for one poll": Wait([AskLater(40), PENDING, APPROVED], [5, 45, 50]),
    "being busy never makes polls faster": Wait([AskLater(0.1), APPROVED], [5, 10]),
    "being busy for longer than the code lives": Wait([AskLater(4000)], [5], TimedOut()),
    # no answer
    "without a connection polls stretch to three intervals": Wait([*[LOST] * 4, APPROVED], [5, 10, 20, 35, 50]),
    "polls are fast again afterwards": Wait([LOST, LOST, PENDING, PENDING, LOST, APPROVED], [5, 10, 20, 25, 30, 35]),
    "failures stretch a slow down too": Wait([SlowDown(10), LOST, LOST, APPROVED], [5, 15, 25, 45]),
    "each failure is called by its name": Wait([NOT_SENT, HOTEL, UNTRUSTED, DOWN, APPROVED], [5, 10, 20, 35, 50]),
    # codes that die
    "three codes die in turn": Wait([TO_B, TO_C, TO_D, APPROVED], [5, 10, 15, 20], then=dict.fromkeys("BCD", GONE)),
    "another code has its own interval and life": Wait(
        [SlowDown(20), Replaced(code("B", expires_in=9, interval=2)), *[PENDING] * 4],
        [5, 25, 27, 29, 31, 33],
        TimedOut(),
        then={"B": GONE},
    ),
    "lost, but not the next": Wait([LOST, TO_B, TO_C, APPROVED], [5, 10, 15, 20], then={"B": MAYBE_LOST, "C": GONE}),
    "lost with half an answer": Wait([HOTEL, TO_B, APPROVED], [5, 10, 15], then={"B": MAYBE_LOST}),
    "lost before one was not sent": Wait([LOST, NOT_SENT, TO_B, APPROVED], [5, 10, 20, 25], then={"B": MAYBE_LOST}),
    "lost before Simkl was busy": Wait([LOST, AskLater(7), TO_B, APPROVED], [5, 10, 17, 22], then={"B": MAYBE_LOST}),
    "not lost if never sent": Wait([NOT_SENT, NOT_SENT, TO_B, APPROVED], [5, 10, 20, 25], then={"B": GONE}),
    "not lost if it waited afterwards": Wait([LOST, PENDING, TO_B, APPROVED], [5, 10, 15, 20], then={"B": GONE}),
    "not lost if slowed down afterwards": Wait([LOST, SlowDown(6), TO_B, APPROVED], [5, 10, 16, 21], then={"B": GONE}),
    "lost before it was resumed": Wait([TO_B, APPROVED], [5, 10], then={"B": MAYBE_LOST}, why=RESUMED),
    "not lost if resumed and waiting": Wait([PENDING, TO_B, APPROVED], [5, 10, 15], then={"B": GONE}, why=RESUMED),
}


@pytest.fixture
def wait(clock, frontend):
    """Return how to wait for an approval of a code while Simkl gives these answers."""
    return lambda flow, first=A, **more: wait_for_approval(flow, first, clock.pause, clock, frontend, **more)


@pytest.mark.parametrize("given", WAITS.values(), ids=WAITS.keys())
def test_a_wait(clock, frontend, wait, given):
    flow = ScriptedFlow(clock, checks=given.answers)
    assert wait(flow, given.code, why=given.why, timeout=given.timeout) == given.outcome
    assert flow.polled_at == given.polls
    reasons = [APPROVAL, *map(reason_after, given.answers)]
    assert frontend.reasons == reasons[: len(clock.pauses)]
    assert frontend.codes == [("A", given.why), *given.then.items()]
    assert flow.checks == []
    assert frontend.ends == [], "how it ended is told by whoever called"


def test_a_dead_code_is_replaced_three_times_and_no_more(clock, frontend, wait):
    flow = ScriptedFlow(clock, checks=[TO_B, TO_C, TO_D, TO_E])
    assert isinstance(wait(flow).error, errors.CodesKeepDying)
    assert flow.polled == [shown for shown, _ in frontend.codes] == ["A", "B", "C", "D"]


@pytest.mark.parametrize("more", [[], [Expired()]], ids=["once", "and the next one dies as well"])
def test_a_lost_approval_without_a_fresh_code_is_made_good_by_asking_for_one(clock, frontend, wait, more):
    starts, checks = [code("B"), errors.Unreachable()], [LOST, Expired(), *(LOST for _ in more), *more, APPROVED]
    assert wait(ScriptedFlow(clock, starts, checks)) == (TimedOut() if more else Linked(TOKEN))
    assert frontend.codes == [("A", None), ("B", MAYBE_LOST)]


def test_each_code_is_kept_before_anybody_sees_it_and_the_seconds_left_are_told(clock, frontend, wait):
    flow = ScriptedFlow(clock, checks=[LOST, TO_B, APPROVED])
    wait(flow, keep=lambda kept: frontend.seen.append(("kept", kept.user_code)))
    assert [tuple(seen) for seen in frontend.seen] == [
        ("kept", "A"),
        ("code", A, None),
        ("waiting", APPROVAL, 900),
        ("waiting", AWAY, 895),
        ("kept", "B"),
        ("code", TO_B.code, MAYBE_LOST),
        ("waiting", APPROVAL, 900),
    ]


def test_the_seconds_left_never_fall_below_zero(clock, frontend, wait):
    wait(ScriptedFlow(clock, checks=[(60, PENDING)]), code(expires_in=30))
    assert [seen.more for seen in frontend.of("waiting")] == [30, 0]


# somebody stops it, and clocks that behave oddly


GOES_ON = [PENDING, LOST, SlowDown(7), AskLater(30), TO_B, PENDING]


@pytest.mark.parametrize("stop_at_pause", range(1, len(GOES_ON) + 2))
def test_cancelled_in_any_pause_nothing_is_polled_afterwards(clock, frontend, wait, stop_at_pause):
    clock.stop_at_pause = stop_at_pause
    flow = ScriptedFlow(clock, checks=[*GOES_ON, APPROVED])
    assert wait(flow) == Cancelled()
    assert len(flow.polled) == stop_at_pause - 1
    assert frontend.ends == []


def test_a_cancel_in_the_pause_that_reaches_the_deadline_is_a_cancel(clock, wait):
    clock.stop_at_pause = 1
    assert wait(ScriptedFlow(clock), lives(3)) == Cancelled()


def test_a_clock_that_stands_still_neither_ends_the_wait_nor_hastens_it(clock, frontend):
    pauses = []
    flow = ScriptedFlow(clock, checks=[*[PENDING] * 500, APPROVED])
    assert wait_for_approval(flow, code(), pauses.append, clock, frontend) == Linked(TOKEN)
    assert pauses == [5] * 501


# asking for the code


NO = errors.Unreachable()
ASKED = {
    "at once": ([], 100, [0], []),
    "three intervals at most": ([NO] * 5, 100, [0, 5, 15, 30, 45, 60], [AWAY] * 5),
    "as told": ([errors.TooFast(retry_after=20)], 100, [0, 20], [BUSY]),
    "not faster": ([errors.TooFast(retry_after=1)], 100, [0, 5], [BUSY]),
    "each failure by its name": ([HOTEL.error, DOWN.error], 100, [0, 5, 15], [NOT_SIMKL, REASONS[DOWN]]),
    "given up after a last try": ([NO] * 4, 20, [0, 5, 15, 20], [AWAY] * 3),
    "given up after the only try": ([NO], 0, [0], []),
    "given up at a refusal": ([REFUSED.error], 60, [0], []),
}


@pytest.mark.parametrize(("failures", "retry_for", "asked", "reasons"), ASKED.values(), ids=ASKED.keys())
def test_a_code_is_asked_for_until_there_is_one_or_it_is_given_up(clock, frontend, failures, retry_for, asked, reasons):
    flow = ScriptedFlow(clock, starts=[*failures, code()])
    found = request_code_with_retry(flow, clock.pause, clock, frontend, retry_for=retry_for)
    assert found == (code() if len(asked) > len(failures) else Failed(failures[-1]))
    assert flow.started_at == asked
    assert frontend.reasons == [WaitReason.CODE, *reasons]
    assert [seen.more for seen in frontend.of("waiting")] == [retry_for - at for at in [0, *asked][: len(reasons) + 1]]


@pytest.mark.parametrize("stop_at_pause", [1, 3])
def test_cancelled_while_no_code_comes_nothing_is_asked_afterwards(clock, frontend, stop_at_pause):
    clock.stop_at_pause = stop_at_pause
    flow = ScriptedFlow(clock, starts=[NO] * 3)
    assert request_code_with_retry(flow, clock.pause, clock, frontend, retry_for=600) == Cancelled()
    assert len(flow.started_at) == stop_at_pause
