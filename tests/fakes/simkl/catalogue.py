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
