"""The other webhook plugin for Jellyfin, `jellyfin-plugin-webhooks`, with its three formats.

- Default: an object with the item, its series, the user, the session and the server, each as Jellyfin's API has them.
  It is the one sender of Jellyfin that tells the ids of the series.
- Get: only event, user, server and kind of media in the address. What is watched is not told.
- Plex: as Plex sends it (read by `plex`), with ids of the older agents, and without a position.

Source: github.com/shemanaev/jellyfin-plugin-webhooks, `Formats`.
"""

from __future__ import annotations

from typing import Any, Mapping

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.payload import TICKS_PER_SECOND, Payload, guid, provider_ids

JELLYFIN_WEBHOOKS = "jellyfin_webhooks"
_KINDS = {
    "play": HookEventKind.START,
    "pause": HookEventKind.PAUSE,
    "resume": HookEventKind.RESUME,
    "progress": HookEventKind.PROGRESS,
    "stop": HookEventKind.STOP,
    "scrobble": HookEventKind.SCROBBLE,
    "markplayed": HookEventKind.MARK,
    "markunplayed": HookEventKind.UNMARK,
}


def is_jellyfin_webhooks(payload: Payload) -> bool:
    """Return whether this is the plugin's default format: event names without a dot beside an item or a series."""
    event = payload.text("Event")
    others = ("Item", "Series", "Session", "User", "Server")
    return bool(event) and "." not in event and any(name in payload for name in others)


def is_get_format(query: Mapping[str, str]) -> bool:
    """Return whether a request is of the plugin's Get format."""
    return {"event", "user"} <= set(query) and bool({"media_type", "server"} & set(query))


def parse_get_format(query: Mapping[str, str]) -> UnusableHook:
    """Return that this format cannot be used, and what to do."""
    return UnusableHook(
        UnusableReason.NOT_MEDIA,
        'The format "Get" does not tell what is watched. Choose the format "Default" in the plugin.',
        JELLYFIN_WEBHOOKS,
    )


def parse_jellyfin_webhooks(values: Mapping[str, Any]) -> PlaybackEvent | UnusableHook:
    """Return the event of the default format."""
    payload = Payload(values)
    named = payload.text("Event")
    version = payload.inner("Server").text("Version")
    kind = _KINDS.get(named.lower())
    if kind is not None:
        return _event(payload, kind, version)
    detail = f"{named} is not about watching something."
    return UnusableHook(UnusableReason.NOT_PLAYBACK, detail, JELLYFIN_WEBHOOKS, version)


def _event(payload: Payload, kind: HookEventKind, version: str) -> PlaybackEvent:
    item, series, user = payload.inner("Item"), payload.inner("Series"), payload.inner("User")
    session, server = payload.inner("Session"), payload.inner("Server")
    media = item.text("Type").lower()
    state = session.inner("PlayState")
    return PlaybackEvent(
        sender=JELLYFIN_WEBHOOKS,
        kind=kind,
        media=media,
        title=item.text("Name"),
        year=0 if media == "episode" else item.year("ProductionYear"),
        ids=provider_ids(dict(item.inner("ProviderIds").items())),
        show_title=item.text("SeriesName") or series.text("Name"),
        show_year=series.year("ProductionYear"),
        show_ids=provider_ids(dict(series.inner("ProviderIds").items())),
        season=item.whole("ParentIndexNumber"),
        episode=item.whole("IndexNumber"),
        episode_end=item.whole("IndexNumberEnd"),
        genres=(*item.texts("Genres"), *series.texts("Genres")),
        item_id=guid(item.text("Id")),
        show_id=guid(item.text("SeriesId") or series.text("Id")),
        position=state.seconds("PositionTicks", per_second=TICKS_PER_SECOND),
        runtime=item.seconds("RunTimeTicks", per_second=TICKS_PER_SECOND) or None,
        is_paused=state.truth("IsPaused"),
        user_id=guid(user.text("Id")),
        user_name=user.text("Name"),
        device=session.text("DeviceId", "Id"),
        device_name=session.text("DeviceName", "Client"),
        path=item.text("Path"),
        server_id=guid(server.text("Id")),
        server_name=server.text("Name"),
        server_version=version,
    )
