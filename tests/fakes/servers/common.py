"""What all media servers share: a film, an episode, who watches, and one request to a hook."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Mapping


@dataclass(frozen=True)
class Film:
    """A film in a library; lengths are seconds."""

    title: str = "The Glass Harbour"
    year: int | None = 2018
    seconds: int = 6000
    ids: Mapping[str, str] = field(default_factory=lambda: {"imdb": "tt9900002", "tmdb": "990002"})
    guid: str = "0f8fad5b-d9cb-469f-a165-70867728950e"
    number: str = "300"
    path: str = "/films/The Glass Harbour (2018)/The Glass Harbour.mkv"


@dataclass(frozen=True)
class EpisodeFile:
    """An episode in a library: `ids` are its own, `show_ids` the show's; `last` ends a file with several episodes."""

    show: str = "Lantern Street"
    title: str = "Low Tide"
    season: int | None = 2
    number: int | None = 4
    last: int | None = None
    show_year: int | None = 2021
    year = 2022
    seconds: int = 2640
    ids: Mapping[str, str] = field(default_factory=lambda: {"tvdb": "8000001", "imdb": "tt0000002"})
    show_ids: Mapping[str, str] = field(
        default_factory=lambda: {"tvdb": "980001", "imdb": "tt9900001", "tmdb": "990001"}
    )
    guid: str = "11aa22bb-d9cb-469f-a165-708677289511"
    show_guid: str = "99ff88ee-d9cb-469f-a165-708677289599"
    rating_key: str = "501"
    show_rating_key: str = "400"
    path: str = "/tv/Lantern Street/Season 2/Lantern Street S02E04.mkv"


@dataclass(frozen=True)
class Viewer:
    """A user of a server and the device in front of them."""

    name: str = "ana"
    guid: str = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    plex_id: int = 222222
    device: str = "tv-1"
    device_name: str = "Living room"
    client: str = "Jellyfin Android TV"


ANA = Viewer()


def undashed(guid: str) -> str:
    return guid.replace("-", "")


def number_of(item: Film | EpisodeFile) -> str:
    """Return the number by which Plex and Emby know an item."""
    return item.number if isinstance(item, Film) else item.rating_key


@dataclass(frozen=True)
class SentHook:
    """What goes over the wire."""

    content_type: str
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = ""

    def changed(self, old: bytes, new: bytes) -> SentHook:
        """Return it with other bytes in the body; what is to be replaced must be there."""
        assert old in self.body, old
        return replace(self, body=self.body.replace(old, new))

    def cut(self, share: float) -> SentHook:
        """Return it as it arrives when the connection breaks."""
        return replace(self, body=self.body[: int(len(self.body) * share)])

    def claiming(self, content_type: str) -> SentHook:
        return replace(self, content_type=content_type)


def dotnet_json(values: Any) -> bytes:
    r"""Return JSON as System.Text.Json writes it by default: `\uXXXX` for all but plain letters, and no nulls."""
    text = json.dumps(_without_nulls(values), separators=(",", ":"))
    for each in "<>&'+`":
        text = text.replace(each, f"\\u{ord(each):04X}")
    return text.replace('\\"', "\\u0022").encode("ascii")


def multipart(boundary: str, *parts: tuple[str, str, bytes]) -> bytes:
    """Return the body of a multipart form of (disposition, content type, content)."""
    lines = []
    for disposition, kind, content in parts:
        head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n"
        head += f"Content-Type: {kind}\r\n" if kind else ""
        lines.append(f"{head}\r\n".encode() + content + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode()


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return value
