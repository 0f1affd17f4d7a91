"""A program that plays through a list and is killed over and over; what it has heard of is on its disk, or nowhere.

    python -m tests.e2e.playing_process FOLDER API_URL SEED

Each line on stdin is a run: "kill PHASE", or "finish". A run is a forked process that puts what comes next of the list
into the queue (for each play a start with what plays, then its stop) and brings it to Simkl, and is killed shortly
after it has come to the phase, or when it has nothing more to do. The answer is a line of JSON: see `Run.killed`.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import select
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.simkl import errors
from lib.simkl.api.media import SHOW, Item, clean_ids
from lib.simkl.api.scrobble import START, STOP
from lib.simkl.http import transport
from lib.system.clock import Clock
from lib.tracking.delivery.sender import Sender
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.trials import trials

OWNER = "900001"
PLAYS, ROWS_A_RUN, EPISODES = trials(600), 4, 25
FIRST_SHOW = 700_000  # its number at Simkl
EVENINGS_AGO = 1_790_000_000.0  # when what is told late was watched, a minute apart
ENQUEUE, COMMIT, REQUEST, ANSWER, DONE = PHASES = ("enqueue", "commit", "request", "answer", "done")
LONGEST_DELAY = {ENQUEUE: 0.002, COMMIT: 0.002, REQUEST: 0.006, ANSWER: 0.002, DONE: 0.0005}
HANG_SECONDS = 0.3
_ROWS, _UNANSWERED, _IN_FLIGHT, _SIZE = slice(0, 8), 8, 9, 10


def is_late(number: int) -> bool:
    """Return whether a play is one of those that were watched long ago, without a connection."""
    return number % 5 < 2


def watched_at(number: int) -> float:
    """Return when a late play was watched."""
    return EVENINGS_AGO + 60 * number


def item(number: int) -> Item:
    """Return what play `number` is of."""
    show, episode = divmod(number, EPISODES)
    return Item(SHOW, f"Show {show}", 2001, clean_ids({"tvdb": f"{FIRST_SHOW + show}"}), 1, episode + 1)


def play(number: int, action: str) -> Play:
    """Return the start of a play, or its stop at the end."""
    at = watched_at(number) if is_late(number) else time.time()
    return Play(action, item(number), at, 0.0 if action == START else 100.0)


class Run:
    """One process, from its fork to its death."""

    def __init__(self, folder: Path, api_url: str, chance: random.Random, phase: str, target: int) -> None:
        self._folder, self._api_url, self._chance, self._target = folder, api_url, chance, target
        self._phase, self._left = phase, chance.randint(1, ROWS_A_RUN if phase in (ENQUEUE, COMMIT) else 3)
        self._shared = mmap.mmap(-1, _SIZE)
        self._messages, self._tell = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                self._go_on()
                os.write(self._tell, b".")
                signal.pause()
            finally:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
                os._exit(1)
        os.close(self._tell)

    def killed(self) -> dict[str, Any]:
        """Wait until it has come where it shall be killed, kill it there, and return what is told of it.

        `hit` is whether it came to its phase; `rows` were queued for certain, `unanswered` requests are those that no
        answer came to, `in_flight` is whether it was asking just then, or had an answer that was not on the disk yet.
        """
        select.select([self._messages], [], [], 30)
        said = os.read(self._messages, 1)
        threading.Event().wait(self._chance.uniform(0, LONGEST_DELAY[self._phase]) if said == b"!" else 0)
        os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        os.close(self._messages)
        if not said or os.WTERMSIG(status) != signal.SIGKILL:
            raise ChildProcessError("it died by itself")
        told = {"hit": said == b"!", "phase": self._phase, "rows": int.from_bytes(self._shared[_ROWS], "big")}
        return {**told, "unanswered": self._shared[_UNANSWERED], "in_flight": bool(self._shared[_IN_FLIGHT])}

    def _comes_to(self, phase: str) -> None:
        self._left -= phase == self._phase
        if self._left == 0:
            os.write(self._tell, b"!")
            self._left = -1

    def _go_on(self) -> None:
        queue = PlayQueue(self._folder / "queue.db", Clock())
        clock = FakeClock(wall=time.time())
        settings = Settings(self._folder / "settings.yaml", "", None, "http://127.0.0.1:9", "http://127.0.0.1:9")
        access = AccountClient(settings, "test", clock, pause=lambda seconds: False, transport=self._transport())
        delivery = Sender(queue, OWNER, access, self, clock=clock)
        with queue.database.changing() as connection:
            connection.set_trace_callback(self._commits)
        queue.recover(OWNER)
        assert queue.newest() % 2 == 0, "what played when it was killed has not got its stop"
        for row in range(queue.newest(), min(self._target, 2 * PLAYS)):
            self._comes_to(ENQUEUE)
            start, stop = play(row // 2, START), play(row // 2, STOP)
            queue.add(OWNER, *(([stop], None) if row % 2 else ([start], stop)))
            self._shared[_ROWS] = queue.newest().to_bytes(8, "big")
            if self._chance.random() < 0.5:
                _wait(clock, delivery.step() or 0.0)
        while (seconds := delivery.step()) is not None:
            _wait(clock, seconds)

    def _commits(self, statement: str) -> None:
        if statement == "COMMIT":
            self._comes_to(COMMIT)

    def _transport(self) -> transport.Transport:
        transport.READ_SECONDS = transport.WRITE_SECONDS = HANG_SECONDS
        run = self

        class CountingTransport(transport.Transport):
            """Tells when it asks and when it was answered."""

            def send(self, *arguments: Any, **more: Any) -> transport.Answer:
                run._shared[_IN_FLIGHT] = 1
                run._comes_to(REQUEST)
                try:
                    return super().send(*arguments, **more)
                except errors.SimklError as error:
                    run._shared[_IN_FLIGHT] = 0
                    run._shared[_UNANSWERED] += isinstance(error, errors.Unreachable)
                    raise
                finally:
                    run._comes_to(ANSWER)

        return CountingTransport(self._api_url, "sandbox-client-id", "killed")

    def delivered(self, plays: Any) -> None:
        """What was answered is on the disk."""
        self._shared[_IN_FLIGHT] = 0
        self._comes_to(DONE)

    def not_recognised(self, play: Play) -> None:
        raise AssertionError(f"{play.label} is in the catalogue")

    def refused(self, play: Play, error: Exception) -> None:
        raise AssertionError(f"{play.label}: {error}")

    def trouble(self, error: Exception) -> None:
        raise AssertionError(str(error))


def _wait(clock: FakeClock, seconds: float) -> None:
    """Let a wait be over by the monotonic clock, while the wall clock stays the real one."""
    clock.advance(seconds)
    clock.skew -= seconds


def main(folder: str, api_url: str, seed: str) -> None:
    """Make a run for each line until there are no more."""
    chance = random.Random(f"runs {seed}")
    for run, line in enumerate(sys.stdin, 1):
        order, _, phase = line.strip().partition(" ")
        target = 2 * PLAYS if order == "finish" else ROWS_A_RUN * run
        made = Run(Path(folder), api_url, random.Random(chance.random()), phase, target)
        print(json.dumps(made.killed()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
