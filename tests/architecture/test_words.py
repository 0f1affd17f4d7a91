"""Words that nobody could search the web for are in no code, text or document: each has a word of the field instead."""

from __future__ import annotations

import re
from typing import Iterator

import pytest

from tests.architecture.sources import ROOT, Found
from tests.architecture.test_every_file import texts

# What is no longer said, and what is said instead. Prose counts like identifiers.
PRIVATE = {
    r"in a box\b|\bsandboxes\b": "the fake Simkl server",
    r"\b[Ss]trict Kodi\b|\bStrictKodi\b": "the Kodi stubs",
    r"\b[Ff]aces?\b": "front end",
    r"(?<![Ll]iving )(?<!across the )\brooms?\b": "package",
    r"\bthe (?:front )?door\b": "the entry point",
    r"\bthe house\b": "the architecture",
    r"\bturn at Simkl\b|\bTurns\b": "the request lock",
    r"\bPatience\b|\bpatience\b": "back-off, time-out",
    r"\bObstacle\b|\bobstacle\b": "poison message",
    r"\b(?:Wishes|wishes|Telling)\b": "preferences",
    r"\b(?:PlayerEars|Heard|MovedClock|Standings?)\b": "PlayerMonitor, PlayerMessage, CachedMatch, DeliveryState",
    r"\b(?:is_lame|begin_anew|start_patiently|asked_anew|give_back)\b": "the name of today",
    r"\b(?:rehearse|nudge|legible|while_kodi_runs)\b": "the name of today",
    r"\b[Dd]efects?\b": "internal error",
}  # fmt: skip
LEFT_OUT = ("tests/architecture/test_words.py", "CHANGELOG.md", "LICENSE.txt")
ELSEWHERE = {  # the word in another meaning
    "tests/fakes/simkl/wire.py": "the room on a hotel's login page",
    "tests/unit/tracking/test_identify_kinds.py": "the film Face/Off",
}


def private_words(path: str, text: str) -> Iterator[Found]:
    """Find words of ours, with the place."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, instead in PRIVATE.items():
            found = re.search(pattern, line)
            if found:
                yield Found(path, number, f"{found.group()!r}: say {instead}")


def test_every_word_is_the_fields_own():
    found = []
    for path in texts():
        name = path.relative_to(ROOT).as_posix()
        if name not in (*LEFT_OUT, *ELSEWHERE) and path.suffix in (
            ".py",
            ".md",
            ".xml",
            ".yaml",
            ".toml",
            ".html",
            ".js",
            ".css",
            "",
        ):
            found += private_words(name, path.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["A Simkl in a box", "the face of the TV", "no turn at Simkl", "this is a defect", "class Wishes:", "the door"],
)
def test_a_private_word_is_noticed(text):
    assert list(private_words("lib/x.py", text))


def test_ordinary_words_are_left_alone():
    assert list(private_words("lib/x.py", "a TV in the living room, an interface, the default surface")) == []
