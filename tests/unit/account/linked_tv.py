"""An account of AUTH V2 in a settings file, linked by a fake server, and what was asked of that."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.auth.tokens import SCOPE, V2, Token
from lib.system import timestamps
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.fakes.simkl import FakeSimkl, Grant
from tests.unit.account.world import USER

TV = "v2-tv"
DAY = 86_400.0
WEEK = 7 * DAY
SINCE = "2026-11-01T00:00:00Z"
WHO, TOKENS, REVOKE = "/users/settings", "/oauth2/token", "/oauth2/revoke"


class LinkedTv:
    """A settings file with an account that the fake server has just given."""

    def __init__(self, box: FakeSimkl, folder: Path) -> None:
        self.box = box
        self.clock = FakeClock()
        self.accounts = AccountStore(folder / "settings.yaml")
        self.turn_lock = folder / "settings.yaml.turn.lock"
        self.link()

    def link(self, **changes: Any) -> Grant:
        """Link the account anew, with these fields of the token changed."""
        grant = self.box.model.links.give_v2(TV, "tv", self.box.model.user_called(None), SCOPE)
        fields = {"expires_at": self.clock.wall() + WEEK, **changes}
        token = Token(Secret(grant.token), TV, V2, Secret(grant.refresh_token or ""), scope=SCOPE, **fields)
        refreshed_at = timestamps.format_utc(self.clock.wall())
        self.accounts.save(DEFAULT_ACCOUNT, Account(token, SINCE, USER, refreshed_at=refreshed_at))
        return grant

    @property
    def account(self) -> Account:
        """The account as it is on disk."""
        found = self.accounts.get(DEFAULT_ACCOUNT)
        assert found is not None
        return found

    @property
    def content(self) -> bytes:
        """The settings file, byte for byte."""
        return self.accounts.path.read_bytes()

    @property
    def grant(self) -> Grant:
        """The link as Simkl has it."""
        return self.box.grants[-1]

    def access(self, platform: str = "test", **more: Any) -> AccountClient:
        """Return a way to Simkl, as a process of its own would make it."""
        settings = Settings(self.accounts.path, "", None, self.box.api_url, self.box.site_url)
        return AccountClient(settings, platform, self.clock, **{"pause": self.clock.pause, **more})

    def passes(self, seconds: float) -> None:
        """Let time pass on the wall clock alone."""
        self.clock.skew += seconds

    def nearly_over(self) -> None:
        """Let so much time pass that less than a day of the token is left."""
        self.passes(6.5 * DAY)


def asked(box: FakeSimkl) -> list[tuple[str, int | None]]:
    """Return what was asked of the fake server, in order: path and status (None: no answer arrived)."""
    return [(each.path, each.status) for each in box.requests]


def refused_more_than_once(box: FakeSimkl) -> list[tuple[str, str]]:
    """Return who sent a token again that Simkl had refused: the User-Agent and the token."""
    refused = Counter(
        (each.headers["User-Agent"], each.headers["Authorization"])
        for each in box.requests
        if each.status == 401 and "Authorization" in each.headers
    )
    return [who for who, times in refused.items() if times > 1]
