"""Sessions of browsers. Each login makes a new id (session fixation), and the store has only its hash."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Callable

from lib.web.access.access_store import AccessStore, token_hash

ADMIN, PERSON = "admin", "person"
SESSION_SECONDS = {ADMIN: 12 * 3600.0, PERSON: 400 * 86400.0}  # browsers cap cookies at 400 days
_ID_BYTES = 32


@dataclass(frozen=True)
class PageSession:
    """Who a browser belongs to: the admin, or the person with this account, who came by this invitation."""

    role: str
    account: str
    invitation_hash: str
    csrf_token: str

    def accepts(self, csrf_token: str) -> bool:
        """Return whether a form came from one of this session's own pages, in constant time."""
        return hmac.compare_digest(csrf_token.encode("utf-8"), self.csrf_token.encode("utf-8"))


class PageSessions:
    """The sessions in the store. `wall()` is seconds since 1970."""

    def __init__(self, store: AccessStore, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall

    def begin(self, role: str, account: str = "", invitation_hash: str = "") -> str:
        """Begin a session; return its id, for the cookie."""
        session_id = secrets.token_urlsafe(_ID_BYTES)
        self._store.write(
            "INSERT INTO sessions (id_hash, role, account, invitation_hash, csrf_token, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            token_hash(session_id), role, account, invitation_hash, secrets.token_urlsafe(_ID_BYTES),
            self._wall() + SESSION_SECONDS[role],
        )  # fmt: skip
        return session_id

    def find(self, session_id: str, role: str) -> PageSession | None:
        """Return the session of a cookie, None if there is none, it has another role or its time is over."""
        rows = self._store.rows(
            "SELECT * FROM sessions WHERE id_hash = ? AND role = ? AND expires_at > ?",
            token_hash(session_id), role, self._wall(),
        )  # fmt: skip
        return (
            PageSession(*(rows[0][key] for key in ("role", "account", "invitation_hash", "csrf_token")))
            if rows
            else None
        )

    def end(self, session_id: str) -> None:
        """End one session."""
        self._store.write("DELETE FROM sessions WHERE id_hash = ?", token_hash(session_id))

    def end_all(self, role: str, account: str = "") -> None:
        """End every session of the admin, or of one person."""
        self._store.write("DELETE FROM sessions WHERE role = ? AND account = ?", role, account)

    def trim(self) -> None:
        """Delete sessions whose time is over."""
        self._store.write("DELETE FROM sessions WHERE expires_at <= ?", self._wall())
