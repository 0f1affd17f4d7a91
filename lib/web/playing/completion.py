"""Was it watched? A position that the server told decides, or its word; never a guess of ours alone.

| The server says                        | Watched                                                                   |
| -------------------------------------- | ------------------------------------------------------------------------- |
| a scrobble ("past 90 %")               | yes                                                                       |
| played to completion, and a position   | yes                                                                       |
| played to completion, without a position | only if it has played for so long: Jellyfin assumes it where a client    |
|                                        | tells no position                                                         |
| a position                             | from the threshold on                                                     |
| none of these                          | no                                                                        |
"""

from __future__ import annotations

from lib.web.hooks.event import HookEventKind, PlaybackEvent
from lib.web.playing.playback import OVERRUN, ServerPlayback


def reported_position(event: PlaybackEvent, runtime: float) -> float | None:
    """Return the position if it can be one. 0 is what servers say of one that they do not know, at a stop."""
    position = event.position
    if position is None or (event.kind is HookEventKind.STOP and position == 0):
        return None
    return None if runtime and position > OVERRUN * runtime else position


def is_watched(event: PlaybackEvent, threshold: float, playback: ServerPlayback | None = None) -> bool:
    """Return whether this stop or scrobble says that it was watched; `playback` is what is known of it."""
    if event.kind is HookEventKind.SCROBBLE:
        return True
    runtime = event.runtime or (playback.runtime if playback else 0.0)
    position = reported_position(event, runtime)
    if event.completed:
        if position is not None:
            return True
        return playback is not None and playback.guessed_progress >= threshold
    return bool(runtime) and position is not None and 100.0 * position / runtime >= threshold
