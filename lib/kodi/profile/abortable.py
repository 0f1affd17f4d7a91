"""Doing what may take seconds without holding up Kodi's end."""

from __future__ import annotations

import contextlib
from typing import Callable, Iterator, TypeVar

import xbmcgui

from lib.kodi.addon import Addon
from lib.system.threads import Worker

_T = TypeVar("_T")
ABORT_POLL_SECONDS = 0.05
ABORT_JOIN_SECONDS = 1.0


def run_abortable(addon: Addon, work: Callable[[], _T], abort: Callable[[], None]) -> _T | None:
    """Do what may take seconds, and give it up at once when Kodi shuts down: None. Raises what `work` raises."""
    worker = Worker(work)
    worker.start()
    while worker.alive():
        if addon.monitor.waitForAbort(ABORT_POLL_SECONDS):
            abort()
            worker.join(ABORT_JOIN_SECONDS)  # what is done on this device is done: only the network is given up
            return None
    return worker.result()


@contextlib.contextmanager
def background_progress(addon: Addon, heading: str, message: str) -> Iterator[None]:
    """Show that it goes on, in a corner of the screen."""
    bar = xbmcgui.DialogProgressBG()
    bar.create(heading, message)
    try:
        yield
    finally:
        bar.close()
