"""Exit codes, after BSD's sysexits, and which error ends in which."""

from __future__ import annotations

from lib.account.settings_file import SettingsError
from lib.simkl.auth.redirect_server import PortInUse
from lib.simkl.errors import CodesKeepDying, RequestRefused, TransientError

OK = 0
INTERNAL_ERROR_CODE = 1
USAGE_ERROR = 2
SERVICE_UNAVAILABLE = 69
NOT_APPROVED = 75
NO_PERMISSION = 77
CONFIG_ERROR = 78
INTERRUPTED = 130


def code_for(error: Exception) -> int:
    """Return the exit code for an error that a face was told."""
    if isinstance(error, (SettingsError, PortInUse)):  # the port is the one in simkl.redirect_uri
        return CONFIG_ERROR
    if isinstance(error, CodesKeepDying):
        return NOT_APPROVED
    if isinstance(error, RequestRefused):
        return NO_PERMISSION
    return SERVICE_UNAVAILABLE if isinstance(error, TransientError) else INTERNAL_ERROR_CODE
