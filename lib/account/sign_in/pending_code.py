"""The code that waits for approval, on disk: a link survives a power cut, and a second link shows the first one's code.

Beside the settings file lie a code while it is alive, and a lock held by whoever polls for it (`neighbours` has their
names). Simkl delivers an approval once, so only one may poll.
"""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path
from typing import Any

import filelock

from lib.account.neighbours import account_path
from lib.account.settings_file import SettingsError
from lib.simkl.auth.code_flow import Code
from lib.system import files, locks
from lib.system.clock import Clock
from lib.system.secrets import Secret, hide

log = logging.getLogger(__name__)


class PendingCode:
    """The waiting code of one account and client id. Its age goes by the wall clock, to outlive a restart."""

    def __init__(self, settings: Path, account: str, client_id: str, clock: Clock) -> None:
        self._settings = settings
        self._file = account_path(settings, account, "code")
        self._lock = account_path(settings, account, "lock")
        self._client_id = client_id
        self._clock = clock

    def try_lock(self) -> filelock.BaseFileLock | None:
        """Return the right to poll, None while somebody else has it. Raises SettingsError."""
        try:
            return locks.try_lock(self._lock, like=self._settings)
        except OSError as error:
            raise self._not_kept(error) from error

    def keep(self, code: Code) -> None:
        """Write the code down. Raises SettingsError."""
        record = {
            "client_id": self._client_id,
            "started_at": self._clock.wall(),
            "user_code": code.user_code,
            "verification_uri": code.verification_uri,
            "verification_uri_complete": code.verification_uri_complete,
            "expires_in": code.expires_in,
            "interval": code.interval,
            "secret": code.secret.reveal() if code.secret else None,
        }
        try:
            files.write_atomic(self._file, json.dumps(record).encode("utf-8"))
        except OSError as error:
            raise self._not_kept(error) from error

    def alive(self) -> Code | None:
        """Return the code with the seconds it has left, None if there is none that could still be approved.

        A clock that has been set back makes the age of a code unknown; it then counts as dead.
        """
        try:
            content = files.read_bytes(self._file)
            record = json.loads(content) if content else None
            return self._read(record) if isinstance(record, dict) else None
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            log.warning("%s cannot be read (%s); a new code is asked for", self._file, type(error).__name__)
            return None

    def touch(self) -> None:
        """Show whoever follows that the code is still polled for."""
        try:
            if files.mtime(self._file) is not None:
                files.set_mtime(self._file, self._clock.wall(), self._settings)
        except OSError as error:
            log.debug("%s cannot be touched: %s", self._file, error.strerror)

    def last_touched(self) -> float | None:
        """Return what changes whenever the code was polled for, None if nobody knows."""
        try:
            return files.mtime(self._file)
        except OSError:
            return None

    def forget(self) -> None:
        """Remove the code: it was approved, is dead, or nobody wants it any more."""
        try:
            files.remove_file(self._file)
        except OSError as error:
            log.warning("%s cannot be removed: %s", self._file, error.strerror)

    def _read(self, record: dict[str, Any]) -> Code | None:
        age = self._clock.wall() - float(record["started_at"])
        left, interval = float(record["expires_in"]) - age, float(record["interval"])
        if record["client_id"] != self._client_id or age < 0 or not (0 < interval < math.inf and 0 < left < math.inf):
            return None
        hide(str(record["user_code"]))
        return Code(
            user_code=str(record["user_code"]),
            verification_uri=str(record["verification_uri"]),
            verification_uri_complete=str(record["verification_uri_complete"]),
            expires_in=left,
            interval=interval,
            secret=Secret(str(record["secret"])) if record["secret"] else None,
        )

    def _not_kept(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"{self._file.parent} cannot be written: {error.strerror or error}. "
            "Check the folder's owner, permissions and space."
        )
