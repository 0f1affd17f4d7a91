"""Run the files again in which the last run of pytest failed.

    python -m tests.real_kodi.once_more

Kodi 20 itself dies now and then, on a busy machine: of a segmentation fault while its Python scripts start or end, or
of an assertion about one of its own mutexes (`__pthread_mutex_lock_full`); and what it does is seen in pictures only.
Whole files, since the tests of one share a Kodi and its library. What fails twice has failed.
"""

import json
import subprocess
import sys
from pathlib import Path

LAST_FAILED = Path(__file__).resolve().parents[2] / ".pytest_cache" / "v" / "cache" / "lastfailed"


def main() -> int:
    """Return pytest's exit code; 1 when it is not known what has failed."""
    failed = json.loads(LAST_FAILED.read_text(encoding="utf-8")) if LAST_FAILED.is_file() else {}
    files = sorted({test.partition("::")[0] for test in failed if test.startswith("tests/real_kodi/")})
    if not files:
        print("it is not known which tests of a real Kodi have failed")
        return 1
    print("once more:", *files, flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", *files], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
