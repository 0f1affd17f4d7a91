"""What a batch of marks or ratings does: how much of a show is meant, and what is said about what was not found.

No HTTP here, and no lock: `tracking` takes the one there is. Sources: Simkl's pages `api-reference/simkl/
add-to-history`, `remove-from-history`, `add-ratings`, `guides/mark-as-watched` and `guides/anime`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping

from tests.fakes.simkl import sent
from tests.fakes.simkl.catalogue import ANIME, MOVIE, SHOW, Catalogue, Episode, Movie, Show, Title
from tests.fakes.simkl.library import Library, moment

HISTORY = "/sync/history"
KINDS = {"movies": MOVIE, "shows": SHOW, "anime": ANIME}


@dataclass(frozen=True)
class Meant:
    """One episode that is meant; `episode` is None if there is no such, `season` and `row` are what was sent."""

    episode: Episode | None
    season: Any
    row: Mapping[str, Any]
    watched_at: str


def add(tracking: Any, user: str, body: Any, wrong: sent.Complaints) -> dict[str, Any]:
    """Mark watched. What is watched already stays as it is; `wrong` takes what is not allowed."""
    counts = {"movies": 0, "shows": 0, "episodes": 0}
    missing: dict[str, list] = {"movies": [], "shows": [], "episodes": []}
    for name, row in sent.items(body, tuple(KINDS), wrong):
        sent.details(row, wrong)
        wrong.unless("rating" not in row or sent.rating_in(row), f"rating is {row.get('rating')!r}")
        title, lost = _title(tracking.catalogue, KINDS[name], row)
        if title is None:
            missing["movies" if name == "movies" else "shows"].append(row)
            continue
        marked = _mark(tracking.library, user, title, row, wrong)
        counts["movies" if isinstance(title, Movie) else "episodes"] += marked
        counts["shows"] += isinstance(title, Show) and marked > 0  # Not built: a show that is only put on a list
        if lost:
            about = {name: row[name] for name in ("title", "year", "ids") if name in row}
            missing["episodes"].append({**about, "seasons": lost})
        if sent.rating_in(row):
            tracking.library.rate(user, title, row["rating"])
    return {"added": counts, "not_found": missing}


def remove(tracking: Any, user: str, body: Any, wrong: sent.Complaints) -> dict[str, Any]:
    """Take marks away; a title without seasons and episodes leaves the library with its rating. Ignores anime[]."""
    counts = {"movies": 0, "shows": 0, "episodes": 0}
    missing: dict[str, list] = {"movies": [], "shows": []}
    wrong.unless(not (isinstance(body, Mapping) and body.get("anime")), "anime[] is ignored here: use shows[]")
    for name, row in sent.items(body, tuple(KINDS), wrong):
        if name == "anime":
            continue
        title, _ = _title(tracking.catalogue, KINDS[name], row)
        if title is None:
            missing[name].append(row)
        elif isinstance(title, Movie) or whole_title(row):
            counts[name] += tracking.library.forget(user, title)
        else:
            # An episode that there is not, or that was not watched, is passed over in silence.
            found = [meant.episode for meant in episodes(title, row, _is_tvdb(row)) if meant.episode]
            counts["episodes"] += sum(tracking.library.unmark(user, title, episode) for episode in found)
    return {"deleted": counts, "not_found": missing}


def rate(tracking: Any, user: str, body: Any, wrong: sent.Complaints) -> dict[str, Any]:
    """Rate titles; ratings out of range are among what was not found. Anime counts as shows."""
    counts, missing = {"movies": 0, "shows": 0}, {"movies": [], "shows": []}
    for name, row in sent.items(body, tuple(KINDS), wrong):
        sent.details(row, wrong)
        wrong.unless(whole_title(row), "a rating of seasons or episodes")
        rating = sent.rating_in(row)
        wrong.unless(rating, f"rating is {row.get('rating')!r}")
        title = next(iter(tracking.catalogue.find(KINDS[name], row)), None)
        counted = "movies" if name == "movies" else "shows"
        if title is None or rating is None:
            missing[counted].append(row)
            continue
        tracking.library.rate(user, title, rating, row["rated_at"] if moment(row.get("rated_at")) else "")
        counts[counted] += 1
    return {"added": counts, "not_found": missing}


def whole_title(row: Mapping[str, Any]) -> bool:
    return "seasons" not in row and "episodes" not in row


def _is_tvdb(row: Mapping[str, Any]) -> bool:
    return row.get("use_tvdb_anime_seasons") is True


def _title(catalogue: Catalogue, kind: str, row: Mapping[str, Any]) -> tuple[Title | None, list]:
    """Return the title a media object means, best the one that has its episodes, and the episodes it has not."""
    tried = [(title, _unknown(title, row)) for title in catalogue.find(kind, row)]
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
            yield from (Meant(episode, number, {}, at) for episode in fill or [None])
            continue
        for each in rows:
            if isinstance(each, Mapping):
                yield Meant(sent.by_number(title, number, each.get("number"), tvdb), number, each, _time(each) or at)


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


def _mark(library: Library, user: str, title: Title, row: Mapping[str, Any], wrong: sent.Complaints) -> int:
    """Mark what a media object means; returns how many marks are new."""
    if isinstance(title, Movie):
        return library.mark(user, title, None, HISTORY, _time(row))
    if whole_title(row):  # Inferred: the specials are not meant
        meant = [Meant(each, each.season, {}, _time(row)) for each in title.episodes if each.season > 0]
    else:
        meant = [each for each in episodes(title, row, _is_tvdb(row)) if each.episode]
        for each in meant:
            sent.details(each.row, wrong)
    return sum(library.mark(user, title, m.episode, HISTORY, m.watched_at) for m in meant)


def counted(body: Any) -> tuple[int, int, int]:
    """Return how many films, shows (anime too) and single episodes a body names."""
    given = {name: rows for name, rows in body.items() if isinstance(rows, list)} if isinstance(body, Mapping) else {}
    shows = [row for name in ("shows", "anime") for row in given.get(name, []) if isinstance(row, Mapping)]
    named = sum(len(rows or ()) for row in shows for _, rows, _ in _seasons(row))
    return len(given.get("movies", [])), len(shows), named
