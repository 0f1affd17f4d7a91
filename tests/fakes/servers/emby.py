"""Emby: JSON in the field `data` of a form, urlencoded, or alone.

Written from the samples of Emby's settings page and public notes on its webhooks.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from tests.fakes.servers.request import SentHook, multipart
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer

TICKS = 10_000_000
BOUNDARY = "Emby-b7a0c1f2"


def payload(
    event: str,
    item: Film | EpisodeFile,
    viewer: Viewer = ANA,
    position: float | None = None,
    completed: bool = False,
    state_position: float | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return the object; `PlayedToCompletion` stands in it only when it is true."""
    values: dict[str, Any] = {
        "Title": f"{viewer.name} - {item.title}", "Date": "2026-11-20T21:44:03.1234567Z", "Event": event,
        "Severity": "Info", "User": {"Name": viewer.name, "Id": viewer.guid.replace("-", "")}, "Item": _item(item),
        "Server": {"Name": "nas", "Id": "2240d9", "Version": "4.9.5.0"},
    }  # fmt: skip
    if event.startswith("playback."):
        values["Session"] = {
            "RemoteEndPoint": "192.0.2.7", "Client": "Emby Web", "DeviceName": viewer.device_name,
            "DeviceId": viewer.device, "ApplicationVersion": "4.9.5.0", "Id": f"s-{viewer.device}",
        }  # fmt: skip
        if state_position is not None:
            values["Session"]["PlayState"] = {"PositionTicks": int(state_position * TICKS), "IsPaused": False}
        info: dict[str, Any] = {"PlaylistIndex": 0, "PlaylistLength": 1, "PlaySessionId": "77"}
        if position is not None:
            info["PositionTicks"] = int(position * TICKS)
        if completed:
            info["PlayedToCompletion"] = True
        values["PlaybackInfo"] = info
    return {**values, **more}


def test_of_connection() -> dict[str, Any]:
    """Return what the button "Send Test Notification" sends."""
    return {
        "Title": "Test Notification", "Description": "Test Notification Description",
        "Date": "2026-11-20T21:44:03.1234567Z", "Event": "system.notificationtest", "Severity": "Info",
        "Server": {"Name": "nas", "Id": "2240d9", "Version": "4.9.5.0"},
    }  # fmt: skip


test_of_connection.__test__ = False  # type: ignore[attr-defined]


def form(values: Any) -> SentHook:
    """Send it as older versions and the default do."""
    text = json.dumps(values, ensure_ascii=False).encode()
    body = multipart(BOUNDARY, ('name="data"', "", text))
    return SentHook(f"multipart/form-data; boundary={BOUNDARY}", body)


def urlencoded(values: Any) -> SentHook:
    body = urlencode({"data": json.dumps(values, ensure_ascii=False)}).encode()
    return SentHook("application/x-www-form-urlencoded", body)


def plain_json(values: Any) -> SentHook:
    """Send it with the content type that newer versions offer."""
    return SentHook("application/json", json.dumps(values, ensure_ascii=False).encode())


def _item(item: Film | EpisodeFile) -> dict[str, Any]:
    values: dict[str, Any] = {
        "Name": item.title, "ServerId": "2240d9", "Id": item.number if isinstance(item, Film) else item.rating_key,
        "Path": item.path, "Genres": ["Drama"], "RunTimeTicks": item.seconds * TICKS,
        "ProductionYear": item.year if isinstance(item, Film) else 2022,
        "ProviderIds": {name.capitalize(): value for name, value in item.ids.items()},
        "Type": "Movie" if isinstance(item, Film) else "Episode", "MediaType": "Video",
    }  # fmt: skip
    if isinstance(item, EpisodeFile):
        values.update(
            SeriesName=item.show, SeriesId=item.show_rating_key, ParentIndexNumber=item.season, IndexNumber=item.number
        )
        if item.last is not None:
            values["IndexNumberEnd"] = item.last
    return values
