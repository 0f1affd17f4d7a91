"""The fake server itself: puts the parts together, starts and stops them, and is what a test holds in its hand."""

from __future__ import annotations

import math
import re
import time
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Callable, ContextManager, Iterable
from urllib.parse import urljoin

from flask import request
from werkzeug.test import Client

from tests.fakes.simkl import routes
from tests.fakes.simkl.api_tracking import WriteLocks
from tests.fakes.simkl.apps import App
from tests.fakes.simkl.catalogue import Title
from tests.fakes.simkl.faults import Order, Orders, order_from, order_from_spec
from tests.fakes.simkl.gate import PerDay, PerSecond
from tests.fakes.simkl.grants import READ_WRITE, V1, V2, User
from tests.fakes.simkl.journal import Journal
from tests.fakes.simkl.model import Model
from tests.fakes.simkl.tracking import Tracking
from tests.fakes.simkl.wire import FaultyWire, Listener


class BoxClock:
    """Seconds from a source that never runs backwards, plus whatever was skipped."""

    def __init__(self, source: Callable[[], float]) -> None:
        self._source = source
        self.skipped = 0.0

    def __call__(self) -> float:
        return self._source() + self.skipped


def _copy(place: str, what: str) -> Any:
    return property(lambda self: list(attrgetter(place)(self)), doc=what)


class FakeSimkl:
    """The fake Simkl server; a context manager that listens inside its `with` block.

    `interval` and `expires_in` are what the fake server tells clients, in seconds. `codes` and `v2_codes` are the user
    codes it gives out first. `clock` is any monotonic clock; `advance` jumps ahead of it. `slow_down` answers polls
    that come too fast the way the old documentation says. `limits=False` lets clients ask as often as they like.
    `faults` are specs such as "status:status=503,times=2".

    `apps` are registered beside the two lists of client_ids, with secrets and redirects of their own. `user_quota` and
    `app_quota` are the requests of a day for a V2 user (None: the documented number) and a V1 app (None: no end); the
    calendar runs from `day` on (None: from now). `api_host`, such as "localhost", plays api.simkl.com under a name of
    its own, and only there. `catalogue` are the titles there are (None: `catalogue.DEFAULT`).

    Raises OSError if the port is taken, ValueError for settings that cannot be. What is read of it after the fact is a
    copy, sorted oldest first.
    """

    codes = _copy("model.codes", "Every live user code of both generations.")
    tokens = _copy("model.links.live", "Every live link; `.token` is its access token.")
    grants = _copy("model.links.all", "Every link there ever was, ended ones included.")
    refreshes = _copy("model.links.refreshes", "Every V2 refresh that succeeded, whether or not its answer arrived.")
    dead_token_uses = _copy("model.links.dead_uses", "Every request with an access token replaced or revoked before.")
    too_fast = _copy("model.too_fast", "Every poll that came sooner than the interval allows.")
    requests = _copy("journal.requests", "Every API request.")
    elsewhere = _copy("journal.elsewhere", "Every request that followed a redirect fault to /elsewhere.")
    scrobbles = _copy("tracking.scrobbles", "Every scrobble call that got past the gate and the write lock.")
    history_calls = _copy("tracking.history_calls", "Every POST to /sync/history, its /remove and /sync/ratings.")
    unwatched = _copy("tracking.library.unwatched", "Every mark that was taken away.")
    playbacks = _copy("tracking.playbacks", "Every resume point.")
    too_many_posts = _copy("tracking.too_many_posts", "Every POST less than a second after one of the same user.")
    malformed = _copy("tracking.malformed", "Everything in a tracking request that the documentation does not allow.")
    watched = property(
        lambda self: self.tracking.watched(self.model.users),
        doc="Every mark there is now, of every user by name, under (simkl id, season, episode).",
    )
    ratings = property(
        lambda self: self.tracking.ratings(self.model.users),
        doc="Every rating there is now, of every user by name, under the simkl id.",
    )
    unattributed = property(
        lambda self: [recorded for recorded in self.requests if not recorded.attributed],
        doc="Every API request that did not say which app it comes from.",
    )

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, interval: float = 5, expires_in: float = 900,
        client_ids: Iterable[str] = ("sandbox-client-id",), v2_client_ids: Iterable[str] = (), apps: Iterable[App] = (),
        codes: Iterable[str] = (), v2_codes: Iterable[str] = (), user_name: str = "sample_viewer",
        slow_down: bool = False, limits: bool = True, user_quota: int | None = None, app_quota: int | None = None,
        faults: Iterable[str] = (), clock: Callable[[], float] = time.monotonic, day: datetime | None = None,
        api_host: str | None = None, catalogue: Iterable[Title] | None = None, verbose: bool = False,
    ) -> None:  # fmt: skip
        self.interval, self.expires_in, self.limits = interval, expires_in, limits
        self.user_quota, self.app_quota, self.api_host = user_quota, app_quota, api_host
        all_apps = [*map(App, client_ids), *(App(client_id, V2) for client_id in v2_client_ids), *apps]
        self.apps = {app.client_id: app for app in all_apps}
        if not 0 < len(all_apps) == len(self.apps):
            raise ValueError("there must be at least one client_id, and none of them twice")
        self.client_id = min(self.apps.values(), key=lambda app: app.generation).client_id  # V1's come first
        self.clock = BoxClock(clock)
        user = User(user_name, 900001)
        self.model = Model(self.clock, user, interval, expires_in, codes, slow_down, v2_codes)
        self.per_second = PerSecond(self.clock)
        self.per_day = PerDay(self.clock, day)
        self.tracking = Tracking(self.clock, lambda: self.per_day.now, catalogue)
        self.orders = Orders()
        self.journal = Journal(self.clock)
        self.write_locks = WriteLocks(self.clock, self.journal.notify)
        self._host, self._port, self._verbose = host, port, verbose
        self._listener: Listener | None = None
        wire = FaultyWire(partial(routes.answer, self), self.orders, self.journal)
        self._app = self.journal.around(wire, partial(routes.is_for_programs, self))
        for spec in faults:
            self.orders.add(order_from_spec(spec))

    def start(self) -> FakeSimkl:
        self.listen_again()
        return self

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        """Close the port and every connection, hanging ones too; what was recorded stays readable."""
        self.stop_listening()

    @property
    def url(self) -> str:
        """The fake server's address without a slash at its end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    site_url = url  # where simkl.com is

    @property
    def api_url(self) -> str:
        """Where api.simkl.com is, without a slash at its end; the same address unless it has a name of its own."""
        return f"http://{self.api_host}:{self._port}" if self.api_host else self.url

    def stop_listening(self) -> None:
        """Take the network away: new connections are refused, live ones end."""
        if self._listener:
            self._listener.close()
            self._listener = None

    def listen_again(self) -> None:
        if not self._listener:
            self._listener = Listener(self._app, self._host, self._port, self._verbose)
            self._port = self._listener.port

    def approve(self, user_code: str, user_name: str | None = None) -> str:
        """Approve a waiting code as the fake server's user or another one; returns it. LookupError if none waits."""
        return self._and_notify(self.model.approve(user_code, user_name)).user_code

    def approve_pending(self, user_name: str | None = None) -> str:
        """Approve the newest waiting code and return it; LookupError if none waits."""
        return self.approve(self.model.newest().user_code, user_name)

    def deny(self, user_code: str) -> str:
        """Deny a waiting code and return it; the client keeps hearing "pending", as V1 has no word for no."""
        return self._and_notify(self.model.deny(user_code)).user_code

    def allow(self, url: str, user_name: str | None = None) -> str:
        """Press Allow at an authorization address, as the fake server's user or another one.

        Returns where the browser goes next, or the code if it is displayed instead; a mistake of the app that its
        redirect is told of is returned as well. Raises ValueError where a person would see an error page, LookupError
        if there is no such user.
        """
        return self._answered(url, answer="allow", user_name=self.model.user_called(user_name).name)

    def refuse(self, url: str) -> str:
        """Press Deny at an authorization address; returns where the browser goes next. Raises ValueError."""
        return self._answered(url, answer="deny")

    def _answered(self, url: str, **form: str) -> str:
        host, _, path = url.partition("/oauth")
        page = Client(self._app).post("/oauth" + path, host, data=form)
        displayed = re.search(r'class="code to-copy">([^<]+)<', page.text)
        if page.status_code >= 400:
            raise ValueError(page.text)
        return self._and_notify(displayed[1] if displayed else urljoin(url, page.headers["Location"]))

    def add_user(self, name: str, user_id: int) -> None:
        self.model.users[name] = User(name, user_id)

    def give_token(self, user_name: str | None = None, generation: str = V1, client_id: str | None = None) -> str:
        """Link an app (None: the first of this generation) to a user at once; returns the access token.

        Raises LookupError if there is no such user or app.
        """
        user, links = self.model.user_called(user_name), self.model.links
        fitting = (app for app in self.apps.values() if app.generation == generation)
        app = next((app for app in fitting if client_id in (None, app.client_id)), None)
        if app is None:
            raise LookupError(f"no {generation} app {client_id!r}")
        if generation == V1:
            return self._and_notify(links.give_v1(app.client_id, app.name, user).token)
        return self._and_notify(links.give_v2(app.client_id, app.name, user, READ_WRITE).token)

    def writing(self, user_name: str | None = None) -> ContextManager[None]:
        """Hold a user's write lock inside a `with` block, as another write that takes long does."""
        return self.write_locks.hold(self.model.user_called(user_name).name)

    def revoke(self, name_or_token: str | int | None = None) -> int:
        """Cut the links of a user, of one token (of any kind) or of a grant's id, or all; returns how many."""
        return self._and_notify(self.model.revoke(name_or_token))

    def order(self, fault: str, times: int | None = 1, path: str | None = None, **options: Any) -> Order:
        """Order a fault for the next API requests; ValueError says what would be accepted. Names: `faults.OPTIONS`."""
        return self.orders.add(order_from(fault, times, path, **options))

    def take_fault(self, name: str) -> Order | None:
        """Use up one turn of a fault that only a route can cause, for the request being answered."""
        order = self.orders.take({name}, request.path)
        if order:
            self.journal.mark(request.environ, name)
        return order

    def clear_faults(self) -> None:
        self.orders.clear()

    def advance(self, seconds: float) -> float:
        """Let seconds pass on the fake server's clock at once and return its new time; ValueError for a step back."""
        if not 0 <= seconds < math.inf:
            raise ValueError(f"the clock only goes forwards, not by {seconds} s")
        self.clock.skipped += seconds
        return self._and_notify(self.clock())

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 60) -> Any:
        """Wait until a predicate is true, looking after every request; return what it returned, or raise TimeoutError.

        `timeout` is in real seconds.
        """
        return self.journal.wait_for(predicate, timeout)

    def reset(self) -> None:
        """Be as new: no codes, links, requests, faults or skipped time; port and settings stay."""
        self.orders.clear()
        self.clock.skipped = 0.0
        for part in (self.model, self.per_second, self.per_day, self.tracking, self.journal):
            part.reset()
        self.journal.notify()

    def _and_notify(self, result: Any) -> Any:
        self.journal.notify()
        return result
