"""The routes under /search: by text, by a file's name, by another site's id.

Sources: Simkl's pages `api-reference/search`, `api-reference/simkl/{search-by-text,search-by-file,search-by-id}`,
`conventions/pagination` and `conventions/null-values`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from tests.fakes.simkl import filenames
from tests.fakes.simkl.apps import V2
from tests.fakes.simkl.gate import client_id, error, guard, signed_in
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.sent import whole
from tests.fakes.simkl.titles import ANIME, MOVIE, SHOW, Movie, Title, anime_type, described, folded, kind_of, slug

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

KINDS = {"movie": MOVIE, "tv": SHOW, "anime": ANIME}
SORTS = ("relevance", "release-date", "last-air-date", "title", "rank")
A_PAGE, MOST, PAGES = 10, 50, 20


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of one fake server."""
    routes = Blueprint("api_search", __name__)
    guard(box, routes)

    @routes.before_request
    def who() -> Response | None:
        """Ask for a token on V2 only; V1 knows anonymous calls here."""
        if request.method == "OPTIONS" or not box.apps.get(client_id(), V2):
            return None
        grant = signed_in(box)
        return None if isinstance(grant, Grant) else grant

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
        title = summary(found.title)
        if isinstance(found.title, Movie):
            return jsonify({"type": "movie", "movie": title})
        if found.episode is None:
            return jsonify({"type": "show", "show": title})
        # Inferred: TVDB's numbers for anime as well, since the same numbers then do for a scrobble as `show`; a name
        # with a plain number is answered the same way.
        place = {"season": found.episode.tvdb_season, "episode": found.episode.tvdb_number}
        about = {"title": found.episode.title, **place, "multipart": False}
        return jsonify({"type": "episode", "episode": about, "show": title})

    @routes.get("/search/id")
    def by_id() -> Response:
        found: list[Title] = []
        for name, value in request.args.items():
            if name not in ("client_id", "app-name", "app-version", "type", "title", "year"):
                found = found or box.tracking.catalogue.by_id(name, value)
        wanted = KINDS.get(request.args.get("type", ""))
        return jsonify([_by_id(each) for each in found if wanted in (None, kind_of(each))])

    @routes.get("/search/<kind>")
    def by_text(kind: str) -> Response:
        if kind not in KINDS:
            return jsonify(None)
        if request.args.get("sort", "relevance") not in SORTS:
            return error(400, "wrong_parameter", f"sort must be one of {', '.join(SORTS)}")
        asked = folded(request.args.get("q", ""))
        found = [title for title in box.tracking.catalogue.titles if asked and _fits(KINDS[kind], title, asked)]
        found.sort(key=lambda title: (folded(title.title) != asked, folded(title.title)))
        return page(found, kind)

    return routes


def page(found: list[Title], kind: str) -> Response:
    """Return one page of titles, and how many there are in the headers."""
    limit = min(max(1, number("limit", A_PAGE)), MOST)
    wanted = min(max(1, number("page", 1)), PAGES)
    response = jsonify([_found(each, kind) for each in found[(wanted - 1) * limit : wanted * limit]])
    counts = {"Page": wanted, "Limit": limit, "Page-Count": -(-len(found) // limit), "Item-Count": len(found)}
    for name, count in counts.items():
        response.headers[f"X-Pagination-{name}"] = str(count)
    return response


def number(name: str, otherwise: int) -> int:
    """Return a whole number of the query; Inferred: anything else counts for nothing."""
    return request.args.get(name, otherwise, type=int)


def summary(title: Title) -> dict[str, Any]:
    """Return a title as it stands beside an episode."""
    return {**described(title), "poster": poster(title)}


def poster(title: Title) -> str:
    """Return where the poster would be."""
    return f"{title.simkl % 100}/{title.simkl}abcdef"


def _found(title: Title, kind: str) -> dict[str, Any]:
    ids = {"simkl_id": title.simkl, "slug": slug(title)}
    if "tmdb" in title.ids:
        ids["tmdb"] = str(title.ids["tmdb"])
    about = {
        "title": title.title,
        "year": title.year,
        "endpoint_type": "movies" if kind == "movie" else kind,
        "poster": poster(title),
        "ids": ids,
    }
    return {**about, "type": anime_type(title), "title_romaji": title.title} if kind == "anime" else about


def _by_id(title: Title) -> dict[str, Any]:
    kind = "movie" if isinstance(title, Movie) else "anime" if title.anime else "tv"
    state = "released" if isinstance(title, Movie) else "ended" if title.ended else "aired"
    ids = {"simkl": title.simkl, "slug": slug(title)}
    about = {"type": kind, "title": title.title, "poster": poster(title), "year": title.year, "status": state}
    if not isinstance(title, Movie):
        about["total_episodes"] = len(title.regular)
    return {**about, "anime_type": anime_type(title), "ids": ids} if title.anime else {**about, "ids": ids}


def _fits(kind: str, title: Title, asked: str) -> bool:
    right = {
        MOVIE: isinstance(title, Movie),
        SHOW: not isinstance(title, Movie) and not title.anime,
        ANIME: title.anime,
    }
    words = folded(title.title).split()
    return right[kind] and all(any(word.startswith(each) for word in words) for each in asked.split())
