"""The table: what was measured, what it came to, and what is promised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure; `kept` is whether the promise holds, None where there is only an aim.

    `peer` is the same figure of another add-on, where one was measured beside ours.
    """

    what: str
    figure: str
    promise: str = ""
    kept: bool | None = None
    peer: str = ""


def at_most(what: str, seconds: float, bound: float, more: str = "") -> Row:
    """Return the row of what may take so many seconds at most."""
    return Row(what, f"{seconds:.2f} s{more}", f"<= {bound:.1f} s", seconds <= bound)


def table(rows: list[Row]) -> str:
    """Return the rows as an aligned text."""
    marks = {True: "kept", False: "BROKEN", None: ""}
    beside = any(row.peer for row in rows)
    lines = [("what", "ours" if beside else "measured", "peer", "promised", "")]
    lines += [(r.what, r.figure, r.peer, r.promise, marks[r.kept]) for r in rows]
    columns = [column for column in zip(*lines) if beside or column[0] != "peer"]
    widths = [max(map(len, column)) for column in columns]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in zip(*columns))
