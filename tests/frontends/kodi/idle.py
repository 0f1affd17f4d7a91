"""Run the add-on once in a new process (`python -m`) and print what heavy modules it imported.

The arguments are the profile folder and what Kodi hands over. Kodi shuts down after an hour.
"""

import sys
from pathlib import Path

from tests.fakes.kodi import KodiStub

HEAVY = ("requests", "urllib3", "yaml", "schedule", "segno", "filelock", "ssl")


def main(profile, *argv):
    kodi = KodiStub(Path(__file__).resolve().parents[3], profile)
    kodi.at(3600, kodi.abort)
    with kodi.installed():
        kodi.run(list(argv))
        print(*(name for name in HEAVY if name in sys.modules))


if __name__ == "__main__":
    main(*sys.argv[1:])
