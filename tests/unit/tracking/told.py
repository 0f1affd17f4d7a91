"""What a player tells of a film and of an episode, and how to ask what they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lib.simkl.api.media import Item
from lib.tracking.identify import Identity, Ignored, identify
from lib.tracking.media_info import MediaInfo
from lib.tracking.preferences import TrackingPreferences

FILM = MediaInfo(
    file="/films/The Glass Harbour (2018).mkv", media="movie", library_id=7, title="The Glass Harbour", year=2018,
    ids={"imdb": "tt9900002", "tmdb": "990002"}, total=6000.0,
)  # fmt: skip
EPISODE = MediaInfo(
    file="/shows/Lantern Street/S02E04.mkv", media="episode", library_id=12, title="Low Tide", year=2023,
    ids={"tvdb": "970004", "imdb": "tt9970004", "tmdb": "970994"}, show_title="Lantern Street", show_year=2021,
    show_ids={"tmdb": "990001", "tvdb": "980001", "imdb": "tt9900001"}, season=2, episode=4, total=2700.0,
)  # fmt: skip


def film(**changes: Any) -> MediaInfo:
    return replace(FILM, **changes)


def episode(**changes: Any) -> MediaInfo:
    return replace(EPISODE, **changes)


def file(name: str, **changes: Any) -> MediaInfo:
    return MediaInfo(file=name, **changes)


def found(facts: MediaInfo, preferences: TrackingPreferences | None = None) -> Identity:
    """Return what it is, of what must be tracked."""
    answer = identify(facts, preferences or TrackingPreferences())
    assert isinstance(answer, Identity), answer
    return answer


def item(facts: MediaInfo) -> Item:
    """Return the one film or episode, of what must be known without asking Simkl."""
    (only,) = found(facts).items
    return only


def reason(facts: MediaInfo, preferences: TrackingPreferences | None = None) -> str:
    """Return why it is not tracked; empty if it is."""
    answer = identify(facts, preferences or TrackingPreferences())
    return answer.reason if isinstance(answer, Ignored) else ""
