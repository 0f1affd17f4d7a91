"""User codes: the short text on one screen that a person types in on another.

Source: Simkl's pages `api-reference/pin` and `api-reference/oauth2-device`.
"""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass, field

from tests.fakes.simkl.apps import V1, V2
from tests.fakes.simkl.grants import READ, READ_WRITE, User

WAITING, APPROVED, DENIED = "waiting", "approved", "denied"
# Simkl promises no alphabet, so the fake server mixes O with 0 and I with 1: a client must show a code as it came.
ALPHABET = string.ascii_uppercase + string.digits
# Inferred from what typing forgives: Crockford's alphabet, without I, L, O and U. Simkl publishes none.
V2_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


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

    @staticmethod
    def random() -> str:
        return "".join(secrets.choice(ALPHABET) for _ in range(5))

    @staticmethod
    def typed(text: str) -> str:
        """Return a code that a person typed in the form that is compared: no spaces, no hyphens, upper case."""
        return re.sub(r"[\s\-\u2010\u2011\u2013\u2014]", "", text).upper()


@dataclass
class DeviceCode(Code):
    """A V2 code: the device polls with its secret `device_code`, and `interval` grows with every "slow down"."""

    device_code: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    scope: str = READ
    generation = V2

    @property
    def can_write(self) -> bool:
        return self.scope == READ_WRITE

    @staticmethod
    def random() -> str:
        text = "".join(secrets.choice(V2_ALPHABET) for _ in range(8))
        return f"{text[:4]}-{text[4:]}"

    @staticmethod
    def typed(text: str) -> str:
        """Forgive more: I and L read as 1, O as 0 (`oauth2-device`)."""
        return Code.typed(text).translate(str.maketrans("ILO", "110"))


@dataclass(frozen=True)
class TooFast:
    """A poll that came `gap` seconds after the one before it, sooner than the interval allows."""

    user_code: str
    gap: float
    at: float
