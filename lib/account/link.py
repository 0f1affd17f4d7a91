"""Link, unlink, status: what a person can do with an account.

A link that finds another one at work for the same account shows that one's code and waits with it; if the other one
goes away, it takes over. The token is on disk before the name is asked for: a link without a name still counts.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Callable

from lib.account.access import Access
from lib.account.face import Face, Reason, Why
from lib.account.keeping import give_back, keep
from lib.account.pending import PendingCode
from lib.account.settings import SettingsError
from lib.account.store import Account, Accounts
from lib.account.turns import Turns
from lib.account.wait import (
    Approved,
    Cancelled,
    Clock,
    Expired,
    Failed,
    Outcome,
    Pause,
    start_patiently,
    wait_for_approval,
)
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.code_flow import Code, Flow
from lib.simkl.auth.tokens import V2, Token
from lib.simkl.errors import GrantRefused, TokenRefused
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret

FOLLOW_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Status:
    """How an account stands; `valid` is what Simkl said when asked, None when it was not asked."""

    account: Account | None
    valid: bool | None = None
    newly_refused: bool = False

    @property
    def linked(self) -> bool:
        """Whether there is a token that Simkl is not known to refuse."""
        return self.account is not None and not self.account.needs_linking


@dataclass
class Link:
    """One attempt to link an account; `run` does all of it and tells the face.

    `pause` and `clock` are those of `wait_for_approval`; `timeout` bounds all of the attempt, in seconds; `patience` is
    how many seconds to go on asking for a code without a connection; `resume` takes up a code that an earlier attempt
    left alive.
    """

    name: str
    flow: Flow
    transport: Transport
    accounts: Accounts
    pending: PendingCode
    pause: Pause
    clock: Clock
    face: Face
    patience: float = 60.0
    timeout: float | None = None
    resume: bool = True
    now: Callable[[], float] = time.time

    def run(self) -> Outcome:
        """Link, tell the face how it ended, and return that. Cancelled is told to nobody."""
        try:
            outcome = self._run()
        except SettingsError as error:
            outcome = Failed(error)
        if isinstance(outcome, Failed):
            self.face.failed(outcome.error)
        elif isinstance(outcome, Expired):
            self.face.expired()
        return outcome

    def _run(self) -> Outcome:
        give_up = self.clock() + (math.inf if self.timeout is None else self.timeout)
        self.accounts.check_writable()
        while True:
            before = self.accounts.get(self.name)  # before the lock is tried, or a success in between is missed
            lock = self.pending.try_lock()
            if lock is None:
                followed = self._follow(before, give_up)
                if followed is not None:
                    return followed
                continue
            try:
                return self._lead(give_up)
            finally:
                lock.release()

    def _lead(self, give_up: float) -> Outcome:
        """Get a code, poll for it, keep the token; the code is forgotten however this ends."""
        try:
            code = self.pending.alive() if self.resume else None
            why = Why.RESUMED if code else None
            if code is None:
                patience = min(self.patience, give_up - self.clock())
                started = start_patiently(self.flow, self.pause, self.clock, self.face, patience)
                if not isinstance(started, Code):
                    return started
                code = started
            left = give_up - self.clock()
            outcome = wait_for_approval(
                self.flow, code, self.pause, self.clock, self.face, self.pending.keep, why, left
            )
            if isinstance(outcome, Approved):
                self._keep(outcome.token)
            return outcome
        finally:
            self.pending.forget()

    def _keep(self, token: Token) -> None:
        turns = Turns(self.accounts.path, self.pause, stopping=lambda: self.pause(0.0))
        account, instead_of = keep(self.accounts, self.name, self.transport, token, self.now(), turns)
        self.pending.forget()  # before the face has its moment: a link begun meanwhile must not follow a used code
        if instead_of is None:
            self.face.linked(account.user)
        else:
            self.face.linked(account.user, instead_of)

    def _follow(self, before: Account | None, give_up: float) -> Outcome | None:
        """Show what another link shows until it ends; None means that this one is to take over.

        `before` is the account as it was when the other one was last seen at work.
        """
        shown = None
        while True:
            code = self.pending.alive()
            if code is not None and (shown is None or shown.user_code != code.user_code):
                self.face.show_code(code, None)
                shown = code
            self.face.waiting(Reason.APPROVAL if code else Reason.CODE, code.expires_in if code else self.patience)
            if self.pause(max(0.0, min(FOLLOW_SECONDS, give_up - self.clock()))):
                return Cancelled()
            lock = self.pending.try_lock()
            if lock is not None:
                lock.release()
            after = self.accounts.get(self.name)
            linked = after is not None and (before is None or _sign_in(after) != _sign_in(before))
            told = after is not None and after.user is not None or lock is not None  # else it is still asking the name
            if after is not None and linked and told:
                self.face.linked(after.user)
                return Approved(after.token)
            if lock is not None:
                return None
            if self.clock() >= give_up:
                return Expired()


def _sign_in(account: Account) -> tuple[str, str]:
    """Return what only another link changes; `check` changes the name, and a refresh the token."""
    return account.token.client_id, account.linked_at


def unlink(
    accounts: Accounts,
    name: str,
    transport: Transport | None = None,
    client_secret: Secret | None = None,
    turns: Turns | None = None,
) -> Account | None:
    """Forget the account here; return what it was, None if it was not linked. Raises SettingsError.

    With `transport`, an AUTH V2 grant is ended at Simkl too, as far as Simkl can be reached. AUTH V1 has no revocation:
    Simkl lists the app until the user removes it at `settings.connected_apps`.
    """
    account = accounts.forget(name)
    if account is not None and account.token.auth == V2 and transport is not None:
        give_back(transport, account.token, client_secret, turns or Turns(accounts.path))
    return account


def status(accounts: Accounts, name: str) -> Status:
    """Return how the account stands, without asking Simkl. Raises SettingsError."""
    return Status(accounts.get(name))


def check(
    accounts: Accounts,
    name: str,
    transport: Transport,
    client_secret: Secret | None = None,
    turns: Turns | None = None,
) -> Status:
    """Ask Simkl whether it still accepts the account, and take the user's name along. Raises SimklError, SettingsError.

    Only a refusal that a second call confirms marks the account "needs linking again"; `newly_refused` is true once,
    for whoever tells the user. The token is never deleted.
    """
    account = accounts.get(name)
    if account is None:
        return Status(None)
    user = _confirmed_user(Access(accounts, name, transport, client_secret, turns=turns or Turns(accounts.path)))
    asked = accounts.get(name)
    if asked is None or asked.linked_at != account.linked_at:
        return Status(asked)  # unlinked or linked anew meanwhile; Simkl spoke of the token before
    if user is None:
        kept = accounts.update(name, asked, needs_linking=True)
    else:
        kept = accounts.update(name, asked, user=user, needs_linking=False)
    return Status(kept, valid=user is not None, newly_refused=user is None and not account.needs_linking)


def _confirmed_user(access: Access) -> User | None:
    """Return whose token it is, None if Simkl refuses it twice, or a refresh of it once."""
    try:
        return access.call(fetch_user)
    except TokenRefused as error:
        if isinstance(error.__cause__, GrantRefused):
            return None
        log.info("Simkl refuses the access token; asking once more")
    try:
        return access.call(fetch_user)
    except TokenRefused:
        return None
