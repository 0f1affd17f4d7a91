"""Words that nobody could search the web for are in no code, text or document: each has a word of the field instead."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT
from tests.architecture.test_every_file import texts

# What is no longer said, and what is said instead. Prose counts like identifiers.
PRIVATE = {
    "in a box|sandboxes": "the fake Simkl server",
    "[Ss]trict Kodi|StrictKodi": "the Kodi stubs",
    "[Ff]aces?": "front end",
    "(?<!living )(?<!Living )(?<!across the )rooms?": "package",
    "the (?:front )?door": "the entry point",
    "the house": "the architecture",
    "turn at Simkl|Turns": "the request lock",
    "[Pp]atience": "back-off, time-out",
    "[Oo]bstacle": "poison message",
    "[Ww]ishes|Telling": "preferences",
    "PlayerEars|Heard|MovedClock|Standings?": "PlayerMonitor, PlayerMessage, CachedMatch, DeliveryState",
    "is_lame|begin_anew|start_patiently|asked_anew|give_back": "the name of today",
    "rehearse|nudge|legible|while_kodi_runs": "the name of today",
    "[Dd]efects?": "internal error",
}
ANY = re.compile(rf"\b(?:{'|'.join(PRIVATE)})\b")
SUFFIXES = (".py", ".md", ".xml", ".yaml", ".toml", ".html", ".js", ".css", "")
LEFT_OUT = {
    "tests/architecture/test_words.py": "it names the words",
    "CHANGELOG.md": "what has been is history",
    "LICENSE.txt": "not ours",
    "tests/fakes/simkl/wire.py": "the room on a hotel's login page",
    "tests/unit/tracking/test_identify_kinds.py": "the film Face/Off",
}


def private_words(text: str) -> list[str]:
    """Return our own words in a text, each with its line and what to say instead."""
    return [
        f"line {text.count(chr(10), 0, match.start()) + 1}, {match.group()!r}: say {instead}"
        for match in ANY.finditer(text)
        for pattern, instead in PRIVATE.items()
        if re.fullmatch(pattern, match.group())
    ]


def test_every_word_is_the_fields_own():
    by_name = {path.relative_to(ROOT).as_posix(): path for path in texts() if path.suffix in SUFFIXES}
    found = {name: private_words(path.read_text("utf-8")) for name, path in by_name.items() if name not in LEFT_OUT}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_private_word_is_told_from_an_ordinary_one():
    private = [
        "A Simkl in a box", "the face of the TV", "no turn at Simkl", "this is a defect", "class Wishes:", "the door",
        "two rooms",
    ]  # fmt: skip
    assert [text for text in private if not private_words(text)] == []
    assert private_words("a TV in the living room, an interface, the default surface") == []
