"""The files that lie beside a settings file: its copy, its locks, and what belongs to one account in it.

    <settings>.bak                        the last good copy
    <settings>.lock                       held while the file is changed
    <settings>.account-NAME.lock          held by whoever polls for a code of the account
    <settings>.account-NAME.code          that code, while it is alive
    <settings>.account-NAME.refresh.lock  held while its token is refreshed
    <settings>.account-NAME.turn          changed at each write of the account at Simkl
    <settings>.account-NAME.turn.lock     held during each request

Those of the account `default` have the names that they had before there were others: `<settings>.default.lock` and
`<settings>.default.code`, `<settings>.refresh.lock`, `<settings>.turn` and `<settings>.turn.lock`. They belong to the
file itself, not to the name it was given: two links to one file share them.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from lib.system import files

UNPREFIXED_ACCOUNT = "default"
_UNPREFIXED_ENDINGS = {"lock": "default.lock", "code": "default.code"}
_PLAIN_NAME = re.compile("[a-z0-9_-]{1,40}")


def backup_path(settings: Path) -> Path:
    """Return where the last good copy of a settings file is kept."""
    return _beside(settings, "bak")


def settings_lock_path(settings: Path) -> Path:
    """Return the lock file of whoever changes a settings file."""
    return _beside(settings, "lock")


def account_path(settings: Path, account: str, ending: str) -> Path:
    """Return a file that belongs to one account; `ending` says what it is for.

    Any name of an account gives a name that every file system takes and that no other account has.
    """
    if account == UNPREFIXED_ACCOUNT:
        return _beside(settings, _UNPREFIXED_ENDINGS.get(ending, ending))
    plain = _PLAIN_NAME.fullmatch(account)
    name = account if plain else f"~{hashlib.sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
    return _beside(settings, f"account-{name}.{ending}")


def _beside(settings: Path, ending: str) -> Path:
    real = files.resolve_links(settings)
    return real.with_name(f"{real.name}.{ending}")
