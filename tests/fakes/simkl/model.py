"""What Simkl remembers: users, PIN codes, and through its parts everything else.

No HTTP here. Every method takes the one lock of the fake server, so an approval and a poll that meet see one or the
other, never half of each. Source: Simkl's pages `api-reference/pin` and `api-reference/auth-v1`.
"""

from __future__ import annotations

import secrets
import string
from collections import deque
from dataclasses import dataclass
from threading import RLock
from typing import Callable, Iterable

from tests.fakes.simkl.authorizations import Authorizations
from tests.fakes.simkl.codes import APPROVED, DENIED, WAITING, Code, Pace, typed
from tests.fakes.simkl.devices import Devices
from tests.fakes.simkl.grants import Grant, Grants, User

# Simkl promises no alphabet, so the fake server mixes O with 0 and I with 1: a client must show a code exactly as it
# came.
ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Poll:
    """What one poll found: answer is "pending", "slow_down", "approved" (with grant) or "fresh" (with code)."""

    answer: str
    grant: Grant | None = None
    code: Code | None = None


class Model:
    """All users, codes and links of one fake server.

    `devices` and `authorizations` are V2's and the browser's own codes.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        user: User,
        interval: float,
        expires_in: float,
        code_length: int,
        codes: Iterable[str],
        slow_down: bool,
        v2_codes: Iterable[str] = (),
    ) -> None:
        self._clock = clock
        self._interval = interval
        self._expires_in = expires_in
        self._code_length = code_length
        self._wanted, wanted_v2 = list(codes), list(v2_codes)
        for wanted in (self._wanted, wanted_v2):
            if len({typed(code) for code in wanted}) != len(wanted):
                raise ValueError(f"the same code twice: {', '.join(wanted)}")
            if not all(typed(code) for code in wanted):
                raise ValueError("a code must contain at least one letter or digit")
        self._slow_down = slow_down
        self._lock = RLock()
        self.user = user
        self.links = Grants(clock, self._lock)
        self.pace = Pace(clock, self._lock)
        self.devices = Devices(clock, self._lock, self.links, self.pace, interval, expires_in, wanted_v2)
        self.authorizations = Authorizations(clock, self._lock)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings and the user at the browser."""
        with self._lock:
            self._users = {self.user.name: self.user}
            self._codes: dict[str, Code] = {}
            self._issued: set[str] = set()
            self._next = deque(self._wanted)
            for part in (self.links, self.pace, self.devices, self.authorizations):
                part.reset()

    def start(self, client_id: str, app_name: str, redirect: str = "") -> Code:
        """Issue a code that was never issued before."""
        with self._lock:
            now = self._clock()
            code = Code(self._new_code(), client_id, app_name, now, now + self._expires_in, redirect)
            code.interval = self._interval
            self._codes[typed(code.user_code)] = code
            return code

    def _new_code(self) -> str:
        user_code = self._next.popleft() if self._next else ""
        while not user_code or typed(user_code) in self._issued:
            user_code = "".join(secrets.choice(ALPHABET) for _ in range(self._code_length))
        self._issued.add(typed(user_code))
        return user_code

    def poll(self, user_code: str, client_id: str, app_name: str) -> Poll:
        """Answer one poll; an approval is handed out once and takes the code with it."""
        with self._lock:
            code = self._find(user_code)
            # Inferred: a poll must spell the code exactly, and a code of another app is an unknown code.
            if code is None or code.user_code != user_code or code.client_id != client_id:
                return Poll("fresh", code=self.start(client_id, app_name))
            if self.pace.exceeded(code) and self._slow_down:
                return Poll("slow_down")
            if code.state != APPROVED:
                # Inferred: the documentation knows no answer for "no", so a denied code looks pending until it expires.
                return Poll("pending")
            del self._codes[typed(user_code)]
            return Poll("approved", grant=self._grant(code))

    def approve(self, text: str, user_name: str | None = None) -> Code:
        """Say yes to a code in the name of a user; raises LookupError if no such code waits or no such user exists."""
        with self._lock:
            user = self.user_called(user_name)
            code = self.waiting(text)
            code.state, code.user = APPROVED, user
            if code.generation == "v1":  # V2 makes the link when the device picks it up
                self._grant(code)
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
            code = self._find(text) or self.devices.find(text)
            if code is None or code.state == DENIED:
                raise LookupError(f"no code {text!r} is waiting")
            return code

    def newest(self) -> Code:
        """Return the youngest code nobody has answered yet; raises LookupError if there is none."""
        with self._lock:
            unanswered = [code for code in self.codes if code.state == WAITING]
            if not unanswered:
                raise LookupError("no code is waiting")
            return unanswered[-1]

    def _find(self, text: str) -> Code | None:
        # Unspecified: what Simkl says at exactly expires_in. Here the code is dead from that moment on.
        code = self._codes.get(typed(text))
        return code if code and self._clock() < code.expires_at else None

    def _grant(self, code: Code) -> Grant:
        return self.links.give_v1(code.client_id, code.app_name, code.user or self.user)

    def revoke(self, name_or_token: str | int | None = None) -> int:
        """Cut the links of a user, of one token or grant id, or all of them; returns how many."""
        with self._lock:
            cut = [g for g in self.links.live if name_or_token in (None, g.token, g.refresh_token, g.user.name, g.id)]
            # Inferred: a V1 approval that was not picked up yet dies with the link it belongs to.
            pairs = {(grant.client_id, grant.user) for grant in cut}
            self._codes = {k: c for k, c in self._codes.items() if (c.client_id, c.user) not in pairs}
            return self.links.end(cut)

    def add_user(self, user: User) -> None:
        """Let another person approve codes."""
        with self._lock:
            self._users[user.name] = user

    def user_called(self, name: str | None) -> User:
        """Return the user of this name, the one at the browser for None; raises LookupError."""
        with self._lock:
            if name is not None and name not in self._users:
                raise LookupError(f"no user {name!r}; there are {', '.join(self._users)}")
            return self.user if name is None else self._users[name]

    @property
    def user_names(self) -> list[str]:
        """Everybody who has an account."""
        with self._lock:
            return list(self._users)

    @property
    def codes(self) -> list[Code]:
        """Every live user code of both generations, oldest first."""
        with self._lock:
            live = [code for code in self._codes.values() if self._clock() < code.expires_at]
            return sorted([*live, *self.devices.live], key=lambda code: code.created)
