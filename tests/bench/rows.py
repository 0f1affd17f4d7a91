"""The table: what was measured, what it came to, and what is promised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure; `kept` is whether the promise holds, None where there is only an aim."""

    what: str
    figure: str
    promise: str = ""
    kept: bool | None = None


def table(rows: list[Row]) -> str:
    """Return the rows as an aligned text."""
    marks = {True: "kept", False: "BROKEN", None: ""}
    lines = [("what", "measured", "promised", "")] + [(r.what, r.figure, r.promise, marks[r.kept]) for r in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    return "\n".join("  ".join([*(line[i].ljust(widths[i]) for i in range(3)), line[3]]).rstrip() for line in lines)
