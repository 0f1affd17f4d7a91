"""Building the zip in a process of its own, as `make zip` does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT


def run_builder(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run tools/build_zip.py."""
    command = [sys.executable, str(ROOT / "tools" / "build_zip.py"), "--out", str(out), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def build(out: Path, *arguments: str) -> Path:
    """Build a zip and return it."""
    done = run_builder(out, *arguments)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())
