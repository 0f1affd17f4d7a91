"""Which sender is it? Recognised by what it sends, never by the address or a header, and handed to its parser."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from lib.web.hooks.body import NotReadable, read_body
from lib.web.hooks.emby import is_emby, parse_emby
from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.jellyfin import is_jellyfin, parse_jellyfin
from lib.web.hooks.jellyfin_webhooks import (
    is_get_format,
    is_jellyfin_webhooks,
    parse_get_format,
    parse_jellyfin_webhooks,
)
from lib.web.hooks.payload import Payload
from lib.web.hooks.plex import is_plex, parse_plex
from lib.web.hooks.tautulli import is_tautulli, parse_tautulli

MEDIA = ("movie", "episode")
NOT_VIDEO = {
    **dict.fromkeys(("audio", "track", "musicalbum", "album", "artist"), "Music is not tracked."),
    "musicvideo": "A music video is not tracked.",
    "photo": "A photo is not tracked.",
    "book": "A book is not tracked.",
    "audiobook": "An audio book is not tracked.",
    "trailer": "A trailer is not tracked.",
    "clip": "A trailer or an extra is not tracked.",
    **dict.fromkeys(("series", "show"), "A whole show is not tracked."),
    "season": "A whole season is not tracked.",
    "boxset": "A whole collection is not tracked.",
    **dict.fromkeys(("tvchannel", "livetvchannel", "livetvprogram", "program"), "Live TV is not tracked."),
    "recording": "A recording is not tracked.",
    "video": "A video that is neither a film nor an episode is not tracked.",
}

_SENDERS: tuple[tuple[Callable[[Payload], bool], Callable[[Mapping[str, Any]], PlaybackEvent | UnusableHook]], ...] = (
    (is_tautulli, parse_tautulli),
    (is_jellyfin, parse_jellyfin),
    (is_plex, parse_plex),
    (is_emby, parse_emby),
    (is_jellyfin_webhooks, parse_jellyfin_webhooks),
)


def parse_hook(content_type: str, body: bytes, query: Mapping[str, str]) -> list[PlaybackEvent] | UnusableHook:
    """Return the events of a request, or why it holds none. Any bytes give one of the two, never an exception."""
    if not body.strip() and is_get_format(query):
        return parse_get_format(query)
    try:
        values = read_body(content_type, body)
    except NotReadable as error:
        return UnusableHook(UnusableReason.NOT_READABLE, str(error))
    payload = Payload(values)
    for is_sender, parse in _SENDERS:
        if is_sender(payload):
            return _checked(parse(values))
    names = ", ".join(sorted(str(name)[:40] for name in values)[:6])
    detail = f"No known media server sends this. It has: {names}." if names else "No known media server sends this."
    return UnusableHook(UnusableReason.NOT_RECOGNISED, detail)


def _checked(event: PlaybackEvent | UnusableHook) -> list[PlaybackEvent] | UnusableHook:
    """Return the event if it is about a film or an episode; a test of the connection needs neither."""
    if isinstance(event, UnusableHook):
        return event
    if event.media in MEDIA or event.kind is HookEventKind.TEST:
        return [event]
    if event.media in NOT_VIDEO:
        return UnusableHook(UnusableReason.NOT_MEDIA, NOT_VIDEO[event.media], event.sender, event.server_version)
    detail = "What plays is of no kind, neither a film nor an episode."
    if event.media:
        detail = f"What plays is of the kind {event.media[:40]}, neither a film nor an episode."
    return UnusableHook(UnusableReason.NOT_MEDIA, detail, event.sender, event.server_version)
