"""A person's line of plays and a fake Simkl server, both on one clock that moves only while somebody waits."""

from __future__ import annotations

import io
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Iterable, Sequence

from werkzeug.wrappers import Request, Response

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.media import Item
from lib.simkl.auth.tokens import SCOPE, V1, V2, Token
from lib.system.secrets import Secret
from lib.tracking.delivery.sender import Sender
from lib.tracking.play import Play
from lib.tracking.store.delivery_state import DeliveryStateStore
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.simkl import FakeSimkl, Movie
from tests.fakes.simkl.catalogue import DEFAULT

OWNER = "900001"
VIEWER = "sample_viewer"
CLIENT_ID, V2_CLIENT_ID = "tracker-v1", "tracker-v2"
SINCE = "2026-11-01T00:00:00Z"
HOUR, DAY = 3600.0, 86_400.0


def box_on(time: FakeClock, **more: Any) -> FakeSimkl:
    """Return a fake server on this clock, with many films."""
    films = (Movie(f"Film {n}", 2000, 8_000_000 + n, {"imdb": f"tt{8000000 + n}"}) for n in range(130))
    day = datetime.fromtimestamp(NOON, timezone.utc)
    apps = {"client_ids": (CLIENT_ID,), "v2_client_ids": (V2_CLIENT_ID,)}
    return FakeSimkl(clock=time.monotonic, day=day, catalogue=[*DEFAULT, *films], **{**apps, **more})


def put_before(box: FakeSimkl, app: Callable[..., Any]) -> None:
    """Have another WSGI application answer in place of the fake server's."""
    box.stop_listening()
    box._app = app
    box.listen_again()


def before_each_request(box: FakeSimkl, act: Callable[[bytes], object]) -> None:
    """Have something happen whenever the fake server is asked, with the body of the request."""
    app = box._app

    def acting(environ: dict, start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        act(body)
        return app({**environ, "wsgi.input": io.BytesIO(body)}, start_response)

    put_before(box, acting)


def fail_on(box: FakeSimkl, texts: Sequence[bytes], fault: str = "status", **options: Any) -> None:
    """Have the fake server fail on every request with one of these texts in it; what is appended later counts, too."""

    def act(body: bytes) -> None:
        box.clear_faults()
        if any(text in body for text in texts):
            box.order(fault, **options)

    before_each_request(box, act)


def each_answer(box: FakeSimkl, change: Callable[[str, Any], Any]) -> None:
    """Have every answer with JSON changed, given its path and payload, after the fake server has done as asked."""
    app = box._app

    @Request.application
    def changing(request: Request) -> Response:
        answer = Response.from_app(app, request.environ, buffered=True)
        answer.set_data(json.dumps(change(request.path, answer.get_json())))
        return answer

    put_before(box, changing)


class News:
    """Whoever wants to know how it goes."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.unknown: list[str] = []
        self.refusals: list[tuple[str, str]] = []
        self.troubles: list[str] = []

    def delivered(self, plays: Sequence[Play]) -> None:
        self.sent += [f"{play.action} {play.label}" for play in plays]

    def not_recognised(self, play: Play) -> None:
        self.unknown.append(play.label)

    def refused(self, play: Play, error: Exception) -> None:
        self.refusals.append((play.label, error.name))

    def trouble(self, error: Exception) -> None:
        self.troubles.append(error.name)


class Line:
    """The line of one owner, from the queue's file to the fake server."""

    def __init__(self, box: FakeSimkl, folder: Path, time: FakeClock) -> None:
        self.box, self.time = box, time
        self.queue = PlayQueue(folder / "queue.db", FakeClock())
        self.accounts = AccountStore(folder / "settings.yaml")
        self.standings = DeliveryStateStore(self.queue.database)
        self.news = News()
        self.link()

    def link(self, auth: str = V1, since: str = SINCE, **fields: Any) -> None:
        """Link the account, and deliver for it from now on."""
        client_id = CLIENT_ID if auth == V1 else V2_CLIENT_ID
        given = self.box.give_token(generation=auth)
        if auth == V2:
            grant = self.box.grants[-1]
            defaults = {"refresh": Secret(grant.refresh_token or ""), "expires_at": NOON + 7 * DAY, "scope": SCOPE}
            fields = {**defaults, **fields}
        token = Token(Secret(given), client_id, auth, **fields)
        self.accounts.save(DEFAULT_ACCOUNT, Account(token, since))
        self.delivery = self.sender(client_id=client_id, since=since)

    def sender(self, client_id: str = CLIENT_ID, since: str = SINCE) -> Sender:
        """Return a delivery, as the next start of the program makes it."""
        settings = Settings(self.accounts.path, client_id, None, self.box.api_url, self.box.site_url)
        access = AccountClient(settings, "test", self.time, pause=self.time.pause)
        return Sender(self.queue, OWNER, access, self.news, since, clock=self.time)

    def put(self, action: str, item: Item | None, ago: float = 0.0, owner: str = OWNER, **more: Any) -> Play:
        """Put a play into the line that happened `ago` seconds before now; a stop is one at the end."""
        more = {"progress": 100.0 if action == "stop" else 0.0, **more}
        play = Play(action, item, self.time.wall() - ago, **more)
        self.queue.add(owner, [play])
        return play

    def put_all(self, action: str, items: Iterable[Item], **more: Any) -> None:
        for item in items:
            self.put(action, item, **more)

    def send(self, action: str, item: Item | None, **more: Any) -> Play:
        """Put a play into the line, and deliver until nothing waits."""
        play = self.put(action, item, **more)
        assert self.run() is None
        return play

    def run(self, longest: float = 0.0) -> float | None:
        """Deliver as long as no wait is longer than this; return the one that is, None if nothing waits."""
        for _ in range(5000):
            wait = self.delivery.step()
            if wait is None or wait > longest:
                return wait
            self.time.now += wait
        raise AssertionError("it goes on for ever")

    def waits(self, times: int) -> list[float]:
        """Return how long is waited after each of so many attempts."""
        found = []
        for _ in range(times):
            found.append(round(self.delivery.step(), 3))
            self.time.now += found[-1]
        return found

    def go_on(self, seconds: float) -> None:
        """Deliver for so long, however long the waits are, or until nothing waits."""
        end = self.time.now + seconds
        while self.time.now < end:
            wait = self.delivery.step()
            if wait is None:
                return
            self.time.now += max(wait, 1.0)

    @property
    def watched(self) -> dict:
        return self.box.watched[VIEWER]

    def watched_once(self) -> int:
        """Return how many are watched; none of them may be watched twice."""
        assert {mark.times for mark in self.watched.values()} <= {1}
        return len(self.watched)

    @property
    def posts(self) -> list[str]:
        return [each.path for each in self.box.requests if each.method == "POST"]

    @property
    def searches(self) -> list[str]:
        return [each.body["file"] for each in self.box.requests if each.path == "/search/file"]

    @property
    def waiting(self) -> int:
        return self.queue.waiting(OWNER)

    def aside(self, state: str) -> list[tuple[str, str, str]]:
        """What was put aside: action, label and why."""
        return [(each.action, each.label, each.why) for each in self.queue.listing(OWNER, state)]

    def try_again(self, state: str) -> None:
        self.queue.retry(OWNER, [each.id for each in self.queue.listing(OWNER, state)])
