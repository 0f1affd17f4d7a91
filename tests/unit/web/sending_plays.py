"""A receiver, the senders of two accounts, and a fake Simkl, all on one clock that moves only while somebody waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Mapping

from lib.account.store import Account
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, V1, Token
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.web.delivery.accounts import AccountDirectory
from lib.web.delivery.senders import AccountSenders
from lib.web.delivery.show_ids import ShowIdResolver
from lib.web.hooks.receiver import WhoIsWho
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import CLIENT_ID, SINCE, box_on
from tests.unit.web.receiving import Evening

PEOPLE = {"ana": 900001, "ben": 900002}


class LinkedEvening(Evening):
    """An evening whose plays reach the fake Simkl. `fetch` tells the ids of a show in place of its server."""

    def __init__(
        self, folder: Path, fetch: Callable[[str, Secret, str, Clock], Mapping[str, str]] | None = None, **server: Any
    ) -> None:
        clock = FakeClock()
        self.box = box_on(clock).start()
        self.fetch = fetch or (lambda url, key, show, clock: {})
        self.accounts = AccountDirectory(folder / "settings.yaml")
        (folder / "settings.yaml").write_text(f"simkl:\n  api_url: {self.box.url}\n  client_id: {CLIENT_ID}\n")
        for name, number in PEOPLE.items():
            self.link(name, number)
        super().__init__(folder, clock, **server)

    def link(self, name: str, number: int, since: str = SINCE) -> None:
        """Link an account with the fake Simkl."""
        if name not in self.box.watched:
            self.box.add_user(name, number)
        token = self.box.give_token(name, client_id=CLIENT_ID)
        account = Account(Token(Secret(token), CLIENT_ID, V1, scope=SCOPE), since, User(number, name, "free"))
        self.accounts.save(name, account)

    def start(self) -> None:
        super().start()
        who = WhoIsWho(lambda server, user_id, name: name if name in PEOPLE else "", self.accounts.owner_of)
        self.receiver._who = who
        shows = ShowIdResolver(self.queue, self.receiver.queued, lambda: {"home": self.server}, self.clock, self.fetch)
        self.senders = AccountSenders(
            self.queue,
            self.receiver.queued,
            self.accounts,
            shows,
            {},
            lambda: False,
            self.clock,
            self.clock.pause,
            lambda: {"home": self.server},
        )

    def deliver(self, account: str = "ana", most: int = 50) -> None:
        """Send what waits for an account, until nothing is left or it has to wait for long."""
        for _ in range(most):
            wait = self.senders.step(str(PEOPLE[account]))
            if wait is None or wait > 30:
                return
            self.clock.now += wait
        raise AssertionError("it never ends")
