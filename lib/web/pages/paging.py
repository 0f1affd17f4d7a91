"""A long list as pages of fifty, with links that work without JavaScript."""

from __future__ import annotations

from typing import NamedTuple, Sequence, TypeVar

from flask import request, url_for

PAGE_LENGTH = 50
_LARGEST_PAGE = 1_000_000
_ListRow = TypeVar("_ListRow")


class ListPart(NamedTuple):
    """Where a page stands in its list: numbers of its first and last row, from 1; links are "" where there is none."""

    first: int
    last: int
    total: int
    previous: str
    next: str


def part_of(rows: Sequence[_ListRow], argument: str) -> tuple[Sequence[_ListRow], ListPart]:
    """Return the rows of the page that is asked for by this argument of the address, and where it stands.

    A page that there is not is the last one.
    """
    pages = max(1, -(-len(rows) // PAGE_LENGTH))
    number = min(_asked(argument), pages)
    shown = rows[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    first = (number - 1) * PAGE_LENGTH + 1
    before = _link(argument, number - 1) if number > 1 else ""
    after = _link(argument, number + 1) if number < pages else ""
    return shown, ListPart(first, first + len(shown) - 1, len(rows), before, after)


def _asked(argument: str) -> int:
    given = request.args.get(argument, "")
    return min(max(1, int(given)), _LARGEST_PAGE) if given.isdecimal() and len(given) < 16 else 1


def _link(argument: str, number: int) -> str:
    """Return the address of another page of a list; what else was asked for stays."""
    values = {name: value for name, value in request.args.items() if name not in ("note", "lang")}
    return url_for(str(request.endpoint), **{**values, argument: number})  # type: ignore[arg-type]
