"""Taking the name of a video file apart: title, year, season and episodes; and telling a name from what is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

VIDEO_ENDING = re.compile(r"\.[a-z0-9]{2,5}$", re.IGNORECASE)
SEASON_FOLDER = re.compile(
    r"(?:(?P<special>specials?|extras)|(?:season|staffel|saison|temporada|stagione|seizoen|s[äa]song|s[æa]son|sesong|kausi|"
    r"sezon|s[ée]ria|s[ée]rie|series|сезон|s)[ ._-]*(?P<number>\d{1,4}))",
    re.IGNORECASE,
)
MOST_EPISODES = 12  # in one file

_NUMBERS = re.compile(
    r"\bs(?P<s>\d{1,4})[ .]?e(?P<e>\d{1,4})(?P<more>(?: ?[-+&]? ?e\d{1,4}|-\d{1,3}(?![\dpi]))*)"
    r"|\b(?P<xs>\d{1,2})x(?P<xe>\d{2,3})(?P<xmore>(?:[-+& ]{0,3}(?:\d{1,2})?x\d{2,3})*)",
    re.IGNORECASE,
)
_LEADING_NUMBER = re.compile(
    r"(?:e|ep|episode|folge|episodio|épisode|aflevering|серия)?[ ._-]*(\d{1,3})(?=$|[ ._-])", re.I
)
_NOISE = re.compile(
    r"(?<=\S) [\[(]?\b(\d{3,4}[pi]|4k|uhd|blu ?-?ray|b[dr]rip|web[ -]?(?:dl|rip)|hdtv|dvd(?:rip)?|[xh] ?26[45]|hevc|"
    r"xvid|remux|hdr10)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<=\S)[ (\[]+((?:18[7-9]|19\d|20\d)\d)(?=$|[ )\]])")
_YEAR_AT_END = re.compile(r"^(?P<title>.*\S)\s*[(\[](?P<year>(?:18[7-9]|19\d|20\d)\d)[)\]]\s*$")
_FILLER = frozenset(
    "the movie movies film films video videos stream streams file files main feature playback play player "
    "master index default title untitled output media mediaitem mediaitems content source original "
    "download downloads vod clip live manifest playlist chunk segment part vts track disc disk dvd bluray "
    "bdmv full hd img mvi vid pxl dsc dji mov whatsapp screen recording item items data get temp tmp new "
    "library tv shows show series season seasons serien filme peliculas séries".split()
)
_CODED = re.compile(
    r"(?=.*\d)[0-9a-f]{3,}|(?=(?:.*\d){2})(?=.*[a-z])[0-9a-z]{10,}|[a-z]{0,4}\d+[a-z]?", re.IGNORECASE
)  # a hash, the id of a server, a counter


@dataclass(frozen=True)
class ParsedName:
    """What a name says; `year` is 0 and `season` None where it says none, `span` where its numbers stand."""

    title: str
    year: int = 0
    season: int | None = None
    episodes: tuple[int, ...] = ()
    is_release: bool = False


@lru_cache(maxsize=256)  # each item is asked about several times, and a server tells of it every few seconds
def parse_name(name: str) -> ParsedName:
    """Take a name apart: `Lantern.Street.S02E04E05.1080p.mkv` is the title, season 2, episodes 4 and 5."""
    words = _words(name)
    numbers = _NUMBERS.search(words)
    before = words[: numbers.start()] if numbers else words
    noise = _NOISE.search(before)
    cut = before[: noise.start()] if noise else before
    years = list(_YEAR.finditer(cut))
    title = cut[: years[-1].start()] if years else cut
    has_dots = (
        bool(re.search(r"[^\s._][._][^\s._]", re.sub(r"\.[a-z0-9]{2,4}$", "", name, flags=re.I))) and " " not in name
    )
    is_release = bool(noise or _NOISE.search(words) or numbers or (has_dots and years))
    season, episodes = _episodes(numbers) if numbers else (None, ())
    return ParsedName(title.strip(" -(["), int(years[-1].group(1)) if years else 0, season, episodes, is_release)


def parse_file_name(name: str) -> tuple[str, int | None, int | None]:
    """Return title, season and episode of a file's name, as a person would type them."""
    parsed = parse_name(name)
    return parsed.title or _words(name), parsed.season, parsed.episodes[0] if parsed.episodes else None


def split_year(title: str) -> tuple[str, int]:
    """Return a title without the year in brackets at its end, and that year, 0 if there is none."""
    found = _YEAR_AT_END.match(title)
    return (found["title"], int(found["year"])) if found else (title, 0)


def is_release_name(text: str) -> bool:
    """Return whether a title is the name of a release: numbers of an episode, a resolution, dots in place of blanks."""
    return parse_name(text).is_release and is_name(text)


def is_name(text: str) -> bool:
    """Return whether a name says anything: not a number, a hash, a camera's counter or a word every server uses."""
    parsed = parse_name(text)
    words = title_words(parsed.title)
    if parsed.year or parsed.episodes:
        return any(word not in _FILLER for word in words)
    return any(word not in _FILLER and not _CODED.fullmatch(word) for word in words)


def is_title_folder(name: str) -> bool:
    """Return whether a folder is named after its film: `The Glass Harbour (2018)`."""
    return parse_name(name).year > 0 and is_name(name)


def title_words(title: str) -> list[str]:
    """Return the words of a title in small letters, without punctuation."""
    return re.findall(r"[^\W_]+", title.replace("'", "").replace("’", "").casefold())


def one_episode_names(name: str) -> tuple[str, ...]:
    """Return the name as it would be of each of its episodes alone; just the name where it has one or none."""
    parsed = parse_name(name)
    if len(parsed.episodes) < 2:
        return (name,)
    stem, ending = _stem_and_ending(name)
    spaced = _spaced(stem)
    numbers = _NUMBERS.search(spaced)
    assert numbers is not None  # of these the episodes were read
    start, end = numbers.span()
    return tuple(f"{stem[:start]}S{parsed.season:02}E{each:02}{stem[end:]}{ending}" for each in parsed.episodes)


def name_in_show_folder(name: str, folders: list[str]) -> str:
    """Return the name with its show's before it, where only the folders tell it; empty if they do not.

    `Lantern Street/Season 2/S02E04.mkv`, `Lantern Street/Season 2/04 - Low Tide.mkv`.
    """
    stem, ending = _stem_and_ending(name)
    parsed = parse_name(name)
    above = [each for each in folders if each]
    season = SEASON_FOLDER.fullmatch(above[-1].strip()) if above else None
    show = above[-2] if season and len(above) > 1 else "" if season or not above else above[-1]
    if not any(word not in _FILLER and not word.isdecimal() for word in title_words(show)):
        return ""
    if parsed.episodes:
        return f"{show} {stem}{ending}"
    alone = _LEADING_NUMBER.match(stem.strip())
    if season is None or alone is None:
        return ""
    number = 0 if season["special"] else int(season["number"])
    return f"{show} S{number:02}E{int(alone.group(1)):02}{ending}"


def is_in_season_folder(folders: list[str]) -> bool:
    """Return whether the folder is that of a season."""
    return bool(folders) and SEASON_FOLDER.fullmatch(folders[-1].strip()) is not None


def _stem_and_ending(name: str) -> tuple[str, str]:
    found = re.search(r"\.[a-z0-9]{2,4}$", name, re.IGNORECASE)
    return (name[: found.start()], found.group()) if found else (name, "")


def _words(name: str) -> str:
    stem = re.sub(r"^\s*\[[^\]]*\](?=.*\w)", "", _stem_and_ending(name)[0])
    return re.sub(r"[._]+", " ", stem).strip()


def _spaced(stem: str) -> str:
    """Return the name with blanks for dots, each character in its place."""
    return re.sub(r"[._]", " ", stem)


def _episodes(numbers: re.Match[str]) -> tuple[int, tuple[int, ...]]:
    season, first = numbers["s"] or numbers["xs"], int(numbers["e"] or numbers["xe"])
    more = numbers["more"] or numbers["xmore"] or ""
    episodes = [first]
    for mark, text in re.findall(r"(-?) ?(?:e|\d{1,2}x|x)?(\d{1,4})", more, re.IGNORECASE):
        last = int(text)
        if mark and episodes[-1] < last <= first + MOST_EPISODES:
            episodes.extend(range(episodes[-1] + 1, last + 1))
        elif last > episodes[-1] and len(episodes) < MOST_EPISODES:
            episodes.append(last)
    return int(season), tuple(episodes)
