"""What was watched: marks and their removal, in batches. Only films and episodes, never a whole title by accident.

Simkl answers 201 even when it did not know some of them: `not_found` is what tells. A mark that Simkl has already is
no error and changes nothing.

Sources: Simkl's pages `api-reference/simkl/add-to-history`, `api-reference/simkl/remove-from-history`,
`api-reference/simkl/add-ratings`, `conventions/dates` and `guides/anime`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from lib.simkl import errors
from lib.simkl.api.media import ANIME, MOVIE, Item
from lib.simkl.auth.tokens import Token
from lib.simkl.http.fields import read_digits, read_object, read_objects

if TYPE_CHECKING:  # a front end that only queues must not pay for requests
    from lib.simkl.http.transport import Transport

BATCH_SIZE = 50
DATE_UNKNOWN = "1970-01-01T00:00:01Z"


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a batch: what it is about, when (ISO 8601 in UTC), and for a rating 1 to 10."""

    item: Item
    at: str = ""
    rating: int = 0


@dataclass(frozen=True)
class BatchResult:
    """What Simkl made of a batch: the entries it did not know; `remaining` requests today, None where unknown."""

    unknown: tuple[HistoryEntry, ...]
    remaining: int | None = None


def add_to_history(transport: Transport, token: Token, entries: Sequence[HistoryEntry]) -> BatchResult:
    """Mark films and episodes watched, at most `BATCH` of them.

    Raises SimklError: NotFound if Simkl did not know some, in words that fit none of several; all others have arrived.
    """
    return _send(transport, token, "/sync/history", entries, "watched_at")


def remove_from_history(transport: Transport, token: Token, entries: Sequence[HistoryEntry]) -> BatchResult:
    """Take their marks away again. Simkl removes a film from the list with it; of a show only the episodes."""
    return _send(transport, token, "/sync/history/remove", entries, "")


def remove_titles(transport: Transport, token: Token, entries: Sequence[HistoryEntry]) -> BatchResult:
    """Remove whole films and shows from the user's library, with their ratings. Raises SimklError."""
    movies = [entry.item.title_object() for entry in entries if entry.item.kind == MOVIE]
    shows = [entry.item.title_object() for entry in entries if entry.item.kind != MOVIE]
    return _taken(transport, token, "/sync/history/remove", {"movies": movies, "shows": shows}, entries)


def add_ratings(transport: Transport, token: Token, entries: Sequence[HistoryEntry]) -> BatchResult:
    """Rate films and shows; of an episode it is the show that is rated. Raises SimklError."""
    movies = [_rated(entry) for entry in entries if entry.item.kind == MOVIE]
    shows = [_rated(entry) for entry in entries if entry.item.kind != MOVIE]
    return _taken(transport, token, "/sync/ratings", {"movies": movies, "shows": shows}, entries)


def _send(transport: Transport, token: Token, path: str, entries: Sequence[HistoryEntry], when: str) -> BatchResult:
    movies = [
        {**entry.item.title_object(), **_at(when, entry.at)} for entry in entries if entry.item.kind == MOVIE
    ]  # fmt: skip
    shows = [_show(group, when) for group in _by_show(entries)]
    return _taken(transport, token, path, {"movies": movies, "shows": shows}, entries)


def _by_show(entries: Sequence[HistoryEntry]) -> Iterator[list[HistoryEntry]]:
    """Yield the episodes of one show after the other; anime goes among the shows, where Simkl looks for it too.

    The same title as a show and as an anime stays apart, since the two are numbered differently.
    """
    groups: dict[tuple[object, ...], list[HistoryEntry]] = {}
    for entry in entries:
        if entry.item.kind != MOVIE:
            item = entry.item
            groups.setdefault((item.kind, item.title, item.year, item.ids), []).append(entry)
    yield from groups.values()


def _show(group: list[HistoryEntry], when: str) -> dict[str, Any]:
    first = group[0].item
    plain = [_episode(entry, when) for entry in group if entry.item.season is None]
    seasons: dict[int, list[dict[str, Any]]] = {}
    for entry in group:
        if entry.item.season is not None:
            seasons.setdefault(entry.item.season, []).append(_episode(entry, when))
    show = first.title_object()
    if seasons:
        show["seasons"] = [{"number": number, "episodes": episodes} for number, episodes in seasons.items()]
        if first.kind != ANIME:
            show["use_tvdb_anime_seasons"] = True  # our numbers are those of TVDB; of no effect on other shows
    if plain:
        show["episodes"] = plain
    return show


def _episode(entry: HistoryEntry, when: str) -> dict[str, Any]:
    return {"number": entry.item.episode, **_at(when, entry.at)}


def _at(when: str, at: str) -> dict[str, str]:
    return {when: at} if when and at else {}


def _rated(entry: HistoryEntry) -> dict[str, Any]:
    return {**entry.item.title_object(), "rating": entry.rating, **_at("rated_at", entry.at)}


def _taken(
    transport: Transport, token: Token, path: str, body: dict[str, Any], entries: Sequence[HistoryEntry]
) -> BatchResult:
    answer = transport.send(path, {name: rows for name, rows in body.items() if rows}, token.access)
    payload = answer.payload
    if not isinstance(payload, dict) or not isinstance(payload.get("added", payload.get("deleted")), dict):
        raise errors.Unreadable(status=answer.status)
    missing = payload.get("not_found") or {}  # where nothing is missing it may be an empty list, or not there
    if not isinstance(missing, dict):
        raise errors.Unreadable(status=answer.status)
    lost = [each for name in ("movies", "shows", "anime", "episodes") for each in _objects(missing.get(name))]
    if lost and len(entries) == 1:  # whatever it is called there, nothing else was sent
        return BatchResult(tuple(entries), answer.remaining)
    unknown = tuple(entry for entry in entries if any(_names(each, entry.item) for each in lost))
    if not all(any(_names(each, entry.item) for entry in unknown) for each in lost):
        raise errors.NotFound(status=answer.status)  # of whom, a smaller batch tells
    return BatchResult(unknown, answer.remaining)


def _objects(rows: object) -> Iterator[dict[str, Any]]:
    """Yield what was not found; shows inside of other words (`show`, `anime`, `movie`) are taken out of them."""
    for row in read_objects(rows):
        inner = next((found for found in map(read_object, map(row.get, ("movie", "show", "anime"))) if found), {})
        yield {**row, **inner}


def _names(lost: dict[str, Any], item: Item) -> bool:
    """Return whether what Simkl did not find is this item, or the show that it belongs to."""
    sent = item.title_object()
    given = read_object(lost.get("ids"))
    shared = [name for name in sent.get("ids", {}) if given.get(name)]
    if shared:
        same = all(str(given[name]) == str(sent["ids"][name]) for name in shared)
    else:
        same = "title" in sent and lost.get("title") == sent["title"] and lost.get("year") in (None, sent.get("year"))
    return same and _covers(lost, item)


def _covers(lost: dict[str, Any], item: Item) -> bool:
    """Return whether the episodes that are named with a show, if any are, hold this one.

    A season without episodes means all of them, no season the first, as `guides/mark-as-watched` says.
    """
    named: set[tuple[int, int | None]] = set()
    for season in read_objects(lost.get("seasons")):
        number = _place_number(season.get("number"), 1)
        episodes = {(number, _place_number(each.get("number"))) for each in read_objects(season.get("episodes"))}
        named |= episodes or {(number, None)}
    named |= {(1, _place_number(each.get("number"))) for each in read_objects(lost.get("episodes"))}
    for episode in read_objects([lost.get("episode")]):
        number = _place_number(episode.get("number", episode.get("episode")))
        named.add((_place_number(episode.get("season"), 1), number))
    place = 1 if item.season is None else item.season
    return not named or (place, item.episode) in named or (place, None) in named


def _place_number(value: object, otherwise: int = -1) -> int:
    number = read_digits(value)
    return otherwise if number is None else number
