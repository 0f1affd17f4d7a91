"""Measure everything and print one table; exit 1 if a promise is broken.

python -m tests.bench [linking] [menu] [tokens] [queue] [kodi] [tracking]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import in_kodi, linking, menu, queue, tokens, tracking
from tests.bench.rows import table


def main(chosen: list[str]) -> int:
    """Run the chosen parts, all of them by default."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        parts = {
            "linking": lambda: linking.measure(Path(folder) / "linking"),
            "menu": menu.measure,
            "tokens": lambda: tokens.measure(Path(folder) / "tokens"),
            "queue": lambda: queue.measure(Path(folder) / "queue"),
            "kodi": lambda: in_kodi.measure(Path(folder) / "kodi"),
            "tracking": lambda: tracking.measure(Path(folder) / "tracking"),
        }
        unknown = set(chosen) - set(parts)
        if unknown:
            print(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(parts)}", file=sys.stderr)
            return 2
        for name in chosen or parts:
            rows += parts[name]()
    print(table(rows))
    return int(any(row.kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
