"""Signing in on Simkl's own page (OAuth 2.0, with PKCE where Simkl wants it): the browser leaves and comes back.

An attempt belongs to the account it was begun for, and is good once and for ten minutes. The state that comes back is
compared in constant time, so nobody can have a stranger's browser finish their own sign-in (RFC 6749 10.12).
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Callable, Mapping, NamedTuple
from urllib.parse import urlsplit

from lib.account.grants import store_token
from lib.account.rate_limit import RateLimiter
from lib.account.settings import Settings
from lib.account.settings_file import SettingsError
from lib.account.sign_in.start import BrowserSignIn, prepare_browser_sign_in
from lib.account.store import Account, AccountStore
from lib.simkl.auth.browser import Attempt
from lib.simkl.errors import SimklError
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
from lib.system.threads import interruptible_sleep
from lib.web.account_links import PLATFORM

ATTEMPT_SECONDS = 600.0


class _Waiting(NamedTuple):
    sign_in: BrowserSignIn
    attempt: Attempt
    ends_at: float


class BrowserSignIns:
    """The attempts that wait for a browser."""

    errors: tuple[type[Exception], ...] = (SimklError, SettingsError)

    def __init__(
        self,
        settings: Callable[[], Settings],
        redirect_uri: Callable[[], str],
        known: Callable[[str], Account | None],
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._known = known
        self._clock = clock
        self._lock = threading.Lock()
        self._attempts: dict[str, _Waiting] = {}

    @property
    def site(self) -> str:
        """Where Simkl's page is, for the content security policy of the form that leads there."""
        parts = urlsplit(self._settings().site_url)
        return f"{parts.scheme}://{parts.netloc}"

    def begin(self, account: str) -> str:
        """Return the address to send the browser to. Raises SimklError, SettingsError."""
        settings = replace(self._settings(), redirect_uri=self._redirect_uri())
        AccountStore(settings.path).check_writable()
        sign_in = prepare_browser_sign_in(
            settings,
            lambda client_id: Transport(settings.api_url, client_id, PLATFORM),
            self._known(account),
            self._clock,
        )
        attempt = sign_in.flow.start()
        now = self._clock.monotonic()
        with self._lock:
            self._attempts = {name: each for name, each in self._attempts.items() if each.ends_at > now}
            self._attempts[account] = _Waiting(sign_in, attempt, now + ATTEMPT_SECONDS)
        return attempt.url

    def finish(self, account: str, answer: Mapping[str, str]) -> bool:
        """Take what the browser brought back; false if it belongs to no attempt of this account."""
        with self._lock:
            waiting = self._attempts.get(account)
            ours = waiting is not None and waiting.ends_at > self._clock.monotonic()
            if waiting is None or not ours or not waiting.sign_in.flow.belongs(waiting.attempt, answer):
                return False
            del self._attempts[account]
        token = waiting.sign_in.flow.finish(waiting.attempt, answer)
        accounts = AccountStore(self._settings().path)
        pause = interruptible_sleep(lambda: False, self._clock)
        limiter = RateLimiter(accounts.path, self._clock, pause, account)
        secret = self._settings().client_secret
        store_token(accounts, account, waiting.sign_in.transport, token, limiter, self._clock, pause, secret)
        return True
