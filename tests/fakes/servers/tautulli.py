"""Tautulli's webhook agent with the template of `docs/servers.md`: what is not known renders as nothing.

Written from Tautulli's `notification_handler.py` and `notifiers.py`.
"""

from __future__ import annotations

import json

from tests.fakes.servers.request import SentHook
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer


def rendered(
    event: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float = 0, **more: str
) -> dict[str, str]:
    """Return the rendered template; for an episode the ids are the show's."""
    is_episode = isinstance(item, EpisodeFile)
    ids = item.show_ids if isinstance(item, EpisodeFile) else item.ids
    number = ""
    if isinstance(item, EpisodeFile) and item.number is not None:
        number = f"{item.number}-{item.last}" if item.last else str(item.number)
    return {
        "source": "tautulli",
        "event": event,
        "user_id": str(viewer.plex_id),
        "user": viewer.name,
        "type": "episode" if is_episode else "movie",
        "title": item.show if isinstance(item, EpisodeFile) else item.title,
        "season": str(item.season) if isinstance(item, EpisodeFile) else "",
        "episode": number,
        "year": "2022" if isinstance(item, EpisodeFile) else str(item.year or ""),
        "imdb": ids.get("imdb", ""),
        "tmdb": ids.get("tmdb", ""),
        "tvdb": ids.get("tvdb", ""),
        "pos_ms": str(int(position * 1000)),
        "dur_ms": str(item.seconds * 1000),
        "session": "8xj2k",
        "server": "9a0b54aa406c6a09fd0baf0cafefbeefcafefbee",
        "at": "1795210000",
        **more,
    }


def post(values: dict[str, str]) -> SentHook:
    return SentHook("application/json", json.dumps(values).encode(), user_agent="Tautulli 2.17.2")
