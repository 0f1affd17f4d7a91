"""The way to Simkl of an account in a test's settings file."""

from __future__ import annotations

from typing import Any, Callable

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.system.secrets import Secret

NOWHERE = "http://127.0.0.1:9"


def client_of(
    at: Any, transport: Any = None, secret: Secret | None = None, pause: Callable[[float], bool] | None = None
) -> AccountClient:
    """Return the client of the account in `at.accounts`, by `at.clock`; `transport` takes the place of its own."""
    settings = Settings(at.accounts.path, "", secret, NOWHERE, NOWHERE)
    return AccountClient(settings, "test", at.clock, pause=pause or at.clock.pause, transport=transport)
