"""The 30 invented items of the library that a Kodi under test gets: a table to fill a fake Simkl server with as well.

10 films, and 20 episodes of three shows, one of them a special, two of them in one file, four of them anime. All films
and episodes have ids of their own, and a show others than its episodes.
"""

from typing import Dict, List, NamedTuple, Tuple

LENGTH, CLIP, BRIEF = 240, 60, 15  # seconds: a usual item, one under the minimum length, one to be seen to its end

Ids = Dict[str, str]


class Film(NamedTuple):
    """A film; `ids` as Kodi calls them: imdb, tmdb."""

    title: str
    year: int
    ids: Ids
    seconds: int = LENGTH
    watched: int = 0  # the play count that its NFO tells

    @property
    def name(self) -> str:
        """The name of its file, without the ending."""
        return f"{self.title} ({self.year})"


class Episode(NamedTuple):
    """An episode of a show; `ids` are its own."""

    season: int
    number: int
    title: str
    ids: Ids
    seconds: int = LENGTH


class Show(NamedTuple):
    """A show; the episodes of `double` lie in one file, the first two of season 1."""

    title: str
    year: int
    ids: Ids
    episodes: Tuple[Episode, ...]
    double: bool = False
    genre: str = "Drama"

    def files(self) -> List[Tuple[Episode, ...]]:
        """Return the episodes of each file, in order."""
        if not self.double:
            return [(episode,) for episode in self.episodes]
        first = [episode for episode in self.episodes if episode.season == 1][:2]
        return [tuple(first), *[(episode,) for episode in self.episodes if episode not in first]]

    def name(self, episodes: Tuple[Episode, ...]) -> str:
        """Return the name of the file of these episodes, without the ending."""
        numbers = "".join(f"E{episode.number:02}" for episode in episodes)
        return f"{self.title} S{episodes[0].season:02}{numbers}"


def _film(number: int, title: str, year: int, seconds: int = LENGTH, watched: int = 0) -> Film:
    return Film(title, year, {"imdb": f"tt99000{number:02}", "tmdb": str(990000 + number)}, seconds, watched)


def _episodes(show: int, *titles: Tuple[int, int, str], brief: Tuple[int, int] = (0, 0)) -> Tuple[Episode, ...]:
    def ids(season: int, number: int) -> Ids:
        own = show * 1000 + season * 100 + number
        return {"tvdb": str(8_000_000 + own), "tmdb": str(7_000_000 + own), "imdb": f"tt98{own:05}"}

    return tuple(
        Episode(season, number, title, ids(season, number), BRIEF if (season, number) == brief else LENGTH)
        for season, number, title in titles
    )


FILMS: Tuple[Film, ...] = (
    _film(1, "The Glass Orchard", 2019),
    _film(2, "Nine Lanterns", 2021),
    _film(3, "Salt and Velvet", 1998),
    _film(4, "A Map of Tuesday", 2005),
    _film(5, "Der stille Hafen", 2011),
    _film(6, "Løven på Taget", 2016),
    _film(7, "Copper Rain", 1974),
    _film(8, "Already Seen Twice", 2008, watched=2),
    _film(9, "One Minute Clip", 2022, seconds=CLIP),
    _film(10, "Brief Encounter With Paint", 2023, seconds=BRIEF),
)

# fmt: off
SHOWS: Tuple[Show, ...] = (
    Show(
        "Harbour Lights Inc", 2018, {"imdb": "tt9910001", "tmdb": "991001", "tvdb": "992001"},
        _episodes(
            1,
            (0, 1, "The Lamp That Was Cut"),
            (1, 1, "First Watch"), (1, 2, "Fog Horn"), (1, 3, "Low Tide"), (1, 4, "The Keeper"),
            (2, 1, "New Bulbs"), (2, 2, "Storm Warning"), (2, 3, "All Ashore"),
            brief=(2, 2),
        ),
    ),
    Show(
        "The Paper Detectives", 2020, {"imdb": "tt9910002", "tmdb": "991002", "tvdb": "992002"},
        _episodes(
            2,
            (1, 1, "Fold One"), (1, 2, "Fold Two"), (1, 3, "The Missing Staple"), (1, 4, "Carbon Copy"),
            (1, 5, "Watermark"),
            (2, 1, "Second Ream"), (2, 2, "Paper Cut"), (2, 3, "Shredded"),
        ),
        double=True,
    ),
    Show(
        "Kumo no Sanpo", 2017, {"imdb": "tt9910003", "tmdb": "991003", "tvdb": "992003", "anidb": "993003"},
        _episodes(
            3,
            (1, 1, "A Cloud Sets Out"), (1, 2, "Above the Rice"), (1, 3, "Thunder's Cousin"), (1, 4, "Home by Rain"),
        ),
        genre="Anime",
    ),
)
# fmt: on
