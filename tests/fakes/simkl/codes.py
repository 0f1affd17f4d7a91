"""User codes: the short text on one screen that a person types in on another.

Source: Simkl's pages `api-reference/pin` and `api-reference/oauth2-device`.
"""

from __future__ import annotations

import secrets
import string
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable

from tests.fakes.simkl.apps import V1, V2
from tests.fakes.simkl.grants import READ, READ_WRITE, User

WAITING, APPROVED, DENIED = "waiting", "approved", "denied"
# Simkl promises no alphabet, so the fake server mixes O with 0 and I with 1: a client must show a code as it came.
ALPHABET = string.ascii_uppercase + string.digits
# Inferred from what typing forgives: Crockford's alphabet, without I, L, O and U. Simkl publishes none.
V2_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FOLDED = str.maketrans("ILO", "110")


@dataclass
class Code:
    """A user code on somebody's screen; `created` and `expires_at` are seconds on the fake server's clock."""

    user_code: str
    client_id: str
    app_name: str
    created: float
    expires_at: float
    interval: float
    state: str = WAITING
    user: User | None = None
    last_poll: float | None = None
    generation = V1
    can_write = True  # whether a yes lets the app change anything; V1 knows no limits


@dataclass
class DeviceCode(Code):
    """A V2 code: the device polls with its secret `device_code`, and `interval` grows with every "slow down"."""

    device_code: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    scope: str = READ
    generation = V2

    @property
    def can_write(self) -> bool:
        return self.scope == READ_WRITE


@dataclass(frozen=True)
class TooFast:
    """A poll that came `gap` seconds after the one before it, sooner than the interval allows."""

    user_code: str
    gap: float
    at: float


class Codes:
    """The codes of one generation, each given out once; those that are wanted come first, as they are written.

    `random` makes a code, `typed` is the form in which codes are compared. Raises ValueError for codes that cannot be.
    """

    def __init__(
        self, kind: type, random: Callable[[], str], typed: Callable[[str], str], wanted: Iterable[str]
    ) -> None:
        self._kind, self._random, self._typed, self._wanted = kind, random, typed, list(wanted)
        if len({typed(code) for code in self._wanted}) != len(self._wanted):
            raise ValueError(f"the same code twice: {', '.join(self._wanted)}")
        if not all(map(typed, self._wanted)):
            raise ValueError("a code must contain at least one letter or digit")
        self.reset()

    def reset(self) -> None:
        self.all: dict[str, Any] = {}
        self._issued: set[str] = set()
        self._next = deque(self._wanted)

    def issue(self, *about: Any, **more: Any) -> Any:
        """Issue a code that was never issued before; the arguments are those of its kind."""
        text = self._next.popleft() if self._next else ""
        while not text or self._typed(text) in self._issued:
            text = self._random()
        self._issued.add(self._typed(text))
        code = self.all[self._typed(text)] = self._kind(text, *about, **more)
        return code

    def find(self, text: str, now: float) -> Any:
        """Return the live code that somebody typed, None if there is none.

        Unspecified: what Simkl says at exactly expires_in. Here the code is dead from that moment on.
        """
        code = self.all.get(self._typed(text))
        return code if code and now < code.expires_at else None

    def drop(self, code: Code) -> None:
        del self.all[self._typed(code.user_code)]


def pins(length: int, wanted: Iterable[str]) -> Codes:
    return Codes(Code, lambda: _random(ALPHABET, length), typed, wanted)


def device_codes(wanted: Iterable[str]) -> Codes:
    return Codes(DeviceCode, lambda: f"{_random(V2_ALPHABET, 4)}-{_random(V2_ALPHABET, 4)}", typed_v2, wanted)


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def typed(text: str) -> str:
    """Return a code that a person typed in the form that is compared: no spaces, no hyphens, upper case."""
    return "".join(character for character in text if not character.isspace() and character not in "-‐‑–—").upper()


def typed_v2(text: str) -> str:
    """Like `typed`, and I and L read as 1, O as 0 (`oauth2-device`)."""
    return typed(text).translate(_FOLDED)
