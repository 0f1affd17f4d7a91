"""The secrets in the hooks' addresses: set in the settings, or made once and kept; they rotate with an overlap."""

from __future__ import annotations

import hmac
import secrets
from typing import Callable, Mapping

from lib.web.access.access_store import AccessStore

OVERLAP_SECONDS = 14 * 86400.0
_SECRET_BYTES = 24


class HookSecrets:
    """Which server a hook address belongs to. `configured()` returns server -> secret of the settings, "" if none."""

    def __init__(
        self, store: AccessStore, configured: Callable[[], Mapping[str, str]], wall: Callable[[], float]
    ) -> None:
        self._store = store
        self._configured = configured
        self._wall = wall
        self._known: list[tuple[str, str, float | None]] | None = None

    def current(self, server: str) -> str:
        """Return the secret that new set-ups use; it is made if there is none yet."""
        configured = self._configured().get(server, "")
        if configured:
            return configured
        with self._store.transaction() as connection:
            row = connection.execute(
                "SELECT secret FROM hook_secrets WHERE server = ? AND valid_until IS NULL", (server,)
            ).fetchone()
            if row is not None:
                return str(row["secret"])
            made = secrets.token_urlsafe(_SECRET_BYTES)
            connection.execute("INSERT INTO hook_secrets (secret, server) VALUES (?, ?)", (made, server))
            return made

    def rotate(self, server: str) -> bool:
        """Make a new secret; the old one works on for two weeks. False if the secret stands in the settings."""
        if self._configured().get(server, ""):
            return False
        self.current(server)
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE hook_secrets SET valid_until = ? WHERE server = ? AND valid_until IS NULL",
                (self._wall() + OVERLAP_SECONDS, server),
            )
            connection.execute(
                "INSERT INTO hook_secrets (secret, server) VALUES (?, ?)",
                (secrets.token_urlsafe(_SECRET_BYTES), server),
            )
        self.forget_cached()
        return True

    def old_until(self, server: str) -> float | None:
        """Return until when an old secret still works, None if there is none."""
        rows = self._store.rows(
            "SELECT max(valid_until) AS last FROM hook_secrets WHERE server = ? AND valid_until > ?",
            server, self._wall(),
        )  # fmt: skip
        return rows[0]["last"] if rows else None

    def drop_old(self, server: str) -> None:
        """End the overlap at once."""
        self._store.write("DELETE FROM hook_secrets WHERE server = ? AND valid_until IS NOT NULL", server)
        self.forget_cached()

    def server_for(self, secret: str) -> str | None:
        """Return whose address it is. Every known secret is compared to its end, so the time tells nothing."""
        found = None
        for known, server, valid_until in self._all_known():
            same = hmac.compare_digest(known.encode("utf-8"), secret.encode("utf-8", "replace"))
            if same and (valid_until is None or valid_until > self._wall()):
                found = server
        return found

    def forget_cached(self) -> None:
        """Read the secrets anew for the next request: the settings have changed."""
        self._known = None

    def _all_known(self) -> list[tuple[str, str, float | None]]:
        """Return secret, server, and until when. Kept in memory: each hook asks."""
        known = self._known
        if known is None:
            servers = self._configured()
            known = [(self.current(server), server, None) for server in servers]
            old = self._store.rows("SELECT * FROM hook_secrets WHERE valid_until IS NOT NULL")
            known += [(row["secret"], row["server"], row["valid_until"]) for row in old if row["server"] in servers]
            self._known = known
        return known
