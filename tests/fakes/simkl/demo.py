"""The main job in one command: links the real `plugin.py` to a fake Simkl server, and has an evening of TV tracked.

The code can be typed in on the fake server's own page. If nobody does within ten seconds, the demo says so and approves
it. Of the evening only the player is made up, everything behind it is the real thing: sessions, identity, the queue on
the disk, delivery. The settings live in a temporary folder, so nothing is left behind.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Sequence

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.simkl.errors import SimklError
from lib.system.clock import Clock
from lib.tracking.delivery.sender import Sender
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE, MediaInfo
from lib.tracking.play import Play
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.queue import PlayQueue
from lib.tracking.tracker import Tracker
from tests.fakes.clock import FakeClock
from tests.fakes.simkl import FakeSimkl

PLUGIN = Path(__file__).resolve().parents[3] / "plugin.py"
PATIENCE = 10.0
OWNER = "demo"
FILM = MediaInfo(file="/films/The Glass Harbour.mkv", media=MEDIA_MOVIE, title="The Glass Harbour", year=2018)
EPISODE_4 = MediaInfo(
    file="/shows/Lantern Street/4.mkv",
    media=MEDIA_EPISODE,
    show_title="Lantern Street",
    show_year=2021,
    season=2,
    episode=4,
)
MINUTE = 60.0


def main() -> int:
    """Run the demo; return the exit code of the first command that failed, else 0."""
    with FakeSimkl(interval=1) as box, tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "settings.yaml")
        environ = {
            **os.environ,
            "SIMKL_SETTINGS": str(settings),
            "SIMKL_CLIENT_ID": box.client_id,
            "SIMKL_API_URL": box.url,
            "SIMKL_SITE_URL": box.url,
        }
        say("A stand-in for Simkl runs on this machine; nothing leaves it.")
        say(f"Type the code in at {box.url}/pin within {PATIENCE:.0f} seconds, or the demo approves it by itself.\n")
        by_itself = threading.Event()
        approval = threading.Timer(PATIENCE, approve, [box, by_itself])
        approval.daemon = True
        approval.start()
        code = run("link", environ)
        approval.cancel()
        if by_itself.is_set() and sys.stdout.isatty():
            say("Nobody typed the code in, so the demo approved it by itself.")
        say("\n$ plugin.py status --check")
        code = code or run("status", environ, "--check")
        if not code:
            say("\nAn evening in front of the TV, in fast motion:")
            Evening(box, settings).watch()
        return code


def approve(box: FakeSimkl, by_itself: threading.Event) -> None:
    by_itself.set()
    if not sys.stdout.isatty():  # on a terminal the count-down is in the way; it is said afterwards
        say("Nobody has typed the code in: approving it now.")
    box.approve_pending()


def run(command: str, environ: dict[str, str], *options: str) -> int:
    return subprocess.run([sys.executable, str(PLUGIN), command, *options], env=environ).returncode


def say(text: str) -> None:
    print(text, flush=True)


class Evening:
    """One viewer; `settings` is a settings file with a linked account."""

    def __init__(self, box: FakeSimkl, settings: Path) -> None:
        clock = Clock()
        self._time = FakeClock(0.0, clock.wall())  # of the evening, which takes no real time
        self._box = box
        self._queue = PlayQueue(settings.with_name("queue.db"), clock)
        self._tracker = Tracker(self._queue, OWNER, self, self._time)
        access = AccountClient(Settings(settings, box.client_id, None, box.url, box.url), "demo", clock)
        self._delivery = Sender(self._queue, OWNER, access, self, clock=clock)

    def watch(self) -> None:
        """Watch a film with a pause, and an episode while the network is away."""
        logging.getLogger("lib.tracking").setLevel(logging.WARNING)
        self._play(FILM, 100 * MINUTE)
        self._go(40 * MINUTE)
        self._happens(PlayerEventKind.PAUSED, "pause")
        self._time.now += 10 * MINUTE
        self._happens(PlayerEventKind.RESUMED, "play")
        self._go(60 * MINUTE)
        self._happens(PlayerEventKind.ENDED, "the film ends")
        self._box.stop_listening()
        say("  (the network goes away)")
        self._play(EPISODE_4, 45 * MINUTE)
        self._go(43 * MINUTE)
        self._happens(PlayerEventKind.STOPPED, "stop in the credits")
        say(f"  {self._queue.waiting(OWNER)} waiting, on the disk")
        self._box.listen_again()
        say("  (the network is back)")
        self._delivery.retry_now()
        self._send()
        self._queue.close()
        marks = [mark for marks in self._box.watched.values() for mark in marks.values()]
        places = ["" if mark.episode is None else f" {mark.season}x{mark.episode:02}" for mark in marks]
        say(f"  Watched, says Simkl: {', '.join(mark.title + place for mark, place in zip(marks, places))}")

    def queued(self, plays: list[Play]) -> None:
        self._send()

    def watched(self, play: Play) -> None:
        """Hear what was watched to the mark."""

    def delivered(self, plays: Sequence[Play]) -> None:
        for play in plays:
            say(f"      -> Simkl: {play.action} {play.label} at {play.progress:g} %")

    def not_recognised(self, play: Play) -> None:
        say(f"      -> Simkl does not know {play.label}")

    def refused(self, play: Play, error: SimklError) -> None:
        say(f"      -> {error}")

    def trouble(self, error: Exception) -> None:
        say(f"      -> {error}")

    def _play(self, facts: MediaInfo, total: float) -> None:
        say(f"  {facts.show_title or facts.title} begins")
        started = PlayerEvent(PlayerEventKind.STARTED, self._time.now, 0.0, total)
        self._tracker.began(facts, TrackingPreferences(), started)

    def _go(self, seconds: float) -> None:
        """Let it play, looking at it every second as the real thing does."""
        for _ in range(int(seconds)):
            self._time.now += 1.0
            self._tracker.feed(PlayerEvent(PlayerEventKind.PROGRESSED, self._time.now))

    def _happens(self, what: PlayerEventKind, words: str) -> None:
        say(f"  {words}")
        self._tracker.feed(PlayerEvent(what, self._time.now))

    def _send(self) -> None:
        """Send what can be sent now; after a failure the rest waits."""
        until = time.monotonic() + 30
        while self._queue.waiting(OWNER) and not self._delivery.step() and time.monotonic() < until:
            pass


if __name__ == "__main__":
    sys.exit(main())
