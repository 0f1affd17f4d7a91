"""The other webhook plugin for Jellyfin, in its three formats.

Written from the plugin's `DefaultFormat`, `GetFormat`, `PlexFormat` and `EntryPoint`.
"""

from __future__ import annotations

from typing import Any

from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer, dotnet_json, multipart, undashed
from tests.fakes.servers.jellyfin import TICKS

BOUNDARY = "6f1cbb2e-4f3a-4f0b-9a39-0c9f6c1b7f11"
SERVER = "5f0e1c2d3b4a59687766554433221100"
PLEX_NAMES = {
    "Pause": "media.pause", "Resume": "media.resume", "Stop": "media.stop", "Scrobble": "media.scrobble",
    "Rate": "media.rate", "MarkPlayed": "media.scrobble",
}  # fmt: skip


def default_format(
    event: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float | None = 0, paused: bool = False
) -> SentHook:
    """Send the format "Default"; marks have no session."""
    series = None
    if isinstance(item, EpisodeFile):
        series = {
            "Name": item.show, "Id": undashed(item.show_guid), "Type": "Series", "ProductionYear": item.show_year,
            "ProviderIds": _capitalized(item.show_ids),
        }  # fmt: skip
    ticks = None if position is None else int(position * TICKS)
    state = {"PositionTicks": ticks, "CanSeek": True, "IsPaused": paused, "IsMuted": False, "RepeatMode": "RepeatNone"}
    session = {
        "Id": f"session-of-{viewer.device}", "Client": viewer.client, "DeviceId": viewer.device,
        "DeviceName": viewer.device_name, "RemoteEndPoint": "192.0.2.7", "ApplicationVersion": "0.18",
        "PlayState": state,
    }  # fmt: skip
    body = {
        "Event": event, "Item": base_item(item), "Session": None if event.startswith("Mark") else session,
        "User": {"Name": viewer.name, "ServerId": "5f0e", "Id": undashed(viewer.guid), "HasPassword": True},
        "Server": {"Id": SERVER, "Name": "nas", "Version": "10.10.7"}, "Series": series,
    }  # fmt: skip
    return SentHook("application/json; charset=utf-8", dotnet_json(body))


def get_format(event: str, viewer: Viewer = ANA) -> SentHook:
    return SentHook("", b"", {"event": event, "user": viewer.name, "server": "nas", "media_type": "Video"})


def plex_format(event: str, item: Film | EpisodeFile, viewer: Viewer = ANA) -> SentHook:
    """Send the format "Plex": no position, a duration in ticks / 1000, and MarkUnplayed as `media.play`."""
    is_episode = isinstance(item, EpisodeFile)
    metadata: dict[str, Any] = {
        "librarySectionType": "show" if is_episode else "movie", "guid": _agent(item), "title": item.title,
        "type": "episode" if is_episode else "movie", "addedAt": 1700000000, "updatedAt": 1700000000,
        "parentTitle": f"Season {item.season}" if isinstance(item, EpisodeFile) else "Films",
        "grandparentTitle": item.show if isinstance(item, EpisodeFile) else "Media Folders",
        "year": item.year, "duration": item.seconds * TICKS // 1000,
    }  # fmt: skip
    player = {"publicAddress": "192.0.2.7", "title": viewer.device_name, "uuid": f"session-of-{viewer.device}"}
    body = {
        "event": PLEX_NAMES.get(event, "media.play"), "user": True, "owner": True,
        "Account": {"id": undashed(viewer.guid), "title": viewer.name}, "Server": {"title": "nas", "uuid": SERVER},
        "Player": {"local": True, **(dict.fromkeys(player) if event.startswith("Mark") else player)},
        "Metadata": metadata,
    }  # fmt: skip
    part = ("name=payload", "text/plain; charset=utf-8", dotnet_json(body))
    return SentHook(f'multipart/form-data; boundary="{BOUNDARY}"', multipart(BOUNDARY, part))


def base_item(item: Film | EpisodeFile) -> dict[str, Any]:
    """Return an item as Jellyfin's API has it (BaseItemDto), shortened."""
    values: dict[str, Any] = {
        "Name": item.title, "ServerId": SERVER, "Id": undashed(item.guid), "Etag": "c0ffee", "CanDelete": False,
        "Path": item.path, "Genres": ["Drama"], "RunTimeTicks": item.seconds * TICKS, "MediaType": "Video",
        "ProviderIds": _capitalized(item.ids), "Type": "Movie", "ProductionYear": item.year,
        "UserData": {"PlaybackPositionTicks": 0, "PlayCount": 0, "IsFavorite": False, "Played": False},
    }  # fmt: skip
    if isinstance(item, EpisodeFile):
        values.update(
            Type="Episode", SeriesName=item.show, SeriesId=undashed(item.show_guid), ParentIndexNumber=item.season,
            IndexNumber=item.number, IndexNumberEnd=item.last,
        )  # fmt: skip
    return values


def _capitalized(ids: Any) -> dict[str, str]:
    return {name.capitalize(): value for name, value in ids.items()}


def _agent(item: Film | EpisodeFile) -> str:
    if isinstance(item, Film):
        return f"com.plexapp.agents.imdb://{item.ids.get('imdb', '')}?lang=en"
    show = item.show_ids
    name, value = ("thetvdb", show["tvdb"]) if "tvdb" in show else ("themoviedb", show.get("tmdb", ""))
    return f"com.plexapp.agents.{name}://{value}/{item.season}/{item.number}?lang=en"
