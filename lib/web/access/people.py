"""Which account here belongs to which user of a media server: from the settings, or from an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping

from lib.web.access.access_store import AccessStore

UsersByServer = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Person:
    """A user of a media server and the account here; `from_settings` are those that only the settings file removes."""

    server: str
    user_key: str
    user_name: str
    account: str
    from_settings: bool = False


class People:
    """Everybody who is known. `users()` returns what the settings say: server -> user name or id -> account."""

    def __init__(self, store: AccessStore, users: Callable[[], UsersByServer], wall: Callable[[], float]) -> None:
        self._store = store
        self._users = users
        self._wall = wall
        self._normal: dict[str, tuple[Mapping[str, str], dict[str, str]]] = {}  # by server, as the settings are

    def account_for(self, server: str, user_key: str, user_name: str) -> str | None:
        """Return the account of a server's user, None if nobody knows them. Settings come first, ids before names."""
        by_name = self._configured(server)
        for key in (user_key, user_name):
            if key and normal_key(key) in by_name:
                return by_name[normal_key(key)]
        found = self._store.rows(
            "SELECT account FROM people WHERE server = ? AND user_key IN (?, ?) ORDER BY user_key = ? DESC",
            server, normal_key(user_key), normal_key(user_name), normal_key(user_key),
        )  # fmt: skip
        return str(found[0]["account"]) if found else None

    def _configured(self, server: str) -> dict[str, str]:
        """Return the accounts that the settings name, by users in normal form; made anew when the settings are."""
        users = self._users().get(server, {})
        known = self._normal.get(server)
        if known is None or known[0] is not users:
            known = self._normal[server] = users, {normal_key(key): account for key, account in users.items()}
        return known[1]

    def add(self, person: Person) -> None:
        """Remember somebody who accepted an invitation."""
        self._store.write(
            "INSERT OR REPLACE INTO people (server, user_key, user_name, account, added_at) VALUES (?, ?, ?, ?, ?)",
            person.server, normal_key(person.user_key), person.user_name, person.account, self._wall(),
        )  # fmt: skip

    def remove(self, server: str, user_key: str) -> None:
        """Forget somebody who accepted an invitation; what they tracked stays at Simkl."""
        self._store.write("DELETE FROM people WHERE server = ? AND user_key = ?", server, normal_key(user_key))

    def everybody(self) -> list[Person]:
        """Return all known people: those of the settings, then those of the store."""
        configured = [
            Person(server, normal_key(key), key, account, from_settings=True)
            for server, users in self._users().items()
            for key, account in users.items()
        ]
        stored = [
            Person(row["server"], row["user_key"], row["user_name"], row["account"])
            for row in self._store.rows("SELECT * FROM people ORDER BY added_at")
        ]
        return configured + stored

    def copy_store(self, path: Path) -> None:
        """Write a copy of the whole access database, without sessions and invitations."""
        self._store.copy_to(path)

    def of_account(self, account: str) -> list[Person]:
        """Return the server users whose plays go to this account."""
        return [person for person in self.everybody() if person.account == account]


def normal_key(key: str) -> str:
    """Return a user's name or id in the form that is compared: Jellyfin writes the same id with and without dashes."""
    bare = key.strip().replace("-", "").lower()
    is_id = len(bare) == 32 and all(letter in "0123456789abcdef" for letter in bare)
    return bare if is_id else key.strip().casefold()
