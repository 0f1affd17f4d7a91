"""What there is to watch: films, shows and anime, and how one that was sent is found among them.

Sources: Simkl's pages `conventions/standard-media-objects` and `guides/anime`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Iterable, Iterator, Mapping

MOVIE, SHOW, ANIME = "movie", "show", "anime"
ID_NAMES = frozenset(
    "simkl imdb tmdb tvdb tvdbslug traktslug letterboxd mal anidb anilist kitsu mdlslug crunchyroll netflix hulu "
    "anisearch animeplanet livechart anfo ann tvcom zap2it mdl boxd".split()
)
EPISODE_ID_NAMES = ("tvdb", "anidb")  # in the order they are tried


@dataclass(frozen=True)
class Episode:
    """One episode: `season` and `number` are Simkl's own (for anime season 1, or 0 for specials), beside TVDB's."""

    season: int
    number: int
    tvdb_season: int
    tvdb_number: int
    title: str
    ids: Mapping[str, Any]


@dataclass(frozen=True)
class Title:
    """A film or a show. `ids` are those of other sites by name; `runtime` is in minutes."""

    title: str
    year: int | None = None
    simkl: int = 0
    ids: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.simkl or not ID_NAMES.issuperset(self.ids):
            raise ValueError(f"{self.title!r} needs a simkl id, and Simkl knows no ids but {', '.join(ID_NAMES)}")

    @property
    def kind(self) -> str:
        """The word an answer has for it: movie, show or anime."""
        if isinstance(self, Movie):
            return MOVIE  # Inferred: anime films too, since players send them as movie
        return ANIME if self.anime else SHOW

    @property
    def anime_type(self) -> str:
        return "movie" if isinstance(self, Movie) else "tv"

    @property
    def slug(self) -> str:
        return folded(self.title).replace(" ", "-")

    def described(self) -> dict[str, Any]:
        """Return it as answers show it: every id but simkl is text."""
        ids = {"simkl": self.simkl, "slug": self.slug, **{name: str(value) for name, value in self.ids.items()}}
        about = {"title": self.title, "year": self.year, "ids": ids}
        # Inferred: where it stands; the documentation only says that answers about anime have it.
        return {**about, "anime_type": self.anime_type} if self.anime else about


@dataclass(frozen=True)
class Movie(Title):
    """A film; `anime` makes it an anime film."""

    anime: bool = False
    runtime: float = 100


@dataclass(frozen=True)
class Show(Title):
    """A show. `seasons` says how many episodes each season has, or which (`{1: range(13, 25)}`); 0 are the specials.

    For anime `seasons` are TVDB's; its own plain numbers count on through them from 1. Two entries may share a tvdb id.
    `episode_ids` ({"tvdb": .., "anidb": ..}) and `titles` go by (season, number) as in `seasons`. `runtime` is that of
    one episode.
    """

    seasons: Mapping[int, int | Iterable[int]] = field(default_factory=lambda: {1: 10})
    anime: bool = False
    runtime: float = 45
    episode_ids: Mapping[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict)
    titles: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        return tuple(self._with_numbers())

    def _with_numbers(self) -> Iterator[Episode]:
        own = 0
        for season in sorted(self.seasons):
            wanted = self.seasons[season]
            for number in range(1, wanted + 1) if isinstance(wanted, int) else wanted:
                place = (season, number)
                about = (*place, self.titles.get(place, f"Part {number}"), self.episode_ids.get(place, {}))
                if self.anime and season > 0:
                    own += 1
                    place = (1, own)
                yield Episode(*place, *about)

    def own(self, season: int, number: int) -> Episode | None:
        return next((each for each in self.episodes if (each.season, each.number) == (season, number)), None)

    def tvdb(self, season: int, number: int) -> Episode | None:
        """Return an episode by TVDB's numbers; they are the same unless the show is an anime."""
        return next((each for each in self.episodes if (each.tvdb_season, each.tvdb_number) == (season, number)), None)

    def by_id(self, ids: Mapping[str, Any]) -> Episode | None:
        """Return an episode by its own ids, tvdb before anidb."""
        wanted = [(name, str(ids[name])) for name in EPISODE_ID_NAMES if name in ids]
        found = [each for name, value in wanted for each in self.episodes if str(each.ids.get(name)) == value]
        return found[0] if found else None


def folded(text: str) -> str:
    """Return a title without case, accents and punctuation, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(each for each in plain if not unicodedata.combining(each))))


DEFAULT = (
    Movie("The Glass Harbour", 2018, simkl=9000002, ids={"imdb": "tt9900002", "tmdb": "990002"}, runtime=104),
    Movie("A Winter of Kites", 2022, simkl=9000004, ids={"imdb": "tt9900004", "tmdb": "990004"}, runtime=91),
    Show(
        "Lantern Street",
        2021,
        simkl=9000001,
        ids={"imdb": "tt9900001", "tmdb": "990001", "tvdb": "980001"},
        seasons={0: 2, 1: 8, 2: 10},
        episode_ids={(1, 1): {"tvdb": "970001"}, (2, 4): {"tvdb": "970204"}},
        titles={(2, 4): "Low Tide"},
    ),
    Show("Night Ferry", 2025, simkl=9000005, ids={"imdb": "tt9900005", "tvdb": "980005"}, seasons={1: 6}),
    Show(
        "Moss and Ember",
        2019,
        simkl=9000003,
        ids={"mal": "99001", "anidb": "98001", "tvdb": "980003", "tmdb": "990003"},
        seasons={1: 12, 2: 12},
        anime=True,
        episode_ids={(2, 3): {"tvdb": "970303", "anidb": "960015"}},
        runtime=24,
    ),
    Movie("Moss and Ember: The River", 2023, simkl=9000006, ids={"mal": "99006", "tmdb": "990006"}, anime=True),
)


class Catalogue:
    """Every title of one fake server."""

    def __init__(self, titles: Iterable[Title] = DEFAULT) -> None:
        self.titles = tuple(titles)
        self._by: dict[tuple[str, str], list[Title]] = defaultdict(list)  # under the name of an id, or "title"
        for title in self.titles:
            for name, value in [("simkl", title.simkl), *title.ids.items(), ("title", folded(title.title))]:
                self._by[name, _text(value)].append(title)
        if len({title.simkl for title in self.titles}) != len(self.titles):
            raise ValueError("a simkl id is there twice")

    def find(self, kind: str, sent: Mapping[str, Any]) -> list[Title]:
        """Return the titles a media object may mean, likeliest first: by simkl, other ids, title and year, title.

        A movie is looked for among films, a show among shows and anime, an anime among anime of both shapes.
        Inferred: a simkl id that is unknown, or of another kind, finds nothing, however right the other ids are.
        """
        ids = sent.get("ids")
        ids = ids if isinstance(ids, Mapping) else {}
        if ids.get("simkl"):
            return self._called(kind, "simkl", ids["simkl"])
        for name, value in ids.items():  # the first that resolves counts, the rest is ignored
            if found := self._called(kind, name, value):
                return found
        called = self._called(kind, "title", folded(str(sent.get("title") or "")))
        return [each for each in called if each.year is not None and each.year == sent.get("year")] or called

    def _called(self, kind: str, name: str, value: object) -> list[Title]:
        found = self._by.get((name, _text(value)), ())
        return [each for each in found if (each.anime if kind == ANIME else isinstance(each, Movie) == (kind == MOVIE))]


def _text(value: object) -> str:
    return str(value).strip().lower()
