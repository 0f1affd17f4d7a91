"""A sign-in flow and the answers it can give, each a small frozen value with a name of its own.

A flow has two methods, and that is all a poller, a front end or a test needs to know of it:

    start() -> Code                 raises SimklError
    check(code) -> CheckResult      never raises

An answer that cannot be named is `NoAnswer`, like a lost network: keep waiting until the deadline, never a crash,
never a success.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Union

from lib.simkl.auth.tokens import Token
from lib.simkl.errors import SimklError
from lib.system.secrets import Secret


@dataclass(frozen=True)
class Code:
    """A user code that waits for approval.

    `user_code` is shown exactly as given: neither its length nor its alphabet is promised. `verification_uri` is the
    address to type, `verification_uri_complete` the one with the code filled in, for a QR code. `expires_in` and
    `interval` are seconds. `secret` is what a poll needs beyond the user code, None for a PIN.
    """

    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: float
    interval: float
    secret: Secret | None = None


@dataclass(frozen=True)
class Pending:
    """Nobody has approved the code yet."""


@dataclass(frozen=True)
class SlowDown:
    """Poll no faster than every `interval` seconds from now on."""

    interval: float


@dataclass(frozen=True)
class AskLater:
    """Simkl is busy: ask again after `seconds`, then as before."""

    seconds: float


@dataclass(frozen=True)
class Approved:
    """The user said yes. Simkl delivers this once."""

    token: Token


@dataclass(frozen=True)
class Replaced:
    """The code is gone, and Simkl gave a fresh one instead."""

    code: Code


@dataclass(frozen=True)
class Expired:
    """The code is gone, and Simkl gave no other."""


@dataclass(frozen=True)
class Denied:
    """Simkl said something that waiting does not change."""

    error: SimklError


@dataclass(frozen=True)
class NoAnswer:
    """No answer that can be named."""

    error: SimklError


CheckResult = Union[Pending, SlowDown, AskLater, Approved, Replaced, Expired, Denied, NoAnswer]


class Flow(Protocol):
    """What the PIN flow and a device flow have in common."""

    def start(self) -> Code:
        """Ask Simkl for a user code."""

    def check(self, code: Code) -> CheckResult:
        """Ask once whether the code was approved."""
