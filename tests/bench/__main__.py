"""Measure everything and print one table; exit 1 if a promise is broken.

python -m tests.bench [linking] [queue] [server] [kodi] [tracking]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Callable

from tests.bench import in_kodi, linking, queue, server, tracking
from tests.bench.rows import Row, table
from tests.real_kodi.waiting import Crashed


def main(chosen: list[str]) -> int:
    """Run the chosen parts, all of them by default."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        parts: dict[str, Callable[[Path], list[Row]]] = {
            "linking": linking.measure,
            "queue": queue.measure,
            "server": server.measure,
            "kodi": in_kodi.measure,
            "tracking": tracking.measure,
        }
        unknown = set(chosen) - set(parts)
        if unknown:
            print(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(parts)}", file=sys.stderr)
            return 2
        for name in chosen or parts:
            try:
                rows += parts[name](Path(folder) / name)
            except Crashed as error:  # Kodi 20 itself does that now and then; twice in a row would be ours
                print(f"{name} is measured once more: {error}", file=sys.stderr)
                rows += parts[name](Path(folder) / f"{name}-once-more")
    print(table(rows))
    return int(any(row.kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
