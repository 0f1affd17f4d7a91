"""What cases are made of: tables with names, titles that the fake Simkl server knows, and one that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item, clean_ids

HARBOUR = Item(MOVIE, "The Glass Harbour", 2018, clean_ids({"imdb": "tt9900002", "tmdb": "990002"}))
KITES = Item(MOVIE, "A Winter of Kites", 2022, clean_ids({"imdb": "tt9900004"}))
LANTERN = Item(SHOW, "Lantern Street", 2021, clean_ids({"tvdb": "980001", "imdb": "tt9900001"}), 2, 4)
MOSS = Item(ANIME, "Moss and Ember", 2019, clean_ids({"mal": "99001"}), None, 7)
NOBODY = Item(MOVIE, "Nobody Knows It", 1999, clean_ids({"imdb": "tt1234567"}))
HARBOUR_KEY, KITES_KEY = (9000002, None, None), (9000004, None, None)


def cases(names, table):
    """Run a test with each row of a table, by its name; `names` are those of the columns, with commas."""
    return pytest.mark.parametrize(names, list(table.values()), ids=list(table))


def films(count: int) -> list[Item]:
    return [film(number) for number in range(count)]


def film(number: int) -> Item:
    """Return one of many films that the fake server knows."""
    return Item(MOVIE, f"Film {number}", 2000, clean_ids({"imdb": f"tt{8000000 + number}"}))


def lantern(episode: int, season: int = 1, **more: Any) -> Item:
    return Item(SHOW, LANTERN.title, LANTERN.year, LANTERN.ids, season, episode, **more)


def id_text(number: int) -> bytes:
    """Return what stands in each request about one of many films."""
    return f'"tt{8000000 + number}"'.encode()
