"""What a tracking request says, read as forgivingly as Simkl does, with a list of what is not allowed.

Sources: Simkl's pages `api-reference/scrobble`, `api-reference/simkl/add-to-history`, `conventions/dates` and
`conventions/standard-media-objects`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping

from tests.fakes.simkl.catalogue import ANIME, EPISODE_ID_NAMES, ID_NAMES, MOVIE, SHOW, Catalogue, Episode, Movie, Title
from tests.fakes.simkl.library import moment
from tests.fakes.simkl.tracking import START, USUAL_MARK

WRAPPERS = (MOVIE, SHOW, ANIME)


@dataclass
class Asked:
    """One scrobble as it was sent; `kind` is "" if there is no media object, or no episode where one is needed."""

    kind: str
    media: Mapping[str, Any] = field(default_factory=dict)
    episode: Mapping[str, Any] = field(default_factory=dict)
    progress: float = 0.0
    min_progress: int = USUAL_MARK


class Complaints(list):
    """What is wrong with a request, in words."""

    def unless(self, right: object, why: str) -> bool:
        """Complain unless something is right; returns whether it was."""
        if not right:
            self.append(why)
        return bool(right)


def scrobble(action: str, body: Any, query: Mapping[str, str], wrong: Complaints) -> Asked:
    """Read the body and the query of a scrobble."""
    mark = _mark(query.get("min_progress"), wrong)
    wrong.unless(not (query.get("allow_rewatch") == "yes" and action == START), "allow_rewatch on start")
    if not wrong.unless(isinstance(body, Mapping) and body, "no JSON object"):
        return Asked("", min_progress=mark)
    wrong.unless("min_progress" not in body, "min_progress in the body")
    progress = _progress(body.get("progress", 0), wrong)
    sent = [kind for kind in WRAPPERS if kind in body]
    if not wrong.unless(sent, "no media object"):
        return Asked("", progress=progress, min_progress=mark)
    wrong.unless(len(sent) == 1, f"more than one media object: {', '.join(sent)}")
    kind = sent[0]  # Inferred: which one counts
    media, episode = body[kind], body.get("episode")
    if not wrong.unless(isinstance(media, Mapping) and media, f"{kind} is not an object with something in it"):
        return Asked("", progress=progress, min_progress=mark)
    about(media, wrong)
    if kind == MOVIE:
        wrong.unless(episode is None, "a movie with an episode")
        episode = None
    elif not (kind == ANIME and episode is None):  # an anime without an episode may be a film
        if not wrong.unless(isinstance(episode, Mapping) and episode, f"a {kind} without an episode"):
            return Asked("", media, progress=progress, min_progress=mark)
        _numbers(kind, episode, wrong)
    return Asked(kind, media, episode or {}, progress, mark)


def about(media: Mapping[str, Any], wrong: Complaints) -> None:
    """Check what says which title is meant."""
    ids, year = media.get("ids", {}), media.get("year")
    if wrong.unless(isinstance(ids, Mapping), "ids is not an object"):
        for name, value in ids.items():
            wrong.unless(name in ID_NAMES, f"no id is called {name}" if name != "slug" else "a slug is not unique")
            wrong.unless(isinstance(value, (str, int)) and value and value is not True, f"the {name} id is {value!r}")
    wrong.unless(ids or media.get("title"), "neither ids nor title")
    wrong.unless(isinstance(media.get("title", ""), str), "the title is no text")
    wrong.unless(year is None or (whole(year) and 1870 <= year <= 2100), f"the year is {year!r}")


def _numbers(kind: str, episode: Mapping[str, Any], wrong: Complaints) -> None:
    ids = episode.get("ids", {})
    if wrong.unless(isinstance(ids, Mapping), "the episode's ids are no object"):
        for name in ids:
            wrong.unless(name in EPISODE_ID_NAMES, f"no episode id is called {name}")
    wrong.unless(ids or whole(episode.get("number")), f"the episode's number is {episode.get('number')!r}")
    season = episode.get("season")
    wrong.unless(season is None or (whole(season) and season >= 0), f"the season is {season!r}")
    wrong.unless(kind != SHOW or ids or season is not None, "a show's episode without a season")


def _mark(text: str | None, wrong: Complaints) -> int:
    if text is None:
        return USUAL_MARK
    right = text.isascii() and text.isdigit() and 50 <= int(text) <= 100
    # Inferred: what Simkl does with another value; here it counts for nothing.
    return int(text) if wrong.unless(right, f"min_progress={text}: a whole number from 50 to 100") else USUAL_MARK


def _progress(value: Any, wrong: Complaints) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        wrong.append(f"progress is {value!r}, not a number")
        return 0.0
    wrong.unless(0 <= value <= 100, f"progress {value} is not from 0 to 100")
    wrong.unless(abs(value) > 1000 or round(value, 2) == value, f"progress {value} has more than two decimals")
    return round(min(100.0, max(0.0, float(value))), 2)


def match(catalogue: Catalogue, kind: str, media: Mapping[str, Any], place: Mapping[str, Any]) -> Match | None:
    """Return the title, and the episode, that a scrobble means; None if Simkl knows no such.

    An episode's own ids win over its numbers, and one that is out of date finds nothing. Of a `show` the numbers are
    TVDB's, for anime as well. Inferred: of an `anime`, and of any without a season, they are Simkl's own.
    """
    for title in catalogue.find(kind, media):
        if isinstance(title, Movie):
            if kind == MOVIE or not place:
                return Match(title)
            continue
        if place.get("ids"):
            episode = title.by_id(place["ids"])
        else:
            episode = by_number(title, place.get("season"), place.get("number"), tvdb=kind == SHOW)
        if episode:
            return Match(title, episode)
    return None


@dataclass(frozen=True)
class Match:
    """A title of the catalogue, and the episode of a show."""

    title: Title
    episode: Episode | None = None


def by_number(title: Title, season: Any, number: Any, tvdb: bool) -> Episode | None:
    """Return an episode by its numbers, TVDB's or Simkl's own; without a season it is the first one."""
    if isinstance(title, Movie) or not whole(number) or not (season is None or whole(season)):
        return None
    if tvdb and season is not None:
        return title.tvdb(season, number)
    return title.own(1 if season is None else season, number)


def items(body: Any, names: tuple[str, ...], wrong: Complaints) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the list name and the media object of everything in a POST under /sync."""
    if not wrong.unless(isinstance(body, Mapping), "no JSON object"):
        return
    for name in body:
        wrong.unless(name in names, f"{name}: there is no such list here")
    for name in names:
        rows = body.get(name, [])
        if wrong.unless(isinstance(rows, list), f"{name} is not a list"):
            for row in rows:
                if wrong.unless(isinstance(row, Mapping) and row, f"{name} holds {row!r}"):
                    about(row, wrong)
                    yield name, row


def details(row: Mapping[str, Any], wrong: Complaints) -> None:
    """Check what a media object, a season or an episode says beside its name."""
    for name in ("watched_at", "added_at", "rated_at"):
        wrong.unless(name not in row or moment(row[name]), f"{name} is {row.get(name)!r}, not ISO 8601 in UTC with Z")


def rating_in(row: Mapping[str, Any]) -> int | None:
    rating = row.get("rating")
    return rating if whole(rating) and 1 <= rating <= 10 else None


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
