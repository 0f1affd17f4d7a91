"""Calls to Simkl with an account's token, which stays good by itself: the one place that refreshes.

A refresh kills the previous access token at once, so only one may happen at a time, over threads and processes: it is
done under a lock file beside the settings, and whoever gets the lock first reads the file again and takes what another
one has stored meanwhile. A check of a token that is still good costs a look at the file's time, not a read. While the
token is still good, a refresh that failed is not tried again for ten minutes; after that, each time.

Source: Simkl's page `api-reference/oauth2-tokens`.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Callable, Iterator, TypeVar

from lib.account.rate_limit import RateLimiter
from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.simkl.auth import tokens
from lib.simkl.auth.tokens import V2, Token
from lib.simkl.errors import (
    BadRequest,
    GrantRefused,
    NotAllowed,
    NotFound,
    NotSent,
    SimklError,
    TokenMissing,
    TokenRefused,
    Unavailable,
    UnknownError,
)
from lib.simkl.http.transport import Transport
from lib.system import files, locks, timestamps
from lib.system.clock import Clock
from lib.system.secrets import Secret

_T = TypeVar("_T")
REFRESH_LOCK_SECONDS = 30.0
REFRESH_RETRY_SECONDS = 600.0  # between attempts to refresh a token that is still good

log = logging.getLogger(__name__)


class AccountClient:
    """An account's way to Simkl. Safe for several threads, each with calls of its own on the one transport.

    `transport` must carry the client id that the token was issued to; `client_secret` only for a server app. With
    `limiter`, requests wait for those of others with the same account.
    """

    def __init__(
        self,
        accounts: AccountStore,
        name: str,
        transport: Transport,
        client_secret: Secret | None = None,
        limiter: RateLimiter | None = None,
        *,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._name = name
        self._transport = transport
        self._client_secret = client_secret
        self._limiter = limiter
        self._clock = clock
        self._lock = accounts.path.with_name(f"{accounts.path.name}.refresh.lock")
        self._cache_lock = threading.Lock()
        self._cached_account: Account | None = None
        self._cached_version: object = None
        self._rejected_tokens: set[Secret] = set()
        self._refresh_retry_at: tuple[Secret, float] | None = None

    def call(self, request: Callable[[Transport, Token], _T], writes: bool = False) -> _T:
        """Return what `request(transport, token)` returns, with a token that is good; `writes` for a POST.

        Raises SimklError: TokenMissing without an account, TokenRefused if only linking again helps; SettingsError.
        """
        token = self.token()
        try:
            return self._ask(request, token, writes)
        except TokenRefused:
            if token.auth != V2:
                raise
        return self._ask(request, self._replace_token(token), writes)

    def token(self) -> Token:
        """Return the account's token, refreshed if less than a day is left of it or Simkl has refused it before."""
        token = self._account().token
        if not self._is_due(token):
            return token
        try:
            return self._replace_token(token)
        except (TokenRefused, TokenMissing):
            raise
        except (SimklError, SettingsError) as error:
            if not self._is_good(token):
                raise
            log.info("the access token could not be refreshed yet (%s); it is still good", error.name)
            return token

    def _is_due(self, token: Token) -> bool:
        """Return whether to refresh it now: it is no longer good, or ending and not put off."""
        if token.access in self._rejected_tokens:
            return True
        if not token.is_ending(self._clock.wall()):
            return False
        access, since = self._refresh_retry_at or (None, 0.0)
        return (
            access != token.access
            or self._clock.monotonic() - since >= REFRESH_RETRY_SECONDS
            or not self._is_good(token)
        )

    def _is_good(self, token: Token) -> bool:
        ends = token.expires_at
        return token.access not in self._rejected_tokens and ends is not None and ends > self._clock.wall()

    def _ask(self, request: Callable[[Transport, Token], _T], token: Token, writes: bool) -> _T:
        try:
            with self._request_lock(writes):
                return request(self._transport, token)
        except TokenRefused:
            if token.auth == V2:
                self._rejected_tokens.add(token.access)
            raise

    @contextlib.contextmanager
    def _request_lock(self, writes: bool) -> Iterator[None]:
        """Wait for the turn; one that does not come counts as no connection, since others use it up."""
        if self._limiter is None:
            yield
            return
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._limiter.acquire(writes))
            except OSError as error:
                log.warning("no turn at Simkl: %s", error)
                if writes:
                    raise NotSent() from error  # else: nobody can hold one in a folder that may only be read
            yield

    def _account(self) -> Account:
        with self._cache_lock:
            version = files.file_version(self._accounts.path)
            if self._cached_account is None or version != self._cached_version:
                self._cached_account, self._cached_version = self._accounts.get(self._name), version
            cached = self._cached_account
        if cached is None:
            raise TokenMissing()
        return cached

    def _replace_token(self, rejected: Token) -> Token:
        """Return a token that is not `dead`: one that somebody else has stored, or a refreshed one."""
        try:
            with locks.hold_lock(self._lock, REFRESH_LOCK_SECONDS):
                return self._stored_or_refreshed(rejected) if self._is_due(rejected) else rejected
        except OSError as error:
            problem = f"{self._lock} cannot be held: {error.strerror or error}. Check its folder's owner and space."
            raise SettingsError(problem) from error

    def _stored_or_refreshed(self, rejected: Token) -> Token:
        account = self._accounts.get(self._name)
        if account is None:
            raise TokenMissing()
        if account.token.access != rejected.access:
            return account.token
        try:
            with self._request_lock(writes=True):
                fresh = tokens.refresh_token(self._transport, account.token, self._client_secret, self._clock.wall())
        except GrantRefused as error:
            self._accounts.update(self._name, account, needs_linking=True)
            raise TokenRefused() from error
        except (BadRequest, NotAllowed, NotFound, UnknownError) as error:  # not about the request that wants a token
            self._refresh_retry_at = rejected.access, self._clock.monotonic()
            raise Unavailable(status=error.status, identifier=error.identifier) from error
        except SimklError:
            self._refresh_retry_at = rejected.access, self._clock.monotonic()
            raise
        self._rejected_tokens.add(rejected.access)
        self._accounts.update(self._name, account, token=fresh, refreshed_at=timestamps.format_utc(self._clock.wall()))
        return fresh
