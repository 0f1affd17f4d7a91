"""The admin's password, kept as scrypt (RFC 7914), and the limit on tries.

Parameters as OWASP's Password Storage Cheat Sheet recommends for scrypt: N = 2^15, r = 8, p = 3, 32 MiB of memory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import threading
from typing import Callable

from lib.web.access.access_store import AccessStore

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024
SCRYPT_COST = 2**15
_R, _P = 8, 3
_MEMORY = 64 * 1024 * 1024
_FLAG = "admin_password"


class WeakPassword(ValueError):
    """A password that is too short or too long."""


class AdminPassword:
    """The password in the store. One check at a time: each takes 32 MiB and about 0.2 s at the usual `cost`."""

    def __init__(self, store: AccessStore, cost: int = SCRYPT_COST) -> None:
        self._store = store
        self._cost = cost
        self._one_at_a_time = threading.Lock()

    def is_set(self) -> bool:
        """Return whether there is a password."""
        return bool(self._store.flag(_FLAG))

    def set(self, password: str) -> None:
        """Keep a new password. Raises WeakPassword."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise WeakPassword(f"The password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
        salt = os.urandom(16)
        parts = (
            "scrypt",
            str(self._cost),
            str(_R),
            str(_P),
            _text(salt),
            _text(self._scrypt(password, salt, self._cost, _R, _P)),
        )
        self._store.set_flag(_FLAG, "$".join(parts))

    def matches(self, password: str) -> bool:
        """Return whether it is this password, in constant time."""
        kept = self._store.flag(_FLAG)
        if not kept or len(password) > LONGEST_PASSWORD:
            return False
        _, n, r, p, salt, wanted = kept.split("$")
        found = self._scrypt(password, base64.b64decode(salt), int(n), int(r), int(p))
        return hmac.compare_digest(found, base64.b64decode(wanted))

    def _scrypt(self, password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
        with self._one_at_a_time:
            return hashlib.scrypt(password.encode("utf-8"), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


class LoginLimiter:
    """Lets an address try a few times, then makes it wait, longer each time; and all addresses together alike.

    `clock()` is monotonic seconds. In memory: a restart lets everybody try again, and costs an attacker more.
    """

    FREE_TRIES = 5
    FREE_TRIES_OF_ALL = 50
    FIRST_WAIT = 30.0
    LONGEST_WAIT = 3600.0
    FORGET_SECONDS = 2 * 3600.0
    MOST_ADDRESSES = 10_000

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def wait_seconds(self, address: str) -> float:
        """Return how long this address has to wait before it may try, 0.0 if it may now."""
        with self._lock:
            return max(self._wait(address, self.FREE_TRIES), self._wait("", self.FREE_TRIES_OF_ALL))

    def failed(self, address: str) -> None:
        """Count a wrong password. Called before the password is checked, so that parallel tries count too."""
        with self._lock:
            now = self._clock()
            if len(self._failures) >= self.MOST_ADDRESSES:
                self._failures = {"": self._failures.get("", (0, now))}
            for key in (address, ""):
                count, at = self._failures.get(key, (0, now))
                self._failures[key] = (1 if now - at > self.FORGET_SECONDS else count + 1, now)

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address, and give back the try that `failed` counted for all."""
        with self._lock:
            self._failures.pop(address, None)
            count, at = self._failures.get("", (1, self._clock()))
            self._failures[""] = (count - 1, at)

    def _wait(self, key: str, free: int) -> float:
        count, at = self._failures.get(key, (0, -math.inf))
        if count < free:
            return 0.0
        pause = min(self.FIRST_WAIT * 2.0 ** min(count - free, 20), self.LONGEST_WAIT)
        return max(0.0, at + pause - self._clock())


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
