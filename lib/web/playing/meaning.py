"""What goes into the engine and what comes out of it, and how the two sides' words are translated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Sequence

from lib.simkl.api.scrobble import STOP
from lib.tracking.events import PlayerEventKind
from lib.tracking.identify import Identity
from lib.tracking.media_info import MediaInfo
from lib.tracking.play import Play
from lib.tracking.playback import ScrobbleCall
from lib.tracking.preferences import TrackingPreferences
from lib.web.hooks.event import HookEventKind, PlaybackEvent
from lib.web.playing.playback import ServerPlayback
from lib.web.store.deliveries import HookOutcome


@dataclass(frozen=True)
class Watching:
    """Who watches what: `session` tells the players of one user apart, `delivery` is the number of the request."""

    owner: str
    account: str
    server: str
    session: str
    delivery: int
    info: MediaInfo
    identity: Identity
    preferences: TrackingPreferences
    show_id: str = ""


@dataclass
class Meaning:
    """What an event means; `plays` are in the order in which Simkl is to hear of them, each with its request.

    `show_id` is of a show whose ids the server may be asked for, `withdrawn` are earlier requests that it undoes.
    """

    outcome: HookOutcome
    detail: str = ""
    plays: list[tuple[Play, int]] = field(default_factory=list)
    show_id: str = ""
    withdrawn: list[int] = field(default_factory=list)


class TimedPlay(NamedTuple):
    """A play that comes of time alone."""

    owner: str
    server: str
    show_id: str
    play: Play
    delivery: int


def player_event(event: PlaybackEvent, was_paused: bool) -> PlayerEventKind:
    """Return what the event is to the one who follows the playback; a pause can hide in a progress."""
    if event.kind is HookEventKind.PAUSE or (event.is_paused and event.kind is HookEventKind.PROGRESS):
        return PlayerEventKind.PROGRESSED if was_paused else PlayerEventKind.PAUSED
    is_told = event.kind in (HookEventKind.START, HookEventKind.RESUME) or event.is_paused is False
    return PlayerEventKind.RESUMED if was_paused and is_told else PlayerEventKind.PROGRESSED


def all_counted(calls: Sequence[ScrobbleCall], playback: ServerPlayback) -> list[ScrobbleCall]:
    """Return calls that tell every part as watched, as the server says; what is lower than that is left out."""
    told = {call.part for call in calls if call.action == STOP and call.progress >= playback.threshold}
    told.update(playback.record.counted_parts)
    counted = [call for call in calls if call.part in told]
    parts = playback.identity.parts
    return counted + [ScrobbleCall(STOP, part, 100.0) for part in range(parts) if part not in told]


def play_of_call(playback: ServerPlayback, call: ScrobbleCall, now: float) -> Play:
    """Return the play that a call stands for."""
    identity = playback.identity
    return Play(
        action=call.action,
        item=identity.items[call.part] if identity.items else None,
        at=now,
        progress=call.progress,
        threshold=playback.threshold,
        file=identity.file,
        title=playback.info.title,
        origin="" if identity.items else f"file:{identity.file}#{identity.place}",
    )
