"""The linked accounts behind the pages: read from a cache, signed in by code, unlinked."""

from __future__ import annotations

import logging
import platform
from typing import Callable

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.sign_in.approval import Outcome
from lib.account.sign_in.by_code import SignInByCode
from lib.account.sign_in.pending_code import PendingCode
from lib.account.sign_in.start import prepare_code_sign_in
from lib.account.status import unlink_account as forget_account
from lib.account.store import Account, AccountStore
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
from lib.system.errors import InternalError, LinkError
from lib.system.threads import Worker, interruptible_sleep
from lib.system.timetable import Timetable
from lib.web.delivery.accounts import AccountDirectory
from lib.web.sign_ins import PageFrontend

PLATFORM = f"Python {platform.python_version()}; {platform.system()}; server"
PAGE_CODE_RETRY_SECONDS = 60.0

log = logging.getLogger(__name__)


class AccountLinks:
    """All accounts of the settings file. `settings()` are those in force. Methods may raise SettingsError."""

    def __init__(self, settings: Callable[[], Settings], clock: Clock) -> None:
        self._clock = clock
        self._settings = settings
        self._directory = AccountDirectory(settings().path)

    def get(self, name: str) -> Account | None:
        """Return an account, None if it is not linked. The file is read again only after it has changed."""
        return self._directory.get(name)

    def states(self) -> dict[str, int]:
        """Return how many accounts are linked, and how many need linking again."""
        accounts = [self.get(name) for name in self._directory.names().values()]
        broken = sum(account is not None and account.needs_linking for account in accounts)
        return {"linked": len(accounts) - broken, "needs_linking": broken}

    def unlink_account(self, name: str) -> Account | None:
        """Forget an account; an AUTH V2 grant ends at Simkl too, as far as Simkl can be reached."""
        account = self.get(name)
        if account is None:
            return None
        return forget_account(AccountClient(self._settings(), PLATFORM, self._clock, name)).account

    def sign_in_thread(self, name: str, frontend: PageFrontend) -> PageSignInThread:
        """Return the thread that links an account by code; it tells `frontend`."""
        return PageSignInThread(lambda stopping, keep: self._sign_in(name, frontend, stopping, keep), frontend)

    def _sign_in(
        self, name: str, frontend: PageFrontend, stopping: Callable[[], bool], keep: Callable[[Transport], None]
    ) -> Outcome:
        settings = self._settings()
        sign_in = prepare_code_sign_in(settings, self._transport, self.get(name), self._clock)
        keep(sign_in.transport)
        return SignInByCode(
            name=name,
            flow=sign_in.flow,
            transport=sign_in.transport,
            accounts=AccountStore(settings.path),
            pending=PendingCode(settings.path, name, sign_in.client_id, self._clock),
            pause=Timetable(interruptible_sleep(stopping, self._clock), self._clock).pause,
            clock=self._clock,
            frontend=frontend,
            retry_for=PAGE_CODE_RETRY_SECONDS,
            client_secret=settings.client_secret,
        ).run()

    def _transport(self, client_id: str) -> Transport:
        return Transport(self._settings().api_url, client_id, PLATFORM)


class PageSignInThread:
    """A thread that signs in once. `stop` breaks off the request that it may be waiting in."""

    def __init__(
        self,
        sign_in: Callable[[Callable[[], bool], Callable[[Transport], None]], Outcome],
        frontend: PageFrontend,
    ) -> None:
        self._sign_in = sign_in
        self._frontend = frontend
        self._transport: Transport | None = None
        self._worker = Worker(self._run, self._crashed, "simkl-sign-in")

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def stop(self) -> None:
        """Ask it to end: nothing more is asked of Simkl."""
        self._worker.stop()
        if self._transport is not None:
            self._transport.abort()

    def join(self, seconds: float) -> None:
        """Wait for its end, `seconds` at most."""
        self._worker.join(seconds)

    def _run(self) -> None:
        try:
            self._sign_in(self._worker.stopping, self._keep)
        except LinkError as error:
            self._frontend.failed(error)

    def _crashed(self, error: Exception) -> None:
        log.error("internal error; please report it", exc_info=error)
        self._frontend.failed(InternalError())

    def _keep(self, transport: Transport) -> None:
        self._transport = transport
