"""Emby: JSON in the field `data` of a form, urlencoded, or alone.

Written from the samples of Emby's settings page and public notes on its webhooks.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer, multipart, number_of, undashed
from tests.fakes.servers.jellyfin import TICKS

BOUNDARY = "Emby-b7a0c1f2"
ABOUT = {
    "Date": "2026-11-20T21:44:03.1234567Z", "Severity": "Info",
    "Server": {"Name": "nas", "Id": "2240d9", "Version": "4.9.5.0"},
}  # fmt: skip


def payload(
    event: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float | None = None, completed: bool = False,
    state_position: float | None = None, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return the object; `PlayedToCompletion` stands in it only when it is true."""
    values: dict[str, Any] = {
        **ABOUT, "Title": f"{viewer.name} - {item.title}", "Event": event, "Item": _item(item),
        "User": {"Name": viewer.name, "Id": undashed(viewer.guid)},
    }  # fmt: skip
    if event.startswith("playback."):
        values["Session"] = {
            "RemoteEndPoint": "192.0.2.7", "Client": "Emby Web", "DeviceName": viewer.device_name,
            "DeviceId": viewer.device, "ApplicationVersion": "4.9.5.0", "Id": f"s-{viewer.device}",
        }  # fmt: skip
        if state_position is not None:
            values["Session"]["PlayState"] = {"PositionTicks": int(state_position * TICKS), "IsPaused": False}
        values["PlaybackInfo"] = {
            "PlaylistIndex": 0, "PlaylistLength": 1, "PlaySessionId": "77",
            **({} if position is None else {"PositionTicks": int(position * TICKS)}),
            **({"PlayedToCompletion": True} if completed else {}),
        }  # fmt: skip
    return {**values, **more}


def test_of_connection() -> dict[str, Any]:
    """Return what the button "Send Test Notification" sends."""
    text = {"Title": "Test Notification", "Description": "Test Notification Description"}
    return {**ABOUT, **text, "Event": "system.notificationtest"}


test_of_connection.__test__ = False  # type: ignore[attr-defined]


def form(values: Any) -> SentHook:
    """Send it as older versions and the default do."""
    body = multipart(BOUNDARY, ('name="data"', "", _json(values).encode()))
    return SentHook(f"multipart/form-data; boundary={BOUNDARY}", body)


def urlencoded(values: Any) -> SentHook:
    return SentHook("application/x-www-form-urlencoded", urlencode({"data": _json(values)}).encode())


def plain_json(values: Any) -> SentHook:
    """Send it with the content type that newer versions offer."""
    return SentHook("application/json", _json(values).encode())


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def _item(item: Film | EpisodeFile) -> dict[str, Any]:
    values: dict[str, Any] = {
        "Name": item.title, "ServerId": "2240d9", "Id": number_of(item), "Path": item.path, "Genres": ["Drama"],
        "RunTimeTicks": item.seconds * TICKS, "ProductionYear": item.year, "MediaType": "Video",
        "Type": "Movie", "ProviderIds": {name.capitalize(): value for name, value in item.ids.items()},
    }  # fmt: skip
    if isinstance(item, EpisodeFile):
        values.update(
            Type="Episode", SeriesName=item.show, SeriesId=item.show_rating_key, ParentIndexNumber=item.season,
            IndexNumber=item.number, **({} if item.last is None else {"IndexNumberEnd": item.last}),
        )  # fmt: skip
    return values
