"""Messages from any thread to one that waits for them."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

Message = TypeVar("Message")


class Mailbox(Generic[Message]):
    """Messages in the order in which they came, for one reader.

    In place of `queue.SimpleQueue`, whose `Empty` can be a different class in each sub-interpreter: see `exceptions`.
    """

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()
        self._changed = threading.Condition()

    def put(self, message: Message) -> None:
        """Add a message; returns at once."""
        with self._changed:
            self._messages.append(message)
            self._changed.notify()

    def wait(self, seconds: float | None) -> bool:
        """Wait for a message, `seconds` at most, for ever if that is None; return whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._messages), seconds)

    def take(self) -> Message:
        """Return the oldest message and remove it. Raises IndexError when there is none."""
        with self._changed:
            return self._messages.popleft()
