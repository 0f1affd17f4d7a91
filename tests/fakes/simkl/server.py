"""The fake server itself: puts the parts together, starts and stops them, and is what a test holds in its hand."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import Any, Callable, ContextManager, Iterable

from flask import request

from tests.fakes.simkl import asking, routes
from tests.fakes.simkl.apps import V1, V2, App, Apps
from tests.fakes.simkl.clock import BoxClock
from tests.fakes.simkl.faults import Order, Orders, order_from, order_from_spec
from tests.fakes.simkl.grants import READ_WRITE, User
from tests.fakes.simkl.journal import Journal
from tests.fakes.simkl.limits import PerDay, PerSecond
from tests.fakes.simkl.listener import Listener
from tests.fakes.simkl.model import Model
from tests.fakes.simkl.reading import Reading
from tests.fakes.simkl.titles import Title
from tests.fakes.simkl.tracking import Tracking
from tests.fakes.simkl.wire import FaultyWire
from tests.fakes.simkl.writes import WriteLocks


class FakeSimkl(Reading):
    """the fake Simkl server; a context manager that listens inside its `with` block.

    `interval` and `expires_in` are what the fake server tells clients, in seconds. `codes` are the user codes it gives
    out first. `clock` is any monotonic clock; `advance` jumps ahead of it. `slow_down` answers polls that come too fast
    the way the old documentation says. `limits=False` lets clients ask as often as they like. `redirects` are the ones
    registered for `client_ids`. `faults` are specs such as "status:status=503,times=2".

    `apps` are registered beside the two lists of client_ids, with secrets and redirects of their own. `v2_codes` are
    the first user codes of V2's device flow. `user_quota` and `app_quota` are the requests of a day for a V2 user
    (None: what the account type allows) and a V1 app (None: no end); the calendar runs from `day` on (None: from now).
    `api_host`, such as "localhost", plays api.simkl.com under a name of its own, and only there.

    `catalogue` are the titles there are (None: `catalogue.DEFAULT`).

    Raises OSError if the port is taken, ValueError for settings that cannot be.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, interval: float = 5, expires_in: float = 900,
        client_ids: Iterable[str] = ("sandbox-client-id",), v2_client_ids: Iterable[str] = (), code_length: int = 5,
        codes: Iterable[str] = (), user_name: str = "sample_viewer", user_id: int = 900001, account_type: str = "free",
        redirects: Iterable[str] = (), slow_down: bool = False, limits: bool = True, faults: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic, verbose: bool = False, apps: Iterable[App] = (),
        v2_codes: Iterable[str] = (), user_quota: int | None = None, app_quota: int | None = None,
        day: datetime | None = None, api_host: str | None = None, catalogue: Iterable[Title] | None = None,
    ) -> None:  # fmt: skip
        self.interval, self.expires_in, self.limits = interval, expires_in, limits
        self.user_quota, self.app_quota, self.api_host = user_quota, app_quota, api_host
        plain = [App(client_id, redirects=tuple(redirects)) for client_id in client_ids]
        self.apps = Apps([*plain, *(App(client_id, V2) for client_id in v2_client_ids), *apps])
        self.client_ids, self.v2_client_ids = self.apps.ids(V1), self.apps.ids(V2)
        self.client_id = (self.client_ids or self.v2_client_ids)[0]
        self.clock = BoxClock(clock)
        user = User(user_name, user_id, account_type)
        self.model = Model(self.clock, user, interval, expires_in, code_length, codes, slow_down, v2_codes)
        self.per_second = PerSecond(self.clock)
        self.per_day = PerDay(self.clock, day)
        self.tracking = Tracking(self.clock, lambda: self.per_day.now, catalogue)
        self.orders = Orders()
        self.journal = Journal(self.clock)
        self.write_locks = WriteLocks(self.clock, self.journal.notify)
        self._host, self._port, self._verbose = host, port, verbose
        self._listener: Listener | None = None
        is_api = partial(routes.is_for_programs, self)
        wire = FaultyWire(partial(routes.answer, self), self.orders, self.journal, is_api)
        self._app = self.journal.around(wire, is_api)
        for spec in faults:
            self.orders.add(order_from_spec(spec))

    def start(self) -> FakeSimkl:
        self.listen_again()
        return self

    def stop(self) -> None:
        """Close the port and every connection, hanging ones too; what was recorded stays readable."""
        self.stop_listening()

    def __enter__(self) -> FakeSimkl:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The fake server's address without a slash at its end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def site_url(self) -> str:
        """Where simkl.com is, without a slash at its end."""
        return self.url

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
        """Approve a waiting code as the fake server's user or another one; returns it.

        LookupError if there is no such code.
        """
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
        return self._and_notify(asking.answer(self, url, True, user_name))

    def refuse(self, url: str) -> str:
        """Press Deny at an authorization address; returns where the browser goes next. Raises ValueError."""
        return self._and_notify(asking.answer(self, url, False))

    def add_user(self, name: str, user_id: int, account_type: str = "free") -> None:
        self.model.users[name] = User(name, user_id, account_type)

    def give_token(self, user_name: str | None = None, generation: str = V1, client_id: str | None = None) -> str:
        """Link an app (None: the first of this generation) to a user at once; returns the access token.

        Raises LookupError if there is no such user or app.
        """
        user = self.model.user_called(user_name)
        app = self.apps.get(client_id or next(iter(self.apps.ids(generation)), ""), generation)
        if app is None:
            raise LookupError(f"no {generation} app {client_id!r}")
        links = self.model.links
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
        self.clock.advance(seconds)
        return self._and_notify(self.clock())

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 60) -> Any:
        """Wait until a predicate without arguments is true, looking after every request and every approval.

        Returns what it returned; raises TimeoutError. `timeout` is in real seconds.
        """
        return self.journal.wait_for(predicate, timeout)

    def reset(self) -> None:
        """Be as new: no codes, links, requests, faults or skipped time; port and settings stay."""
        self.orders.clear()
        self.clock.rewind()
        for part in (self.model, self.per_second, self.per_day, self.tracking, self.journal):
            part.reset()
        self.journal.notify()

    def _and_notify(self, result: Any) -> Any:
        self.journal.notify()
        return result
