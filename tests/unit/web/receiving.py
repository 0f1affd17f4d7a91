"""A receiver with its store on a clock that the test moves, and what waits for Simkl because of it."""

from __future__ import annotations

from pathlib import Path

from lib.tracking.store.queue import PlayQueue
from lib.web.hooks.receiver import HookReceiver, WhoIsWho
from lib.web.media_server import MediaServer
from lib.web.store.deliveries import HookVerdict
from tests.fakes.clock import FakeClock
from tests.fakes.servers import emby, jellyfin, plex
from tests.fakes.servers.request import SentHook
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer

OWNERS = {"ana": "900001", "ben": "900002"}
USERS = {"ana": "ana", "ben": "ben", "anna's tablet": "ana", "carl": "carl"}
FILM, EPISODE = Film(), EpisodeFile()
BEN = Viewer("ben", "8d9e6679-7425-40de-944b-e07fc1f90ae8", 333333, "tv-2")
STRANGER = Viewer("zoe", "1d9e6679-7425-40de-944b-e07fc1f90ae8", 444444, "tv-3")


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

    def send(self, sent: SentHook, server: str = "home") -> HookVerdict:
        return self.receiver.receive(server, sent.content_type, sent.body, sent.query, "192.0.2.2")

    def wait(self, seconds: float, step: float = 1.0) -> None:
        """Let time go by, with the ticks that the program has."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + step)
            self.receiver.tick()

    def jellyfin(self, kind: str, item: Film | EpisodeFile = FILM, position: float = 0, **more: object) -> HookVerdict:
        # type: ignore[arg-type]
        return self.send(jellyfin.all_properties(jellyfin.notification(kind, item, position=position, **more)))

    def plex(
        self, event: str, item: Film | EpisodeFile = FILM, position: float | None = None, **more: object
    ) -> HookVerdict:
        # type: ignore[arg-type]
        return self.send(plex.form(plex.payload(f"media.{event}", item, position=position, **more)))

    def emby(self, event: str, item: Film | EpisodeFile = FILM, **more: object) -> HookVerdict:
        return self.send(emby.form(emby.payload(f"playback.{event}", item, **more)))  # type: ignore[arg-type]

    def toggle(self, item: Film | EpisodeFile, played: bool, viewer: Viewer = ANA, **more: object) -> HookVerdict:
        values = jellyfin.user_data_saved(item, "TogglePlayed", played, viewer, **more)
        return self.send(jellyfin.all_properties(values))

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
