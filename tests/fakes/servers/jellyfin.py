"""Jellyfin's official Webhook plugin: what it puts into a notification, and the ways in which it sends that.

Written from the plugin's `DataObjectHelpers`, its notifiers, `BaseOption.GetMessageBody` and `GenericFormClient`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer, dotnet_json, undashed

TICKS = 10_000_000
PLAIN_TEXT = "text/plain; charset=utf-8"
AGENT = "Jellyfin-Server/10.11.6"


class Guid(str):
    """A .NET Guid: with dashes as a text, without in the plugin's JSON."""

    __slots__ = ()


def notification(
    kind: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float = 0, paused: bool = False, **more: Any
) -> dict[str, Any]:
    """Return the dictionary of a playback notification as the plugin fills it."""
    return {
        **_about(kind, item), "PlaybackPositionTicks": int(position * TICKS), "PlaybackPosition": _clock(position),
        "MediaSourceId": undashed(item.guid), "IsPaused": paused, "IsAutomated": False, "DeviceId": viewer.device,
        "DeviceName": _escape(viewer.device_name), "ClientName": viewer.client, "PlayMethod": "DirectPlay",
        "Id": f"session-of-{viewer.device}", "UserId": Guid(viewer.guid), "NotificationUsername": viewer.name,
        "Client": _escape(viewer.client), "LastActivityDate": "2026-11-20T21:44:03.1234567Z",
        "RemoteEndPoint": "192.0.2.7", **more,
    }  # fmt: skip


def user_data_saved(
    item: Film | EpisodeFile, reason: str, played: bool, viewer: Viewer = ANA, **more: Any
) -> dict[str, Any]:
    """Return the dictionary of a UserDataSaved notification: no session and no device."""
    return {
        **_about("UserDataSaved", item), "Likes": None, "Rating": None, "PlaybackPositionTicks": 0,
        "PlayCount": int(played), "Favorite": False, "Played": played, "AudioStreamIndex": None,
        "SubtitleStreamIndex": None, "LastPlayedDate": "2026-11-20T21:44:03Z" if played else None,
        "SaveReason": reason, "NotificationUsername": viewer.name, "UserId": Guid(viewer.guid), **more,
    }  # fmt: skip


def all_properties(values: dict[str, Any]) -> SentHook:
    plain = {name: undashed(value) if isinstance(value, Guid) else value for name, value in values.items()}
    return SentHook(PLAIN_TEXT, dotnet_json(plain), user_agent=AGENT)


def generic_form(values: dict[str, Any]) -> SentHook:
    """Send it to a destination "Generic Form": each property is a field, as .NET writes it as a text."""
    body = urlencode({name: dotnet_text(value) for name, value in values.items() if value is not None})
    return SentHook("application/x-www-form-urlencoded", body.encode("ascii"), user_agent=AGENT)


def rendered(text: str) -> SentHook:
    return SentHook(PLAIN_TEXT, text.encode("utf-8"), user_agent=AGENT)


def dotnet_text(value: Any) -> str:
    """Return a value as .NET writes it: `True`, and a GUID with dashes."""
    return str(value)


def _about(kind: str, item: Film | EpisodeFile) -> dict[str, Any]:
    """Return what the plugin tells of a server and an item; of an episode `Year` is the year of its series."""
    values: dict[str, Any] = {
        "ServerId": "5f0e1c2d3b4a59687766554433221100", "ServerName": "nas", "ServerVersion": "10.11.6",
        "ServerUrl": "http://192.0.2.2:8096", "NotificationType": kind,
        "Timestamp": "2026-11-20T22:44:03.1234567+01:00", "UtcTimestamp": "2026-11-20T21:44:03.1234567Z",
        "Name": _escape(item.title), "Overview": _escape('Somebody says "no", & leaves.\nThe end.'),
        "ItemId": Guid(item.guid), "ItemType": "Movie" if isinstance(item, Film) else "Episode",
        "RunTimeTicks": item.seconds * TICKS, "RunTime": _clock(item.seconds), "Genres": "Drama, Mystery",
        "Path": item.path, **{f"Provider_{name}": value for name, value in item.ids.items()},
        "Video_0_Codec": "hevc", "Video_0_Height": 2160, "Audio_0_Language": "eng", "Subtitle_0_Default": False,
    }  # fmt: skip
    if isinstance(item, Film):
        return {**values, "Year": item.year}
    numbers = {"SeasonNumber": item.season, "EpisodeNumber": item.number, "EpisodeNumberEnd": item.last}
    padded = {f"{name}00": f"{number:02}" for name, number in numbers.items() if number is not None}
    return {
        **values, "Year": item.show_year, "PremiereDate": "2022-03-02", "SeriesName": _escape(item.show),
        "SeriesId": Guid(item.show_guid), "SeasonId": Guid("22bb33cc-d9cb-469f-a165-708677289522"),
        "SeriesPremiereDate": "2021-02-01", **numbers, **padded,
    }  # fmt: skip


def _escape(text: str) -> str:
    """Escape quotes as the plugin does, before anything is made of the text."""
    return text.replace('"', '\\"')


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"
