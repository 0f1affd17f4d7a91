"""The wait for approval: what Simkl answers, when it is polled, what the front end is told, and how it ends."""

from __future__ import annotations

import pytest

from lib.account.sign_in.approval import Failed, TimedOut
from lib.account.sign_in.frontend import NewCodeReason
from lib.simkl import errors
from lib.simkl.auth import code_flow
from tests.unit.account.doubles import APPROVED, DOWN, HOTEL, LOST, NOT_SENT, PENDING, REFUSED, code
from tests.unit.account.situations import (
    APPROVAL,
    NO_CONNECTION,
    NOT_SIMKL,
    SIMKL_DOWN,
    SLOW_DOWN,
    Situation,
    play,
)

GONE_TO_B = code_flow.Replaced(code("BBBBB"))
UNTRUSTED = code_flow.NoAnswer(errors.Untrusted())

SITUATIONS = {
    "an approval is noticed within one interval": Situation(
        [PENDING, PENDING, APPROVED], polls=[5, 10, 15], reasons=[APPROVAL] * 3
    ),
    "the server's interval is obeyed": Situation(
        [PENDING, APPROVED], polls=[30, 60], reasons=[APPROVAL] * 2, code=code("AAAAA", interval=30)
    ),
    "a slow answer does not make the next poll come sooner": Situation(
        [(3, PENDING), (4, PENDING), APPROVED], polls=[5, 13, 22], reasons=[APPROVAL] * 3
    ),
    "nobody approves in time": Situation(
        [PENDING] * 2, polls=[5, 12], reasons=[APPROVAL] * 3, outcome=TimedOut(), code=code("AAAAA", expires_in=13)
    ),
    "the deadline falls together with a poll, and the code is dead then": Situation(
        [PENDING] * 2, polls=[5, 14], reasons=[APPROVAL] * 3, outcome=TimedOut(), code=code("AAAAA", expires_in=15)
    ),
    "the code dies while a poll hangs": Situation(
        [PENDING, (8, LOST)],
        polls=[5, 14],
        reasons=[APPROVAL, APPROVAL, NO_CONNECTION],
        outcome=TimedOut(),
        code=code("AAAAA", expires_in=15),
    ),
    "an approval that arrives after the deadline still counts": Situation(
        [PENDING, (8, APPROVED)], polls=[5, 14], reasons=[APPROVAL] * 2, code=code("AAAAA", expires_in=15)
    ),
    "a code with less life than an interval is polled once all the same": Situation(
        [APPROVED], polls=[2], reasons=[APPROVAL], code=code("AAAAA", expires_in=3)
    ),
    "an interval as long as the code's life is polled once all the same": Situation(
        [PENDING],
        polls=[59],
        reasons=[APPROVAL] * 2,
        outcome=TimedOut(),
        code=code("AAAAA", interval=60, expires_in=60),
    ),
    "an approval in the very last interval is noticed": Situation(
        [PENDING, APPROVED], polls=[5, 14], reasons=[APPROVAL] * 2, code=code("AAAAA", expires_in=15)
    ),
    "no poll comes sooner because it is the last": Situation(
        [code_flow.SlowDown(10)],
        polls=[5],
        reasons=[APPROVAL, SLOW_DOWN],
        outcome=TimedOut(),
        code=code("AAAAA", expires_in=15),
    ),
    "a time-out shorter than the code's life": Situation(
        [PENDING], polls=[7], reasons=[APPROVAL] * 2, outcome=TimedOut(), timeout=8
    ),
    "a time-out longer than the code's life": Situation(
        [PENDING], polls=[7], reasons=[APPROVAL] * 2, outcome=TimedOut(), timeout=900, code=code("AAAAA", expires_in=8)
    ),
    "a time-out counts over all codes": Situation(
        [GONE_TO_B, PENDING],
        polls=[5, 11],
        reasons=[APPROVAL] * 3,
        codes=(("AAAAA", None), ("BBBBB", NewCodeReason.CODE_GONE)),
        outcome=TimedOut(),
        timeout=12,
    ),
    "a code that is replaced within its last two intervals died of old age": Situation(
        [PENDING, GONE_TO_B],
        polls=[5, 14],
        reasons=[APPROVAL] * 2,
        outcome=TimedOut(),
        code=code("AAAAA", expires_in=15),
    ),
    "a slow down lasts": Situation(
        [code_flow.SlowDown(10), PENDING, PENDING, APPROVED],
        polls=[5, 15, 25, 35],
        reasons=[APPROVAL, SLOW_DOWN, APPROVAL, APPROVAL],
    ),
    "slow downs add up": Situation(
        [code_flow.SlowDown(10), code_flow.SlowDown(15), PENDING, APPROVED],
        polls=[5, 15, 30, 45],
        reasons=[APPROVAL, SLOW_DOWN, SLOW_DOWN, APPROVAL],
    ),
    "a slow down never makes polls faster": Situation(
        [code_flow.SlowDown(1), APPROVED], polls=[5, 10], reasons=[APPROVAL, SLOW_DOWN]
    ),
    "being busy holds for one poll": Situation(
        [code_flow.AskLater(40), PENDING, APPROVED], polls=[5, 45, 50], reasons=[APPROVAL, SLOW_DOWN, APPROVAL]
    ),
    "being busy never makes polls faster": Situation(
        [code_flow.AskLater(0.1), APPROVED], polls=[5, 10], reasons=[APPROVAL, SLOW_DOWN]
    ),
    "being busy for longer than the code lives": Situation(
        [code_flow.AskLater(4000)], polls=[5], reasons=[APPROVAL, SLOW_DOWN], outcome=TimedOut()
    ),
    "without a connection polls stretch to three intervals and no more": Situation(
        [LOST, LOST, LOST, LOST, LOST, APPROVED],
        polls=[5, 10, 20, 35, 50, 65],
        reasons=[APPROVAL] + [NO_CONNECTION] * 5,
    ),
    "once the network is back polls are as fast as before": Situation(
        [LOST, LOST, LOST, PENDING, PENDING, LOST, APPROVED],
        polls=[5, 10, 20, 35, 40, 45, 50],
        reasons=[APPROVAL, NO_CONNECTION, NO_CONNECTION, NO_CONNECTION, APPROVAL, APPROVAL, NO_CONNECTION],
    ),
    "failures stretch a slow down too": Situation(
        [code_flow.SlowDown(10), LOST, LOST, APPROVED],
        polls=[5, 15, 25, 45],
        reasons=[APPROVAL, SLOW_DOWN, NO_CONNECTION, NO_CONNECTION],
    ),
    "each kind of failure is called by its name": Situation(
        [NOT_SENT, HOTEL, UNTRUSTED, DOWN, APPROVED],
        polls=[5, 10, 20, 35, 50],
        reasons=[APPROVAL, NO_CONNECTION, NOT_SIMKL, NOT_SIMKL, SIMKL_DOWN],
    ),
    "no connection until the code is dead": Situation(
        [LOST] * 4,
        polls=[5, 10, 20, 32],
        reasons=[APPROVAL] + [NO_CONNECTION] * 4,
        outcome=TimedOut(),
        code=code("AAAAA", expires_in=33),
    ),
    "a code that is gone without another one has expired": Situation(
        [PENDING, code_flow.Expired()], polls=[5, 10], reasons=[APPROVAL] * 2, outcome=TimedOut()
    ),
    "a refusal ends it at once": Situation(
        [PENDING, REFUSED], polls=[5, 10], reasons=[APPROVAL] * 2, outcome=Failed(REFUSED.error)
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS.keys())
def test_a_wait(situation):
    play(situation)
