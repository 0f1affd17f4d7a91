"""Marks that a person sets or removes by hand in the player's library."""

from __future__ import annotations

from lib.tracking.plays import Play
from lib.tracking.queue import Queue


def hand_marks(plays: list[Play], queue: Queue, owner: str) -> list[Play]:
    """Return those marks that Simkl has not got from us already; of the same film or episode the last one.

    Raises QueueError.
    """
    last = {play.key: play for play in plays}
    return [
        play for play in last.values() if not (play.counts and queue.was_marked(owner, play.key, play.ref, play.at))
    ]
