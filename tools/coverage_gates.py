"""Judge what the tests ran of `lib`, package by package, from the report that slipcover wrote.

    python -m tools.coverage_gates build/coverage.json

Prints each gate with its share in percent and the lines that no test ran; ends with 1 when a share is too small.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Mapping

# The first one that a file's path begins with counts; the last one is for all others.
GATES = {"lib/kodi/": 97, "lib/web/": 97, "lib/": 99}


def gate_of(path: str) -> str:
    """Return the gate that a file belongs to."""
    return next(gate for gate in GATES if path.startswith(gate))


def judge(files: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], bool]:
    """Return what to print, and whether every gate holds; a gate without a file does not."""
    ran, missed, lines = dict.fromkeys(GATES, 0), dict.fromkeys(GATES, 0), []
    for path, found in sorted(files.items()):
        ran[gate_of(path)] += len(found["executed_lines"])
        missed[gate_of(path)] += len(found["missing_lines"])
        if found["missing_lines"]:
            lines.append(f"{path}: {', '.join(map(str, found['missing_lines']))}")
    good = True
    for gate, wanted in GATES.items():
        share = 100 * ran[gate] / max(1, ran[gate] + missed[gate])
        good = good and share >= wanted
        lines.append(f"{gate:10} {share:5.1f} % of {ran[gate] + missed[gate]} lines, {wanted} % are wanted")
    return lines, good


def main(report: str) -> int:
    """Print what a report says; return the exit code."""
    lines, good = judge(json.loads(Path(report).read_text(encoding="utf-8"))["files"])
    print(*lines, sep="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
