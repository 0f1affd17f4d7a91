"""Runs a script under libfaketime: `python under_faketime.py SCRIPT ARGUMENTS`.

Since Python 3.11 a sleep is one until a moment of the monotonic clock. libfaketime up to 0.9.10 gets that wrong even if
it is told to leave that clock alone (its issue 426). Here a sleep is a wait with a time-out of the same length.
"""

import runpy
import select
import sys
import time
from pathlib import Path


def wait(seconds: float) -> None:
    select.select([], [], [], seconds)


vars(time).update(sleep=wait)
sys.argv = sys.argv[1:]
sys.path[0] = str(Path(sys.argv[0]).parent)
runpy.run_path(sys.argv[0], run_name="__main__")
