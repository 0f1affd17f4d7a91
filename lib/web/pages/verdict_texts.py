"""The sentences that a delivery is kept with, in the reader's language.

The store keeps them in English, since whoever reads them later may read another language; the pages find out which
sentence it is. A new sentence belongs into a table here, and into the translations.
"""

from __future__ import annotations

import re
from typing import Mapping

from lib.simkl import errors
from lib.tracking.delivery.policy import PlayFault
from lib.web.pages.wording import t

DETAIL_TEXTS = (
    "Simkl has it: {title}.",
    "Simkl did not accept it: {reason}",
    "Marked again within a minute.",
    "The library {library} is excluded.",
    "Not tracked: {reason}.",
    "Shorter than {minutes} minutes.",
    "It has stopped already.",
    "Played on after it was counted.",
    "Already counted; it plays on.",
    "Stopped within three seconds after the start.",
    "Stopped; not watched.",
    "It stopped, and where is not known.",
    "Simkl would remove the film and its rating. Remove it on Simkl if that is what you want.",
    "It plays, or has just been played. Nothing was removed at Simkl.",
    "Five or more episodes were unmarked within a minute. Nothing was removed at Simkl.",
    "Which episode it is, is not known.",
    "Its playback was counted just now.",
    "An empty event is not about watching something.",
    "{event} is not about watching something.",
    'The format "Get" does not tell what is watched. Choose the format "Default" in the plugin.',
    "No known media server sends this.",
    "No known media server sends this. It has: {names}.",
    "Music is not tracked.",
    "A music video is not tracked.",
    "A photo is not tracked.",
    "A book is not tracked.",
    "An audio book is not tracked.",
    "A trailer is not tracked.",
    "A trailer or an extra is not tracked.",
    "A whole show is not tracked.",
    "A whole season is not tracked.",
    "A whole collection is not tracked.",
    "Live TV is not tracked.",
    "A recording is not tracked.",
    "A video that is neither a film nor an episode is not tracked.",
    "What plays is of no kind, neither a film nor an episode.",
    "What plays is of the kind {kind}, neither a film nor an episode.",
    "The request has no content.",
    "The request is JSON, but no object.",
    "The request is not readable as JSON.",
    "The request is not readable as JSON (line {line}, column {column}).",
    "The form has too many fields.",
    "The form has no boundary.",
    "The form has no fields.",
    "The form is broken off or malformed.",
)
# What can stand as {reason} in "Not tracked: {reason}."
EXCLUSION_TEXTS = (
    "excluded by the add-on that plays it",
    "live TV",
    "a music video",
    "a trailer",
    "a sample",
    "an extra",
    "from an excluded add-on",
    "a stream",
    "in an excluded folder",
    "neither ids nor a title nor the name of a file",
    "of a kind that is not tracked",
    "of a kind that is not tracked: {kind}",
)
_KIND_TEXTS = {"movie": "Film", "show": "TV show", "anime": "Anime"}
# What can stand as {reason} in "Simkl did not accept it: {reason}", by the error's own sentence.
REFUSAL_TEXTS = {
    errors.BadRequest.sentence: "A required field is missing or a value is invalid. Please report it.",
    errors.NotAllowed.sentence: "The Simkl account or plan does not include this.",
    errors.NotFound.sentence: "The address is not known at Simkl. Check for a newer version.",
    errors.RequestRefused.sentence: "Simkl did not say why.",
    errors.UnknownError.sentence: "The error is not known to this version. Check for a newer version.",
    errors.Unavailable.sentence: "Simkl had problems on several days.",
    errors.Unreadable.sentence: "On several days it was not Simkl that answered.",
    PlayFault.sentence: "Internal error; please report it. The log has the details.",
}


def detail_text(detail: str, label: str = "") -> str:
    """Translate the detail of a delivery; one that is not known, such as words of Simkl's own, stays as it is.

    That Simkl has it is no news below its outcome, unless Simkl has it by another title than the `label`.
    """
    if label and detail == f"Simkl has it: {label}.":
        return ""
    for text, pattern in _DETAIL_PATTERNS:
        found = pattern.fullmatch(detail)
        if found:
            return t(text, **_values(found.groupdict()))
    return detail


def _values(values: Mapping[str, str]) -> dict[str, str]:
    """Translate those values that are words of ours."""
    return {name: _reason(value) if name == "reason" else value for name, value in values.items()}


def _reason(reason: str) -> str:
    if reason in REFUSAL_TEXTS:
        return t(REFUSAL_TEXTS[reason])
    for text, pattern in _EXCLUSION_PATTERNS:
        found = pattern.fullmatch(reason)
        if found:
            return t(text, **{name: t(_KIND_TEXTS.get(value, value)) for name, value in found.groupdict().items()})
    return reason


def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of a sentence; what stands in it may be any text."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text)), re.DOTALL)


# A sentence without values comes before one that it could be taken for.
_DETAIL_PATTERNS = [(text, _pattern(text)) for text in sorted(DETAIL_TEXTS, key=lambda text: "{" in text)]
_EXCLUSION_PATTERNS = [(text, _pattern(text)) for text in EXCLUSION_TEXTS]
