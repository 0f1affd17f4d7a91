"""What is watched, as Simkl takes it: a film, an episode of a show, or an episode of an anime.

    {"movie": {"title": .., "year": .., "ids": {..}}}
    {"show":  {"title": .., "year": .., "ids": {..}}, "episode": {"season": 2, "number": 4, "ids": {"tvdb": ..}}}
    {"anime": {"title": .., "ids": {"mal": ..}}, "episode": {"number": 7}}

Simkl finds the title by its own id, other ids, title and year, in this order, so every id that is known is sent. An
episode is told by season and number; the ids beside it are the show's, never the episode's. Those have a place of their
own, where Simkl takes `tvdb` and `anidb` only.

Sources: Simkl's pages `api-reference/scrobble`, `conventions/standard-media-objects` and `guides/anime`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Mapping, Tuple

MOVIE, SHOW, ANIME = "movie", "show", "anime"
ITEM_KINDS = (MOVIE, SHOW, ANIME)
ID_NAMES = (
    "simkl", "imdb", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu", "crunchyroll", "netflix", "hulu", "anisearch",
    "animeplanet", "livechart", "ann", "zap2it", "tvdbslug", "traktslug", "letterboxd",
)  # fmt: skip
EPISODE_ID_NAMES = ("tvdb", "anidb")
ANIME_ID_NAMES = ("mal", "anidb", "anilist", "kitsu")

_LONE = re.compile("[\ud800-\udfff]")

Ids = Tuple[Tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One film or one episode. `kind` is movie, show or anime; `ids` are the film's or the show's; `year` 0 is unknown.

    `season` is None for films and for anime that is numbered by itself; specials are season 0.
    """

    kind: str
    title: str = ""
    year: int = 0
    ids: Ids = ()
    season: int | None = None
    episode: int | None = None
    episode_ids: Ids = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", replace_surrogates(self.title))

    @property
    def key(self) -> str:
        """What tells this item from others: the same item found twice has the same key."""
        return json.dumps(self.stored(), sort_keys=True, separators=(",", ":"))

    @property
    def label(self) -> str:
        """A name for people: `The Glass Harbour`, `Lantern Street 2x04`."""
        number = "" if self.episode is None else f"{self.episode:02}"
        if self.season is not None:
            number = f"{self.season}x{number}"
        return " ".join(part for part in (self.title, number) if part)

    def title_object(self) -> dict[str, Any]:
        """Return the film or the show itself."""
        named: dict[str, Any] = {"title": self.title} if self.title else {}
        if self.year:
            named["year"] = self.year
        return {**named, "ids": {name: _id(value) for name, value in self.ids}} if self.ids else named

    def scrobbled(self) -> dict[str, Any]:
        """Return the part of a scrobble that says what is watched."""
        if self.kind == MOVIE:
            return {MOVIE: self.title_object()}
        episode: dict[str, Any] = {"number": self.episode}
        if self.season is not None:
            episode = {"season": self.season, **episode}
        if self.episode_ids:
            episode["ids"] = {name: _id(value) for name, value in self.episode_ids}
        return {self.kind: self.title_object(), "episode": episode}

    def by_number(self) -> Item:
        """Return the item without the ids of its episode, which can be out of date."""
        return replace(self, episode_ids=())

    def stored(self) -> dict[str, Any]:
        """Return it as JSON that `restored` reads."""
        found = {
            "kind": self.kind,
            "title": self.title,
            "year": self.year,
            "ids": dict(self.ids),
            "season": self.season,
            "episode": self.episode,
            "episode_ids": dict(self.episode_ids),
        }
        numbers = ("season", "episode")
        return {name: value for name, value in found.items() if value or (name in numbers and value is not None)}


def item_from_json(stored: Mapping[str, Any]) -> Item:
    """Read what `Item.stored` gave."""
    return Item(
        kind=stored["kind"],
        title=stored.get("title", ""),
        year=stored.get("year", 0),
        ids=clean_ids(stored.get("ids", {})),
        season=stored.get("season"),
        episode=stored.get("episode"),
        episode_ids=clean_ids(stored.get("episode_ids", {}), EPISODE_ID_NAMES),
    )


def clean_ids(found: Mapping[str, Any], names: tuple[str, ...] = ID_NAMES) -> Ids:
    """Return those ids that Simkl takes, in its order; nothing that is empty, zero or no plain value."""
    texts = {name: _text(found.get(name)) for name in names}
    return tuple((name, text) for name, text in texts.items() if text)


def replace_surrogates(text: str) -> str:
    """Return a text that can be written as UTF-8. Bytes of a name that is not UTF-8 stand in it as lone surrogates.

    Such a name is mostly Latin 1, from an old disk; what stands around it, such as its folders, stays as it is.
    """
    return _LONE.sub(lambda lone: _letter(lone.group()), text)


def _letter(lone: str) -> str:
    """Return the letter of Latin 1 whose byte it stands for (PEP 383), `?` if it stands for none."""
    byte = ord(lone) - 0xDC00
    return chr(byte) if 0x80 <= byte <= 0xFF else "?"


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    text = replace_surrogates(str(value)).strip()
    return "" if text in ("0", "-1") else text


def _id(value: str) -> int | str:
    """Return a number as a number, as Simkl's samples write them; `tt0012345` and `007` stay texts."""
    return int(value) if value.isascii() and value.isdigit() and not value.startswith("0") else value
