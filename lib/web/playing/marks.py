"""Marks by hand in a server's library. A mark goes along; taking one away is dealt with carefully.

Simkl removes a film with its rating from the account's library, so that is left to a person. An episode is held for a
minute: who unmarks five or more of a show within it wants to see the show again, and would lose its history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from lib.simkl.api.media import MOVIE
from lib.tracking.echoes import PLAYED_SECONDS
from lib.tracking.library_marks import EARLIEST_LIBRARY_DATE, MANY_EPISODES, UNMARK_HOLD_SECONDS
from lib.tracking.play import UNWATCHED, WATCHED, Play
from lib.web.hooks.event import HookEventKind, PlaybackEvent
from lib.web.playing.meaning import Meaning, Watching
from lib.web.playing.media import content_keys, show_key
from lib.web.playing.registry import PlaybackRegistry
from lib.web.store.counted import CountedPlays
from lib.web.store.deliveries import HookOutcome
from lib.web.store.removals import HeldRemoval, HeldRemovals

FILM_KEPT = "Simkl would remove the film and its rating. Remove it on Simkl if that is what you want."
PLAYED_KEPT = "It plays, or has just been played. Nothing was removed at Simkl."
MANY_KEPT = "Five or more episodes were unmarked within a minute. Nothing was removed at Simkl."
UNNAMED = "Which episode it is, is not known."


@dataclass(frozen=True)
class SettledRemoval:
    """What becomes of a held removal: `send` it, or leave Simkl alone and say why."""

    removal: HeldRemoval
    send: bool
    detail: str = ""


class HandMarks:
    """Marks of all owners. Not safe for several threads; every method may raise QueueError."""

    def __init__(self, registry: PlaybackRegistry, counted: CountedPlays, removals: HeldRemovals) -> None:
        self._registry = registry
        self._counted = counted
        self._removals = removals

    def hear(self, event: PlaybackEvent, watching: Watching, now: float) -> Meaning:
        """Take in a mark, or that one was taken away."""
        if not watching.identity.items:
            return Meaning(HookOutcome.NOT_SENT, UNNAMED)
        return self._mark(event, watching, now) if event.kind is HookEventKind.MARK else self._unmark(watching, now)

    def due(self, now: float) -> list[SettledRemoval]:
        """Return what is to be done with those that were held for long enough, and hold them no longer."""
        held = self._removals.listing()
        settled = []
        for removal in held:
            age = now - removal.at
            if age < 0 or age >= 2 * UNMARK_HOLD_SECONDS:
                self._removals.drop(removal.id)
            if removal.settled or 0 <= age < UNMARK_HOLD_SECONDS:
                continue
            self._removals.settle(removal.id)
            of_show = [each for each in held if (each.owner, each.show) == (removal.owner, removal.show)]
            together = {each.content for each in of_show if abs(each.at - removal.at) < UNMARK_HOLD_SECONDS}
            if len(together) >= MANY_EPISODES:
                settled.append(SettledRemoval(removal, False, MANY_KEPT))
            elif self._has_played(removal.owner, removal.content, now):
                settled.append(SettledRemoval(removal, False, PLAYED_KEPT))
            else:
                self._counted.forget(removal.owner, removal.content)
                settled.append(SettledRemoval(removal, True))
        return settled

    def _mark(self, event: PlaybackEvent, watching: Watching, now: float) -> Meaning:
        plays: list[tuple[Play, int]] = []
        withdrawn: list[int] = []
        for content, item in zip(content_keys(watching.identity), watching.identity.items):
            for removal in self._removals.of_content(watching.owner, content):
                if not removal.settled:
                    self._removals.drop(removal.id)
                    withdrawn.append(removal.delivery)
            last = self._counted.last(watching.owner, content)
            if last is not None and 0 <= now - last[0] < PLAYED_SECONDS:
                continue
            self._counted.count(watching.owner, content, now)
            plays.append((Play(WATCHED, item, _date(event, now), title=watching.info.title), watching.delivery))
        if not plays:
            return Meaning(HookOutcome.DUPLICATE, "Its playback was counted just now.", withdrawn=withdrawn)
        return Meaning(HookOutcome.QUEUED, plays=plays, withdrawn=withdrawn)

    def _unmark(self, watching: Watching, now: float) -> Meaning:
        if watching.identity.items[0].kind == MOVIE:
            return Meaning(HookOutcome.NOT_SENT, FILM_KEPT)
        contents = content_keys(watching.identity)
        if any(self._has_played(watching.owner, content, now) for content in contents):
            return Meaning(HookOutcome.NOT_SENT, PLAYED_KEPT)
        for content, item in zip(contents, watching.identity.items):
            play = Play(UNWATCHED, item, now, title=watching.info.title)
            held = HeldRemoval(watching.owner, watching.server, show_key(item), content, play, now, watching.delivery)
            self._removals.hold(held)
        return Meaning(HookOutcome.UNMARK_HELD)

    def _has_played(self, owner: str, content: str, now: float) -> bool:
        last = self._counted.last(owner, content)
        was_counted = last is not None and 0 <= now - last[0] < PLAYED_SECONDS
        return was_counted or self._registry.recently_played(owner, content, now - PLAYED_SECONDS)


def removals_by_server(settled: Sequence[SettledRemoval]) -> dict[tuple[str, str], list[HeldRemoval]]:
    """Return what is to be sent, by owner and server."""
    found: dict[tuple[str, str], list[HeldRemoval]] = {}
    for each in settled:
        if each.send:
            found.setdefault((each.removal.owner, each.removal.server), []).append(each.removal)
    return found


def _date(event: PlaybackEvent, now: float) -> float:
    """Return when it was watched, as the server has it; now where it has no date that can be one."""
    at = event.occurred_at
    return at if at is not None and EARLIEST_LIBRARY_DATE < at < now else now
