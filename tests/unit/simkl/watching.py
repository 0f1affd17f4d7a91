"""What the tests watch, as the fake server knows it, and a transport that answers without a network."""

from __future__ import annotations

from typing import Any, NamedTuple

from lib.simkl.api.history import HistoryEntry
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.simkl.app import APP_NAME, APP_VERSION
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Answer
from lib.system.secrets import Secret

VIEWER = "sample_viewer"
NOON = "2026-10-05T12:00:00Z"
EVENING = "2026-10-05T20:00:00Z"
IDENTITY = {"client_id": "sandbox-client-id", "app-name": APP_NAME, "app-version": APP_VERSION}

FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"), ("tmdb", "990002")))
FILM_OBJECT = {"title": "The Glass Harbour", "year": 2018, "ids": {"imdb": "tt9900002", "tmdb": 990002}}
KITES = Item(MOVIE, "A Winter of Kites", 2022, (("imdb", "tt9900004"),))
STREET = (("imdb", "tt9900001"), ("tmdb", "990001"), ("tvdb", "980001"))
STREET_OBJECT = {"title": "Lantern Street", "year": 2021, "ids": {"imdb": "tt9900001", "tmdb": 990001, "tvdb": 980001}}
EMBER_OBJECT = {"title": "Moss and Ember", "ids": {"mal": 99001, "anidb": 98001}}
NOBODY_KNOWS = Item(MOVIE, "No Such Film", 1999, (("imdb", "tt0000404"),))


def street(season: int, episode: int, episode_ids: Any = ()) -> Item:
    """Return an episode of Lantern Street."""
    return Item(SHOW, "Lantern Street", 2021, STREET, season, episode, episode_ids)


def ferry(episode: int) -> Item:
    """Return an episode of Night Ferry's only season."""
    return Item(SHOW, "Night Ferry", 2025, (("tvdb", "980005"),), 1, episode)


def ember(episode: int, season: int | None = None) -> Item:
    """Return an episode of the anime Moss and Ember, by its own number unless a season is given."""
    return Item(ANIME, "Moss and Ember", 0, (("mal", "99001"), ("anidb", "98001")), season, episode)


def ember_by_tvdb(season: int, episode: int) -> Item:
    """Return the same as media players know it: a show with TVDB's seasons."""
    return Item(SHOW, "Moss and Ember", 2019, (("tvdb", "980003"),), season, episode)


def entries(*items: Item, at: str = "", rating: int = 0) -> list[HistoryEntry]:
    """Return lines of a batch."""
    return [HistoryEntry(item, at, rating) for item in items]


class Viewer(NamedTuple):
    """Somebody with a token, and the way to the server it is for."""

    transport: Any
    token: Token


class Answering:
    """In a transport's place: gives the same answer to everything, and keeps what was asked."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._answer = answer

    def get(self, path: str, token: Secret, query: Any = None) -> Answer:
        self.asked.append(("GET", path, token.reveal(), query))
        return self._answer

    def send(self, path: str, payload: Any, token: Secret, query: Any = None) -> Answer:
        self.asked.append(("POST", path, token.reveal(), query or {}, payload))
        return self._answer


def answering(payload: Any, remaining: int | None = None, is_null: bool = False) -> Viewer:
    """Return somebody to whom Simkl answers this."""
    return Viewer(Answering(Answer(201, payload, remaining, is_null)), Token(Secret("a-token"), "a-client"))
