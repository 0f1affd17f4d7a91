"""What every error of ours carries, so that a front end only has to show it and keeps no list of its own.

name         the stable word for programs: JSON output, translated strings
sentence     what to tell a person where the place that raised it said nothing more exact
exit_code    how a program ends because of it
retryable    whether the same may work at the next attempt, without anybody doing anything
"""

from __future__ import annotations

from lib.system import exit_codes


class LinkError(Exception):
    """Something that a person or a program is told about; `str(error)` says what happened and what to do."""

    name = "error"
    sentence = "Something went wrong. Try again in a few minutes."
    exit_code = exit_codes.INTERNAL_ERROR_CODE
    retryable = False

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class InternalError(LinkError):
    """A mistake in this program; the log has the traceback."""

    name = "internal_error"
    sentence = "Internal error; please report it."
