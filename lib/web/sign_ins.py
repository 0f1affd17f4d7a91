"""The sign-ins that pages show: a front end that remembers what it was told last, and who works on which account."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Callable, Protocol

from lib.account.sign_in.frontend import Frontend, NewCodeReason, WaitReason
from lib.simkl.api.users import User
from lib.simkl.auth.code_flow import Code
from lib.system.errors import LinkError

MOST_SIGN_INS = 64


@dataclass(frozen=True)
class SignInState:
    """What a sign-in said last. `version` changes whenever the page has to; `ends_at` is monotonic seconds."""

    phase: str = "starting"  # starting, code, linked, expired, failed
    version: int = 0
    code: Code | None = None
    ends_at: float = 0.0
    reason: WaitReason = WaitReason.CODE
    why: NewCodeReason | None = None
    user: User | None = None
    error: Exception | None = None


class PageFrontend(Frontend):
    """The front end of one sign-in: told things by the thread that polls, read by requests."""

    def __init__(self, clock: Callable[[], float], on_linked: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._on_linked = on_linked
        self._lock = threading.Lock()
        self._state = SignInState()

    @property
    def state(self) -> SignInState:
        """What was told last."""
        with self._lock:
            return self._state

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be told."""
        return self.state.phase in ("linked", "expired", "failed")

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Take the code to show."""
        self._change(
            phase="code", code=code, why=why, reason=WaitReason.APPROVAL, ends_at=self._clock() + code.expires_in
        )

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Take what is waited for; the page shows it without being drawn anew."""
        with self._lock:
            self._state = replace(self._state, reason=reason)

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Take the end everybody hopes for."""
        self._change(phase="linked", user=user)
        self._on_linked()

    def expired(self) -> None:
        """Take that nobody approved in time."""
        self._change(phase="expired", code=None)

    def failed(self, error: LinkError) -> None:
        """Take what went wrong."""
        self._change(phase="failed", code=None, error=error)

    def _change(self, **changes: object) -> None:
        with self._lock:
            self._state = replace(self._state, version=self._state.version + 1, **changes)  # type: ignore[arg-type]


class SignInThread(Protocol):
    """What works on a sign-in."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Ask it to end; it asks Simkl nothing more."""

    def join(self, seconds: float) -> None:
        """Wait for its end."""


class TooManySignIns(Exception):
    """More people sign in at once than this server polls for."""

    name = "too_many_sign_ins"


class SignIns:
    """One sign-in at a time for each account. `make(account, front end)` makes the thread that polls."""

    def __init__(
        self,
        make: Callable[[str, PageFrontend], SignInThread],
        clock: Callable[[], float],
        on_linked: Callable[[str], None],
    ) -> None:
        self._make = make
        self._clock = clock
        self._on_linked = on_linked
        self._lock = threading.Lock()
        self._running: dict[str, tuple[PageFrontend, SignInThread]] = {}

    def current(self, account: str) -> SignInState | None:
        """Return how the sign-in of an account stands, None if there is none."""
        with self._lock:
            found = self._running.get(account)
        return found[0].state if found else None

    def begin(self, account: str, anew: bool = False) -> SignInState:
        """Begin a sign-in unless one is at work, and with `anew` in place of that. Raises TooManySignIns."""
        with self._lock:
            before = self._running.get(account)
            if before is not None and not anew and not before[0].is_over:
                return before[0].state
            self._running = {k: v for k, v in self._running.items() if not v[0].is_over and k != account}
            if len(self._running) >= MOST_SIGN_INS:
                raise TooManySignIns()
            if before is not None:
                before[1].stop()
                before[1].join(1.0)
            frontend = PageFrontend(self._clock, lambda: self._on_linked(account))
            thread = self._make(account, frontend)
            self._running[account] = (frontend, thread)
            thread.start()
        return frontend.state

    def forget(self, account: str) -> None:
        """Stop the sign-in of an account, at work or over."""
        with self._lock:
            found = self._running.pop(account, None)
        if found is not None:
            found[1].stop()

    def stop_all(self, seconds: float) -> None:
        """Stop them all, and wait for each `seconds` at most."""
        with self._lock:
            threads = [thread for _, thread in self._running.values()]
            self._running = {}
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(seconds)
