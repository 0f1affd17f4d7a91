"""Tautulli, with the template of our documentation: JSON in which every value is a text.

For an episode Tautulli's `imdb_id`, `thetvdb_id` and `themoviedb_id` are the show's. An episode's number can be a range
(`6-10`). What Tautulli does not know renders as nothing.

Source: github.com/Tautulli/Tautulli, `notification_handler.py`.
"""

from __future__ import annotations

import re
from typing import Any, Mapping

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.payload import MAX_DURATION_SECONDS, Payload, provider_ids

TAUTULLI = "tautulli"
_KINDS = {
    "play": HookEventKind.START,
    "pause": HookEventKind.PAUSE,
    "resume": HookEventKind.RESUME,
    "stop": HookEventKind.STOP,
    "watched": HookEventKind.SCROBBLE,
    "test": HookEventKind.TEST,
}
_RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?$")


def is_tautulli(payload: Payload) -> bool:
    """Return whether this is our template for Tautulli."""
    return payload.text("source").lower() == TAUTULLI


def parse_tautulli(values: Mapping[str, Any]) -> PlaybackEvent | UnusableHook:
    """Return the event."""
    payload = Payload(values)
    named = payload.text("event").lower()
    kind = _KINDS.get(named.partition("on_")[2] or named)
    if kind is None:
        detail = f"{named or 'An empty event'} is not about watching something."
        return UnusableHook(UnusableReason.NOT_PLAYBACK, detail, TAUTULLI)
    media = payload.text("type").lower()
    is_episode = media == "episode"
    ids = provider_ids({name: payload.text(name) for name in ("imdb", "tmdb", "tvdb")})
    numbers = _RANGE.match(payload.text("episode"))
    at = payload.number("at")
    return PlaybackEvent(
        sender=TAUTULLI,
        kind=kind,
        media=media,
        title="" if is_episode else payload.text("title"),
        year=0 if is_episode else payload.year("year"),
        ids={} if is_episode else ids,
        show_title=payload.text("title") if is_episode else "",
        show_ids=ids if is_episode else {},
        season=payload.whole("season"),
        episode=int(numbers.group(1)) if numbers else None,
        episode_end=int(numbers.group(2)) if numbers and numbers.group(2) else None,
        position=payload.seconds("pos_ms", per_second=1e3),
        runtime=payload.seconds("dur_ms", per_second=1e3) or None,
        user_id=payload.text("user_id"),
        user_name=payload.text("user"),
        device=payload.text("session"),
        device_name=payload.text("player"),
        library=payload.text("library"),
        server_id=payload.text("server"),
        occurred_at=at if at is not None and 0 < at < MAX_DURATION_SECONDS * 1000 else None,
    )
