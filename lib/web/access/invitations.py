"""Invitations: one address for one user of a media server, good for one browser and for a limited time.

Opening the address uses nothing up, since messengers fetch it for a preview; pressing the button on the page does.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any, Callable

from lib.web.access.access_store import AccessStore, token_hash

INVITATION_SECONDS = 7 * 86400.0
_TOKEN_BYTES = 24


@dataclass(frozen=True)
class Invitation:
    """An invitation; `token` is known only to whoever just made it, `used_at` is None while it is open."""

    server: str
    user_key: str
    user_name: str
    account: str
    expires_at: float
    hash: str
    used_at: float | None = None
    token: str = ""


class Invitations:
    """The invitations in the store. `wall()` is seconds since 1970."""

    def __init__(self, store: AccessStore, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall

    def create(
        self, server: str, user_key: str, user_name: str, account: str, seconds: float = INVITATION_SECONDS
    ) -> Invitation:
        """Make an invitation; an open one of the same user stops working."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._wall()
        made = Invitation(server, user_key, user_name, account, now + seconds, token_hash(token), None, token)
        with self._store.transaction() as connection:
            connection.execute(
                "DELETE FROM invitations WHERE server = ? AND user_key = ? AND used_at IS NULL", (server, user_key)
            )
            connection.execute(
                "INSERT INTO invitations (token_hash, server, user_key, user_name, account, created_at, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (made.hash, server, user_key, user_name, account, now, made.expires_at),
            )
        return made

    def find(self, token: str) -> Invitation | None:
        """Return an invitation, used or not; None if there is none such or its time is over unused."""
        rows = self._store.rows("SELECT * FROM invitations WHERE token_hash = ?", token_hash(token))
        found = _invitation(rows[0]) if rows else None
        expired = found is not None and found.used_at is None and found.expires_at <= self._wall()
        return None if expired else found

    def use(self, invitation: Invitation) -> bool:
        """Use an invitation up; false if somebody else was first or its time is over."""
        changed = self._store.write(
            "UPDATE invitations SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?",
            self._wall(), invitation.hash, self._wall(),
        )  # fmt: skip
        return changed == 1

    def open_ones(self) -> dict[tuple[str, str], Invitation]:
        """Return the invitations that may still be accepted, by server and user key."""
        rows = self._store.rows("SELECT * FROM invitations WHERE used_at IS NULL AND expires_at > ?", self._wall())
        return {(row["server"], row["user_key"]): _invitation(row) for row in rows}

    def withdraw(self, server: str, user_key: str) -> None:
        """Make every invitation of a user worthless, used ones too: their address leads nowhere afterwards."""
        self._store.write("DELETE FROM invitations WHERE server = ? AND user_key = ?", server, user_key)

    def trim(self, keep_seconds: float) -> None:
        """Delete unused invitations that expired longer than this ago."""
        self._store.write(
            "DELETE FROM invitations WHERE used_at IS NULL AND expires_at < ?", self._wall() - keep_seconds
        )


def _invitation(row: Any) -> Invitation:
    return replace(
        Invitation(row["server"], row["user_key"], row["user_name"], row["account"], row["expires_at"], ""),
        hash=row["token_hash"],
        used_at=row["used_at"],
    )
