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
    "audio": "Music", "track": "Music", "musicalbum": "Music", "album": "Music", "artist": "Music",
    "musicvideo": "A music video", "photo": "A photo", "book": "A book", "audiobook": "An audio book",
    "trailer": "A trailer", "clip": "A trailer or an extra",
    "series": "A whole show", "show": "A whole show", "season": "A whole season", "boxset": "A whole collection",
    "tvchannel": "Live TV", "livetvchannel": "Live TV", "livetvprogram": "Live TV", "program": "Live TV",
    "recording": "A recording", "video": "A video that is neither a film nor an episode",
}  # fmt: skip

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
    return UnusableHook(UnusableReason.NOT_RECOGNISED, f"No known media server sends this. It has: {names}.")


def _checked(event: PlaybackEvent | UnusableHook) -> list[PlaybackEvent] | UnusableHook:
    """Return the event if it is about a film or an episode; a test of the connection needs neither."""
    if isinstance(event, UnusableHook):
        return event
    if event.media not in MEDIA and event.kind is not HookEventKind.TEST:
        what = NOT_VIDEO.get(event.media)
        told = f"of the kind {event.media[:40]}" if event.media else "of no kind"
        detail = f"{what} is not tracked." if what else f"What plays is {told}, neither a film nor an episode."
        return UnusableHook(UnusableReason.NOT_MEDIA, detail, event.sender, event.server_version)
    return [event]
