"""Everything a link needs, with real files and nothing else that is real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import filelock

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.sign_in.by_code import SignInByCode
from lib.account.sign_in.pending_code import PendingCode
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.code_flow import Code
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.unit.account.doubles import (
    APPROVED,
    CLIENT_ID,
    OLD_TOKEN,
    TOKEN,
    USER,
    FakeSimkl,
    RecordingFrontend,
    ScriptedFlow,
    code,
)

NOWHERE = "http://127.0.0.1:9"
OWN_WORDS = "# my settings\nsimkl:\n    api_url:   https://api.simkl.com   # as it was\n\n"


class World:
    """A folder with a settings file, a clock, a front end; `link` makes an attempt to link in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.yaml"
        self.accounts = AccountStore(self.path)
        self.clock = FakeClock()
        self.frontend = RecordingFrontend()
        self.flow = ScriptedFlow(self.clock)

    def link(
        self, starts: Any = None, checks: Any = (APPROVED,), simkl: FakeSimkl | None = None, **more: Any
    ) -> SignInByCode:
        """Return an attempt whose Simkl gives these answers; by default all goes well."""
        self.flow = ScriptedFlow(self.clock, [code()] if starts is None else starts, list(checks))
        wanted = {
            "name": DEFAULT_ACCOUNT,
            "flow": self.flow,
            "transport": simkl or FakeSimkl(USER),
            "accounts": self.accounts,
            "pending": self.pending(),
            "pause": self.clock.pause,
            "clock": self.clock,
            "frontend": self.frontend,
        }
        return SignInByCode(**{**wanted, **more})

    def pending(self, client_id: str = CLIENT_ID, account: str = DEFAULT_ACCOUNT) -> PendingCode:
        """Return the waiting code of an account, as any process sees it."""
        return PendingCode(self.path, account, client_id, self.clock)

    def client(self, transport: Any = None, secret: Secret | None = None) -> AccountClient:
        """Return the way to Simkl of the account; `transport` takes the place of its own, which leads nowhere."""
        settings = Settings(self.path, "", secret, NOWHERE, NOWHERE)
        return AccountClient(settings, "test", self.clock, pause=self.clock.pause, transport=transport)

    def is_linked(self, token: Token = OLD_TOKEN, user: User | None = None) -> bytes:
        """Have a settings file of a person's own with a linked account in it; return its bytes."""
        self.path.write_text(OWN_WORDS)
        self.accounts.save(DEFAULT_ACCOUNT, Account(token, "2025-01-01T00:00:00Z", user))
        return self.path.read_bytes()


class AnotherLink:
    """Another process that links the same account: it holds the lock and polls for a code of its own."""

    def __init__(self, world: World, shown: Code | None) -> None:
        self._world = world
        self._pending = world.pending()
        self._lock: filelock.BaseFileLock | None = self._pending.try_lock()
        assert self._lock is not None
        self.shows(shown)

    def shows(self, shown: Code | None) -> None:
        if shown is not None:
            self._pending.keep(shown)

    def is_approved(self, user: User | None = USER, token: Token = TOKEN) -> None:
        self._world.accounts.save(DEFAULT_ACCOUNT, Account(token, "2026-11-24T12:00:00Z", user))
        self.ends()

    def ends(self) -> None:
        self._pending.forget()
        self.is_killed()

    def is_killed(self) -> None:
        """Leave everything behind but the lock, which falls with a process."""
        assert self._lock is not None
        self._lock.release()
