"""The routes under /search: by text, and by a file's name.

Sources: Simkl's pages `api-reference/search`, `api-reference/simkl/{search-by-text,search-by-file}`,
`conventions/pagination` and `conventions/null-values`.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from tests.fakes.simkl import filenames
from tests.fakes.simkl.apps import V2
from tests.fakes.simkl.gate import box, client_id, guarded, signed_in
from tests.fakes.simkl.sent import whole
from tests.fakes.simkl.titles import ANIME, MOVIE, SHOW, Movie, Title, anime_type, described, folded, slug

KINDS = {"movie": MOVIE, "tv": SHOW, "anime": ANIME}
A_PAGE, MOST = 10, 50
routes = guarded("api_search")


@routes.before_request
def who() -> None:
    """Ask for a token on V2 only; V1 knows anonymous calls here."""
    if request.method != "OPTIONS" and box.apps.get(client_id(), V2):
        signed_in()


@routes.post("/search/file")
def by_file() -> Response:
    body = request.get_json(force=True, silent=True)
    body = body if isinstance(body, dict) else {}
    file, part = body.get("file", body.get("File")), body.get("part", 1)  # old clients write File
    if not isinstance(file, str) or not file.strip():
        return jsonify(None)
    found = filenames.recognised(box.tracking.catalogue, file, part if whole(part) else 1)
    if found is None:
        return jsonify([])
    title = {**described(found.title), "poster": poster(found.title)}
    if isinstance(found.title, Movie):
        return jsonify({"type": "movie", "movie": title})
    if found.episode is None:
        return jsonify({"type": "show", "show": title})
    # Inferred: TVDB's numbers for anime as well, since the same numbers then do for a scrobble as `show`; a name with a
    # plain number is answered the same way.
    place = {"season": found.episode.tvdb_season, "episode": found.episode.tvdb_number}
    return jsonify(type="episode", episode={"title": found.episode.title, **place, "multipart": False}, show=title)


@routes.get("/search/<kind>")
def by_text(kind: str) -> Response:
    if kind not in KINDS:
        return jsonify(None)
    asked = folded(request.args.get("q", ""))
    found = [title for title in box.tracking.catalogue.titles if asked and _fits(KINDS[kind], title, asked)]
    found.sort(key=lambda title: (folded(title.title) != asked, folded(title.title)))
    limit = min(max(1, request.args.get("limit", A_PAGE, type=int)), MOST)  # Not built: further pages, other orders
    return jsonify([_found(each, kind) for each in found[:limit]])


def poster(title: Title) -> str:
    return f"{title.simkl % 100}/{title.simkl}abcdef"


def _found(title: Title, kind: str) -> dict[str, Any]:
    ids = {"simkl_id": title.simkl, "slug": slug(title)}
    if "tmdb" in title.ids:
        ids["tmdb"] = str(title.ids["tmdb"])
    place = "movies" if kind == "movie" else kind
    about = {"title": title.title, "year": title.year, "endpoint_type": place, "poster": poster(title), "ids": ids}
    return {**about, "type": anime_type(title), "title_romaji": title.title} if kind == "anime" else about


def _fits(kind: str, title: Title, asked: str) -> bool:
    is_movie = isinstance(title, Movie)
    right = {MOVIE: is_movie, SHOW: not is_movie and not title.anime, ANIME: title.anime}
    words = folded(title.title).split()
    return right[kind] and all(any(word.startswith(each) for word in words) for each in asked.split())
