"""Taking the name of a video file apart: title, season and episode."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\bs(\d{1,4})[ .]?e(\d{1,4})|\b(\d{1,2})x(\d{2,3})\b", re.IGNORECASE)
_NOISE = re.compile(
    r"(?<=\S) [\[(]?\b((19|20)\d\d|\d{3,4}[pi]|4k|uhd|blu ?-?ray|b[dr]rip|web-?(dl|rip)?|hdtv|dvd(rip)?)\b.*",
    re.IGNORECASE,
)


def parse_file_name(name: str) -> tuple[str, int | None, int | None]:
    """Take the name of a file apart: `Lantern.Street.S02E04.1080p.mkv` is the title, 2 and 4."""
    stem = re.sub(r"\.[a-z0-9]{2,4}$", "", name, flags=re.IGNORECASE)
    words = re.sub(r"[._]+", " ", re.sub(r"^\s*\[[^\]]*\]", "", stem)).strip()
    numbers = _NUMBERS.search(words)
    season = episode = None
    if numbers is not None:
        season, episode = (int(each) for each in numbers.groups() if each is not None)
    before = words[: numbers.start()] if numbers is not None else words
    title = _NOISE.sub("", before, count=1).strip(" -")
    return title or before.strip(" -") or words, season, episode
