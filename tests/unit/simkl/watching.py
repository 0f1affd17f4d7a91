"""What the tests watch, as the fake server knows it, and how they speak of requests and errors."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from lib.simkl import errors
from lib.simkl.api.history import HistoryEntry
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.simkl.app import APP_NAME, APP_VERSION
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from tests.fakes.simkl import Recorded

VIEWER = "sample_viewer"
NOON = "2026-10-05T12:00:00Z"
EVENING = "2026-10-05T20:00:00Z"
IDENTITY = {"client_id": "sandbox-client-id", "app-name": APP_NAME, "app-version": APP_VERSION}

FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"), ("tmdb", "990002")))
FILM_OBJECT = {"title": "The Glass Harbour", "year": 2018, "ids": {"imdb": "tt9900002", "tmdb": 990002}}
KITES = Item(MOVIE, "A Winter of Kites", 2022, (("imdb", "tt9900004"),))
STREET = (("imdb", "tt9900001"), ("tmdb", "990001"), ("tvdb", "980001"))
STREET_OBJECT = {
    "title": "Lantern Street",
    "year": 2021,
    "ids": {"imdb": "tt9900001", "tmdb": 990001, "tvdb": 980001},
}
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

    transport: Transport
    token: Token


def sent(request: Recorded) -> dict[str, Any]:
    """Return all that is in a request and no library chose: nothing else may differ."""
    wanted = ("Content-Type", "Authorization", "User-Agent")
    return {
        "call": f"{request.method} {request.path}",
        "query": request.query,
        "body": request.body,
        "headers": {name: request.headers.get(name) for name in wanted},
    }


def a_post(path: str, body: Any, viewer: Viewer, **query: str) -> dict[str, Any]:
    """Return the POST that shall have been made, as `sent` tells it."""
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {viewer.token.access.reveal()}",
        "User-Agent": f"{APP_NAME}/{APP_VERSION} (a test)",
    }
    return {"call": f"POST {path}", "query": {**query, **IDENTITY}, "body": body, "headers": headers}


def raw(status: int, body: str | bytes, *headers: str) -> bytes:
    """Return an answer, byte for byte."""
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def said(status: int, payload: Any) -> bytes:
    """Return an answer in JSON."""
    return raw(status, json.dumps(payload), "Content-Type: application/json")


# Every error of `conventions/errors` that an endpoint with a user's token may answer.
REFUSALS = {
    "400 a field is missing": (400, {"error": "empty_field", "code": 400}, errors.BadRequest),
    "400 a wrong value": (400, {"error": "wrong_parameter", "code": 400}, errors.BadRequest),
    "400 the write lock": (400, {"error": "RATE_LIMIT", "code": 400, "message": "x"}, errors.TooFast),
    "400 the write lock in lower case": (400, {"error": "rate_limit", "error_description": "x"}, errors.TooFast),
    "401 a V1 token": (401, {"error": "user_token_failed", "code": 401}, errors.TokenRefused),
    "401 a V2 token": (401, {"error": "invalid_token", "code": 401}, errors.TokenRefused),
    "401 no token": (401, {"error": "user_token_required", "code": 401}, errors.TokenMissing),
    "403 reading only": (403, {"error": "insufficient_scope", "code": 403}, errors.ScopeMissing),
    "404 no such title": (404, {"error": "id_err", "code": 404}, errors.NotFound),
    "412 the client id": (412, {"error": "client_id_failed", "code": 412}, errors.ClientIdRefused),
    "429 a second's": (429, {"error": "rate_limit", "code": 429}, errors.TooFast),
    "429 the user's day": (429, {"error": "user_limit_exceeded", "code": 429}, errors.QuotaSpent),
    "429 the app's day": (429, {"error": "app_limit_exceeded", "code": 429}, errors.QuotaSpent),
    "500": (500, {"error": "internal", "code": 500}, errors.Unavailable),
    "502 without a word": (502, None, errors.Unavailable),
    "418 a new word": (418, {"error": "brand_new", "code": 418}, errors.UnknownError),
}
every_refusal = pytest.mark.parametrize(("status", "payload", "kind"), REFUSALS.values(), ids=REFUSALS.keys())

# What is no answer of Simkl's at all, to any call.
NONSENSE = {
    "nothing": raw(201, ""),
    "spaces": raw(201, "  \n"),
    "a login page": raw(200, "<html><h1>Welcome to our hotel</h1>", "Content-Type: text/html"),
    "half a JSON": raw(201, '{"action": "sta'),
    "a text": said(201, "start"),
    "a number": said(201, 5),
    "true": said(201, True),
    "a redirect": raw(302, "", "Location: http://127.0.0.1:1/"),
    "a login page for 401": raw(401, "<html>", "Content-Type: text/html"),
    "a login page for 404": raw(404, "<html>", "Content-Type: text/html"),
    "a login page for 409": raw(409, "<html>", "Content-Type: text/html"),
}
