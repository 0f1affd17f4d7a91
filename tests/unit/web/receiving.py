"""A receiver with its store on a clock that the test moves, and what waits for Simkl because of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Mapping, Sequence, Union

from lib.tracking.store.queue import PlayQueue
from lib.web.hooks.receiver import HookReceiver, WhoIsWho
from lib.web.media_server import MediaServer
from lib.web.store.deliveries import HookVerdict
from tests.fakes.clock import FakeClock
from tests.fakes.servers.request import SentHook

OWNERS = {"ana": "900001", "ben": "900002"}
USERS = {"ana": "ana", "ben": "ben", "anna's tablet": "ana", "carl": "carl"}
DAY = 86_400.0
TICKS = 60  # of a long wait


class Evening:
    """One server front end without its web server, on `clock`."""

    clock: FakeClock

    def __init__(self, folder: Path, clock: FakeClock | None = None, **server: object) -> None:
        self.clock = clock or FakeClock()
        self.folder = folder
        self.server = MediaServer("home", **server)  # type: ignore[arg-type]
        self.woken: list[str] = []
        self.start()

    def start(self) -> None:
        """Start, or start again on the same store as after a sudden end."""
        self.queue = PlayQueue(self.folder / "plays.db", self.clock)
        who = WhoIsWho(lambda server, user_id, name: USERS.get(name, ""), lambda account: OWNERS.get(account, ""))
        self.receiver = HookReceiver(self.queue, {"home": self.server}, who, self.clock, self.woken.append)

    def send(self, sent: SentHook) -> HookVerdict:
        return self.receiver.receive("home", sent.content_type, sent.body, sent.query, "192.0.2.2")

    def wait(self, seconds: float) -> None:
        """Let time go by, with some of the ticks that the program has."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + max(1.0, seconds / TICKS))
            self.receiver.tick()

    def play(self, *steps: Step) -> list[HookVerdict]:
        """Do one step after the other: send a request, or let that many seconds go by. Return the verdicts."""
        verdicts = []
        for step in steps:
            if isinstance(step, SentHook):
                verdicts.append(self.send(step))
            elif callable(step):
                step(self)
            else:
                self.wait(step)
        return verdicts

    def waiting(self, account: str = "ana") -> list[tuple[str, str, float]]:
        """Return what waits for Simkl: action, label, progress."""
        return [(play.action, play.label, play.progress) for play in self.queue.listing(OWNERS[account], "waiting")]

    def counted(self, account: str = "ana") -> list[str]:
        """Return what is to be counted as watched, in order."""
        return [play.label for play in self.queue.listing(OWNERS[account], "waiting") if play.counts]

    def outcome(self, verdict: HookVerdict) -> str:
        """Return what became of a request by now."""
        found = self.receiver.deliveries.get(verdict.id)
        assert found is not None
        return found.outcome.value


Step = Union[float, SentHook, Callable[[Evening], object]]
RESTART: Step = Evening.start


def hold(evening: Evening, steps: Sequence[Step], wanted: Mapping[str, Any]) -> None:
    """Do the steps, and hold the evening to what is wanted of it.

    `answers` are the outcomes that the senders were told, `outcomes` the same later; `waiting` is what waits for
    Simkl, `actions` the same without titles; `counted` and `counted_of_ben` are what is to count as watched.
    """
    verdicts = evening.play(*steps)
    found: dict[str, list[Any]] = {
        "answers": [each.outcome.value for each in verdicts],
        "outcomes": [evening.outcome(each) for each in verdicts],
        "waiting": evening.waiting(),
        "actions": [action for action, *_ in evening.waiting()],
        "counted": evening.counted(),
        "counted_of_ben": evening.counted("ben"),
    }
    assert {name: found[name] for name in wanted} == wanted
