"""Exit codes, after BSD's sysexits, and which error ends in which."""

from __future__ import annotations

from lib.account.settings_file import SettingsError
from lib.simkl.auth.redirect_server import PortInUse
from lib.simkl.errors import CodesKeepDying, RequestRefused, TransientError

DONE = 0
DEFECT = 1
USAGE = 2
UNREACHABLE = 69
NOT_IN_TIME = 75
REFUSED = 77
UNUSABLE_SETTINGS = 78
INTERRUPTED = 130


def code_for(error: Exception) -> int:
    """Return the exit code for an error that a face was told."""
    if isinstance(error, (SettingsError, PortInUse)):  # the port is the one in simkl.redirect_uri
        return UNUSABLE_SETTINGS
    if isinstance(error, CodesKeepDying):
        return NOT_IN_TIME
    if isinstance(error, RequestRefused):
        return REFUSED
    return UNREACHABLE if isinstance(error, TransientError) else DEFECT
