"""V2's device flow: codes a device polls for with a secret of its own.

No HTTP here; every method takes the lock. Source: Simkl's page `api-reference/oauth2-device`, RFC 8628.
"""

from __future__ import annotations

import secrets
from collections import deque
from threading import RLock
from typing import Callable, Iterable

from tests.fakes.simkl.codes import APPROVED, DeviceCode, Pace, typed_v2
from tests.fakes.simkl.grants import Grant, Grants, Refusal, scope_for

# Inferred from what typing forgives: Crockford's alphabet, without I, L, O and U. Simkl publishes none.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLOWER_BY = 5  # seconds, RFC 8628 3.5


class Devices:
    """All device codes of one fake server; `expires_in` and `interval` are seconds."""

    def __init__(
        self,
        clock: Callable[[], float],
        lock: RLock,
        grants: Grants,
        pace: Pace,
        interval: float,
        expires_in: float,
        codes: Iterable[str],
    ) -> None:
        self._clock, self._lock, self._grants, self._pace = clock, lock, grants, pace
        self._interval, self._expires_in, self._wanted = interval, expires_in, list(codes)
        self.reset()

    def reset(self) -> None:
        """Forget every code."""
        with self._lock:
            self._codes: dict[str, DeviceCode] = {}
            self._issued: set[str] = set()
            self._next = deque(self._wanted)

    def start(self, client_id: str, app_name: str, scope: str | None) -> DeviceCode:
        """Issue a pair of codes that were never issued before."""
        with self._lock:
            now = self._clock()
            code = DeviceCode(self._new_code(), client_id, app_name, now, now + self._expires_in)
            code.interval, code.device_code, code.scope = self._interval, secrets.token_urlsafe(48), scope_for(scope)
            self._codes[code.device_code] = code
            return code

    def _new_code(self) -> str:
        user_code = self._next.popleft() if self._next else ""
        while not user_code or typed_v2(user_code) in self._issued:
            eight = "".join(secrets.choice(ALPHABET) for _ in range(8))
            user_code = f"{eight[:4]}-{eight[4:]}"
        self._issued.add(typed_v2(user_code))
        return user_code

    def poll(self, device_code: str, client_id: str, slow_down: bool = False) -> Grant:
        """Return the new link of an approved code, which takes the code with it; raises Refusal.

        `slow_down` answers "slow down" even to a poll that comes in time.
        """
        with self._lock:
            code = self._codes.get(device_code)
            # Unknown: what a poll after the success gets, or another app's. Here both codes do not exist.
            if code is None or code.client_id != client_id or self._clock() >= code.expires_at:
                raise Refusal("expired_token", "The device code is invalid or expired")
            if self._pace.exceeded(code) or slow_down:
                # Inferred: the longer interval holds for every poll after this one, as in RFC 8628 3.5.
                code.interval += SLOWER_BY
                raise Refusal("slow_down", f"Wait {SLOWER_BY} seconds longer between polls")
            if code.state != APPROVED:
                raise Refusal("authorization_pending", "The user has not decided yet")  # also after a no
            del self._codes[device_code]
            assert code.user
            return self._grants.give_v2(client_id, code.app_name, code.user, code.scope)

    def find(self, text: str) -> DeviceCode | None:
        """Return the live code somebody typed."""
        with self._lock:
            for code in self.live:
                if typed_v2(code.user_code) == typed_v2(text):
                    return code
            return None

    @property
    def live(self) -> list[DeviceCode]:
        """Every live code, oldest first."""
        with self._lock:
            return [code for code in self._codes.values() if self._clock() < code.expires_at]
