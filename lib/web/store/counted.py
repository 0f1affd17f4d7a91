"""What was counted as watched, so that the same play told twice counts once.

The same film or episode counts again only if it can have been watched again: enough time has gone by since, and it was
seen in its first half meanwhile. A second hook, a second client, the credits that are played on after a pause, or a
stop at each pause do none of that.
"""

from __future__ import annotations

from lib.tracking.store.database import Database

LEAST_SHARE = 0.4  # of the length, between two counts: at double speed it takes half of it
LEAST_SECONDS = 600.0
UNSEEN_SECONDS = 3600.0  # where nobody saw how the second one began
FIRST_HALF = 0.5


class CountedPlays:
    """What each owner has watched, by `content` (see `playing.media.content_keys`). May raise QueueError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, owner: str, content: str) -> tuple[float, bool] | None:
        """Return when it was counted last, and whether its first half was seen since; None if it never was."""
        rows = self._database.read("SELECT at, rewound FROM hook_counted WHERE key = ?", _key(owner, content))
        return (rows[0]["at"], bool(rows[0]["rewound"])) if rows else None

    def is_repeated(
        self, owner: str, content: str, now: float, length: float, first_half: bool | None = None, active: float = 0.0
    ) -> bool:
        """Return whether it was counted already.

        `length` is of the film or the episode, 0 while nobody knows; `first_half` whether the playback began there,
        None if nobody saw it begin; `active` how long it has played.
        """
        last = self.last(owner, content)
        if last is None:
            return False
        at, rewound = last
        since = max(0.0, now - at)
        if since < max(LEAST_SECONDS, LEAST_SHARE * length):
            return True
        if first_half is None:
            return since < UNSEEN_SECONDS and not rewound
        return not rewound and not (first_half and active >= LEAST_SHARE * length)

    def is_fresh(self, owner: str, content: str, now: float, length: float) -> bool:
        """Return whether it was counted just now and nobody has gone back in it: what plays then are its credits."""
        last = self.last(owner, content)
        return last is not None and not last[1] and max(0.0, now - last[0]) < max(LEAST_SECONDS, LEAST_SHARE * length)

    def count(self, owner: str, content: str, now: float) -> None:
        """Remember that it was counted."""
        with self._database.changing() as connection:
            connection.execute("INSERT OR REPLACE INTO hook_counted VALUES (?, ?, 0)", (_key(owner, content), now))

    def rewind(self, owner: str, content: str) -> None:
        """Remember that its first half is being watched, which makes it a new play later on."""
        with self._database.changing() as connection:
            connection.execute("UPDATE hook_counted SET rewound = 1 WHERE key = ?", (_key(owner, content),))

    def forget(self, owner: str, content: str) -> None:
        """Forget that it was counted: it was marked as not watched."""
        with self._database.changing() as connection:
            connection.execute("DELETE FROM hook_counted WHERE key = ?", (_key(owner, content),))


def _key(owner: str, content: str) -> str:
    return f"{owner}|{content}"
