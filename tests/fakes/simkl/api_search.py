"""The routes under /search: by text, and by a file's name; enough of it for tests, against the catalogue.

Sources: Simkl's pages `api-reference/search`, `api-reference/simkl/{search-by-text,search-by-file}`,
`conventions/pagination` and `conventions/null-values`.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response, g, jsonify, request

from tests.fakes.simkl.catalogue import ANIME, MOVIE, SHOW, Movie, Title, folded
from tests.fakes.simkl.gate import box, guarded, signed_in
from tests.fakes.simkl.grants import V2
from tests.fakes.simkl.sent import Match, by_number

MOST = 50
ENDPOINTS = {"movie": "movies", "tv": "tv", "anime": "anime"}
EPISODE = re.compile(
    r"(?P<title>.*?)[\s._-]*\b(?:s(?P<s>\d{1,2})[\s._-]?e(?P<e>\d{1,3})(?:-?e\d{1,3})*|(?P<x>\d{1,2})x(?P<n>\d{1,3}))\b",
    re.I,
)
PLAIN = re.compile(r"(?:\[[^\]]*\]\s*)?(?P<title>.*?)\s+-\s+(?P<n>\d{1,3})\b")  # as anime is named: [Group] Title - 07
YEAR = re.compile(r"(?P<title>.*?)[\s._]*[(\[.\s_](?P<year>(?:19|20)\d\d)\b")
ENDING = re.compile(r"\.\w{2,4}$")
routes = guarded("api_search")


@routes.before_request
def who() -> None:
    """Ask for a token on V2 only; V1 knows anonymous calls here."""
    if g.app.generation == V2:
        signed_in()


@routes.post("/search/file")
def by_file() -> Response:
    body = request.get_json(force=True, silent=True)
    file = body.get("file", body.get("File")) if isinstance(body, dict) else None  # old clients write File
    if not isinstance(file, str) or not file.strip():
        return jsonify(None)
    found = recognised(file)
    if found is None:
        return jsonify([])
    title = {**found.title.described(), "poster": poster(found.title)}
    if isinstance(found.title, Movie):
        return jsonify({"type": "movie", "movie": title})
    if found.episode is None:
        return jsonify({"type": "show", "show": title})
    # Inferred: TVDB's numbers for anime as well, since the same numbers then do for a scrobble as `show`; a name with a
    # plain number is answered the same way.
    place = {"season": found.episode.tvdb_season, "episode": found.episode.tvdb_number}
    return jsonify(type="episode", episode={"title": found.episode.title, **place, "multipart": False}, show=title)


def recognised(file: str) -> Match | None:
    """Return what a file's name shows: a film, or an episode; a show without the episode if there is no such."""
    name = ENDING.sub("", re.split(r"[/\\]", file.strip())[-1])
    kind, title, season, number = MOVIE, name, None, None
    if found := EPISODE.match(name):
        kind, title, season, number = SHOW, found["title"], int(found["s"] or found["x"]), int(found["e"] or found["n"])
    elif found := PLAIN.match(name):
        kind, title, number = ANIME, found["title"], int(found["n"])
    titles = box.tracking.catalogue.find(kind, _called(title))
    for each in titles:
        episode = by_number(each, season, number, tvdb=True)
        if episode:
            return Match(each, episode)
    return Match(titles[0]) if titles else None


def _called(text: str) -> dict[str, Any]:
    dated = YEAR.match(text)
    title = re.sub(r"[._]", " ", dated["title"] if dated else text).strip(" -")
    return {"title": title, "year": int(dated["year"]) if dated else None}


@routes.get("/search/<kind>")
def by_text(kind: str) -> Response:
    if kind not in ENDPOINTS:
        return jsonify(None)
    asked = folded(request.args.get("q", ""))
    found = [title for title in box.tracking.catalogue.titles if asked and _fits(kind, title, asked)]
    found.sort(key=lambda title: (folded(title.title) != asked, folded(title.title)))
    limit = min(request.args.get("limit", 10, type=int), MOST)  # Not built: further pages, other orders
    return jsonify([_found(each, kind) for each in found[:limit]])


def poster(title: Title) -> str:
    return f"{title.simkl % 100}/{title.simkl}abcdef"


def _found(title: Title, kind: str) -> dict[str, Any]:
    ids = {"simkl_id": title.simkl, "slug": title.slug}
    if "tmdb" in title.ids:
        ids["tmdb"] = str(title.ids["tmdb"])
    place = ENDPOINTS[kind]
    about = {"title": title.title, "year": title.year, "endpoint_type": place, "poster": poster(title), "ids": ids}
    return {**about, "type": title.anime_type, "title_romaji": title.title} if kind == "anime" else about


def _fits(kind: str, title: Title, asked: str) -> bool:
    right = title.anime if kind == "anime" else title.kind == {"movie": MOVIE, "tv": SHOW}[kind]
    words = folded(title.title).split()
    return right and all(any(word.startswith(each) for word in words) for each in asked.split())
