"""What the name of a video file says: enough of it for tests, against the catalogue.

Source: Simkl's page `api-reference/simkl/search-by-file`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.fakes.simkl.catalogue import Catalogue
from tests.fakes.simkl.sent import Match
from tests.fakes.simkl.titles import ANIME, MOVIE, SHOW, Title

EPISODE = re.compile(
    r"(?P<title>.*?)[\s._-]*\b(?:s(?P<s>\d{1,2})[\s._-]?e(?P<e>\d{1,3})(?:-?e\d{1,3})*|(?P<x>\d{1,2})x(?P<n>\d{1,3}))\b",
    re.I,
)
PLAIN = re.compile(r"(?:\[[^\]]*\]\s*)?(?P<title>.*?)\s+-\s+(?P<n>\d{1,3})\b")  # as anime is named: [Group] Title - 07
YEAR = re.compile(r"(?P<title>.*?)[\s._]*[(\[.\s_](?P<year>(?:19|20)\d\d)\b")
ENDING = re.compile(r"\.\w{2,4}$")


@dataclass(frozen=True)
class Read:
    """What a name says; `season` is None for a plain number, `number` for a film."""

    title: str
    year: int | None = None
    season: int | None = None
    number: int | None = None


def read(file: str, part: int = 1) -> Read:
    """Read a file's name, its folders aside; `part` tells the episodes of S01E01E02 apart, from 1."""
    name = ENDING.sub("", re.split(r"[/\\]", file.strip())[-1])
    found = EPISODE.match(name)
    if found:
        season, number = found["s"] or found["x"], found["e"] or found["n"]
        return _dated(found["title"], int(season), int(number) + part - 1)
    plain = PLAIN.match(name)
    return _dated(plain["title"], None, int(plain["n"])) if plain else _dated(name)


def _dated(text: str, season: int | None = None, number: int | None = None) -> Read:
    dated = YEAR.match(text)
    title = re.sub(r"[._]", " ", dated["title"] if dated else text).strip(" -")
    return Read(title, int(dated["year"]) if dated else None, season, number)


def recognised(catalogue: Catalogue, file: str, part: int = 1) -> Match | None:
    """Return what a file shows: a film, or an episode; a show without the episode if there is no such."""
    said = read(file, part)
    sent = {"title": said.title, "year": said.year}
    if said.number is None:
        films = catalogue.find(MOVIE, sent)
        return Match(films[0]) if films else None
    shows: list[Title] = catalogue.find(SHOW if said.season is not None else ANIME, sent)
    for show in shows:
        episode = show.own(1, said.number) if said.season is None else show.tvdb(said.season, said.number)
        if episode:
            return Match(show, episode)
    return Match(shows[0]) if shows else None
