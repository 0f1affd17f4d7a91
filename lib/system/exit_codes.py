"""Exit codes, after BSD's sysexits. Each error carries one of them."""

from __future__ import annotations

OK = 0
INTERNAL_ERROR_CODE = 1
USAGE_ERROR = 2
SERVICE_UNAVAILABLE = 69
NOT_APPROVED = 75
NO_PERMISSION = 77
CONFIG_ERROR = 78
INTERRUPTED = 130
