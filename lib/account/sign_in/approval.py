"""The wait for approval: one synchronous function with everything passed in.

It knows no threads, no files and no screens, and reads no clock but the one it is given, which must be monotonic: a
media box without a clock battery jumps years when it finds the network, and must neither stop polling nor poll
faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Union

from lib.account.sign_in.frontend import Frontend, NewCodeReason, WaitReason, wait_reason
from lib.simkl.auth import code_flow
from lib.simkl.auth.code_flow import Code, Flow
from lib.simkl.auth.tokens import Token
from lib.simkl.errors import CodesKeepDying, NotSent, RequestRefused, SimklError, TransientError
from lib.system.clock import Clock
from lib.system.errors import LinkError

Pause = Callable[[float], bool]

MAX_REPLACEMENTS = 3
MAX_BACKOFF_FACTOR = 3
LAST_POLL_SECONDS = 1.0  # before the deadline: time enough for the request to arrive


@dataclass(frozen=True)
class Linked:
    """The user said yes."""

    token: Token


@dataclass(frozen=True)
class TimedOut:
    """Nobody said yes in time."""


@dataclass(frozen=True)
class Cancelled:
    """Somebody wants it to stop."""


@dataclass(frozen=True)
class Failed:
    """It cannot work; the error says why."""

    error: LinkError


Outcome = Union[Linked, TimedOut, Cancelled, Failed]


def request_code_with_retry(
    flow: Flow, pause: Pause, clock: Clock, frontend: Frontend, retry_for: float, interval: float = 5.0
) -> Code | Cancelled | Failed:
    """Ask for a user code until Simkl gives one, for `retry_for` seconds at most."""
    give_up = clock.monotonic() + retry_for
    failures = 0
    frontend.waiting(WaitReason.CODE, retry_for)
    while True:
        try:
            return flow.start()
        except TransientError as error:
            failures += 1
            left = give_up - clock.monotonic()
            if left <= 0:
                return Failed(error)
            frontend.waiting(wait_reason(error), left)
            delay = max(interval * min(failures, MAX_BACKOFF_FACTOR), error.retry_after or 0)
            if pause(min(delay, left)):
                return Cancelled()
        except RequestRefused as error:
            return Failed(error)


def wait_for_approval(
    flow: Flow,
    code: Code,
    pause: Pause,
    clock: Clock,
    frontend: Frontend,
    keep: Callable[[Code], None] = lambda code: None,
    why: NewCodeReason | None = None,
    timeout: float | None = None,
) -> Outcome:
    """Show `code` and poll until it is approved, dead, or somebody wants to stop.

    `pause(seconds)` waits and returns true when somebody wants it to stop; `keep` is
    told each code before it is shown. A dead code's replacement is followed three times. `timeout` bounds all of it, in
    seconds. While polls fail they go on at the server's interval, stretched to at most three intervals.
    """
    give_up = clock.monotonic() + timeout if timeout is not None else None
    lost = why is NewCodeReason.RESUMED
    replacements = 0
    while True:
        keep(code)
        frontend.show_code(code, why)
        outcome = _wait_for_one(flow, code, pause, clock, frontend, give_up, lost)
        if not isinstance(outcome, _CodeReplaced):
            return outcome
        replacements += 1
        if replacements > MAX_REPLACEMENTS:
            return Failed(CodesKeepDying())
        code, lost = outcome.fresh, False
        why = NewCodeReason.APPROVAL_LOST if outcome.approval_lost else NewCodeReason.CODE_GONE


@dataclass(frozen=True)
class _CodeReplaced:
    fresh: Code
    approval_lost: bool


@dataclass
class _Polling:
    """What the answers so far say of the next poll. `lost`: an answer may have got lost on its way."""

    interval: float
    lost: bool
    delay: float = 0.0
    at_least: float = 0.0
    reason: WaitReason = WaitReason.APPROVAL
    failures: int = 0

    def go_on(self, answer: code_flow.CheckResult) -> None:
        """Take in an answer after which polling goes on."""
        self.reason, self.delay, self.at_least = WaitReason.APPROVAL, self.interval, self.interval
        if isinstance(answer, code_flow.NoAnswer):
            self.failures += 1
            self.lost = self.lost or not isinstance(answer.error, NotSent)
            self.reason = wait_reason(answer.error)
            self.delay = self.interval * min(self.failures, MAX_BACKOFF_FACTOR)
            return
        self.failures = 0
        if isinstance(answer, code_flow.AskLater):
            self.reason = WaitReason.SLOW_DOWN
            self.delay = self.at_least = max(self.interval, answer.seconds)
            return
        self.lost = False
        if isinstance(answer, code_flow.SlowDown):
            self.reason = WaitReason.SLOW_DOWN
            self.interval = self.delay = self.at_least = max(self.interval, answer.interval)


def _wait_for_one(
    flow: Flow, code: Code, pause: Pause, clock: Clock, frontend: Frontend, give_up: float | None, lost: bool
) -> Outcome | _CodeReplaced:
    """Poll one code. `lost` says that an answer to it may already have got lost on the way."""
    dies_at = clock.monotonic() + code.expires_in
    deadline = dies_at if give_up is None else min(dies_at, give_up)
    polling = _Polling(code.interval, lost, delay=code.interval, at_least=code.interval)
    is_first = True
    while True:
        left = deadline - clock.monotonic()
        frontend.waiting(polling.reason, max(0.0, left))
        if pause(_seconds_to_next_poll(left, polling.delay, polling.at_least, is_first)):
            return Cancelled()
        if clock.monotonic() >= deadline:
            return TimedOut()
        is_first = False
        answer = flow.check(code)
        if isinstance(answer, code_flow.Approved):
            return Linked(answer.token)
        if isinstance(answer, code_flow.Denied):
            return Failed(answer.error)
        if isinstance(answer, code_flow.Expired):
            return _request_replacement(flow) if polling.lost else TimedOut()
        if isinstance(answer, code_flow.Replaced):
            if not polling.lost and dies_at - clock.monotonic() <= 2 * polling.interval:
                return TimedOut()  # it had died a little earlier at Simkl, of old age: nobody asked for another one
            return _CodeReplaced(answer.code, approval_lost=polling.lost)
        polling.go_on(answer)


def _seconds_to_next_poll(left: float, delay: float, at_least: float, is_first: bool) -> float:
    """Return how long to wait with `left` seconds to go, so that the last poll comes just before the deadline.

    Two polls are `at_least` that far apart; one comes in any case, however short the time is.
    """
    last = left - LAST_POLL_SECONDS
    if delay + at_least <= last:  # and another one after it
        return delay
    if last >= at_least or is_first:
        return max(0.0, last)
    return max(0.0, left)


def _request_replacement(flow: Flow) -> Outcome | _CodeReplaced:
    """Ask for a code in place of one whose approval may have got lost: a device flow does not give one by itself."""
    try:
        return _CodeReplaced(flow.start(), approval_lost=True)
    except SimklError:
        return TimedOut()
