"""The wait for approval: one synchronous function with everything passed in.

It knows no threads, no files and no screens, and reads no clock but the one it is given, which must be monotonic: a box
without a clock battery jumps years when it finds the network, and must neither stop polling nor poll faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Union

from lib.account.face import Face, Reason, Why, reason_for
from lib.simkl.auth import code_flow
from lib.simkl.auth.code_flow import Code, Flow
from lib.simkl.auth.tokens import Token
from lib.simkl.errors import CodesKeepDying, NotSent, RequestRefused, SimklError, TransientError

Pause = Callable[[float], bool]
Clock = Callable[[], float]

MOST_REPLACEMENTS = 3
MOST_STRETCH = 3


@dataclass(frozen=True)
class Approved:
    """The user said yes."""

    token: Token


@dataclass(frozen=True)
class Expired:
    """Nobody said yes in time."""


@dataclass(frozen=True)
class Cancelled:
    """Somebody wants it to stop."""


@dataclass(frozen=True)
class Failed:
    """It cannot work; the error says why."""

    error: Exception


Outcome = Union[Approved, Expired, Cancelled, Failed]


def start_patiently(
    flow: Flow, pause: Pause, clock: Clock, face: Face, patience: float, interval: float = 5.0
) -> Code | Cancelled | Failed:
    """Ask for a user code until Simkl gives one, for `patience` seconds at most."""
    give_up = clock() + patience
    failures = 0
    face.waiting(Reason.CODE, patience)
    while True:
        try:
            return flow.start()
        except TransientError as error:
            failures += 1
            left = give_up - clock()
            if left <= 0:
                return Failed(error)
            face.waiting(reason_for(error), left)
            delay = max(interval * min(failures, MOST_STRETCH), error.retry_after or 0)
            if pause(min(delay, left)):
                return Cancelled()
        except RequestRefused as error:
            return Failed(error)


def wait_for_approval(
    flow: Flow,
    code: Code,
    pause: Pause,
    clock: Clock,
    face: Face,
    keep: Callable[[Code], None] = lambda code: None,
    why: Why | None = None,
    timeout: float | None = None,
) -> Outcome:
    """Show `code` and poll until it is approved, dead, or somebody wants to stop.

    `pause(seconds)` waits and returns true when somebody wants it to stop; `clock()` is monotonic seconds. `keep` is
    told each code before it is shown. A dead code's replacement is followed three times. `timeout` bounds all of it, in
    seconds. While polls fail they go on at the server's interval, stretched to at most three intervals.
    """
    give_up = clock() + timeout if timeout is not None else None
    lost = why is Why.RESUMED
    replacements = 0
    while True:
        keep(code)
        face.show_code(code, why)
        outcome = _wait_for_one(flow, code, pause, clock, face, give_up, lost)
        if not isinstance(outcome, _Gone):
            return outcome
        replacements += 1
        if replacements > MOST_REPLACEMENTS:
            return Failed(CodesKeepDying())
        code, lost = outcome.fresh, False
        why = Why.APPROVAL_LOST if outcome.approval_lost else Why.CODE_GONE


@dataclass(frozen=True)
class _Gone:
    fresh: Code
    approval_lost: bool


def _wait_for_one(
    flow: Flow, code: Code, pause: Pause, clock: Clock, face: Face, give_up: float | None, lost: bool
) -> Outcome | _Gone:
    """Poll one code. `lost` says that an answer to it may already have got lost on the way."""
    deadline = clock() + code.expires_in
    if give_up is not None:
        deadline = min(deadline, give_up)
    reason, delay, failures = Reason.APPROVAL, code.interval, 0
    interval = code.interval
    while True:
        left = deadline - clock()
        face.waiting(reason, max(0.0, left))
        if pause(max(0.0, min(delay, left))):
            return Cancelled()
        if clock() >= deadline:
            return Expired()
        answer = flow.check(code)
        if isinstance(answer, code_flow.Approved):
            return Approved(answer.token)
        if isinstance(answer, code_flow.Denied):
            return Failed(answer.error)
        if isinstance(answer, code_flow.Expired):
            return _asked_anew(flow) if lost else Expired()
        if isinstance(answer, code_flow.Replaced):
            return _Gone(answer.code, approval_lost=lost)
        if isinstance(answer, code_flow.NoAnswer):
            failures, lost = failures + 1, lost or not isinstance(answer.error, NotSent)
            reason, delay = reason_for(answer.error), interval * min(failures, MOST_STRETCH)
            continue
        failures = 0
        if isinstance(answer, code_flow.Pending):
            reason, delay, lost = Reason.APPROVAL, interval, False
        elif isinstance(answer, code_flow.SlowDown):
            interval = max(interval, answer.interval)
            reason, delay, lost = Reason.SLOW_DOWN, interval, False
        else:
            reason, delay = Reason.SLOW_DOWN, max(interval, answer.seconds)


def _asked_anew(flow: Flow) -> Outcome | _Gone:
    """Ask for a code in place of one whose approval may have got lost: a device flow does not give one by itself."""
    try:
        return _Gone(flow.start(), approval_lost=True)
    except SimklError:
        return Expired()
