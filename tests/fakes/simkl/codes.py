"""User codes: the short text on one screen that a person types in on another; and how fast they may be asked about.

Source: Simkl's pages `api-reference/pin` and `api-reference/oauth2-device`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from typing import Callable

from tests.fakes.simkl.apps import V1, V2
from tests.fakes.simkl.grants import READ, READ_WRITE, User

WAITING, APPROVED, DENIED = "waiting", "approved", "denied"
EARLY_BY = 0.05  # seconds a poll may be early before it counts as too fast: timers and networks jitter
_FOLDED = str.maketrans("ILO", "110")


@dataclass
class Code:
    """A user code on somebody's screen; `created` and `expires_at` are seconds on the fake server's clock."""

    user_code: str
    client_id: str
    app_name: str
    created: float
    expires_at: float
    redirect: str = ""
    state: str = WAITING
    user: User | None = None
    last_poll: float | None = None
    interval: float = 5
    generation = V1

    @property
    def can_write(self) -> bool:
        """Whether a yes lets the app change anything; V1 knows no limits."""
        return True


@dataclass
class DeviceCode(Code):
    """A V2 code: the device polls with its secret `device_code`, and `interval` grows with every "slow down"."""

    device_code: str = field(default="", repr=False)
    scope: str = READ
    generation = V2

    @property
    def can_write(self) -> bool:
        """Whether a yes lets the app change anything."""
        return self.scope == READ_WRITE


@dataclass(frozen=True)
class TooFast:
    """A poll that came `gap` seconds after the one before it, sooner than the interval allows."""

    user_code: str
    gap: float
    at: float


class Pace:
    """Notices polls that come sooner than their code's interval allows."""

    def __init__(self, clock: Callable[[], float], lock: RLock) -> None:
        self._clock, self._lock = clock, lock
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self.noted: list[TooFast] = []

    def exceeded(self, code: Code) -> bool:
        """Count one poll; true if it is too early."""
        with self._lock:
            now, before = self._clock(), code.last_poll
            code.last_poll = now
            if before is None or now - before >= code.interval - EARLY_BY:
                return False
            self.noted.append(TooFast(code.user_code, now - before, now))
            return True


def typed(text: str) -> str:
    """Return a code as a person may type it, in the one form the fake server compares.

    No spaces or hyphens, upper case.
    """
    return "".join(character for character in text if not character.isspace() and character not in "-‐‑–—").upper()


def typed_v2(text: str) -> str:
    """Like `typed`, and I and L read as 1, O as 0 (`oauth2-device`)."""
    return typed(text).translate(_FOLDED)
