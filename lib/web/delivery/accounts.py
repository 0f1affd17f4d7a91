"""The accounts of the settings file, read once for all of them and again when the file has changed."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from lib.account.settings_file import SettingsError, SettingsFile, read_settings_file
from lib.account.store import Account, AccountStore, account_from_file
from lib.system import files

NAMELESS_OWNER = "linked at "  # how an owner begins whose user id Simkl has not told yet

log = logging.getLogger(__name__)


class AccountDirectory(AccountStore):
    """The accounts in one settings file, for programs with many of them. Safe for several threads.

    `get` costs a look at the file's time. A file that cannot be read any more, such as in the middle of an edit, leaves
    the accounts as they were. Every method may raise SettingsError.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._guard = threading.Lock()
        self._version: object = None
        self._file: SettingsFile | None = None
        self._names: dict[str, str] | None = None

    def get(self, name: str) -> Account | None:
        """Return the account, None if it is not linked."""
        with self._guard:
            return account_from_file(self._read(), name)

    def names(self) -> dict[str, str]:
        """Return the linked accounts' names by their owners; of two links of one Simkl user, one."""
        with self._guard:
            file = self._read()
            if self._names is None:
                named = {name: account_from_file(file, name) for name in file.data.get("accounts") or {}}
                self._names = {_owner(account): name for name, account in named.items() if account is not None}
            return self._names

    def owner_of(self, name: str) -> str:
        """Return whose plays an account tracks, see `names`; empty while it is not linked."""
        account = self.get(name)
        return "" if account is None else _owner(account)

    def _read(self) -> SettingsFile:
        version = files.file_version(self.path)
        if self._file is None or version != self._version:
            try:
                self._file = read_settings_file(self.path)
            except SettingsError as error:
                if self._file is None:
                    raise
                log.error("the accounts stay as they were: %s", error)
            self._version, self._names = version, None
        return self._file


def _owner(account: Account) -> str:
    """Return the Simkl user's id, or the link's time until it is told."""
    return str(account.user.id) if account.user is not None else f"{NAMELESS_OWNER}{account.linked_at}"
