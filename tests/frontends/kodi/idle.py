"""What a run of the add-on imports: `python -m tests.frontends.kodi.idle PROFILE ARGUMENTS` runs it and prints that.

Kodi shuts down after an hour.
"""

import subprocess
import sys
from pathlib import Path

from tests.fakes.kodi import KodiStub

PROJECT = Path(__file__).resolve().parents[3]
HEAVY = ("requests", "urllib3", "yaml", "schedule", "segno", "filelock", "ssl", "sqlite3")


def imported_by(profile, *argv):
    """Return the names of the heavy modules that a run in a new process imports."""
    command = [sys.executable, "-m", "tests.frontends.kodi.idle", str(profile), *argv]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


def main(profile, *argv):
    kodi = KodiStub(PROJECT, profile)
    kodi.at(3600, kodi.abort)
    with kodi.installed():
        kodi.run(list(argv))
        print(*(name for name in HEAVY if name in sys.modules))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
