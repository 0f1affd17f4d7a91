"""A second Kodi process in the same profile, by the real clock: `python -m tests.frontends.kodi.another_kodi PROFILE`.

Opens the sign-in window and prints the code once it is shown.
"""

import sys
from pathlib import Path

from tests.fakes.kodi import Do, KodiStub, UserScript
from tests.frontends.kodi.tv import PROJECT, code_is_shown, sees, spelled

BOUND = 60.0  # real seconds


def main(profile):
    kodi = KodiStub(PROJECT, profile, real_wait=0.1, bound=BOUND)
    tell_code = Do(lambda: print(spelled(kodi.top())[1], flush=True))
    kodi.user = UserScript([code_is_shown, tell_code, sees("Linked as sample_viewer")])
    with kodi.installed():
        return kodi.run(["plugin.py", "link"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
