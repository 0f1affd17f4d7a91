"""One request at a hook: read, understood, on the disk with its verdict, and only then answered."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace
from typing import Callable, Mapping

from lib.system.clock import Clock
from lib.tracking.identify import Ignored, identify
from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.show_lookup import show_reference
from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook
from lib.web.hooks.parse import parse_hook
from lib.web.media_server import MediaServer
from lib.web.playing.engine import PlaybackEngine
from lib.web.playing.marks import HandMarks, removals_by_server
from lib.web.playing.meaning import Meaning, Watching
from lib.web.playing.media import info_from_event
from lib.web.playing.registry import PlaybackRegistry
from lib.web.store.counted import CountedPlays
from lib.web.store.deliveries import DeliveryLog, HookOutcome, HookVerdict
from lib.web.store.playbacks import PlaybackStore
from lib.web.store.queued import QueuedPlays
from lib.web.store.removals import HeldRemovals
from lib.web.store.schema import create_hook_tables
from lib.web.store.seen import SeenSenders, SeenUsers
from lib.web.store.shows import KnownShows

MOST_TOGETHER = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WhoIsWho:
    """Who the users of servers are.

    `account_of(server, user_id, user_name)` is the account's name, empty for a user who is not linked;
    `owner_of(account)` is the Simkl user whose plays it tracks, empty while the account is not linked to Simkl.
    """

    account_of: Callable[[str, str, str], str]
    owner_of: Callable[[str], str]


@dataclass
class _Request:
    """A request that waits to be taken in, and then what became of it.

    Its thread is woken by `turn`: it is done, or it is for this thread to take in those that wait.
    """

    server: str
    found: list[PlaybackEvent] | UnusableHook
    remote: str
    verdict: HookVerdict | None = None
    owner: str = ""
    error: Exception | None = None
    is_done: bool = False
    turn: threading.Event = field(default_factory=threading.Event)


class HookReceiver:
    """Takes what media servers send. Safe for several threads.

    `on_queued(owner)` is called when something is in the queue for an owner, after it is on the disk.
    """

    def __init__(
        self,
        queue: PlayQueue,
        servers: Mapping[str, MediaServer],
        who: WhoIsWho,
        clock: Clock,
        on_queued: Callable[[str], None],
    ) -> None:
        self._queue = queue
        self._servers = dict(servers)
        self._who = who
        self._clock = clock
        self._on_queued = on_queued
        self._lock = threading.RLock()
        self._line_lock = threading.Lock()
        self._line: list[_Request] = []
        self._is_busy = False  # a thread takes requests in, or has been told to
        create_hook_tables(queue.database)
        self.deliveries = DeliveryLog(queue.database)
        self.users = SeenUsers(queue.database)
        self.senders = SeenSenders(queue.database)
        self.queued = QueuedPlays(queue, self.deliveries)
        self._shows = KnownShows(queue.database)
        counted = CountedPlays(queue.database)
        self._registry = PlaybackRegistry(PlaybackStore(queue.database))
        self._engine = PlaybackEngine(self._registry, counted)
        self._marks = HandMarks(self._registry, counted, HeldRemovals(queue.database))
        self._load()

    def receive(
        self, server_name: str, content_type: str, body: bytes, query: Mapping[str, str], remote: str
    ) -> HookVerdict:
        """Take in one request; return what became of it, which is on the disk by then. Raises QueueError."""
        request = _Request(server_name, parse_hook(content_type, body, query), remote)
        with self._line_lock:
            self._line.append(request)
            is_first, self._is_busy = not self._is_busy, True
        if not is_first:
            request.turn.wait()
        if not request.is_done:
            try:
                while not request.is_done:
                    self._take_in_together()
            finally:
                self._hand_over()
        if request.error is not None:
            raise request.error
        assert request.verdict is not None
        verdict, owner = request.verdict, request.owner
        log.info(
            "delivery %d from %s: %s %s, %s", verdict.id, server_name, verdict.sender or "unknown sender",
            verdict.event, verdict.outcome.value, extra={"delivery": verdict.id},
        )  # fmt: skip
        if owner and verdict.outcome is HookOutcome.QUEUED:
            self._on_queued(owner)
        return verdict

    def tick(self) -> None:
        """Let time go by: starts become due, held removals are sent. Call it once a second. Raises QueueError."""
        now = self._clock.wall()
        with self._lock:
            try:
                with self._queue.database.changing():
                    owners = self._take_in_time(now)
            except QueueError:
                self._load()
                raise
        for owner in owners:
            self._on_queued(owner)

    def use_servers(self, servers: Mapping[str, MediaServer]) -> None:
        """Go by these settings from now on."""
        with self._lock:
            self._servers = dict(servers)

    @property
    def playing(self) -> int:
        """How many playbacks are followed."""
        return len(self._registry)

    def _load(self) -> None:
        self._registry.load(lambda name: self._server(name).preferences())

    def _hand_over(self) -> None:
        """Let the thread of the first request that waits take the next ones in."""
        with self._line_lock:
            self._is_busy = bool(self._line)
            if self._line:
                self._line[0].turn.set()

    def _take_in_together(self) -> None:
        """Take in what has come in meanwhile, and bring all of it to the disk at once: that is what takes long."""
        with self._lock:
            with self._line_lock:
                batch, self._line = self._line[:MOST_TOGETHER], self._line[MOST_TOGETHER:]
            self._take_in_batch(batch)
        for request in batch:
            if request.is_done:
                request.turn.set()

    def _take_in_batch(self, batch: list[_Request]) -> None:
        current = batch[0]
        try:
            with self._queue.database.changing():
                for current in batch:
                    current.verdict, current.owner = self._take_in(current.server, current.found, current.remote)
            for request in batch:
                request.is_done = True
        except QueueError as error:
            self._load()  # what was followed in memory is ahead of the disk
            for request in batch:
                request.error, request.is_done = error, True
        except Exception as error:  # noqa: BLE001 - an internal error met in one request is for its own sender to hear of
            self._load()
            current.error, current.is_done = error, True
            with self._line_lock:
                self._line[:0] = [request for request in batch if request is not current]

    def _take_in(
        self, server_name: str, found: list[PlaybackEvent] | UnusableHook, remote: str
    ) -> tuple[HookVerdict, str]:
        now = self._clock.wall()
        if isinstance(found, UnusableHook):
            verdict = HookVerdict(
                now,
                server_name,
                HookOutcome(found.reason.value),
                sender=found.sender,
                detail=found.detail,
                remote=remote,
            )
            if found.sender:
                self.senders.note(server_name, found.sender, found.server_version, "", now)
            return replace(verdict, id=self.deliveries.record(verdict)), ""
        owner = ""
        for event in found:
            verdict, owner = self._take_in_event(self._server(server_name), event, remote, now)
        return verdict, owner

    def _take_in_event(
        self, server: MediaServer, event: PlaybackEvent, remote: str, now: float
    ) -> tuple[HookVerdict, str]:
        account = self._who.account_of(server.name, event.user_id, event.user_name)
        owner = self._who.owner_of(account) if account else ""
        verdict = HookVerdict(
            now, server.name, HookOutcome.POSITION, sender=event.sender, event=event.kind.value, user_id=event.user_id,
            user_name=event.user_name, account=account, label=event.label, remote=remote,
        )  # fmt: skip
        self.senders.note(server.name, event.sender, event.server_version, event.server_name, now)
        if event.kind is not HookEventKind.TEST and (event.user_id or event.user_name):
            self.users.note(server.name, event.user_id, event.user_name, event.label, now)
        number = self.deliveries.next_id()
        meaning = self._meaning(server, event, account, owner, number, now)
        if meaning.plays:
            self.queued.add(owner, meaning.plays, server.name, meaning.show_id)
        self.deliveries.settle(meaning.withdrawn, HookOutcome.NOT_SENT, "Marked again within a minute.")
        verdict = replace(verdict, id=number, outcome=meaning.outcome, detail=meaning.detail)
        self.deliveries.record(verdict)
        return verdict, owner

    def _meaning(
        self, server: MediaServer, event: PlaybackEvent, account: str, owner: str, delivery: int, now: float
    ) -> Meaning:
        if event.kind is HookEventKind.TEST:
            return Meaning(HookOutcome.TEST)
        if not account:
            return Meaning(HookOutcome.NOT_LINKED)
        if not owner:
            return Meaning(HookOutcome.ACCOUNT_MISSING)
        if server.excludes_library(event.library, event.library_id):
            return Meaning(HookOutcome.EXCLUDED, f"The library {event.library or event.library_id} is excluded.")
        preferences = server.preferences()
        show = show_reference(event.sender, event.show_id)
        info = info_from_event(event, self._shows.ids_of(server.name, show))
        identity = identify(info, preferences)
        if isinstance(identity, Ignored):
            return Meaning(HookOutcome.EXCLUDED, f"Not tracked: {identity.reason}.")
        if 0 < info.total < preferences.minimum_minutes * 60:
            return Meaning(HookOutcome.EXCLUDED, f"Shorter than {preferences.minimum_minutes:g} minutes.")
        user = event.user_id or event.user_name.casefold()
        session = f"{server.name}|{user}|{event.device}" if event.device else ""
        watching = Watching(owner, account, server.name, session, delivery, info, identity, preferences, show)
        by_hand = event.kind in (HookEventKind.MARK, HookEventKind.UNMARK)
        meaning = self._marks.hear(event, watching, now) if by_hand else self._engine.hear(event, watching, now)
        meaning.show_id = show if event.media == "episode" and not info.show_ids else ""
        return meaning

    def _take_in_time(self, now: float) -> set[str]:
        """Return the owners for whom something is in the queue now."""
        owners = set()
        for owner, server, show_id, play, delivery in self._engine.tick(now):
            self.queued.add(owner, [(play, delivery)], server, show_id)
            owners.add(owner)
        settled = self._marks.due(now)
        for each in settled:
            if not each.send:
                self.deliveries.settle([each.removal.delivery], HookOutcome.NOT_SENT, each.detail)
        for (owner, server), removals in removals_by_server(settled).items():
            self.queued.add(owner, [(each.play, each.delivery) for each in removals], server)
            owners.add(owner)
        return owners

    def _server(self, name: str) -> MediaServer:
        return self._servers.get(name) or MediaServer(name)
