"""What opening the menu costs in Python: the time to import it, and that nothing heavy comes along."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.rows import Row

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("requests", "urllib3", "yaml", "schedule", "segno", "filelock")
RUNS = 7

PROBE = """
import json, sys, tempfile, time
from pathlib import Path
from tests.fakes.kodi import KodiStub
heavy = {heavy!r}
before = set(sys.modules)
kodi = KodiStub(Path({root!r}), Path(tempfile.mkdtemp()))
with kodi.installed():
    start = time.perf_counter()
    kodi.run(["plugin://plugin.video.simkl/", "1", ""])
    seconds = time.perf_counter() - start
    loaded = sorted(set(sys.modules) - before)
print(json.dumps([seconds, [name for name in heavy if name in loaded], len(loaded)]))
"""


def measure() -> list[Row]:
    """Open the menu in fresh interpreters, with the strict stub in Kodi's place."""
    probe = PROBE.format(heavy=HEAVY, root=str(ROOT))
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=True, capture_output=True).stdout)
        for _ in range(RUNS)
    ]
    seconds, heavy, modules = min(runs)
    return [
        Row(f"menu: imports and listing, best of {RUNS}", f"{seconds * 1000:.0f} ms, {modules} modules"),
        Row("menu: heavy libraries imported", ", ".join(heavy) or "none", "none", not heavy),
    ]
