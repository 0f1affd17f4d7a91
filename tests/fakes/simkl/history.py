"""What a batch of marks does: how much of a show is meant, and what is said about what was not found.

No HTTP here, and no lock: `tracking` takes the one there is. Sources: Simkl's pages `api-reference/simkl/
add-to-history`, `remove-from-history`, `guides/mark-as-watched` and `guides/anime`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping

from tests.fakes.simkl import sent
from tests.fakes.simkl.catalogue import Catalogue
from tests.fakes.simkl.library import STATUSES, Library, moment
from tests.fakes.simkl.titles import ANIME, MOVIE, SHOW, Episode, Movie, Show, Title, anime_type

HISTORY = "/sync/history"
KINDS = {"movies": MOVIE, "shows": SHOW, "anime": ANIME}


class WrongParameter(Exception):
    """A value Simkl does not take, which ends the whole call with a 400."""


@dataclass
class Batch:
    """One call of one user; `rewatch` if it may record a repeat, `wrong` takes what is not allowed."""

    user: str
    catalogue: Catalogue
    library: Library
    wrong: sent.Complaints
    rewatch: bool = False


@dataclass(frozen=True)
class Meant:
    """One episode that is meant; `episode` is None if there is no such, `season` and `row` are what was sent."""

    episode: Episode | None
    season: Any
    row: Mapping[str, Any]
    watched_at: str


def add(batch: Batch, body: Any) -> dict[str, Any]:
    """Mark watched. What is watched already stays as it is."""
    counts = {"movies": 0, "shows": 0, "episodes": 0}
    statuses: list[dict[str, Any]] = []
    missing: dict[str, list] = {"movies": [], "shows": [], "episodes": []}
    rows = list(sent.items(body, tuple(KINDS), batch.wrong))
    for _, row in rows:
        sent.details(row, batch.wrong)
        if row.get("status") not in (None, *STATUSES):
            raise WrongParameter(f"There is no list {row['status']!r}")
    for name, row in rows:
        batch.wrong.unless("rating" not in row or sent.rating_in(row), f"rating is {row.get('rating')!r}")
        title, lost = _title(batch, KINDS[name], row)
        if title is None:
            missing["movies" if name == "movies" else "shows"].append(row)
            continue
        new = title.simkl not in batch.library.statuses[batch.user]
        marked = _mark(batch, title, row)
        if isinstance(title, Movie):
            counts["movies"] += bool(marked or new)
        else:
            counts["episodes"] += marked
            counts["shows"] += new
        if lost:
            missing["episodes"].append({**_about(row), "seasons": lost})
        status = _listed(batch, title, row)
        if sent.rating_in(row):
            batch.library.rate(batch.user, title, row["rating"])
        statuses.append(_status(KINDS[name], title, row, status))
    return {"added": {**counts, "statuses": statuses}, "not_found": missing}


def remove(batch: Batch, body: Any) -> dict[str, Any]:
    """Take marks away; a title without seasons and episodes leaves the library with its rating. Ignores anime[]."""
    counts = {"movies": 0, "shows": 0, "episodes": 0}
    missing: dict[str, list] = {"movies": [], "shows": []}
    batch.wrong.unless(not (isinstance(body, Mapping) and body.get("anime")), "anime[] is ignored here: use shows[]")
    for name, row in sent.items(body, tuple(KINDS), batch.wrong):
        if name == "anime":
            continue
        title, _ = _title(batch, KINDS[name], row)
        if title is None:
            missing[name].append(row)
        elif isinstance(title, Movie) or whole_title(row):
            counts[name] += batch.library.forget(batch.user, title)
        else:
            # An episode that there is not, or that was not watched, is passed over in silence.
            found = [meant.episode for meant in episodes(title, row, _is_tvdb(row)) if meant.episode]
            gone = sum(batch.library.unmark(batch.user, title, episode) for episode in found)
            counts["episodes"] += gone
            if gone:
                batch.library.list_by_marks(batch.user, title)
    return {"deleted": counts, "not_found": missing}


def whole_title(row: Mapping[str, Any]) -> bool:
    """Whether a media object means all of a title."""
    return "seasons" not in row and "episodes" not in row


def _is_tvdb(row: Mapping[str, Any]) -> bool:
    return row.get("use_tvdb_anime_seasons") is True


def _title(batch: Batch, kind: str, row: Mapping[str, Any]) -> tuple[Title | None, list]:
    """Return the title a media object means, best the one that has its episodes, and the episodes it has not."""
    found = batch.catalogue.find(kind, row)
    tried = [(title, _unknown(title, row)) for title in found]
    # Inferred: entries of one anime share ids, and the one with most of these episodes is meant.
    return min(tried, key=lambda each: sum(len(season["episodes"]) or 1 for season in each[1]), default=(None, []))


def _unknown(title: Title, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    seasons: dict[Any, list] = {}
    for meant in episodes(title, row, _is_tvdb(row)):
        if meant.episode is None:
            seasons.setdefault(meant.season, []).extend([dict(meant.row)] if meant.row else [])
    return [{"number": season, "episodes": rows} for season, rows in seasons.items()]


def episodes(title: Title, row: Mapping[str, Any], tvdb: bool) -> Iterator[Meant]:
    """Yield every episode a media object names, or all of the seasons it names whole.

    `episodes` beside the title are those of season 1. Of anime the numbers are Simkl's own unless `tvdb`.
    """
    if not isinstance(title, Show):
        return
    for number, rows, at in _seasons(row):
        if rows is None:
            place = "tvdb_season" if tvdb else "season"
            fill = [each for each in title.episodes if getattr(each, place) == number]
            for episode in fill or [None]:
                yield Meant(episode, number, {}, at)
            continue
        for each in rows:
            if isinstance(each, Mapping):
                episode = sent.by_number(title, number, each.get("number"), tvdb)
                yield Meant(episode, number, each, _time(each) or at)


def _seasons(row: Mapping[str, Any]) -> Iterator[tuple[Any, list | None, str]]:
    """Yield number, episodes (None: all) and time of every season a media object names."""
    at, seasons = _time(row), row.get("seasons")
    for season in seasons if isinstance(seasons, list) else []:
        if isinstance(season, Mapping):
            rows = season.get("episodes")
            yield season.get("number"), rows if isinstance(rows, list) else None, _time(season) or at
    if isinstance(row.get("episodes"), list):
        yield 1, row["episodes"], at


def _time(row: Mapping[str, Any]) -> str:
    return row["watched_at"] if moment(row.get("watched_at")) else ""


def _mark(batch: Batch, title: Title, row: Mapping[str, Any]) -> int:
    """Mark what a media object means; returns how many marks are new."""
    status, user = row.get("status"), batch.user
    if isinstance(title, Movie):
        if status in (None, "completed", "watching"):
            return batch.library.mark(user, title, None, HISTORY, _time(row), _again(batch, row, title, None))
        return 0
    if whole_title(row):
        # A status suppresses the filling, "completed" asks for it. Inferred: the specials are not meant.
        fill = title.regular if status in (None, "completed") else []
        meant = [Meant(each, each.season, {}, _time(row)) for each in fill]
    else:
        meant = [each for each in episodes(title, row, _is_tvdb(row)) if each.episode]
        for each in meant:
            sent.details(each.row, batch.wrong)
    return sum(
        batch.library.mark(user, title, m.episode, HISTORY, m.watched_at, _again(batch, row, title, m.episode))
        for m in meant
    )


def _again(batch: Batch, row: Mapping[str, Any], title: Title, episode: Episode | None) -> bool:
    forced = row.get("is_rewatch") is True
    return batch.rewatch and (forced or batch.library.may_rewatch(batch.user, title, episode))


def _listed(batch: Batch, title: Title, row: Mapping[str, Any]) -> str:
    if row.get("status"):
        return batch.library.set_status(batch.user, title, row["status"])
    return batch.library.list_by_marks(batch.user, title)


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("title", "year", "ids") if name in row}


def _status(kind: str, title: Title, row: Mapping[str, Any], status: str) -> dict[str, Any]:
    simkl_type = "movie" if isinstance(title, Movie) else "anime" if title.anime else "tv"
    return {
        "request": {**row, "type": kind},
        "response": {"status": status, "simkl_type": simkl_type, "anime_type": anime_type(title)},
    }


def counted(body: Any) -> tuple[int, int, int]:
    """Return how many films, shows (anime too) and single episodes a body names."""
    given = {name: rows for name, rows in body.items() if isinstance(rows, list)} if isinstance(body, Mapping) else {}
    shows = [row for name in ("shows", "anime") for row in given.get(name, []) if isinstance(row, Mapping)]
    named = sum(len(rows or ()) for row in shows for _, rows, _ in _seasons(row))
    return len(given.get("movies", [])), len(shows), named
