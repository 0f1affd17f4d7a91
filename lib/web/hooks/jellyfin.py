"""Jellyfin's official Webhook plugin: all properties as JSON, a template of the admin's, or a form.

Three traits of it: the plugin escapes quotes in texts before it makes JSON, so they arrive with a backslash; a template
writes `True` and dashes in GUIDs, and escapes texts for HTML; and an episode's `Year` is the year of its series, while
its `Provider_*` are the episode's own.

There is no event for a pause: it is a `PlaybackProgress` with `IsPaused`. A mark by hand is a `UserDataSaved` with the
reason `TogglePlayed`; every other reason is a save that nobody made by hand.

Source: github.com/jellyfin/jellyfin-plugin-webhook, `DataObjectHelpers` and its notifiers.
"""

from __future__ import annotations

import html
import re
from typing import Any, Mapping

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.payload import TICKS_PER_SECOND, Payload, guid, moment, provider_ids

JELLYFIN = "jellyfin"
_KINDS = {
    "playbackstart": HookEventKind.START, "3": HookEventKind.START,
    "playbackprogress": HookEventKind.PROGRESS, "4": HookEventKind.PROGRESS,
    "playbackstop": HookEventKind.STOP, "5": HookEventKind.STOP,
}  # fmt: skip
_USER_DATA = ("userdatasaved", "23")
_BY_HAND = "toggleplayed"
_TESTS = ("generic", "2", "test")
_PROVIDER = re.compile(r"provider_(\w{1,40})$", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


def is_jellyfin(payload: Payload) -> bool:
    """Return whether this comes from the plugin: no other sender has this name."""
    return "NotificationType" in payload


def parse_jellyfin(values: Mapping[str, Any]) -> PlaybackEvent | UnusableHook:
    """Return the event."""
    payload = Payload(values)
    named = payload.text("NotificationType")
    version = payload.text("ServerVersion")
    kind = _kind(payload, named.lower().replace(" ", ""))
    if kind is not None:
        return _event(payload, kind, version)
    reason = payload.text("SaveReason")
    about = f"{named} ({reason})" if reason else named or "An empty event"
    return UnusableHook(UnusableReason.NOT_PLAYBACK, f"{about} is not about watching something.", JELLYFIN, version)


def _event(payload: Payload, kind: HookEventKind, version: str) -> PlaybackEvent:
    item_type = _text(payload, "ItemType").lower()
    is_episode = item_type == "episode"
    return PlaybackEvent(
        sender=JELLYFIN,
        kind=kind,
        media=item_type,
        title=_text(payload, "Name"),
        year=0 if is_episode else payload.year("Year"),
        ids=provider_ids(_provided(payload)),
        show_title=_text(payload, "SeriesName"),
        show_year=_show_year(payload) if is_episode else 0,
        season=payload.whole("SeasonNumber", "SeasonNumber00", "SeasonNumber000"),
        episode=payload.whole("EpisodeNumber", "EpisodeNumber00", "EpisodeNumber000"),
        episode_end=payload.whole("EpisodeNumberEnd", "EpisodeNumberEnd00", "EpisodeNumberEnd000"),
        genres=tuple(plain(genre) for genre in payload.texts("Genres")),
        item_id=guid(payload.text("ItemId")),
        show_id=guid(payload.text("SeriesId")),
        position=payload.seconds("PlaybackPositionTicks", per_second=TICKS_PER_SECOND),
        runtime=payload.seconds("RunTimeTicks", per_second=TICKS_PER_SECOND) or None,
        is_paused=payload.truth("IsPaused"),
        completed=payload.truth("PlayedToCompletion") if kind is HookEventKind.STOP else None,
        user_id=guid(payload.text("UserId")),
        user_name=_text(payload, "NotificationUsername", "Username"),
        device=_text(payload, "DeviceId", "Id"),
        device_name=_text(payload, "DeviceName", "ClientName", "Client"),
        path=_text(payload, "Path"),
        server_id=guid(payload.text("ServerId")),
        server_name=_text(payload, "ServerName"),
        server_version=version,
        occurred_at=moment(payload.text("LastPlayedDate" if kind is HookEventKind.MARK else "UtcTimestamp")),
    )


def plain(text: str) -> str:
    """Return a text without what the plugin and its templates have escaped in it."""
    text = text.replace('\\"', '"')
    return html.unescape(text) if _ENTITY.search(text) else text


def _text(payload: Payload, *names: str) -> str:
    return plain(payload.text(*names))


def _kind(payload: Payload, named: str) -> HookEventKind | None:
    if named in _USER_DATA:
        played = payload.truth("Played")
        if payload.text("SaveReason").lower() != _BY_HAND or played is None:
            return None
        return HookEventKind.MARK if played else HookEventKind.UNMARK
    if named in _TESTS and not payload.text("ItemId"):
        return HookEventKind.TEST
    return _KINDS.get(named)


def _show_year(payload: Payload) -> int:
    """Return the year of the series. `Year` is it as well, but the episode's where the series has none."""
    premiered = payload.text("SeriesPremiereDate")[:4]
    return Payload({"year": premiered}).year("year") or payload.year("Year")


def _provided(payload: Payload) -> dict[str, Any]:
    found = ((_PROVIDER.match(name), value) for name, value in payload.items())
    return {match.group(1): value for match, value in found if match}
