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
import logging
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

VALID_YEARS = range(1870, 2201)
MAX_NUMBER = 99_999  # of a season or an episode
MAX_ID_DIGITS = 12
TEXT_ID_NAMES = ("crunchyroll", "netflix", "hulu", "animeplanet", "zap2it", "tvdbslug", "traktslug", "letterboxd")

_LONE = re.compile("[\ud800-\udfff]")
_IMDB = re.compile(r"tt0*[1-9][0-9]{0,9}", re.IGNORECASE)
_DIGITS = re.compile(rf"0*([1-9][0-9]{{0,{MAX_ID_DIGITS - 1}}})")
_TEXT_ID = re.compile(r"[^\W_][\w./:-]{0,99}")
_EMPTY = ("", "0", "-1", "-", "none", "null", "nil", "nan", "n/a", "na", "undefined", "unknown", "false", "true")
_ALIASES = {
    "imdbnumber": "imdb", "imdbid": "imdb", "themoviedb": "tmdb", "themoviedborg": "tmdb", "moviedb": "tmdb",
    "tmdbid": "tmdb", "thetvdb": "tvdb", "tvdbid": "tvdb", "myanimelist": "mal", "malid": "mal", "anidbid": "anidb",
    "anilistid": "anilist", "kitsuid": "kitsu", "simklid": "simkl",
}  # fmt: skip
_UNNAMED = ("unknown", "default", "id", "")  # what players call an id when they do not know whose it is

log = logging.getLogger(__name__)

Ids = Tuple[Tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One film or one episode. `kind` is movie, show or anime; `ids` are the film's or the show's; `year` 0 is unknown.

    `season` is None for films and for anime that is numbered by itself; specials are season 0. `original_title` is what
    else to ask for where Simkl does not know the title and there is no id.
    """

    kind: str
    title: str = ""
    year: int = 0
    ids: Ids = ()
    season: int | None = None
    episode: int | None = None
    episode_ids: Ids = ()
    original_title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", replace_surrogates(self.title))
        object.__setattr__(self, "original_title", replace_surrogates(self.original_title))

    @property
    def key(self) -> str:
        """What tells this item from others: the same item found twice has the same key."""
        known = replace(self, original_title="") if self.original_title else self
        return json.dumps(known.stored(), sort_keys=True, separators=(",", ":"))

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

    def whole_title(self) -> Item:
        """Return the film, or the show that an episode is of: what Simkl rates and removes."""
        return replace(self, season=None, episode=None, episode_ids=())

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
            "original_title": self.original_title,
        }
        numbers = ("season", "episode")
        return {name: value for name, value in found.items() if value or (name in numbers and value is not None)}


def item_from_json(stored: Mapping[str, Any]) -> Item:
    """Read what `Item.stored` gave."""
    return Item(
        kind=stored["kind"],
        title=stored.get("title", ""),
        year=clean_year(stored.get("year")),
        ids=clean_ids(stored.get("ids", {})),
        season=clean_number(stored.get("season")),
        episode=clean_number(stored.get("episode")),
        episode_ids=clean_ids(stored.get("episode_ids", {}), EPISODE_ID_NAMES),
        original_title=stored.get("original_title", ""),
    )


def clean_ids(found: Mapping[str, Any], names: tuple[str, ...] = ID_NAMES) -> Ids:
    """Return those ids that Simkl takes, in its order.

    An IMDb id is `tt` and digits, most others are numbers. What is empty or stands for nothing (`None`, `N/A`, -1) is
    left out; what cannot be an id of its site is left out with a line in the log.
    """
    texts = {name: _clean_id(name, found.get(name)) for name in names}
    return tuple((name, text) for name, text in texts.items() if text)


def ids_by_simkl_name(found: Mapping[str, Any]) -> dict[str, str]:
    """Return clean ids under Simkl's names: `imdb_id`, `IMDbNumber` and `unknown: tt0012345` are all `imdb`.

    An id under its site's own name goes before one under another name.
    """
    own: dict[str, str] = {}
    others: dict[str, str] = {}
    for key, value in found.items():
        plain = re.sub(r"[^a-z0-9]", "", str(key).lower())
        if plain in ID_NAMES:
            own[plain] = own.get(plain) or _clean_id(plain, value)
        elif plain in _ALIASES:
            others.setdefault(_ALIASES[plain], _clean_id(_ALIASES[plain], value))
        elif plain in _UNNAMED and isinstance(value, str) and _IMDB.fullmatch(value.strip()):
            others.setdefault("imdb", _clean_id("imdb", value))
    return {
        **{name: text for name, text in others.items() if text},
        **{name: text for name, text in own.items() if text},
    }


def clean_year(value: object) -> int:
    """Return a year, 0 for what is none."""
    return value if isinstance(value, int) and value is not True and value in VALID_YEARS else 0


def clean_number(value: object) -> int | None:
    """Return the number of a season or an episode, None for what cannot be one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER else None


def replace_surrogates(text: str) -> str:
    """Return a text that can be written as UTF-8. Bytes of a name that is not UTF-8 stand in it as lone surrogates.

    Such a name is mostly Latin 1, from an old disk; what stands around it, such as its folders, stays as it is.
    """
    return _LONE.sub(lambda lone: _letter(lone.group()), text)


def _letter(lone: str) -> str:
    """Return the letter of Latin 1 whose byte it stands for (PEP 383), `?` if it stands for none."""
    byte = ord(lone) - 0xDC00
    return chr(byte) if 0x80 <= byte <= 0xFF else "?"


def _clean_id(name: str, value: object) -> str:
    """Return the id as a text, empty if it is none or cannot be one of that site."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    if isinstance(value, int):
        # Python refuses to write very long numbers as texts
        text = str(value) if -1 <= value < 10**MAX_ID_DIGITS else "x"
    else:
        text = replace_surrogates(value).strip()
    if text.lower() in _EMPTY:
        return ""
    clean = _in_shape(name, text)
    if not clean:
        log.warning("what was given as the %s id cannot be one and is left out", name)
    return clean


def _in_shape(name: str, text: str) -> str:
    if name == "imdb":
        return text.lower() if _IMDB.fullmatch(text) else ""
    if name in TEXT_ID_NAMES:
        return text if _TEXT_ID.fullmatch(text) else ""
    digits = _DIGITS.fullmatch(text)
    return digits.group(1) if digits else ""


def _id(value: str) -> int | str:
    """Return a number as a number, as Simkl's samples write them; `tt0012345` and `007` stay texts."""
    return int(value) if value.isascii() and value.isdigit() and not value.startswith("0") else value
