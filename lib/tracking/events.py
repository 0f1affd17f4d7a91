"""What a player reports while it plays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PlayerEventKind(Enum):
    """What a player tells."""

    STARTED = "started"
    PROGRESSED = "progressed"
    PAUSED = "paused"
    RESUMED = "resumed"
    SEEKED = "seeked"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True)
class PlayerEvent:
    """One thing that happened `at` a time; `position` and `total` where the player could still tell them."""

    what: PlayerEventKind
    at: float
    position: float | None = None
    total: float | None = None
