"""A receiver with its store on a clock that the test moves, and what reaches Simkl of an evening because of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Mapping, Sequence, Union

from lib.account.store import Account
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, V1, Token
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.accounts import AccountDirectory
from lib.web.delivery.senders import AccountSenders
from lib.web.delivery.show_ids import ShowIdResolver
from lib.web.hooks.receiver import HookReceiver, WhoIsWho
from lib.web.media_server import MediaServer
from lib.web.store.deliveries import HookVerdict
from tests.fakes.clock import FakeClock
from tests.fakes.servers.common import EpisodeFile, Film, SentHook, Viewer
from tests.unit.tracking.sending import CLIENT_ID, SINCE, box_on

FILM, EPISODE = Film(), EpisodeFile()
FILE_NAME = "The.Glass.Harbour.2018.1080p.mkv"
BY_FILE_NAME = Film(FILE_NAME, None, ids={}, path=f"/films/{FILE_NAME}")  # Simkl says what it is
NAMELESS = Film("", None, ids={}, path=f"/films/{FILE_NAME}")
HARBOUR, LANTERN = "The Glass Harbour", "Lantern Street 2x04"
BEN = Viewer("ben", "8d9e6679-7425-40de-944b-e07fc1f90ae8", 333333, "tv-2")
OWNERS = {"ana": "900001", "ben": "900002"}
USERS = {"ana": "ana", "ben": "ben", "carl": "carl"}
DAY = 86_400.0
TICKS = 60  # of a long wait


class Evening:
    """One server front end without its web server, on `clock`."""

    def __init__(self, folder: Path, **server: Any) -> None:
        self.clock = FakeClock()
        self.folder = folder
        self.server = MediaServer("home", **server)
        self.woken: list[str] = []
        self.start()

    def start(self) -> None:
        """Start, or start again on the same store as after a sudden end."""
        self.queue = PlayQueue(self.folder / "plays.db", self.clock)
        who = WhoIsWho(lambda server, user_id, name: USERS.get(name, ""), self.owner_of)
        self.receiver = HookReceiver(self.queue, {"home": self.server}, who, self.clock, self.woken.append)

    def owner_of(self, account: str) -> str:
        return OWNERS.get(account, "")

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
        return self.receiver.deliveries.get(verdict.id).outcome.value


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


class LinkedEvening(Evening):
    """An evening whose plays reach the fake Simkl. `fetch` tells the ids of a show in place of its server."""

    def __init__(
        self, folder: Path, fetch: Callable[[str, Secret, str, Clock], Mapping[str, str]] | None = None, **server: Any
    ) -> None:
        self.fetch = fetch or (lambda url, key, show, clock: {})
        self.accounts = AccountDirectory(folder / "settings.yaml")
        super().__init__(folder, **server)
        self.box = box_on(self.clock).start()
        (folder / "settings.yaml").write_text(f"simkl:\n  api_url: {self.box.url}\n  client_id: {CLIENT_ID}\n")
        for name, number in OWNERS.items():
            self.link(name, int(number))

    def link(self, name: str, number: int, since: str = SINCE) -> None:
        """Link an account with the fake Simkl."""
        if name not in self.box.watched:
            self.box.add_user(name, number)
        token = Token(Secret(self.box.give_token(name, client_id=CLIENT_ID)), CLIENT_ID, V1, scope=SCOPE)
        self.accounts.save(name, Account(token, since, User(number, name, "free")))

    def owner_of(self, account: str) -> str:
        return self.accounts.owner_of(account)

    def start(self) -> None:
        super().start()
        queued, servers = self.receiver.queued, lambda: {"home": self.server}
        shows = ShowIdResolver(self.queue, queued, servers, self.clock, self.fetch)
        never, pause = lambda: False, self.clock.pause
        self.senders = AccountSenders(self.queue, queued, self.accounts, shows, {}, never, self.clock, pause, servers)

    def deliver(self, account: str = "ana") -> None:
        """Send what waits for an account, until nothing is left or it has to wait for long."""
        for _ in range(50):
            wait = self.senders.step(OWNERS[account])
            if wait is None or wait > 30:
                return
            self.clock.now += wait
        raise AssertionError("it never ends")
