"""What Simkl remembers: users, PIN codes and the tokens they turn into.

No HTTP here. Every method takes the lock, so an approval and a poll that meet see one or the other, never half of each.
Source: Simkl's pages `api-reference/pin` and `api-reference/auth-v1`.
"""

from __future__ import annotations

import secrets
import string
from collections import deque
from dataclasses import dataclass, field
from threading import RLock
from typing import Callable, Iterable

# Simkl promises no alphabet, so the box mixes O with 0 and I with 1: a client must show a code exactly as it came.
ALPHABET = string.ascii_uppercase + string.digits

WAITING, APPROVED, DENIED = "waiting", "approved", "denied"
EARLY_BY = 0.05  # seconds a poll may be early before it counts as too fast: timers and networks jitter


@dataclass(frozen=True)
class User:
    """Somebody with a Simkl account; `account_type` is "free", "pro" or "vip"."""

    name: str
    id: int
    account_type: str = "free"


@dataclass
class Code:
    """A user code on somebody's screen; `created` and `expires_at` are seconds on the box's clock."""

    user_code: str
    client_id: str
    app_name: str
    created: float
    expires_at: float
    redirect: str = ""
    state: str = WAITING
    user: User | None = None
    last_poll: float | None = None


@dataclass(frozen=True)
class Grant:
    """A live link between one app and one user, and its token."""

    token: str = field(repr=False)
    client_id: str
    app_name: str
    user: User
    created: float


@dataclass(frozen=True)
class TooFast:
    """A poll that came `gap` seconds after the one before it, sooner than the interval allows."""

    user_code: str
    gap: float
    at: float


@dataclass(frozen=True)
class Poll:
    """What one poll found: answer is "pending", "slow_down", "approved" (with grant) or "fresh" (with code)."""

    answer: str
    grant: Grant | None = None
    code: Code | None = None


def typed(text: str) -> str:
    """Return a code as a person may type it, in the one form the box compares: no spaces or hyphens, upper case."""
    return "".join(character for character in text if not character.isspace() and character not in "-‐‑–—").upper()


class Model:
    """All codes and grants of one box."""

    def __init__(
        self,
        clock: Callable[[], float],
        user: User,
        interval: float,
        expires_in: float,
        code_length: int,
        codes: Iterable[str],
        slow_down: bool,
    ) -> None:
        self._clock = clock
        self._interval = interval
        self._expires_in = expires_in
        self._code_length = code_length
        self._wanted = list(codes)
        if len({typed(code) for code in self._wanted}) != len(self._wanted):
            raise ValueError(f"the same code twice: {', '.join(self._wanted)}")
        if not all(typed(code) for code in self._wanted):
            raise ValueError("a code must contain at least one letter or digit")
        self._slow_down = slow_down
        self._lock = RLock()
        self.user = user
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings and the user at the browser."""
        with self._lock:
            self._users = {self.user.name: self.user}
            self._codes: dict[str, Code] = {}
            self._issued: set[str] = set()
            self._grants: dict[str, Grant] = {}
            self._next = deque(self._wanted)
            self._too_fast: list[TooFast] = []

    def start(self, client_id: str, app_name: str, redirect: str = "") -> Code:
        """Issue a code that was never issued before."""
        with self._lock:
            now = self._clock()
            code = Code(self._new_code(), client_id, app_name, now, now + self._expires_in, redirect)
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
            if self._came_too_fast(code) and self._slow_down:
                return Poll("slow_down")
            if code.state != APPROVED:
                # Inferred: the documentation knows no answer for "no", so a denied code looks pending until it expires.
                return Poll("pending")
            del self._codes[typed(user_code)]
            return Poll("approved", grant=self._grant(code))

    def _came_too_fast(self, code: Code) -> bool:
        now, before = self._clock(), code.last_poll
        code.last_poll = now
        if before is None or now - before >= self._interval - EARLY_BY:
            return False
        self._too_fast.append(TooFast(code.user_code, now - before, now))
        return True

    def approve(self, text: str, user_name: str | None = None) -> Code:
        """Say yes to a code in the name of a user; raises LookupError if no such code waits or no such user exists."""
        with self._lock:
            user = self.user if user_name is None else self._user(user_name)
            code = self.waiting(text)
            code.state, code.user = APPROVED, user
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
        """Return the code somebody typed, forgiving case, spaces and hyphens; LookupError if none waits."""
        with self._lock:
            code = self._find(text)
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
        """Return the token of this app and user: the same one every time until it is revoked (`auth-v1`)."""
        for grant in self._grants.values():
            if (grant.client_id, grant.user) == (code.client_id, code.user):
                return grant
        grant = Grant(secrets.token_hex(32), code.client_id, code.app_name, code.user or self.user, self._clock())
        self._grants[grant.token] = grant
        return grant

    def grant_of(self, token: str, client_id: str) -> Grant | None:
        """Return the grant behind a token; it only works together with the client_id that issued it."""
        with self._lock:
            grant = self._grants.get(token)
            return grant if grant and grant.client_id == client_id else None

    def revoke(self, name_or_token: str | None = None) -> int:
        """Cut the links of a user, of one token, or all of them; returns how many."""
        with self._lock:
            cut = [g for g in self._grants.values() if name_or_token in (None, g.token, g.user.name)]
            for grant in cut:
                del self._grants[grant.token]
            # Inferred: an approval that was not picked up yet dies with the link it belongs to.
            pairs = {(grant.client_id, grant.user) for grant in cut}
            self._codes = {k: c for k, c in self._codes.items() if (c.client_id, c.user) not in pairs}
            return len(cut)

    def add_user(self, user: User) -> None:
        """Let another person approve codes."""
        with self._lock:
            self._users[user.name] = user

    def _user(self, name: str) -> User:
        if name not in self._users:
            raise LookupError(f"no user {name!r}; there are {', '.join(self._users)}")
        return self._users[name]

    @property
    def codes(self) -> list[Code]:
        """Every live code, oldest first."""
        with self._lock:
            return [code for code in self._codes.values() if self._clock() < code.expires_at]

    @property
    def grants(self) -> list[Grant]:
        """Every live link, oldest first."""
        with self._lock:
            return list(self._grants.values())

    @property
    def too_fast(self) -> list[TooFast]:
        """Every poll that came too soon after the one before it."""
        with self._lock:
            return list(self._too_fast)
