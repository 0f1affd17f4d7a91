"""Trailers: known by what an item says of itself, by the address of an add-on, and by the word in a trailer's title.

The word is that of Kodi's string 20410 in all of its languages, and what else such titles say in them.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

# Kodi's string 20410 in its 78 languages, and the words that other versions and sites write.
_WORDS = (
    "trailer", "trailers", "lokprent", "العرض الدعائي", "трэйлер", "трейлър", "najava", "upoutávka", "hysbysiad",
    "τρέιλερ", "tráiler", "avance", "treiler", "trailerra", "تیزر", "traileri", "bande annonce",
    "bandes annonces", "קדימון", "najava filma", "filmajánló", "stikla", "トレーラー", "예고편", "anonsas",
    "rullītis", "tauaru", "трејлер", "treler", "trejler", "ကြော်ငြာ", "zwiastun", "secvențe", "трейлер",
    "upútavka", "napovednik", "најава", "டிரெய்லர்", "ตัวอย่างภาพยนต์", "fragman", "giới thiệu", "预告片", "預告片",
    "予告編", "予告", "előzetes", "treileris", "ukázka", "ukážka", "fragmanı", "anteprima", "tràiler", "teaser",
    "ตัวอย่าง", "ट्रेलर", "treyler", "预告", "預告", "foršpan", "إعلان", "تریلر", "trailern", "bande annonce vf",
    "bande annonce vost", "trailerul", "teaser trailer",
)  # fmt: skip
_BESIDE = frozenset(
    "official teaser theatrical final first second third new international us uk red band redband "
    "greenband hd uhd fhd 4k 1080p 720p 2160p deutsch german english englisch français french vf vo vost "
    "vostfr officielle officiel oficial dublado legendado subtitulado español spanish castellano latino "
    "offiziell offizieller ufficiale italiano italian ita eng officiell officiel virallinen oficjalny "
    "oficiální hivatalos официальный русский resmi 公式 本 版 ost nr no pt".split()
)
_MODIFIERS = frozenset("official teaser theatrical final international redband".split())
_NUMBER = re.compile(r"#?\d{1,2}|i{1,3}|iv|v|(?:19|20)\d\d", re.IGNORECASE)
_SEGMENTS = re.compile(r"\s+[-–—|~]\s+|\s*[:：]\s+|\s*[(\[{（【]|[)\]}）】]\s*|\s+[-–—](?=\S)|(?<=\S)[–—](?=\S)")
_ANYWHERE = re.compile(r"(?<![a-z])(?:movie|play|watch|show|get|is)?_?trailers?(?![a-z])", re.IGNORECASE)
_KEYS_OF_TEXT = (
    "title",
    "name",
    "label",
    "query",
    "q",
    "search",
    "searchterm",
    "plot",
    "tvshowtitle",
    "showtitle",
    "url",
)


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[-‐_]+", " ", text.casefold()).split())


_FOLDED = tuple(sorted({_folded(each) for each in _WORDS}, key=len, reverse=True))
_ANY_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _FOLDED))})(?!\w)")
_ENDS_IN_NUMBER = re.compile(rf"\S.*\s(?:{'|'.join(map(re.escape, _FOLDED))})\s*(?:#\s*\d{{1,2}}|\d{{1,2}})")


def is_trailer_title(title: str) -> bool:
    """Return whether a title is that of a trailer: the word in brackets, behind or before a dash, or with a number.

    A film that is called "Trailer Park" is a film, and so is "The Trailer".
    """
    text = " ".join(title.split()).strip()
    parts = [part for part in (each.strip() for each in _SEGMENTS.split(text)) if part]
    if len(parts) == 1 and len(_folded(text).split()) > 1 and _is_trailer_words(parts[0]):
        return True
    if len(parts) > 1 and any(_is_trailer_words(part) for part in parts):
        return True
    folded = _folded(text)
    if _ENDS_IN_NUMBER.fullmatch(folded) or _is_tight(text):
        return True
    words = folded.split()
    return len(words) > 2 and words[-1] in ("trailer", "tráiler") and words[-2] in _MODIFIERS


def is_trailer_address(address: str) -> bool:
    """Return whether the address of an add-on says that it plays trailers: its id, its path, or a word of its query.

    What is a text for people there, such as a title or what was searched for, does not say so.
    """
    scheme, _, _ = address.partition("://")
    if scheme.lower() != "plugin":
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if _ANYWHERE.search(re.sub(r"[._-]", " ", parts.netloc)):
        return True
    if any(_says_trailer(unquote(each)) for each in parts.path.split("/")):
        return True
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key.lower() in _KEYS_OF_TEXT:
            continue
        if _says_trailer(key) and value.strip().lower() not in ("", "0", "false", "no", "none", "null"):
            return True
        if "/" not in value and " " not in value.strip() and _says_trailer(value):
            return True
    return False


def _says_trailer(text: str) -> bool:
    return (
        re.fullmatch(r"(?:movie|play|watch|show|get|is|video)?[_.-]?trailers?(?:[_.-]?(?:play|video|\d+))?", text, re.I)
        is not None
    )


def _is_trailer_words(part: str) -> bool:
    """Return whether this part of a title is the word alone, with no more beside it than such titles have."""
    folded = _folded(part)
    if _ANY_WORD.search(folded) is None:
        return False
    for word in _FOLDED:
        at = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded)
        if at is not None:
            others = (folded[: at.start()] + " " + folded[at.end() :]).replace("#", " ").split()
            return all(each in _BESIDE or _NUMBER.fullmatch(each) for each in others)
    return False


def _is_tight(text: str) -> bool:
    """Return whether it is named as a trailer's file is: the word behind a dash without blanks."""
    before, dash, behind = text.rpartition("-")
    if not dash or not before.strip() or before.endswith(("Bande", "bande")):
        return False
    return _is_trailer_words(behind) and _folded(behind).split()[:1] != []
