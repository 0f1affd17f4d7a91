"""When to ask for a rating: of a film once, of a show once a season ends, and never again once it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection

from lib.simkl.api.media import MOVIE, Item

REMEMBERED_QUESTIONS = 500


@dataclass(frozen=True)
class RatingPreferences:
    """What a person wants to be asked about."""

    films: bool = False
    shows: bool = False


def question_key(item: Item) -> str:
    """Return what is asked about once: the film, or the season of a show."""
    key = item.whole_title().key
    return key if item.kind == MOVIE or item.season is None else f"{key} season {item.season}"


def is_question_due(
    item: Item, wanted: RatingPreferences, asked: Collection[str], never_ask: Collection[str], season_ends: bool
) -> bool:
    """Return whether to ask for a rating after this was watched.

    `asked` are keys of questions, and of titles that were rated; `never_ask` keys of titles. `season_ends` tells
    whether the episode is the last of its season.
    """
    title = item.whole_title().key
    if title in never_ask or title in asked or question_key(item) in asked:
        return False
    return wanted.films if item.kind == MOVIE else wanted.shows and season_ends


def remember_question(asked: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Return the keys with another one, without the oldest of very many."""
    return (*(each for each in asked if each != key), key)[-REMEMBERED_QUESTIONS:]
