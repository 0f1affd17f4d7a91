"""Which name Simkl is asked about where nothing better is known, and whether its answer can be believed.

A name is asked about only where it is one: never the last part of an opaque address, a number or a hash. The folder
helps where the file's own name says too little, and no more of the path leaves the device than that.
"""

from __future__ import annotations

import re
from typing import Sequence

from lib.simkl.api.media import MOVIE, Item
from lib.tracking.extras import EXTRA_WORDS
from lib.tracking.file_names import (
    VIDEO_ENDING,
    is_in_season_folder,
    is_name,
    is_release_name,
    is_title_folder,
    name_in_show_folder,
    one_episode_names,
    parse_name,
    title_words,
)
from lib.tracking.media_info import DISC_SCHEMES, MediaInfo, outer_schemes

_PAGES = re.compile(r"\.(?:m3u8?|mpd|isml?|php\d?|html?|aspx?|jsp|cgi)$", re.IGNORECASE)
_DISC_FILES = re.compile(
    r"index\.bdmv|movieobject\.bdmv|video_ts\.(?:ifo|vob)|vts_\d\d_\d\.(?:ifo|vob)|\d{5}\.(?:m2ts|mpls|ssif)",
    re.IGNORECASE,
)
_DISC_FOLDERS = ("bdmv", "video_ts", "backup", "stream", "playlist", "ssif", "certificate", "")
_DISC_NUMBER = re.compile(r"(?:cd|dvd|bd|dis[ck]) ?\d{0,2}", re.IGNORECASE)
_OPAQUE_SCHEMES = ("http", "https", "rtmp", "rtsp", "mms", "udp", "rtp")
_SMALL_WORDS = frozenset("the a an of and der die das le la les el los un une und et y de".split())


def search_names(facts: MediaInfo) -> tuple[str, ...]:
    """Return the names to ask Simkl about, one for each episode in the file; nothing if there is no name."""
    name = _name_of_file(facts)
    if not name and is_release_name(facts.title):
        name = facts.title
    if not name or _speaks_against(facts.title, name):
        return ()
    return one_episode_names(name)


def is_believable(answer: Item, name: str, title: str = "", year: int = 0) -> bool:
    """Return whether Simkl's answer about a name agrees with that name, and with the title and year that are known."""
    parsed = parse_name(name)
    answered = title_words(answer.title)
    if not answered:
        return not title
    if any(word in EXTRA_WORDS and word not in answered for word in title_words(parsed.title)):
        return False
    years_agree = bool(year or parsed.year) and answer.year in (year, parsed.year)
    if answer.kind == MOVIE:
        if parsed.episodes:
            return False
        said = year or (0 if str(parsed.year) in answered else parsed.year)
        if said and answer.year and abs(said - answer.year) > 1:
            return False
        if title and not is_release_name(title) and not VIDEO_ENDING.search(title) and not _overlap(answered, title):
            return bool(year) and years_agree
    numbers_agree = bool(parsed.episodes) and answer.episode in parsed.episodes
    return years_agree or numbers_agree or _overlap(answered, parsed.title)


def _name_of_file(facts: MediaInfo) -> str:
    *folders, name = facts.path.split("/")
    if facts.scheme == "plugin":
        return ""
    if _DISC_FILES.fullmatch(name):
        return _disc_name(folders)
    if not VIDEO_ENDING.search(name) or _PAGES.search(name):
        return _disc_name([*folders, name]) if outer_schemes(facts.file).intersection(DISC_SCHEMES) else ""
    if facts.scheme in _OPAQUE_SCHEMES and not (is_in_season_folder(folders) or is_title_folder(folders[-1])):
        return name if _is_telling(name) else ""
    if parse_name(name).episodes and is_name(name):
        return name
    if is_in_season_folder(folders) or parse_name(name).episodes:
        return name_in_show_folder(name, folders) or (name if is_name(name) else "")
    if is_name(name):
        return name
    folder = folders[-1] if folders else ""
    ending = VIDEO_ENDING.search(name)
    return f"{folder}{ending.group() if ending else ''}" if is_title_folder(folder) else ""


def _disc_name(folders: Sequence[str]) -> str:
    """Return the folder that a disc lies in: each disc has files of the same names."""
    for folder in reversed(folders):
        if folder.lower() not in _DISC_FOLDERS and not _DISC_NUMBER.fullmatch(folder.strip()):
            return folder if is_name(folder) else ""
    return ""


def _is_telling(name: str) -> bool:
    """Return whether the last part of an address is the name of a video: with a year, with numbers, or of two words."""
    parsed = parse_name(name)
    known = bool(parsed.year or parsed.episodes) or len(title_words(parsed.title)) > 1
    return known and is_name(name)


def _speaks_against(title: str, name: str) -> bool:
    """Return whether the player calls it by a title that has no word of the name."""
    parsed = parse_name(name)
    if not title or parsed.episodes or VIDEO_ENDING.search(title) or is_release_name(title):
        return False
    return not _overlap(title_words(parsed.title), title)


def _overlap(words: Sequence[str], title: str) -> bool:
    """Return whether two titles have a word of weight in common, or are one without blanks."""
    others = title_words(title)
    one, other = set(words) - _SMALL_WORDS, set(others) - _SMALL_WORDS
    if not one or not other:
        return list(words) == others
    shared = len(one & other)
    return 2 * shared >= min(len(one), len(other)) or "".join(words) == "".join(others)
