"""Plex: a multipart form with JSON in `payload`, and for some events a picture in `thumb`.

Written from support.plex.tv, article 115002267687 (Webhooks), and public samples of requests.
"""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer, multipart, number_of

BOUNDARY = "------------------------7arb3c0ffee00000"
AGENT = "PlexMediaServer/1.43.0.10467"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8 + b"\r\n--not a boundary\r\n\xff\xd9"


def payload(
    event: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float | None = None, owner: bool = True,
    **metadata: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return the object of a notification; a key of Metadata that is given as None is left out."""
    kind, section, number = ("movie", "Films", 1) if isinstance(item, Film) else ("episode", "TV", 2)
    about: dict[str, Any] = {
        "librarySectionType": "movie" if isinstance(item, Film) else "show", "librarySectionTitle": section,
        "librarySectionID": number, "ratingKey": number_of(item), "key": "/library/metadata/501", "type": kind,
        "guid": f"plex://{kind}/5d9c", "title": item.title, "summary": 'Somebody says "no" & leaves.',
        "Guid": [{"id": f"{name}://{value}"} for name, value in item.ids.items()], "duration": item.seconds * 1000,
        "viewOffset": None if position is None else int(position * 1000), "lastViewedAt": 1795210000, "year": item.year,
    }  # fmt: skip
    if isinstance(item, EpisodeFile):
        about.update(
            parentRatingKey="450", grandparentRatingKey=item.show_rating_key, grandparentGuid="plex://show/5d9b",
            grandparentTitle=item.show, parentTitle=f"Season {item.season}", parentIndex=item.season, index=item.number,
        )  # fmt: skip
    about.update(metadata)
    return {
        "event": event, "user": not owner, "owner": owner,
        "Account": {"id": viewer.plex_id, "thumb": "https://plex.tv/users/1/avatar", "title": viewer.name},
        "Server": {"title": "nas", "uuid": "9a0b54aa406c6a09fd0baf0cafefbeefcafefbee"},
        "Player": {"local": True, "publicAddress": "192.0.2.9", "title": viewer.device_name, "uuid": viewer.device},
        "Metadata": {name: value for name, value in about.items() if value is not None},
    }  # fmt: skip


def form(values: Any, thumb: bool = True) -> SentHook:
    """Send it as Plex does."""
    text = values if isinstance(values, bytes) else json.dumps(values, ensure_ascii=False).encode()
    parts = [('name="payload"', "application/json", text)]
    if thumb:
        parts.append(('name="thumb"; filename="thumb.jpg"', "image/jpeg", PICTURE))
    return SentHook(f"multipart/form-data; boundary={BOUNDARY}", multipart(BOUNDARY, *parts), user_agent=AGENT)
