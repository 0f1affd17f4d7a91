"""What there is to watch: the titles a fake server knows, and how one that was sent is found among them.

Source: Simkl's page `conventions/standard-media-objects`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Iterable, Mapping

from tests.fakes.simkl.titles import ANIME, MOVIE, Movie, Show, Title, folded

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
    Show("Night Ferry", 2025, simkl=9000005, ids={"imdb": "tt9900005", "tvdb": "980005"}, seasons={1: 6}, ended=False),
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
        self._by_simkl: dict[str, Title] = {}
        self._by_id: dict[tuple[type, str, str], list[Title]] = defaultdict(list)
        self._by_title: dict[tuple[type, str], list[Title]] = defaultdict(list)
        for title in self.titles:
            if self._by_simkl.setdefault(str(title.simkl), title) is not title:
                raise ValueError(f"the simkl id {title.simkl} is there twice")
            for name, value in title.ids.items():
                self._by_id[type(title), name, _text(value)].append(title)
            self._by_title[type(title), folded(title.title)].append(title)

    def find(self, kind: str, sent: Mapping[str, Any]) -> list[Title]:
        """Return the titles a media object may mean, likeliest first: by simkl, other ids, title and year, title.

        A movie is looked for among films, a show among shows and anime, an anime among anime of both shapes.
        Inferred: a simkl id that is unknown, or of another kind, finds nothing, however right the other ids are.
        """
        ids = sent.get("ids")
        ids = ids if isinstance(ids, Mapping) else {}
        if ids.get("simkl"):
            found = self._by_simkl.get(_text(ids["simkl"]))
            return [found] if found and _is(kind, found) else []
        for name, value in ids.items():  # the first that resolves counts, the rest is ignored
            named = [title for title in self.by_id(name, value) if _is(kind, title)]
            if named:
                return named
        return self._titled(kind, sent)

    def _titled(self, kind: str, sent: Mapping[str, Any]) -> list[Title]:
        name = folded(str(sent.get("title") or ""))
        called = [each for shape in (Movie, Show) for each in self._by_title.get((shape, name), ()) if _is(kind, each)]
        return [each for each in called if each.year is not None and each.year == sent.get("year")] or called

    def by_id(self, name: str, value: Any) -> list[Title]:
        """Return every title with this id."""
        if name == "simkl":
            return [self._by_simkl[_text(value)]] if _text(value) in self._by_simkl else []
        return [each for shape in (Movie, Show) for each in self._by_id.get((shape, name, _text(value)), ())]


def _is(kind: str, title: Title) -> bool:
    if kind == ANIME:
        return title.anime
    return isinstance(title, Movie if kind == MOVIE else Show)


def _text(value: object) -> str:
    return str(value).strip().lower()
