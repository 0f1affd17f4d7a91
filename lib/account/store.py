"""Linked accounts in the settings file.

    accounts:
      default:
        auth: v1                     AUTH generation of the token
        access_token: "..."
        refresh_token: "..."         AUTH V2 only, like the next three
        expires_at: "2026-12-01T06:00:00Z"
        refreshed_at: "2026-11-24T06:00:00Z"
        scope: media:read media:write
        client_id: "..."             the app that the token was issued to; it works with no other
        linked_at: "2026-11-24T06:00:00Z"
        user: {id: 900001, name: sample_viewer, type: free}     missing until Simkl has told it
        needs_linking: true          Simkl no longer accepts the token

Keys of an account that this version does not know are kept. One lock file beside the settings keeps writers apart.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable

import yaml

from lib.account.neighbours import UNPREFIXED_ACCOUNT, backup_path, settings_lock_path
from lib.account.settings_file import SettingsError, SettingsFile, read_settings_file
from lib.account.yaml_edit import CannotEdit, replace_accounts
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import V1, Token
from lib.system import files, locks, timestamps
from lib.system.secrets import Secret, sendable

DEFAULT_ACCOUNT = UNPREFIXED_ACCOUNT
_TEXTS = (
    "auth", "access_token", "refresh_token", "expires_at", "refreshed_at", "scope", "client_id", "linked_at",
)  # fmt: skip
_OURS = (*_TEXTS, "user", "needs_linking")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Account:
    """A linked account.

    `linked_at` and `refreshed_at` are UTC as ISO 8601, `user` is None while Simkl has not told who it is.
    """

    token: Token
    linked_at: str
    user: User | None = None
    needs_linking: bool = False
    refreshed_at: str = ""


class AccountStore:
    """The accounts in one settings file. Every method may raise SettingsError; the file stays whole when it does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def _real(self) -> Path:
        """The file itself: locks and copies belong to it, whatever it is called."""
        return files.resolve_links(self.path)

    def get(self, name: str) -> Account | None:
        """Return the account, None if it is not linked."""
        parsed = read_settings_file(self.path)
        return account_from_file(parsed, name)

    def save(self, name: str, account: Account) -> None:
        """Keep the account."""
        self._change(name, lambda _: account)

    def update(self, name: str, account: Account, **changes: Any) -> Account | None:
        """Change fields of `account` if its token is still the one that is kept; return what is kept now."""
        kept: list[Account | None] = []

        def change(current: Account | None) -> Account | None:
            same = current is not None and current.token == account.token
            kept.append(replace(current, **changes) if same and current is not None else current)
            return kept[0]

        self._change(name, change)
        return kept[0]

    def forget(self, name: str) -> Account | None:
        """Remove the account, from the copy too; return what it was, None if it was not linked.

        An account that only the copy still holds counts: its token is as good as any.
        """
        try:
            with self._locked():
                removed, content = self._without(name, self._real)
                in_backup = self._remove_from_backup(name)  # first: who is killed now is linked and can try again
                if content is not None:
                    files.write_atomic(self._real, content)
                files.remove_leftovers(self._real)
                return removed or in_backup
        except OSError as error:
            raise self._not_kept(error) from error

    def check_writable(self) -> None:
        """Find out whether an account could be kept, before anybody approves one."""
        content = self._rewritten(read_settings_file(self.path), {DEFAULT_ACCOUNT: {"access_token": "x"}}).encode(
            "utf-8"
        )
        try:
            with self._locked():
                files.check_replaceable(self._real, content)
        except OSError as error:
            raise self._not_kept(error) from error

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return locks.hold_lock(settings_lock_path(self.path), like=self._real)

    def _without(self, name: str, path: Path) -> tuple[Account | None, bytes | None]:
        """Return the account in one file and what the file holds without it, None if it is not there."""
        parsed = read_settings_file(path)
        accounts = dict(parsed.data.get("accounts") or {})
        if name not in accounts:
            return None, None
        removed = account_from_file(parsed, name)
        del accounts[name]
        return removed, self._rewritten(parsed, accounts).encode("utf-8")

    def _remove_from_backup(self, name: str) -> Account | None:
        """Remove the account from the copy; one that cannot be read may hold its token, so all of it goes."""
        backup = backup_path(self.path)
        try:
            removed, content = self._without(name, backup)
        except SettingsError as error:
            log.warning("%s", error)
            files.remove_file(backup)
            return None
        if content is not None:
            files.write_atomic(backup, content)
        return removed

    def _change(self, name: str, change: Callable[[Account | None], Account | None]) -> None:
        try:
            with self._locked():
                parsed = read_settings_file(self.path)
                accounts = dict(parsed.data.get("accounts") or {})
                before = account_from_file(parsed, name)
                after = change(before)
                if (after and _written(after)) == (before and _written(before)):
                    return
                entry = accounts.pop(name, None)
                if after is not None:
                    others = {k: v for k, v in (entry or {}).items() if k not in _OURS}
                    accounts[name] = {**_written(after), **others}
                content = self._rewritten(parsed, accounts).encode("utf-8")
                # an empty file is no good copy: somebody may have emptied it by mistake
                files.write_atomic(self._real, content, backup_path(self.path) if parsed.data else None)
        except OSError as error:
            raise self._not_kept(error) from error

    def _rewritten(self, parsed: SettingsFile, accounts: dict[str, Any]) -> str:
        try:
            return replace_accounts(parsed.text, accounts)
        except (CannotEdit, yaml.YAMLError) as error:
            raise SettingsError(f"{self.path} cannot be changed: {error}. Nothing was changed.") from error

    def _not_kept(self, error: OSError) -> SettingsError:
        reason = error.strerror or error
        return SettingsError(f"{self.path} cannot be written: {reason}. Check its folder's owner, permissions, space.")


def _written(account: Account) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "auth": account.token.auth,
        "access_token": account.token.access.reveal(),
    }
    if account.token.refresh is not None:
        entry["refresh_token"] = account.token.refresh.reveal()
    if account.token.expires_at is not None:
        entry["expires_at"] = timestamps.format_utc(account.token.expires_at)
    if account.refreshed_at:
        entry["refreshed_at"] = account.refreshed_at
    if account.token.scope:
        entry["scope"] = account.token.scope
    entry["client_id"] = account.token.client_id
    entry["linked_at"] = account.linked_at
    if account.user is not None:
        entry["user"] = {"id": account.user.id, "name": account.user.name}
        if account.user.account_type:
            entry["user"]["type"] = account.user.account_type
    if account.needs_linking:
        entry["needs_linking"] = True
    return entry


def account_from_file(parsed: SettingsFile, name: str) -> Account | None:
    """Read one account; one without an access token is not linked. Raises SettingsError for wrong types."""
    entry = (parsed.data.get("accounts") or {}).get(name)
    at = ("accounts", name)
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise parsed.error(at, "must be an account. Remove it and link again.")
    for key in _TEXTS:
        if not isinstance(entry.get(key), (str, type(None))):
            raise parsed.error((*at, key), "must be text. Put it in quotes.")
    if not isinstance(entry.get("needs_linking"), (bool, type(None))):
        raise parsed.error((*at, "needs_linking"), "must be true or false.")
    if not entry.get("access_token"):
        return None
    for key in ("access_token", "refresh_token"):
        if entry.get(key) and sendable(entry[key]) is None:
            problem = "must be plain characters without spaces or line breaks. Remove it and link again."
            raise parsed.error((*at, key), problem)
    refresh = entry.get("refresh_token")
    return Account(
        token=Token(
            access=Secret(entry["access_token"]),
            client_id=entry.get("client_id") or "",
            auth=entry.get("auth") or V1,
            refresh=Secret(refresh) if refresh else None,
            expires_at=timestamps.parse_utc(entry.get("expires_at") or ""),
            scope=entry.get("scope") or "",
        ),
        linked_at=entry.get("linked_at") or "",
        user=_read_user(parsed, at, entry.get("user")),
        needs_linking=bool(entry.get("needs_linking")),
        refreshed_at=entry.get("refreshed_at") or "",
    )


def _read_user(parsed: SettingsFile, at: tuple[str, ...], entry: Any) -> User | None:
    if entry is None:
        return None
    if not isinstance(entry, dict) or type(entry.get("id")) is not int or not isinstance(entry.get("name"), str):
        raise parsed.error((*at, "user"), "must have an id (a number) and a name (text).")
    return User(entry["id"], entry["name"], str(entry.get("type") or ""))
