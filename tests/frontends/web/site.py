"""The pages with doubles behind them: a clock that stands still, accounts in memory, and deliveries of one evening."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from flask import Flask

from lib.account.store import Account
from lib.simkl.api.users import User
from lib.simkl.auth.code_flow import Code
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from lib.web.access.access_store import AccessStore
from lib.web.access.admin_password import AdminPassword, LoginLimiter
from lib.web.access.hook_secrets import HookSecrets
from lib.web.access.invitations import Invitations
from lib.web.access.page_sessions import PageSessions
from lib.web.access.people import People
from lib.web.app import create_app
from lib.web.media_server import MediaServer
from lib.web.page_services import (
    EXTENSION,
    DeliveryList,
    DeliveryView,
    PageServices,
    Received,
    SeenView,
    ServerView,
    TrackedView,
)
from lib.web.page_texts import PageTexts
from lib.web.settings import ServeSettings
from lib.web.sign_ins import PageFrontend, SignIns
from tests.fakes.clock import FakeClock

NOW = 1_795_816_000.0
PASSWORD = "a long enough sentence"
ADMIN_PAGES = ("/", "/servers", "/deliveries", "/not-recognised", "/settings")
ADMIN_FORMS = (
    "/people/invite", "/people/remove", "/servers/rotate", "/servers/end-old", "/not-recognised/retry",
    "/not-recognised/correct", "/settings/pause", "/settings/backup", "/password",
)  # fmt: skip


page_texts = lru_cache(maxsize=1)(PageTexts.load)  # reading them takes a while
_apps: list[Flask] = []


def _shared_app(services: PageServices) -> Flask:
    """Return the app, made once: its templates take a while to compile."""
    if not _apps:
        _apps.append(create_app(services))
    _apps[0].extensions[EXTENSION] = services
    return _apps[0]


def a_delivery(id: int, label: str, outcome_word: str, **changes: Any) -> DeliveryView:
    """Return one delivery."""
    usual = {"server": "home", "sender": "jellyfin", "event": "stop", "account": "ana", "detail": ""}
    usual.update(user_name="ana", user_id="7c9e6679742540de944be07fc1f90ae7", received_at=NOW - 300)
    return DeliveryView(id=id, label=label, outcome_word=outcome_word, **{**usual, **changes})


@dataclass
class FakeTracking:
    """The hooks' side, in memory; what the pages asked of it is in `asked`."""

    rows: list[DeliveryView] = field(default_factory=list)
    seen: list[SeenView] = field(default_factory=list)
    servers: dict[str, ServerView] = field(default_factory=dict)
    plays: dict[str, list[TrackedView]] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    searched_to: int = 0  # where a search that found nothing has stopped

    def deliveries(self, limit, before=0, server="", outcome="", text=""):
        self.asked.append(("deliveries", limit, before, server, outcome, text))
        found = [row for row in self.rows if outcome in ("", row.outcome_word) and row.id < (before or row.id + 1)]
        found.sort(key=lambda row: -row.id)
        return DeliveryList(found[:limit], found[limit - 1].id if len(found) > limit else self.searched_to)

    def seen_users(self):
        return self.seen

    def server(self, name):
        return self.servers.get(name)

    def tracked(self, account, limit):
        return self.plays.get(account, [])[:limit]

    def waiting(self, account):
        return sum(row.state == "waiting" for row in self.plays.get(account, []))

    def retry(self, delivery_id):
        self.asked.append(("retry", delivery_id))
        return any(row.id == delivery_id for row in self.rows)

    def correct(self, delivery_id, kind, ids):
        self.asked.append(("correct", delivery_id, kind, ids))
        return any(row.id == delivery_id for row in self.rows)

    def pause_all(self, paused):
        self.asked.append(("pause", paused))

    def accounts_changed(self):
        self.asked.append(("accounts_changed",))

    def backup_to(self, path):
        path.write_bytes(b"plays")


@dataclass
class FakeAccounts:
    """Accounts in memory."""

    linked: dict[str, Account] = field(default_factory=dict)

    def get(self, name):
        return self.linked.get(name)

    def unlink_account(self, name):
        return self.linked.pop(name, None)

    def link(self, name: str, user: str, needs_linking: bool = False) -> None:
        token = Token(access=Secret(f"token-of-{name}-which-nobody-may-see"), client_id="client")
        self.linked[name] = Account(token, "2026-11-24T06:00:00Z", User(900001, user), needs_linking)


CODE = Code("K7QXM", "https://simkl.com/pin", "https://simkl.com/pin/K7QXM", 900.0, 5.0)


class Site:
    """One site with its doubles; `config` may be replaced at any time, as a reload does."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(wall=NOW)
        self.config = ServeSettings(servers={"home": MediaServer(name="home")})
        self.tracking, self.accounts = FakeTracking(), FakeAccounts()
        self.sign_ins: list[Mock] = []  # a test tells the `frontend` of one what happens
        self.received: list[tuple[Any, ...]] = []
        self.store = AccessStore(folder / "access.db")
        self.code: Code | None = CODE
        self.not_ready: list[str] = []
        self.paused = False
        self.media_login = lambda server, name, password: None
        self.services = PageServices(
            config=lambda: self.config,
            people=People(self.store, lambda: self.config.users(), self.clock.wall),
            invitations=Invitations(self.store, self.clock.wall),
            sessions=PageSessions(self.store, self.clock.wall),
            password=AdminPassword(self.store, cost=16),
            limiter=LoginLimiter(self.clock.monotonic),
            hook_secrets=HookSecrets(self.store, lambda: self.config.hook_texts(), self.clock.wall),
            texts=page_texts(),
            sign_ins=SignIns(self._make_sign_in, self.clock.monotonic, lambda account: None),
            accounts=self.accounts,
            tracking=self.tracking,
            folder=folder,
            wall=self.clock.wall,
            monotonic=self.clock.monotonic,
            pause=self._pause,
            paused=lambda: self.paused,
            receive=self._receive,
            check_media_login=lambda *given: self.media_login(*given),
            not_ready=lambda: self.not_ready,
            metrics=lambda: b"# TYPE simkl_link_up gauge\nsimkl_link_up 1.0\n",
            connected_apps=lambda: "https://simkl.com/settings/connected-apps/",
        )
        self.app = _shared_app(self.services)

    def _make_sign_in(self, account: str, frontend: PageFrontend) -> Mock:
        made = Mock(account=account, frontend=frontend)
        self.sign_ins.append(made)
        if self.code is not None:
            frontend.show_code(self.code, None)
        return made

    def _pause(self, paused: bool) -> None:
        self.paused = paused

    def _receive(self, *delivery: Any) -> Received:
        self.received.append(delivery)
        return Received(len(self.received), "queued", "It waits to be sent.")

    def close(self) -> None:
        self.store.close()

    def reconfigure(self, **changes: Any) -> None:
        self.config = replace(self.config, **changes)


def an_evening(site: Site) -> None:
    """Fill a site with what an admin sees after an evening."""
    site.accounts.link("ana", "sample_viewer")
    site.accounts.link("cleo", "cleo_watches", needs_linking=True)
    users = {"home": {"ana": "ana"}, "cabin": {"cleo": "cleo"}}
    site.reconfigure(servers={name: MediaServer(name, users[name], url="https://media.example.org") for name in users})
    site.tracking.seen = [
        SeenView("home", "7c9e6679742540de944be07fc1f90ae7", "ana", NOW - 300, "Lantern Street 2x04"),
        SeenView("home", "11aa22bb33cc44dd55ee66ff77889900", "ben", NOW - 3600, "The Long Harbour (2019)"),
        SeenView("cabin", "9", "visitor", NOW - 90000, "Paper Boats 1x01"),
    ]
    site.tracking.servers = {"home": ServerView("jellyfin", "10.11.6", NOW - 300)}
    site.tracking.rows = [
        a_delivery(41, "Lantern Street 2x04", "sent", detail="Marked as watched."),
        a_delivery(40, "Lantern Street 2x04", "position", event="progress", received_at=NOW - 900),
        a_delivery(38, "Holiday video 2025", "unknown_title", detail="Simkl knows no film of this name and year."),
        a_delivery(37, "", "not_readable", user_name="", user_id="", detail="The body is cut off in the middle."),
        a_delivery(36, "Paper Boats 1x01", "duplicate", server="cabin", sender="plex", user_name="cleo"),
    ]
    site.tracking.plays["ana"] = [
        TrackedView(NOW - 300, "Lantern Street 2x04", "sent"),
        TrackedView(NOW - 5000, "The Long Harbour (2019)", "waiting"),
        TrackedView(NOW - 99000, "Holiday video 2025", "unknown", "Simkl knows no film of this name and year."),
    ]
