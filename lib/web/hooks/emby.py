"""Emby: JSON, alone or in the field `data` of a form, with dotted names of events.

At a stop only `PlaybackInfo` counts: `Session.PlayState` may tell of the next episode already. `PlayedToCompletion` is
there only when it is true. Some clients send a stop at each pause.

Source: emby.media/community, the notes on webhooks of Emby 4.7.9 and later; the samples that its settings page shows.
"""

from __future__ import annotations

from typing import Any, Mapping

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.payload import TICKS_PER_SECOND, Payload, guid, moment, provider_ids

EMBY = "emby"
_KINDS = {
    "playback.start": HookEventKind.START,
    "playback.pause": HookEventKind.PAUSE,
    "playback.unpause": HookEventKind.RESUME,
    "playback.progress": HookEventKind.PROGRESS,
    "playback.stop": HookEventKind.STOP,
    "playback.scrobble": HookEventKind.SCROBBLE,
    "item.markplayed": HookEventKind.MARK,
    "item.markunplayed": HookEventKind.UNMARK,
    "system.webhooktest": HookEventKind.TEST,
    "system.notificationtest": HookEventKind.TEST,
}


def is_emby(payload: Payload) -> bool:
    """Return whether this is in Emby's words: a dotted event, beside what only Emby has."""
    return "." in payload.text("Event") and any(name in payload for name in ("Server", "Item", "User", "Title"))


def parse_emby(values: Mapping[str, Any]) -> PlaybackEvent | UnusableHook:
    """Return the event."""
    payload = Payload(values)
    item, user, session = payload.inner("Item"), payload.inner("User"), payload.inner("Session")
    server, info = payload.inner("Server"), payload.inner("PlaybackInfo")
    named = payload.text("Event").lower()
    version = server.text("Version")
    kind = _KINDS.get(named)
    if kind is None:
        return UnusableHook(UnusableReason.NOT_PLAYBACK, f"{named} is not about watching something.", EMBY, version)
    media = item.text("Type").lower()
    return PlaybackEvent(
        sender=EMBY,
        kind=kind,
        media=media,
        title=item.text("Name"),
        year=0 if media == "episode" else item.year("ProductionYear"),
        ids=provider_ids(dict(item.inner("ProviderIds").items())),
        show_title=item.text("SeriesName"),
        season=item.whole("ParentIndexNumber"),
        episode=item.whole("IndexNumber"),
        episode_end=item.whole("IndexNumberEnd"),
        genres=item.texts("Genres"),
        item_id=guid(item.text("Id")),
        show_id=guid(item.text("SeriesId")),
        position=_position(kind, info, session),
        runtime=item.seconds("RunTimeTicks", per_second=TICKS_PER_SECOND) or None,
        completed=info.truth("PlayedToCompletion") if kind is HookEventKind.STOP else None,
        user_id=guid(user.text("Id")),
        user_name=user.text("Name"),
        device=session.text("DeviceId", "Id"),
        device_name=session.text("DeviceName", "Client"),
        path=item.text("Path"),
        server_id=guid(server.text("Id")),
        server_name=server.text("Name"),
        server_version=version,
        occurred_at=moment(payload.text("Date")),
    )


def _position(kind: HookEventKind, info: Payload, session: Payload) -> float | None:
    found = info.seconds("PositionTicks", per_second=TICKS_PER_SECOND)
    if found is None and kind is not HookEventKind.STOP:
        found = session.inner("PlayState").seconds("PositionTicks", per_second=TICKS_PER_SECOND)
    return found
