"""What Simkl remembers: users, codes of all kinds, and the links between apps and users.

No HTTP here. Every method takes the one lock of the fake server, so an approval and a poll that meet see one or the
other, never half of each. Source: Simkl's pages `api-reference/pin`, `auth-v1`, `oauth`, `oauth2-device` and
`oauth2-authorization-code`; RFC 8628.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from threading import RLock
from typing import Callable, Iterable

from tests.fakes.simkl.authorizations import LASTS, Allowed, Wanted
from tests.fakes.simkl.codes import APPROVED, DENIED, WAITING, Code, Codes, DeviceCode, TooFast, device_codes, pins
from tests.fakes.simkl.grants import Grant, Grants, Refusal, User, scope_for

SLOWER_BY = 5  # seconds, RFC 8628 3.5
EARLY_BY = 0.05  # seconds a poll may be early before it counts as too fast: timers and networks jitter


@dataclass(frozen=True)
class Poll:
    """What one poll found: answer is "pending", "slow_down", "approved" (with grant) or "fresh" (with code)."""

    answer: str
    grant: Grant | None = None
    code: Code | None = None


class Model:
    """All users, codes and links of one fake server; `interval` and `expires_in` are seconds."""

    def __init__(
        self, clock: Callable[[], float], user: User, interval: float, expires_in: float, code_length: int,
        codes: Iterable[str], slow_down: bool, v2_codes: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self._clock, self._interval, self._expires_in, self._slow_down = clock, interval, expires_in, slow_down
        self._lock = RLock()
        self.user = user
        self.links = Grants(clock, self._lock)
        self._pins, self._devices = pins(code_length, codes), device_codes(v2_codes)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings and the user at the browser."""
        with self._lock:
            self.users = {self.user.name: self.user}
            self.too_fast: list[TooFast] = []
            self._allowed: dict[str, Allowed] = {}
            for part in (self.links, self._pins, self._devices):
                part.reset()

    def _new(self, codes: Codes, client_id: str, app_name: str, **more: str) -> Code:
        with self._lock:
            now = self._clock()
            return codes.issue(client_id, app_name, now, now + self._expires_in, self._interval, **more)

    def start(self, client_id: str, app_name: str) -> Code:
        """Issue a PIN. Not built: a redirect after the approval."""
        return self._new(self._pins, client_id, app_name)

    def start_device(self, client_id: str, app_name: str, scope: str | None) -> DeviceCode:
        return self._new(self._devices, client_id, app_name, scope=scope_for(scope))

    def _exceeded(self, code: Code) -> bool:
        """Count one poll; true if it is too early."""
        now, before = self._clock(), code.last_poll
        code.last_poll = now
        if before is None or now - before >= code.interval - EARLY_BY:
            return False
        self.too_fast.append(TooFast(code.user_code, now - before, now))
        return True

    def poll(self, user_code: str, client_id: str, app_name: str) -> Poll:
        """Answer one poll for a PIN; an approval is handed out once and takes the code with it."""
        with self._lock:
            code = self._pins.find(user_code, self._clock())
            # Inferred: a poll must spell the code exactly, and a code of another app is an unknown code.
            if code is None or code.user_code != user_code or code.client_id != client_id:
                return Poll("fresh", code=self.start(client_id, app_name))
            if self._exceeded(code) and self._slow_down:
                return Poll("slow_down")
            if code.state != APPROVED:
                # Inferred: the documentation knows no answer for "no", so a denied code looks pending until it expires.
                return Poll("pending")
            self._pins.drop(code)
            return Poll("approved", grant=self.links.give_v1(client_id, code.app_name, code.user))

    def poll_device(self, device_code: str, client_id: str, slow_down: bool = False) -> Grant:
        """Return the new link of an approved code, which takes the code with it; raises Refusal.

        `slow_down` answers "slow down" even to a poll that comes in time.
        """
        with self._lock:
            code = next((code for code in self._devices.all.values() if code.device_code == device_code), None)
            # Unknown: what a poll after the success gets, or another app's. Here both codes do not exist.
            if code is None or code.client_id != client_id or self._clock() >= code.expires_at:
                raise Refusal("expired_token", "The device code is invalid or expired")
            if self._exceeded(code) or slow_down:
                # Inferred: the longer interval holds for every poll after this one, as in RFC 8628 3.5.
                code.interval += SLOWER_BY
                raise Refusal("slow_down", f"Wait {SLOWER_BY} seconds longer between polls")
            if code.state != APPROVED:
                raise Refusal("authorization_pending", "The user has not decided yet")  # also after a no
            self._devices.drop(code)
            return self.links.give_v2(client_id, code.app_name, code.user, code.scope)

    def approve(self, text: str, user_name: str | None = None) -> Code:
        """Say yes to a code in the name of a user; raises LookupError if no such code waits or no such user exists."""
        with self._lock:
            user = self.user_called(user_name)
            code = self.waiting(text)
            code.state, code.user = APPROVED, user
            if code.generation == "v1":  # V2 makes the link when the device picks it up
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
            now = self._clock()
            code = self._pins.find(text, now) or self._devices.find(text, now)
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
    def codes(self) -> list[Code]:
        with self._lock:
            now, issued = self._clock(), [*self._pins.all.values(), *self._devices.all.values()]
            return sorted((code for code in issued if now < code.expires_at), key=lambda code: code.created)

    def allow(self, wanted: Wanted, user: User) -> str:
        with self._lock:
            code = secrets.token_urlsafe(32)
            self._allowed[code] = Allowed(wanted, user, self._clock() + LASTS)
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
            for code in [code for code in self._pins.all.values() if (code.client_id, code.user) in pairs]:
                self._pins.drop(code)
            return self.links.end(cut)

    def user_called(self, name: str | None) -> User:
        """Return the user of this name, the one at the browser for None; raises LookupError."""
        if name is not None and name not in self.users:
            raise LookupError(f"no user {name!r}; there are {', '.join(self.users)}")
        return self.user if name is None else self.users[name]
