"""Finding a title: by the name of the one file that is playing, or by what a person typed.

Never for a library, never before a write: Simkl finds titles by itself, and looks at who searches in loops.

Sources: Simkl's pages `api-reference/search`, `api-reference/simkl/search-by-file` and `conventions/null-values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lib.simkl.media import ANIME, MOVIE, SHOW, Item, ids
from lib.simkl.tokens import Token
from lib.simkl.transport import Transport

_PATHS = {MOVIE: "/search/movie", SHOW: "/search/tv", ANIME: "/search/anime"}


@dataclass(frozen=True)
class Found:
    """A title that Simkl offers; `item` has no episode yet."""

    item: Item
    other_title: str = ""


def by_file(transport: Transport, token: Token, name: str) -> Item | None:
    """Ask what a file's name stands for; None if Simkl recognises no film and no episode. Raises SimklError."""
    answer = transport.send("/search/file", {"file": name}, token.access).payload
    if not isinstance(answer, dict):
        return None
    movie, show, episode = (answer.get(word) for word in ("movie", "show", "episode"))
    if isinstance(movie, dict):
        return _title(movie, MOVIE)
    if not isinstance(show, dict) or not isinstance(episode, dict):
        return None
    season, number = episode.get("season"), episode.get("episode", episode.get("number"))
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    found = _title(show, SHOW)
    return Item(SHOW, found.title, found.year, found.ids, season if isinstance(season, int) else 1, number)


def by_text(transport: Transport, token: Token, kind: str, text: str) -> list[Found]:
    """Search films, shows or anime for what a person typed, best first. Raises SimklError."""
    answer = transport.get(_PATHS[kind], token.access, {"q": text, "limit": "20"}).payload
    rows = answer if isinstance(answer, list) else []
    found = [(_title(row, kind), row) for row in rows if isinstance(row, dict)]
    return [Found(item, _other(row, item)) for item, row in found if item.ids and item.title]


def _title(row: dict[str, Any], kind: str) -> Item:
    given = row.get("ids")
    known: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    known.setdefault("simkl", known.get("simkl_id"))
    title, year = row.get("title"), row.get("year")
    return Item(kind, title if isinstance(title, str) else "", year if isinstance(year, int) else 0, ids(known))


def _other(row: dict[str, Any], item: Item) -> str:
    """Return a second name to tell it by, such as an anime's English one."""
    names = [row.get("title_en"), row.get("title_romaji")]
    return next((name for name in names if isinstance(name, str) and name and name != item.title), "")
