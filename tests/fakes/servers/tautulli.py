"""Tautulli's webhook agent with the template of `docs/servers.md`: what is not known renders as nothing.

Written from Tautulli's `notification_handler.py` and `notifiers.py`.
"""

from __future__ import annotations

import json

from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer


def rendered(
    event: str, item: Film | EpisodeFile, viewer: Viewer = ANA, position: float = 0, **more: str
) -> dict[str, str]:
    """Return the rendered template; for an episode the ids are the show's."""
    numbers, ids, title = {"season": "", "episode": ""}, item.ids, item.title
    if isinstance(item, EpisodeFile):
        last = f"-{item.last}" if item.last else ""
        numbers = {"season": str(item.season), "episode": "" if item.number is None else f"{item.number}{last}"}
        ids, title = item.show_ids, item.show
    return {
        "source": "tautulli", "event": event, "user_id": str(viewer.plex_id), "user": viewer.name, "title": title,
        "type": "movie" if isinstance(item, Film) else "episode", **numbers, "year": str(item.year or ""),
        **{name: ids.get(name, "") for name in ("imdb", "tmdb", "tvdb")}, "pos_ms": str(int(position * 1000)),
        "dur_ms": str(item.seconds * 1000), "session": "8xj2k", "at": "1795210000",
        "server": "9a0b54aa406c6a09fd0baf0cafefbeefcafefbee", **more,
    }  # fmt: skip


def post(values: dict[str, str]) -> SentHook:
    return SentHook("application/json", json.dumps(values).encode(), user_agent="Tautulli 2.17.2")
