"""The only way to ask Simkl anything with an account's token, which stays good by itself.

    client = AccountClient(settings, platform, clock)
    user = client.call(fetch_user)

A client belongs to the account that the settings file holds when it is made. If another one takes its place, calls
raise `AccountChanged`: what one person watched must not be sent for another.

A refresh kills the previous access token at once, so only one may happen at a time, over threads and processes: it is
done under a lock file beside the settings, and whoever gets the lock first reads the file again and takes what another
one has stored meanwhile. It is only done where its outcome can be stored. A check of a token that is still good costs a
look at the file's time, not a read. While the token is still good, it is refreshed every ten minutes at most.

Source: Simkl's page `api-reference/oauth2-tokens`.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import replace
from typing import Callable, Iterator, TypeVar

from lib.account.grants import revoke_grant
from lib.account.neighbours import account_path
from lib.account.rate_limit import RateLimiter
from lib.account.refresh_time import is_refresh_due
from lib.account.settings import Settings
from lib.account.settings_file import SettingsError
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
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
from lib.system import exit_codes, files, locks, timestamps
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.system.secrets import Secret
from lib.system.threads import InterruptibleSleep

_T = TypeVar("_T")
REFRESH_LOCK_SECONDS = 30.0
REFRESH_RETRY_SECONDS = 600.0  # between refreshes of a token that is still good

log = logging.getLogger(__name__)


class AccountChanged(LinkError):
    """The settings file holds another account than the one that this was begun for."""

    name = "account_changed"
    sentence = "Another account has been linked in the meantime, so this was not done. Try again."
    exit_code = exit_codes.NO_PERMISSION


class AccountClient:
    """One account's calls to Simkl. Safe for several threads.

    `platform` names the machine in the User-Agent; `pause` waits and returns true when somebody wants it all to stop.
    `transport` is one that is there already, with the account's client id.
    Requests are spaced as Simkl's limits want, over all programs that use the settings file.
    """

    def __init__(
        self,
        settings: Settings,
        platform: str,
        clock: Clock,
        name: str = DEFAULT_ACCOUNT,
        pause: InterruptibleSleep | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.settings = settings
        self.name = name
        self.accounts = AccountStore(settings.path)
        self.clock = clock
        version = files.file_version(settings.path)
        self.account = self.accounts.get(name)
        client_id = self.account.token.client_id if self.account is not None else ""
        self._has_client_id = bool(client_id or settings.client_id)
        self._transport = transport or Transport(
            settings.api_url, client_id or settings.client_id, platform, settings.proxy
        )
        self._limiter = RateLimiter(settings.path, clock, pause, name)
        self._lock = account_path(settings.path, name, "refresh.lock")
        self._cache_lock = threading.Lock()
        self._cached_account, self._cached_version = self.account, version
        self._unsaved: tuple[Secret, Account] | None = None  # the token that is still on disk, and what replaces it
        self._rejected_tokens: set[Secret] = set()
        self._given_again: dict[Secret, float] = {}  # when a refresh gave the same token again
        self._refresh_retry_at: tuple[Secret, float] | None = None

    def call(self, request: Callable[[Transport, Token], _T], writes: bool = False) -> _T:
        """Return what `request(transport, token)` returns, with a token that is good; `writes` for a POST.

        Raises SimklError: TokenMissing without an account, TokenRefused if only linking again helps; AccountChanged;
        SettingsError.
        """
        token = self.token()
        try:
            return self._ask(request, token, writes)
        except TokenRefused:
            if token.auth != V2:
                raise
        return self._ask(request, self._replace_token(token), writes)

    def token(self) -> Token:
        """Return the account's token, refreshed if it ends soon, see `refresh_time`, or Simkl has refused it before."""
        token = self._current().token
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

    def is_same(self, found: Account) -> bool:
        """Return whether an account is the one that this was made for; a user who becomes known is no other one."""
        ours = self.account
        if ours is None or (found.token.client_id, found.linked_at) != (ours.token.client_id, ours.linked_at):
            return False
        return found.user is None or ours.user is None or found.user.id == ours.user.id

    def revoke(self, token: Token) -> bool:
        """End an AUTH V2 grant at Simkl; return whether Simkl heard."""
        transport = self._transport
        if token.client_id and self.account is None:
            transport = transport.for_client(token.client_id)
        return revoke_grant(transport, token, self.settings.client_secret, self._limiter)

    def abort(self) -> None:
        """End the request that is under way and refuse further ones. May be called from any thread."""
        self._transport.abort()

    def close(self) -> None:
        """Close the connection that is kept open between requests."""
        self._transport.close()

    def _current(self) -> Account:
        """Return the account as it is now. Raises TokenMissing, AccountChanged, SettingsError."""
        with self._cache_lock:
            version = files.file_version(self.accounts.path)
            if self._cached_account is None or version != self._cached_version:
                self._cached_account, self._cached_version = self.accounts.get(self.name), version
            cached = self._cached_account
        return self._latest(self._ours(cached))

    def _ours(self, found: Account | None) -> Account:
        if found is None:
            raise TokenMissing()
        if not self.is_same(found):
            raise AccountChanged()
        if not self._has_client_id:
            self.settings.require_client_id()
        self.account = found
        return found

    def _latest(self, found: Account) -> Account:
        """Return the account with the token that could not be stored, if its predecessor is still on the disk."""
        unsaved = self._unsaved
        return unsaved[1] if unsaved is not None and unsaved[0] == found.token.access else found

    def _is_due(self, token: Token) -> bool:
        """Return whether to refresh it now: it is no longer good, or ending and not put off."""
        if token.access in self._rejected_tokens:
            return True
        if self.account is None or not is_refresh_due(self.account, token, self.clock.wall()):
            return False
        return not self._is_put_off(token) or not self._is_good(token)

    def _is_put_off(self, token: Token) -> bool:
        access, since = self._refresh_retry_at or (None, 0.0)
        return access == token.access and self.clock.monotonic() - since < REFRESH_RETRY_SECONDS

    def _is_good(self, token: Token) -> bool:
        ends = token.expires_at
        return token.access not in self._rejected_tokens and ends is not None and ends > self.clock.wall()

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
        """Hold the request lock; a write that does not get it counts as no connection, since others use it up."""
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._limiter.acquire(writes))
            except OSError as error:
                log.warning("another process holds the Simkl request lock: %s", error)
                if writes:
                    raise NotSent() from error  # else: nobody can hold one in a folder that may only be read
            yield

    def _replace_token(self, rejected: Token) -> Token:
        """Return a token that is not `rejected`: one that somebody else has stored, or a refreshed one."""
        try:
            with locks.hold_lock(self._lock, REFRESH_LOCK_SECONDS, like=self.accounts.path):
                return self._stored_or_refreshed(rejected) if self._is_due(rejected) else rejected
        except OSError as error:
            problem = f"{self._lock} cannot be held: {error.strerror or error}. Check its folder's owner and space."
            raise SettingsError(problem) from error

    def _stored_or_refreshed(self, rejected: Token) -> Token:
        account = self._latest(self._ours(self.accounts.get(self.name)))
        if account.token.access != rejected.access:
            return account.token
        given_at = self._given_again.get(rejected.access)
        if given_at is not None and self.clock.monotonic() - given_at < REFRESH_RETRY_SECONDS:
            raise TokenRefused()  # Simkl gave this very token again a moment ago, and refuses it all the same
        try:
            self.accounts.check_writable()  # a refresh that is lost kills a token that may be good for hours
            fresh = self._refreshed(account)
        except (SimklError, SettingsError) as error:
            if not isinstance(error, TokenRefused):
                self._put_off(rejected)
            raise
        if fresh.access == rejected.access:
            self._rejected_tokens.discard(fresh.access)
            self._given_again[fresh.access] = self.clock.monotonic()
        else:
            self._rejected_tokens.add(rejected.access)
        if is_refresh_due(account, fresh, self.clock.wall()):  # as it will be after the next refresh, too
            self._put_off(fresh)
        self._store(account, fresh)
        return fresh

    def _refreshed(self, account: Account) -> Token:
        try:
            with self._request_lock(writes=True):
                secret = self.settings.client_secret
                return tokens.refresh_token(self._transport, account.token, secret, self.clock.wall())
        except GrantRefused as error:
            self.accounts.update(self.name, account, needs_linking=True)
            raise TokenRefused() from error
        except (BadRequest, NotAllowed, NotFound, UnknownError) as error:  # not about the request that wants a token
            raise Unavailable(status=error.status, identifier=error.identifier) from error

    def _put_off(self, token: Token) -> None:
        self._refresh_retry_at = token.access, self.clock.monotonic()

    def _store(self, account: Account, fresh: Token) -> None:
        """Store a fresh token; one that cannot be stored after all is used by this program all the same."""
        changes = {"token": fresh, "refreshed_at": timestamps.format_utc(self.clock.wall())}
        try:
            self.accounts.update(self.name, account, **changes)
        except SettingsError as error:
            log.error("the refreshed access token could not be stored: %s", error)
            stored = self.accounts.get(self.name)
            if stored is not None:
                self._unsaved = stored.token.access, replace(account, token=fresh)
