"""The lines in which an add-on, or Python for it, complains in what a Kodi has written."""

import re
from typing import List

ADDON_ID = "plugin.video.simkl"
KILLED = "didn't stop in"  # five seconds after Kodi has told a script to
SIGNS = ("traceback", "error contents", "deprecated", f"error <general>: [{ADDON_ID}]", "internal error", KILLED)

# Between the pieces of what Python writes Kodi puts the time, the thread and the level into its log.
_GAP = r"(?:\s|\d{4}-\d\d-\d\d [\d:.]+ T:\d+ +\w+ <general>: )*"
# What Kodi and Python do to every script.
OF_OTHERS = (
    # Python 3.13, at the end of a script whose own thread has waited for another one: it takes only the main thread of
    # the whole program for no "dummy thread".
    re.compile(
        r"Exception ignored in: <function _DeleteDummyThreadOnDel\.__del__ at \w+>\n"
        r"Traceback \(most recent call last\):\n"
        r"  File \"[^\"]*/threading\.py\", line \d+, in __del__\n"
        r"TypeError: 'NoneType' object does not support the context manager protocol\n"
    ),
    # Kodi 19, which at shutdown raises SystemExit in a script, also in one that is just ending by itself.
    re.compile(
        _GAP.join(
            [
                r"Exception ignored in: ", r"<module 'threading' from '[^']*'>",
                r"Traceback \(most recent call last\):", r"File \"[^\"]*/threading\.py\", line \d+, in _shutdown",
                r"tlock\.release\(\)", r"SystemError", r": ",
                r"<method 'release' of '_thread\.lock' objects> returned a result with an error set",
            ]
        )
    ),
)  # fmt: skip


def complaints(written: str) -> List[str]:
    """Return the lines of Kodi's logs and of its output that complain, but for `OF_OTHERS`."""
    for known in OF_OTHERS:
        written = known.sub("", written)
    return [line for line in written.splitlines() if any(sign in line.lower() for sign in SIGNS)]
