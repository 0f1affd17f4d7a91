"""Marks that a person sets or removes by hand in the player's library."""

from __future__ import annotations

from collections import Counter

from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue


def marks_to_send(plays: list[Play], queue: PlayQueue, owner: str) -> list[Play]:
    """Return those marks that Simkl has not got from us already; of the same film or episode the last one.

    A file with several episodes has one name in the library for all of them: there only the key tells which it is.
    Raises QueueError.
    """
    last = {play.key: play for play in plays}
    names = Counter(play.ref for play in last.values())
    return [
        play
        for play in last.values()
        if not (play.counts and queue.was_marked(owner, play.key, play.ref if names[play.ref] == 1 else "", play.at))
    ]
