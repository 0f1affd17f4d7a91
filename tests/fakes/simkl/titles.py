"""Films, shows and anime: what a test says of them, and how answers show them.

Sources: Simkl's pages `conventions/standard-media-objects` and `guides/anime`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Mapping, Union

MOVIE, SHOW, ANIME = "movie", "show", "anime"
ID_NAMES = frozenset(
    "simkl imdb tmdb tvdb tvdbslug traktslug letterboxd mal anidb anilist kitsu mdlslug crunchyroll netflix hulu "
    "anisearch animeplanet livechart anfo ann tvcom zap2it mdl boxd".split()
)
EPISODE_ID_NAMES = ("tvdb", "anidb")  # in the order they are tried


@dataclass(frozen=True)
class Movie:
    """A film. `ids` are those of other sites by name; `runtime` is in minutes; `anime` makes it an anime film."""

    title: str
    year: int | None = None
    simkl: int = 0
    ids: Mapping[str, Any] = field(default_factory=dict, hash=False)
    runtime: float = 100
    anime: bool = False

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class Episode:
    """One episode: `season` and `number` are Simkl's own (for anime season 1, or 0 for specials), beside TVDB's."""

    season: int
    number: int
    tvdb_season: int
    tvdb_number: int
    title: str


@dataclass(frozen=True)
class Show:
    """A show. `seasons` says how many episodes each season has, or which (`{1: range(13, 25)}`); 0 are the specials.

    For anime `seasons` are TVDB's; its own plain numbers count on through them from 1. Two entries may share a tvdb id.
    `episode_ids` ({"tvdb": .., "anidb": ..}) and `titles` go by (season, number) as in `seasons`. `runtime` is that of
    one episode, in minutes. `ended` shows are completed when all but the specials are watched, others never.
    """

    title: str
    year: int | None = None
    simkl: int = 0
    ids: Mapping[str, Any] = field(default_factory=dict, hash=False)
    seasons: Mapping[int, int | Iterable[int]] = field(default_factory=lambda: {1: 10}, hash=False)
    anime: bool = False
    episode_ids: Mapping[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict, hash=False)
    runtime: float = 45
    ended: bool = True
    titles: Mapping[tuple[int, int], str] = field(default_factory=dict, hash=False)
    episodes: tuple[Episode, ...] = field(init=False, repr=False, hash=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)
        set_ = object.__setattr__
        set_(self, "episodes", tuple(self._with_numbers()))
        set_(self, "_own", {(each.season, each.number): each for each in self.episodes})
        set_(self, "_tvdb", {(each.tvdb_season, each.tvdb_number): each for each in self.episodes})
        set_(self, "_by_id", {})
        for place, ids in self.episode_ids.items():
            if place not in self._tvdb:
                raise ValueError(f"{self.title!r} has no episode {place}")
            for name, value in ids.items():
                self._by_id[name, str(value)] = self._tvdb[place]

    def _with_numbers(self) -> Iterator[Episode]:
        own = 0
        for season in sorted(self.seasons):
            wanted = self.seasons[season]
            for number in range(1, wanted + 1) if isinstance(wanted, int) else wanted:
                title = self.titles.get((season, number), f"Part {number}")
                if self.anime and season > 0:
                    own += 1
                    yield Episode(1, own, season, number, title)
                else:
                    yield Episode(season, number, season, number, title)

    def own(self, season: int, number: int) -> Episode | None:
        return self._own.get((season, number))

    def tvdb(self, season: int, number: int) -> Episode | None:
        """Return an episode by TVDB's numbers; they are the same unless the show is an anime."""
        return self._tvdb.get((season, number))

    def by_id(self, ids: Mapping[str, Any]) -> Episode | None:
        """Return an episode by its own ids, tvdb before anidb."""
        found = (self._by_id.get((name, str(ids[name]))) for name in EPISODE_ID_NAMES if name in ids)
        return next((episode for episode in found if episode), None)

    @property
    def regular(self) -> list[Episode]:
        return [each for each in self.episodes if each.season > 0]


Title = Union[Movie, Show]


def _check(title: Title) -> None:
    if not title.title or not title.simkl:
        raise ValueError("a title needs a name and a simkl id")
    unknown = sorted(set(title.ids) - ID_NAMES)
    if unknown:
        raise ValueError(f"{title.title!r}: Simkl has no id called {unknown[0]!r}")


def kind_of(title: Title) -> str:
    """Return the word an answer has for it: movie, show or anime."""
    if isinstance(title, Movie):
        return MOVIE  # Inferred: anime films too, since players send them as movie
    return ANIME if title.anime else SHOW


def described(title: Title) -> dict[str, Any]:
    """Return a title as answers show it: every id but simkl is text."""
    ids = {"simkl": title.simkl, "slug": slug(title), **{name: str(value) for name, value in title.ids.items()}}
    about = {"title": title.title, "year": title.year, "ids": ids}
    # Inferred: where it stands; the documentation only says that answers about anime have it.
    return {**about, "anime_type": anime_type(title)} if title.anime else about


def anime_type(title: Title) -> str | None:
    """Return "tv" or "movie" for anime, None for anything else."""
    return ("movie" if isinstance(title, Movie) else "tv") if title.anime else None


def slug(title: Title) -> str:
    return folded(title.title).replace(" ", "-")


def folded(text: str) -> str:
    """Return a title without case, accents and punctuation, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(each for each in plain if not unicodedata.combining(each))))
