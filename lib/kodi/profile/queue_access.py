"""The queue of this Kodi profile, and whose plays it holds: what the service and the scripts have in common."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Iterable

from lib.kodi import rpc
from lib.kodi.addon import ADDON_ID, Addon

if TYPE_CHECKING:  # a listing asks where the queue is, and needs no sqlite for that
    from lib.tracking.play import Play
    from lib.tracking.store.queue import PlayQueue

UNNAMED_OWNER = "linked at "  # how an owner begins whose user id Simkl has not told yet
QUEUE_CHANGED = "queued"  # what a script tells the service: there is something new in the queue


def queue_path(addon: Addon) -> Path:
    """Return where the queue is: beside the settings file."""
    return addon.data / "queue.db"


def current_owner(addon: Addon) -> str:
    """Return whose plays are queued, an empty text while nobody is linked."""
    return addon.state.read().owner


def open_queue(addon: Addon, check: bool = False) -> PlayQueue:
    """Open the queue. Raises QueueError."""
    from lib.tracking.store.queue import PlayQueue

    return PlayQueue(queue_path(addon), addon.clock, check)


def wake_service(addon: Addon) -> None:
    """Have the service look into the queue."""
    rpc.tell_others(ADDON_ID, QUEUE_CHANGED, {})


def queue_opened(addon: Addon) -> contextlib.closing[PlayQueue]:
    """Open the queue for the time of a `with`. Raises QueueError."""
    return contextlib.closing(open_queue(addon))


def enqueue_plays(addon: Addon, owner: str, plays: Iterable[Play]) -> None:
    """Put what a script has into the queue, and have the service send it. Raises QueueError."""
    with queue_opened(addon) as queue:
        queue.add(owner, plays)
    wake_service(addon)
