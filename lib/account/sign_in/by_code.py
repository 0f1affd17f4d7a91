"""Link, unlink, status: what a person can do with an account.

A link that finds another one at work for the same account shows that one's code and waits with it; if the other one
goes away, or is stopped and polls no more, it takes over. The token is on disk before the name is asked for: a link
without a name still counts.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field

from lib.account.grants import store_token
from lib.account.rate_limit import RateLimiter
from lib.account.sign_in.approval import (
    Cancelled,
    Failed,
    Linked,
    Outcome,
    Pause,
    TimedOut,
    request_code_with_retry,
    wait_for_approval,
)
from lib.account.sign_in.frontend import Frontend, NewCodeReason, WaitReason
from lib.account.sign_in.pending_code import PendingCode
from lib.account.store import Account, AccountStore
from lib.simkl.auth.code_flow import Code, Flow
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.system.secrets import Secret

FOLLOW_SECONDS = 1.0
TOUCH_SECONDS = 30.0
STUCK_SECONDS = 90.0  # without a sign of life from the one that polls: it was stopped, as by Ctrl-Z

log = logging.getLogger(__name__)


@dataclass
class SignInByCode:
    """One attempt to link an account; `run` does all of it and tells the front end.

    `pause` and `clock` are those of `wait_for_approval`; `timeout` bounds all of the attempt, in seconds; `time-out` is
    how many seconds to go on asking for a code without a connection; `resume` takes up a code that an earlier attempt
    left alive.
    """

    name: str
    flow: Flow
    transport: Transport
    accounts: AccountStore
    pending: PendingCode
    pause: Pause
    clock: Clock
    frontend: Frontend
    retry_for: float = 60.0
    timeout: float | None = None
    resume: bool = True
    client_secret: Secret | None = None
    _is_other_stuck: bool = field(default=False, init=False)

    def run(self) -> Outcome:
        """Link, tell the front end how it ended, and return that. Cancelled is told to nobody."""
        try:
            outcome = self._run()
        except LinkError as error:
            outcome = Failed(error)
        if isinstance(outcome, Failed):
            self.frontend.failed(outcome.error)
        elif isinstance(outcome, TimedOut):
            self.frontend.expired()
        return outcome

    def _run(self) -> Outcome:
        give_up = self.clock.monotonic() + (math.inf if self.timeout is None else self.timeout)
        self.accounts.check_writable()
        while True:
            before = self.accounts.get(self.name)  # before the lock is tried, or a success in between is missed
            lock = self.pending.try_lock()
            if lock is None:
                followed = self._follow(before, give_up)
                if followed is not None:
                    return followed
                if not self._is_other_stuck:
                    continue
            try:
                return self._lead(give_up)
            finally:
                if lock is not None:
                    lock.release()

    def _lead(self, give_up: float) -> Outcome:
        """Get a code, poll for it, keep the token; the code is forgotten however this ends."""
        try:
            code = self.pending.alive() if self.resume else None
            why = NewCodeReason.RESUMED if code else None
            if code is None:
                retry_for = min(self.retry_for, give_up - self.clock.monotonic())
                started = request_code_with_retry(self.flow, self.pause, self.clock, self.frontend, retry_for)
                if not isinstance(started, Code):
                    return started
                code = started
            left = give_up - self.clock.monotonic()
            outcome = wait_for_approval(
                self.flow, code, self._pause_between_polls, self.clock, self.frontend, self.pending.keep, why, left
            )
            if isinstance(outcome, Linked):
                self._keep(outcome.token)
            return outcome
        finally:
            self.pending.forget()

    def _pause_between_polls(self, seconds: float) -> bool:
        """Wait, and show whoever follows now and then that this one is still at work."""
        while True:
            self.pending.touch()
            if self.pause(min(seconds, TOUCH_SECONDS)):
                return True
            seconds -= TOUCH_SECONDS
            if seconds <= 0:
                return False

    def _keep(self, token: Token) -> None:
        limiter = RateLimiter(self.accounts.path, self.clock, self.pause, self.name)
        account, instead_of = store_token(
            self.accounts, self.name, self.transport, token, limiter, self.clock, self.pause, self.client_secret
        )
        self.pending.forget()  # before the front end says so: a link begun meanwhile must not follow a used code
        self.frontend.linked(account.user, instead_of)

    def _follow(self, before: Account | None, give_up: float) -> Outcome | None:
        """Show what another link shows until it ends; None means that this one is to take over.

        `before` is the account as it was when the other one was last seen at work.
        """
        shown = None
        touched, touched_at = self.pending.last_touched(), self.clock.monotonic()
        while True:
            code = self.pending.alive()
            if self.pending.last_touched() != touched:
                touched, touched_at = self.pending.last_touched(), self.clock.monotonic()
            if code is not None and (shown is None or shown.user_code != code.user_code):
                self.frontend.show_code(code, None)
                shown = code
            self.frontend.waiting(
                WaitReason.APPROVAL if code else WaitReason.CODE, code.expires_in if code else self.retry_for
            )
            if self.pause(max(0.0, min(FOLLOW_SECONDS, give_up - self.clock.monotonic()))):
                return Cancelled()
            lock = self.pending.try_lock()
            if lock is not None:
                lock.release()
            after = self.accounts.get(self.name)
            linked = after is not None and (before is None or _sign_in(after) != _sign_in(before))
            told = after is not None and after.user is not None or lock is not None  # else it is still asking the name
            if after is not None and linked and told:
                self.frontend.linked(after.user)
                return Linked(after.token)
            if lock is not None:
                return None
            if self.clock.monotonic() >= give_up:
                return TimedOut()
            if self.clock.monotonic() - touched_at >= (self.retry_for if code is None else STUCK_SECONDS):
                self._is_other_stuck = True
                return None


def _sign_in(account: Account) -> tuple[str, str]:
    """Return what only another link changes; `check` changes the name, and a refresh the token."""
    return account.token.client_id, account.linked_at
