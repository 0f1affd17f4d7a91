"""What an event is about: as the tracking knows it, and as the same thing is recognised again from another sender."""

from __future__ import annotations

from typing import Mapping

from lib.simkl.api.media import MOVIE, Item
from lib.tracking.identify import Identity
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from lib.web.hooks.event import PlaybackEvent

MAX_EPISODES_IN_A_FILE = 30


def info_from_event(event: PlaybackEvent, show_ids: Mapping[str, str]) -> MediaInfo:
    """Return what is known of the item; `show_ids` are what the server told of the show when it was asked."""
    return MediaInfo(
        file=event.path,
        media=event.media,
        title=event.title,
        year=event.year,
        ids=dict(event.ids),
        show_title=event.show_title,
        show_year=event.show_year,
        show_ids={**show_ids, **event.show_ids},
        season=event.season,
        episode=event.episode,
        episodes=_episodes(event),
        genres=event.genres,
        total=event.runtime or 0.0,
    )


def content_keys(identity: Identity) -> tuple[str, ...]:
    """Return for each part a key that is the same whichever sender tells of it, whatever ids it knows."""
    if not identity.items:
        return (f"file|{identity.file}|{identity.place}",)
    return tuple(_content_key(item) for item in identity.items)


def show_key(item: Item) -> str:
    """Return a key of the show that an episode belongs to."""
    return _folded(item.title) or "|".join(f"{name}:{value}" for name, value in item.ids)


def _episodes(event: PlaybackEvent) -> tuple[EpisodeInfo, ...]:
    """Return the episodes of a file that holds several. The ids beside them are those of the first."""
    first, last = event.episode, event.episode_end
    if first is None or last is None or event.season is None or not first < last < first + MAX_EPISODES_IN_A_FILE:
        return ()
    own = [dict(event.ids) if number == first else {} for number in range(first, last + 1)]
    return tuple(EpisodeInfo(event.season, number, ids) for number, ids in zip(range(first, last + 1), own))


def _content_key(item: Item) -> str:
    title = show_key(item)
    if item.kind == MOVIE:
        return f"movie|{title}|{item.year}"
    return f"episode|{title}|{1 if item.season is None else item.season}|{item.episode}"


def _folded(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum()) or title.strip()
