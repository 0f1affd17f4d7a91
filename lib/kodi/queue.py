"""The queue of this Kodi profile, and whose plays it holds: what the service and the scripts have in common."""

from __future__ import annotations

from pathlib import Path

from lib.kodi import rpc
from lib.kodi.addon import ADDON_ID, OWNER, Addon
from lib.tracking.queue import Queue

NEWS = "queued"  # what a script tells the service: there is something new in the queue


def path(addon: Addon) -> Path:
    """Return where the queue is: beside the settings file."""
    return addon.data / "queue.db"


def owner(addon: Addon) -> str:
    """Return whose plays are queued, an empty text while nobody is linked."""
    return addon.get(OWNER)


def open_queue(addon: Addon, check: bool = False) -> Queue:
    """Open the queue. Raises QueueError."""
    return Queue(path(addon), check)


def wake_service(addon: Addon) -> None:
    """Have the service look into the queue."""
    rpc.tell_others(ADDON_ID, NEWS, {})
