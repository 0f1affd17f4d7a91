"""Extras, samples and halves of a film: what lies beside it under its name, and is not it.

Known by the endings and folders that Kodi, Plex and Jellyfin name, in any capitals. A film that bears such a word in
its title is a film.

Sources: Plex's page "Local Files for Trailers and Extras", Jellyfin's "Movies" and "Extras", Kodi's `excludefromscan`
and `moviestacking` in `advancedsettings.xml`.
"""

from __future__ import annotations

import re

from lib.tracking.file_names import is_title_folder, parse_name, title_words

TRAILER, SAMPLE, EXTRA = "a trailer", "a sample", "an extra"
EXTRA_WORDS = frozenset(
    "trailer trailers sample featurette featurettes behindthescenes deletedscene deletedscenes interview".split()
)

_SURE = r"behind[ ._-]?the[ ._-]?scenes|deleted[ ._-]?scenes?|featurettes?"
_TIGHT = r"deleted|interviews?|scenes?|shorts?|clips?|extras?|other"  # words that titles have as well
_ENDING = re.compile(
    r"(?P<before>.*?)(?P<gap>[-._ ]*)"
    rf"(?P<word>(?P<trailer>trailers?)|(?P<sample>samples?)|(?P<sure>{_SURE})|(?P<tight>{_TIGHT}))"
    r"[ ._-]?\d{0,2}",
    re.IGNORECASE,
)
_FOLDERS = {
    **dict.fromkeys(("trailer", "trailers"), TRAILER),
    **dict.fromkeys(("sample", "samples"), SAMPLE),
    **dict.fromkeys(
        ("behind the scenes", "behindthescenes", "deleted scenes", "deletedscenes", "deleted", "featurette",
         "featurettes", "extra", "extras", "proof", "subs", "backdrops", "theme music", "thememusic"),
        EXTRA,
    ),
}  # fmt: skip
_OWN_LIBRARIES = ("other", "others", "scenes", "clips", "shorts", "interviews")  # people keep films in such folders too
_SAMPLE_INSIDE = re.compile(r"(?:\b(?:19|20)\d\d|s\d+e\d+|\d{3,4}[pi])\b.*[-._ ]sample[-._ ]|^sample-", re.IGNORECASE)
_GROUP = re.compile(
    r"(?:[xh][ .]?26[45]|hevc|xvid|remux|web[ .-]?(?:dl|rip)|bluray|[bh]drip|hdtv|\d{3,4}p)$", re.IGNORECASE
)
_PART = re.compile(
    r"(?P<before>.*?)[ _.([-]+(?P<word>cd|dvd|dis[ck]|p(?:ar)?t)[ _.-]*(?P<number>[1-9a-d])[)\]]?(?=$|[ _.-])", re.I
)
_VOB = re.compile(r"vts_\d\d_(?P<number>[1-9])\.vob", re.IGNORECASE)
_VOBS = 5  # of a gigabyte each, of a film that fills a disc
_JOINED_VOB_SECONDS = 2400.0


def extra_reason(path: str, title: str = "") -> str:
    """Return what it is instead of a film or an episode, an empty text if nothing says so.

    `path` has plain slashes, `title` is what the player calls it.
    """
    *folders, name = path.split("/")
    stem = re.sub(r"\.[a-z0-9]{2,5}$", "", name, flags=re.IGNORECASE)
    folder = folders[-1] if folders else ""
    return _by_folder(folders, stem, title) or _by_name(stem, folder, title)


def share_of_file(path: str, title: str = "", total: float = 0.0) -> tuple[float, float]:
    """Return which part of its film a file holds: CD1 of two is 0 to 0.5, a file that holds all of it 0 to 1.

    "Part 1" belongs to the title of many films: it is a part where the player's title lacks it, or behind the year.
    """
    name = path.rpartition("/")[2]
    vob = _VOB.fullmatch(name)
    if vob is not None:
        number = int(vob["number"])
        return (0.0, 1.0) if total >= _JOINED_VOB_SECONDS else _share(number, max(_VOBS, number))
    stem, dot, ending = name.rpartition(".")
    found = _PART.match(stem) if dot and ending.lower() not in ("iso", "img", "ifo", "bdmv", "mpls") else None
    if found is None:
        return (0.0, 1.0)
    if found["word"].lower() in ("pt", "part"):
        titled = any(word in ("part", "pt", "teil", "partie", "parte") for word in title_words(title))
        behind_year = bool(re.search(r"(?:19|20)\d\d\b|[)\]]\s*$", found["before"]))
        if titled or not (behind_year or (title and not re.search(r"\.[a-z0-9]{2,4}$", title, re.I))):
            return (0.0, 1.0)
    text = found["number"].lower()
    number = int(text) if text.isdigit() else "abcd".index(text) + 1
    return _share(number, max(2, number))


def _share(number: int, parts: int) -> tuple[float, float]:
    return ((number - 1) / parts, number / parts)


def _by_folder(folders: list[str], stem: str, title: str) -> str:
    folder = re.sub(r"[-_. ]+", " ", folders[-1]).strip().lower() if folders else ""
    above = folders[-2] if len(folders) > 1 else ""
    own = title_words(parse_name(stem).title)
    if folder in ("trailer", "trailers"):
        return TRAILER
    if folder in ("sample", "samples"):
        return SAMPLE if title_words(title) != [folder] else ""
    is_episode = bool(parse_name(stem).episodes)
    if folder in _FOLDERS:
        return "" if is_episode or own == title_words(folder) else _FOLDERS[folder]
    if folder not in _OWN_LIBRARIES or is_episode:
        return ""
    in_a_film = is_title_folder(above) or bool(own and own == title_words(above)) or _is_title(title, above)
    is_film = bool(parse_name(stem).year) or own == title_words(folder) or _is_title(title, stem)
    return "" if is_film and not in_a_film else EXTRA


def _by_name(stem: str, folder: str, title: str) -> str:
    if _SAMPLE_INSIDE.search(stem) and title_words(title)[:1] != ["sample"]:
        return SAMPLE
    found = _ENDING.fullmatch(stem)
    if found is None:
        return ""
    kind = TRAILER if found["trailer"] else SAMPLE if found["sample"] else EXTRA
    before, gap = found["before"], found["gap"]
    if not before:  # the whole name
        return kind if kind != EXTRA and title_words(title) != title_words(found["word"]) else ""
    if not gap:
        return ""
    if _ends_its_title(title, folder, stem, found["word"]):
        return ""
    if found["tight"]:
        return EXTRA if gap == "-" and not _is_group(before) and not _is_word_of_name(before) else ""
    if gap.strip(" "):  # a dash, a dot or a line between
        return kind if "." not in gap or kind != EXTRA else ""
    return kind if parse_name(stem).year or _is_title(title, before) or _is_title(before, folder) else ""


def _ends_its_title(title: str, folder: str, stem: str, word: str) -> bool:
    """Return whether the word is the last one of the title that is known, or of the folder of the film."""
    last = title_words(word)
    for known in (title, parse_name(folder).title if is_title_folder(folder) else ""):
        words = title_words(known)
        if (
            len(words) > 1
            and words[-len(last) :] == last
            and not re.search(rf"[-–(\[]\s*{re.escape(word)}\W*$", known, re.I)
        ):
            if _is_title(known, stem):
                return True
    return False


def _is_title(title: str, name: str) -> bool:
    words = title_words(parse_name(title).title)
    return bool(words) and words == title_words(parse_name(name).title)


def _is_group(before: str) -> bool:
    """Return whether what follows is the group that made the release."""
    return _GROUP.search(before) is not None


def _is_word_of_name(before: str) -> bool:
    """Return whether dashes stand for blanks in the name of an episode, so that its last word may be of its title."""
    return "-" in before and not re.search(r"[ .]", before) and bool(parse_name(before.replace("-", " ")).episodes)
