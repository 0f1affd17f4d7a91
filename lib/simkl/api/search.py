"""Finding a title: by the name of the one file that is playing, or by what a person typed.

Never for a library, never before a write: Simkl finds titles by itself, and looks at who searches in loops.

Sources: Simkl's pages `api-reference/search`, `api-reference/simkl/search-by-file` and `conventions/null-values`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lib.simkl import errors
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item, clean_ids, clean_number, clean_year
from lib.simkl.auth.tokens import Token
from lib.simkl.http.fields import read_object, read_objects, read_text

if TYPE_CHECKING:  # a front end that only queues must not pay for requests
    from lib.simkl.http.transport import Answer, Transport

_PATHS = {MOVIE: "/search/movie", SHOW: "/search/tv", ANIME: "/search/anime"}


@dataclass(frozen=True)
class SearchResult:
    """A title that Simkl offers; `item` has no episode yet."""

    item: Item
    other_title: str = ""


def search_by_file(transport: Transport, token: Token, name: str) -> Item | None:
    """Ask what a file's name stands for; None if Simkl recognises no film and no episode. Raises SimklError."""
    answer = transport.send("/search/file", {"file": name}, token.access)
    if _is_nothing(answer):
        return None
    said = read_object(answer.payload)
    movie, show, place = (read_object(said.get(word)) for word in ("movie", "show", "episode"))
    if isinstance(said.get("movie"), dict):
        found = _title(movie, MOVIE)
    elif isinstance(said.get("show"), dict):
        found = _title(show, SHOW)
    else:  # no answer of Simkl's, and nothing to be remembered as one
        raise errors.Unreadable(status=answer.status)
    if not (found.ids or found.title):
        return None
    if found.kind == MOVIE:
        return found
    season, number = clean_number(place.get("season")), clean_number(place.get("episode", place.get("number")))
    return None if number is None else replace(found, season=1 if season is None else season, episode=number)


def search_by_text(transport: Transport, token: Token, kind: str, text: str) -> list[SearchResult]:
    """Search films, shows or anime for what a person typed, best first. Raises SimklError."""
    answer = transport.get(_PATHS[kind], token.access, {"q": text, "limit": "20"})
    rows = [] if _is_nothing(answer) else answer.payload
    if not isinstance(rows, list):
        raise errors.Unreadable(status=answer.status)
    found = [(_title(row, kind), row) for row in read_objects(rows)]
    return [SearchResult(item, _other(row, item)) for item, row in found if item.ids and item.title]


def _is_nothing(answer: Answer) -> bool:
    """Return whether Simkl says that there is nothing: `[]` or `null`, but not an empty body."""
    return answer.is_null or answer.payload == []


def _title(row: dict[str, Any], kind: str) -> Item:
    known = dict(read_object(row.get("ids")))
    known["simkl"] = known.get("simkl") or known.get("simkl_id")
    return Item(kind, read_text(row.get("title")), clean_year(row.get("year")), clean_ids(known))


def _other(row: dict[str, Any], item: Item) -> str:
    """Return a second name to tell it by, such as an anime's English one."""
    names = map(read_text, (row.get("title_en"), row.get("title_romaji")))
    return next((name for name in names if name and name != item.title), "")
