"""The other webhook plugin for Jellyfin, in its three formats.

Written from the plugin's `DefaultFormat`, `GetFormat`, `PlexFormat` and `EntryPoint`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

from tests.fakes.servers.request import SentHook, dotnet_json, multipart
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer

TICKS = 10_000_000
BOUNDARY = "6f1cbb2e-4f3a-4f0b-9a39-0c9f6c1b7f11"
PLEX_NAMES = {
    "Pause": "media.pause", "Resume": "media.resume", "Stop": "media.stop", "Scrobble": "media.scrobble",
    "Rate": "media.rate", "MarkPlayed": "media.scrobble",
}  # fmt: skip


def default_format(
    event: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float | None = 0, paused: bool = False
) -> SentHook:
    """Send the format "Default"; marks have no session."""
    by_hand = event.startswith("Mark")
    series = None
    if isinstance(item, EpisodeFile):
        ids = {name.capitalize(): value for name, value in item.show_ids.items()}
        series = {
            "Name": item.show, "Id": _n(item.show_guid), "Type": "Series", "ProductionYear": item.show_year,
            "ProviderIds": ids,
        }  # fmt: skip
    ticks = None if position is None else int(position * TICKS)
    state = {"PositionTicks": ticks, "CanSeek": True, "IsPaused": paused, "IsMuted": False, "RepeatMode": "RepeatNone"}
    session = {
        "Id": f"session-of-{viewer.device}", "Client": viewer.client, "DeviceId": viewer.device,
        "DeviceName": viewer.device_name, "RemoteEndPoint": "192.0.2.7", "ApplicationVersion": "0.18",
        "PlayState": state,
    }  # fmt: skip
    body = {
        "Event": event,
        "Item": base_item(item),
        "User": {"Name": viewer.name, "ServerId": "5f0e", "Id": _n(viewer.guid), "HasPassword": True},
        "Session": None if by_hand else session,
        "Server": {"Id": "5f0e1c2d3b4a59687766554433221100", "Name": "nas", "Version": "10.10.7"},
        "Series": series,
    }
    return SentHook("application/json; charset=utf-8", dotnet_json(body))


def get_format(event: str, viewer: Viewer = ANA) -> SentHook:
    return SentHook("", b"", {"event": event, "user": viewer.name, "server": "nas", "media_type": "Video"})


def get_address(event: str, viewer: Viewer = ANA) -> str:
    return f"event={event}&user={quote_plus(viewer.name)}&server=nas&media_type=Video"


def plex_format(event: str, item: Film | EpisodeFile, viewer: Viewer = ANA) -> SentHook:
    """Send the format "Plex": no position, a duration in ticks / 1000, and MarkUnplayed as `media.play`."""
    is_episode = isinstance(item, EpisodeFile)
    by_hand = event.startswith("Mark")
    metadata: dict[str, Any] = {
        "librarySectionType": "show" if is_episode else "movie",
        "guid": _agent(item),
        "title": item.title,
        "type": "episode" if is_episode else "movie",
        "parentTitle": f"Season {item.season}" if isinstance(item, EpisodeFile) else "Films",
        "grandparentTitle": item.show if isinstance(item, EpisodeFile) else "Media Folders",
        "addedAt": 1700000000,
        "updatedAt": 1700000000,
        "year": 2022 if is_episode else item.year,  # type: ignore[union-attr]
        "duration": item.seconds * TICKS // 1000,
    }
    body = {
        "event": PLEX_NAMES.get(event, "media.play"),
        "user": True,
        "owner": True,
        "Account": {"id": _n(viewer.guid), "title": viewer.name},
        "Server": {"title": "nas", "uuid": "5f0e1c2d3b4a59687766554433221100"},
        "Player": {
            "local": True,
            "publicAddress": None if by_hand else "192.0.2.7",
            "title": None if by_hand else viewer.device_name,
            "uuid": None if by_hand else f"session-of-{viewer.device}",
        },
        "Metadata": metadata,
    }
    part = ("name=payload", "text/plain; charset=utf-8", dotnet_json(body))
    return SentHook(f'multipart/form-data; boundary="{BOUNDARY}"', multipart(BOUNDARY, part))


def base_item(item: Film | EpisodeFile) -> dict[str, Any]:
    """Return an item as Jellyfin's API has it (BaseItemDto), shortened."""
    values: dict[str, Any] = {
        "Name": item.title, "ServerId": "5f0e1c2d3b4a59687766554433221100", "Id": _n(item.guid), "Etag": "c0ffee",
        "CanDelete": False, "Path": item.path, "Genres": ["Drama"], "RunTimeTicks": item.seconds * TICKS,
        "ProviderIds": {name.capitalize(): value for name, value in item.ids.items()},
        "UserData": {"PlaybackPositionTicks": 0, "PlayCount": 0, "IsFavorite": False, "Played": False},
        "MediaType": "Video",
    }  # fmt: skip
    if isinstance(item, Film):
        return {**values, "Type": "Movie", "ProductionYear": item.year}
    return {
        **values,
        "Type": "Episode",
        "ProductionYear": 2022,
        "SeriesName": item.show,
        "SeriesId": _n(item.show_guid),
        "ParentIndexNumber": item.season,
        "IndexNumber": item.number,
        "IndexNumberEnd": item.last,
    }


def _agent(item: Film | EpisodeFile) -> str:
    if isinstance(item, Film):
        return f"com.plexapp.agents.imdb://{item.ids.get('imdb', '')}?lang=en"
    show = item.show_ids
    name, value = ("thetvdb", show["tvdb"]) if "tvdb" in show else ("themoviedb", show.get("tmdb", ""))
    return f"com.plexapp.agents.{name}://{value}/{item.season}/{item.number}?lang=en"


def _n(guid: str) -> str:
    return guid.replace("-", "")


def parsed(hook: SentHook) -> Any:
    return json.loads(hook.body)
