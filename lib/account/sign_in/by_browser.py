"""Linking with a browser: open an address, wait for what comes back, trade it for a token.

Where no redirect URI is registered, Simkl displays the code, and the user pastes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from lib.account.grants import store_token
from lib.account.rate_limit import RateLimiter
from lib.account.sign_in.approval import Cancelled, Failed, Linked, Outcome, TimedOut
from lib.account.sign_in.frontend import Frontend
from lib.account.store import AccountStore
from lib.simkl.auth.browser import Attempt, BrowserFlow
from lib.simkl.auth.redirect_server import RedirectServer
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.system.secrets import Secret
from lib.system.threads import interruptible_sleep

BROWSER_TIMEOUT = 300.0
_QUOTES = "\"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb<>"


@dataclass
class SignInByBrowser:
    """One attempt; `run` does all of it and tells the front end.

    `stopping()` is true when somebody wants it to stop; `read_code` returns the code
    that the user pasted, None if there is none, and is only asked where there is no redirect URI.
    """

    name: str
    flow: BrowserFlow
    transport: Transport
    accounts: AccountStore
    stopping: Callable[[], bool]
    clock: Clock
    frontend: Frontend
    read_code: Callable[[], str | None]
    redirect_uri: str | None
    timeout: float = BROWSER_TIMEOUT
    client_secret: Secret | None = None

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
        self.accounts.check_writable()
        attempt = self.flow.start()
        if self.redirect_uri is None:
            self.frontend.show_address(attempt.url, None)
            self.frontend.open_browser(attempt.url)  # a process list may show it: nothing can be sent in its place
            pasted = pasted_answer(self.read_code() or "")
            return self._keep(self.flow.finish(attempt, pasted)) if pasted else self._nothing_came()
        listener = RedirectServer(self.redirect_uri)
        self.frontend.show_address(attempt.url, self.redirect_uri)
        self.frontend.open_browser(listener.one_time_address(attempt.url))
        give_up = self.clock.monotonic() + self.timeout
        answer = listener.wait(
            lambda came_back: self._belongs(attempt, came_back),
            lambda: self.stopping() or self.clock.monotonic() >= give_up,
        )
        if answer is None:
            return self._nothing_came()
        return self._keep(self.flow.finish(attempt, answer))

    def _nothing_came(self) -> Outcome:
        return Cancelled() if self.stopping() else TimedOut()

    def _belongs(self, attempt: Attempt, answer: Mapping[str, str]) -> bool:
        return self.flow.belongs(attempt, answer) and ("code" in answer or "error" in answer)

    def _keep(self, token: Token) -> Outcome:
        pause = interruptible_sleep(self.stopping, self.clock)
        limiter = RateLimiter(self.accounts.path, self.clock, pause, self.name)
        account, instead_of = store_token(
            self.accounts, self.name, self.transport, token, limiter, self.clock, pause, self.client_secret
        )
        self.frontend.linked(account.user, instead_of)
        return Linked(token)


def pasted_answer(text: str) -> dict[str, str]:
    """Return the code that was pasted, in quotes or within a whole address, under its name; empty if there is none.

    An address that tells of a refusal gives `error`.
    """
    pasted = text.strip().strip(_QUOTES).strip()
    if "=" not in pasted:
        return {"code": pasted} if pasted else {}
    parts = urlsplit(pasted.replace("#", "?")) if "?" in pasted or "#" in pasted else urlsplit(f"?{pasted}")
    return {name: value for name, value in parse_qsl(parts.query) if name in ("code", "error")}
