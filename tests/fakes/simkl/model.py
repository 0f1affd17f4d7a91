"""What Simkl remembers: users, codes of all kinds, and the links between apps and users.

No HTTP here. Every method takes the one lock of the fake server, so an approval and a poll that meet see one or the
other, never half of each. Source: Simkl's pages `api-reference/pin`, `auth-v1`, `oauth`, `oauth2-device` and
`oauth2-authorization-code`; RFC 8628.
"""

from __future__ import annotations

import re
import secrets
import string
from collections import deque
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Callable, Iterable

from tests.fakes.simkl.apps import Allowed, Wanted
from tests.fakes.simkl.grants import READ, READ_WRITE, V1, V2, Grant, Grants, Refusal, User, scope_for

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


A_CODE_LASTS = 600  # seconds an authorization code is good for; V2 says so, V1 only says short-lived
SLOWER_BY = 5  # seconds, RFC 8628 3.5
PENDING, SLOW_DOWN = "Authorization pending", "Slow down"  # the latter stands only in Simkl's old documentation
EARLY_BY = 0.05  # seconds a poll may be early before it counts as too fast: timers and networks jitter


class Model:
    """All users, codes and links of one fake server; `interval` and `expires_in` are seconds."""

    def __init__(
        self, clock: Callable[[], float], user: User, interval: float, expires_in: float, codes: Iterable[str],
        slow_down: bool, v2_codes: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self._clock, self._interval, self._expires_in, self._slow_down = clock, interval, expires_in, slow_down
        self._lock = RLock()
        self.user = user
        self.links = Grants(clock, self._lock)
        self._wanted = {Code: list(codes), DeviceCode: list(v2_codes)}
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings and the user at the browser."""
        with self._lock:
            self.users = {self.user.name: self.user}
            self.too_fast: list[TooFast] = []
            self._allowed: dict[str, Allowed] = {}
            self._codes: list[Any] = []
            self._issued: set[str] = set()
            self._next = {kind: deque(wanted) for kind, wanted in self._wanted.items()}
            self.links.reset()

    def _issue(self, kind: type, client_id: str, app_name: str, **more: str) -> Any:
        """Issue a code that was never issued before; those that are wanted come first, as they are written."""
        with self._lock:
            now, wanted = self._clock(), self._next[kind]
            text = wanted.popleft() if wanted else kind.random()
            while kind.typed(text) in self._issued:
                text = kind.random()
            self._issued.add(kind.typed(text))
            code = kind(text, client_id, app_name, now, now + self._expires_in, self._interval, **more)
            self._codes.append(code)
            return code

    def start(self, client_id: str, app_name: str) -> Code:
        """Issue a PIN. Not built: a redirect after the approval."""
        return self._issue(Code, client_id, app_name)

    def start_device(self, client_id: str, app_name: str, scope: str | None) -> DeviceCode:
        return self._issue(DeviceCode, client_id, app_name, scope=scope_for(scope))

    def _exceeded(self, code: Code) -> bool:
        """Count one poll; true if it is too early."""
        now, before = self._clock(), code.last_poll
        code.last_poll = now
        if before is None or now - before >= code.interval - EARLY_BY:
            return False
        self.too_fast.append(TooFast(code.user_code, now - before, now))
        return True

    def poll(self, user_code: str, client_id: str, app_name: str) -> Grant | Code | str:
        """Answer one poll for a PIN with the link, a fresh code or what is said while there is neither.

        An approval is handed out once and takes the code with it.
        """
        with self._lock:
            # Inferred: a poll must spell the code exactly, and a code of another app is an unknown code.
            asked = (V1, user_code, client_id)
            code = next((c for c in self.codes if (c.generation, c.user_code, c.client_id) == asked), None)
            if code is None:
                return self.start(client_id, app_name)
            if self._exceeded(code) and self._slow_down:
                return SLOW_DOWN
            if code.state != APPROVED:
                # Inferred: the documentation knows no answer for "no", so a denied code looks pending until it expires.
                return PENDING
            self._codes.remove(code)
            return self.links.give_v1(client_id, code.app_name, code.user)

    def poll_device(self, device_code: str, client_id: str, slow_down: bool = False) -> Grant:
        """Return the new link of an approved code, which takes the code with it; raises Refusal.

        `slow_down` answers "slow down" even to a poll that comes in time.
        """
        with self._lock:
            # Unknown: what a poll after the success gets, or another app's. Here both codes do not exist.
            asked = (device_code, client_id)
            devices = [code for code in self.codes if code.generation == V2]
            code = next((code for code in devices if (code.device_code, code.client_id) == asked), None)
            if code is None:
                raise Refusal("expired_token", "The device code is invalid or expired")
            if self._exceeded(code) or slow_down:
                # Inferred: the longer interval holds for every poll after this one, as in RFC 8628 3.5.
                code.interval += SLOWER_BY
                raise Refusal("slow_down", f"Wait {SLOWER_BY} seconds longer between polls")
            if code.state != APPROVED:
                raise Refusal("authorization_pending", "The user has not decided yet")  # also after a no
            self._codes.remove(code)
            return self.links.give_v2(client_id, code.app_name, code.user, code.scope)

    def approve(self, text: str, user_name: str | None = None) -> Code:
        """Say yes to a code in the name of a user; raises LookupError if no such code waits or no such user exists."""
        with self._lock:
            user = self.user_called(user_name)
            code = self.waiting(text)
            code.state, code.user = APPROVED, user
            if code.generation == V1:  # V2 makes the link when the device picks it up
                self.links.give_v1(code.client_id, code.app_name, user)
            return code

    def deny(self, text: str) -> Code:
        """Say no to a code; raises LookupError if no such code waits or it was approved."""
        with self._lock:
            code = self.waiting(text)
            if code.state == APPROVED:
                raise LookupError(f"the code {text!r} was already approved")
            code.state = DENIED
            return code

    def waiting(self, text: str) -> Code:
        """Return the code somebody typed, of either generation and forgiving how; LookupError if none waits."""
        with self._lock:
            code = next((each for each in self.codes if each.typed(text) == each.typed(each.user_code)), None)
            if code is None or code.state == DENIED:
                raise LookupError(f"no code {text!r} is waiting")
            return code

    def newest(self) -> Code:
        """Return the youngest code nobody has answered yet; raises LookupError if there is none."""
        unanswered = [code for code in self.codes if code.state == WAITING]
        if not unanswered:
            raise LookupError("no code is waiting")
        return unanswered[-1]

    @property
    def codes(self) -> list[Any]:
        """Every live code. Unspecified: what Simkl says at exactly expires_in; here it is dead from that moment on."""
        with self._lock:
            return [code for code in self._codes if self._clock() < code.expires_at]

    def allow(self, wanted: Wanted, user: User) -> str:
        with self._lock:
            code = secrets.token_urlsafe(32)
            self._allowed[code] = Allowed(wanted, user, self._clock() + A_CODE_LASTS)
            return code

    def burn(self, code: str) -> Allowed | None:
        """Take a code out of use, whatever comes of the exchange; return what it stood for if it was still good."""
        with self._lock:
            allowed = self._allowed.pop(code, None)
            return allowed if allowed and self._clock() < allowed.expires_at else None

    def revoke(self, name_or_token: str | int | None = None) -> int:
        """Cut the links of a user, of one token or grant id, or all of them; returns how many."""
        with self._lock:
            cut = [g for g in self.links.live if name_or_token in (None, g.token, g.refresh_token, g.user.name, g.id)]
            # Inferred: a V1 approval that was not picked up yet dies with the link it belongs to.
            pairs = {(grant.client_id, grant.user) for grant in cut}
            self._codes = [
                code for code in self._codes if code.generation == V2 or (code.client_id, code.user) not in pairs
            ]
            return self.links.end(cut)

    def user_called(self, name: str | None) -> User:
        """Return the user of this name, the one at the browser for None; raises LookupError."""
        if name is not None and name not in self.users:
            raise LookupError(f"no user {name!r}; there are {', '.join(self.users)}")
        return self.user if name is None else self.users[name]
