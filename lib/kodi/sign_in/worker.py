"""A sign-in as Kodi runs it: one worker thread that links, shows how it ended, and starts anew when asked.

Everything that costs time happens in the worker: importing requests, yaml, schedule and segno, the network, the QR
code. The thread that shows the window only ever calls `new_code` and `stop`, and both return at once.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING, Callable

from lib.account.sign_in.frontend import Frontend
from lib.kodi.addon import Addon
from lib.system.clock import Clock
from lib.system.errors import InternalError
from lib.system.threads import IsStopping, Restarts, Worker

if TYPE_CHECKING:
    from lib.account.sign_in.approval import Outcome
    from lib.account.sign_in.start import CodeSignIn
    from lib.account.store import AccountStore
    from lib.simkl.http.transport import Transport
    from lib.system.secrets import Secret

log = logging.getLogger(__name__)

CODE_RETRY_SECONDS = 900.0
RESTART_POLL_SECONDS = 0.1


class _WhenAsked(Restarts):
    """Has a sign-in that crashed started again once the user asks for a new code, without a limit."""

    def __init__(self, clock: Clock, wants_another: Callable[[], bool], on_give_up: Callable[[], object]) -> None:
        super().__init__(clock, on_give_up)
        self._wants_another = wants_another

    def pause(self, name: str, worked_seconds: float, stopping: IsStopping) -> bool:
        """Return whether the user wants another code."""
        wants_another = self._wants_another()
        if not wants_another:
            self._on_give_up()
        return wants_another


class SignInWorker:
    """Links the account of this Kodi profile in the background. `done` is called once there is nothing more to show."""

    def __init__(self, addon: Addon, frontend: Frontend, done: Callable[[], None], resume_only: bool = False) -> None:
        self._addon = addon
        self._frontend = frontend
        self._done = done
        self._resume_only = resume_only
        self._restart = threading.Event()
        self._transport: Transport | None = None
        restarts = _WhenAsked(addon.clock, self._wants_another, done)
        self._worker = Worker(self._work, self._crashed, restarts=restarts)

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def new_code(self) -> None:
        """Give up the code on the screen, or the end that was reached, and ask for a new code."""
        under_way = self._transport
        self._restart.set()
        if under_way is not None:
            under_way.abort()

    def stop(self) -> None:
        """End quietly; nothing polls afterwards."""
        self._worker.stop()
        if self._transport is not None:
            self._transport.abort()

    def join(self, seconds: float) -> None:
        """Wait for the worker to end, `seconds` at most."""
        self._worker.join(seconds)

    def _work(self) -> None:
        from lib.account.sign_in.approval import Linked

        resume = True
        while not self._worker.stopping():
            self._restart.clear()
            outcome = self._attempt(resume)
            if isinstance(outcome, Linked):
                self._addon.tell_others("linked")
                break
            if not self._wants_another():
                break
            resume = False
        self._done()

    def _wants_another(self) -> bool:
        """Wait until the user wants a new code; false when it is over instead."""
        if self._resume_only:
            return False
        while not self._restart.is_set():
            if self._worker.stopping() or self._addon.monitor.waitForAbort(RESTART_POLL_SECONDS):
                return False
        return True

    def _crashed(self, error: Exception) -> None:
        """Tell of an internal error, and let the user try again all the same.

        A window without a worker would be a dead one.
        """
        log.error("internal error; please report it", exc_info=error)
        self._frontend.failed(InternalError())

    def _attempt(self, resume: bool) -> Outcome:
        """Link once."""
        from lib.account.settings_file import SettingsError
        from lib.account.sign_in.approval import Cancelled, Failed
        from lib.account.sign_in.start import prepare_code_sign_in
        from lib.account.store import DEFAULT_ACCOUNT, AccountStore
        from lib.kodi.profile.account_view import load_profile_settings, make_transport, sync_account_state

        clock = self._addon.clock
        try:
            settings = load_profile_settings(self._addon)
            accounts = AccountStore(settings.path)
            make_transport = partial(make_transport, self._addon, settings)
            sign_in = prepare_code_sign_in(settings, make_transport, accounts.get(DEFAULT_ACCOUNT), clock)
        except SettingsError as error:
            self._frontend.failed(error)
            return Failed(error)
        self._transport = sign_in.transport
        if self.interrupted():  # there was no transport to abort when they asked for it
            return Cancelled()
        outcome = self._sign_in(sign_in, accounts, settings.client_secret, resume)
        self._transport.close()
        sync_account_state(self._addon)
        return outcome

    def _sign_in(
        self, sign_in: CodeSignIn, accounts: AccountStore, client_secret: Secret | None, resume: bool
    ) -> Outcome:
        from lib.account.sign_in.by_code import SignInByCode
        from lib.account.store import DEFAULT_ACCOUNT
        from lib.kodi.profile.account_view import profile_pending_code
        from lib.system.threads import interruptible_sleep
        from lib.system.timetable import Timetable

        clock = self._addon.clock
        pacer = Timetable(interruptible_sleep(self.interrupted, clock, self._addon.monitor.waitForAbort), clock)
        pacer.every_second(self._frontend.tick)
        return SignInByCode(
            name=DEFAULT_ACCOUNT,
            flow=sign_in.flow,
            transport=sign_in.transport,
            accounts=accounts,
            pending=profile_pending_code(self._addon, sign_in.client_id),
            pause=pacer.pause,
            clock=clock,
            frontend=self._frontend,
            retry_for=CODE_RETRY_SECONDS,
            client_secret=client_secret,
            resume=resume,
        ).run()

    def interrupted(self) -> bool:
        """Return whether the user wants no more of the code that is shown or on its way."""
        return self._worker.stopping() or self._restart.is_set()
