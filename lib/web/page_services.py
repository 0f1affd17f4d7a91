"""What the pages work with, and what of the hooks' side they look at."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Mapping, NamedTuple, Protocol, Sequence

from flask import current_app

from lib.account.store import Account
from lib.web.access.admin_password import AdminPassword, LoginLimiter
from lib.web.access.hook_secrets import HookSecrets
from lib.web.access.invitations import Invitations
from lib.web.access.page_sessions import PageSessions
from lib.web.access.people import People
from lib.web.media_server_login import MediaServerUser
from lib.web.page_texts import PageTexts
from lib.web.settings import ServeSettings
from lib.web.sign_ins import SignIns

EXTENSION = "simkl_link"


@dataclass(frozen=True)
class DeliveryView:
    """One delivery as a page shows it; `outcome_word` says what became of it."""

    id: int
    received_at: float
    server: str
    sender: str
    event: str
    user_name: str
    user_id: str
    account: str
    label: str
    detail: str
    outcome_word: str


@dataclass(frozen=True)
class DeliveryList:
    """Some deliveries, the newest first; `older` is where older ones begin, 0 if there are none."""

    rows: Sequence[DeliveryView]
    older: int = 0


@dataclass(frozen=True)
class SeenView:
    """A user of a server who has played something."""

    server: str
    user_id: str
    user_name: str
    last_at: float
    last_label: str


@dataclass(frozen=True)
class ServerView:
    """What a server has told of itself: the last sender and its version, "" where it did not say."""

    sender: str
    version: str
    last_at: float


@dataclass(frozen=True)
class TrackedView:
    """One play on a person's own page; `state` is sent, waiting, rejected or unknown."""

    at: float
    label: str
    state: str
    detail: str = ""


class TrackingView(Protocol):
    """The side of the hooks, as the pages see it."""

    def deliveries(
        self, limit: int, before: int = 0, server: str = "", outcome: str = "", text: str = ""
    ) -> DeliveryList:
        """Return deliveries older than `before`, the newest first; 0 for the newest of all."""

    def seen_users(self) -> Sequence[SeenView]:
        """Return everybody who played something."""

    def server(self, name: str) -> ServerView | None:
        """Return what a server said last, None if nothing came yet."""

    def tracked(self, account: str, limit: int) -> Sequence[TrackedView]:
        """Return what an account played, the newest first."""

    def waiting(self, account: str) -> int:
        """Return how many plays of an account wait."""

    def retry(self, delivery_id: int) -> bool:
        """Ask Simkl once more."""

    def correct(self, delivery_id: int, kind: str, ids: Mapping[str, str]) -> bool:
        """Say what a title is: `kind` is movie, show or anime; false if there is no such delivery any more."""

    def pause_all(self, paused: bool) -> None:
        """Keep everything, and send nothing."""

    def accounts_changed(self) -> None:
        """Look at the accounts again: somebody linked or unlinked."""

    def backup_to(self, path: Path) -> None:
        """Write a copy of the plays and deliveries."""


class AccountsView(Protocol):
    """The linked accounts, read often and changed seldom."""

    def get(self, name: str) -> Account | None:
        """Return an account, None if it is not linked."""

    def unlink_account(self, name: str) -> Account | None:
        """Forget an account, and end its grant at Simkl."""


class StoreUnusable(Exception):
    """A delivery cannot be kept; the text says why."""


class Received(NamedTuple):
    """What became of a delivery so far."""

    id: int
    outcome: str
    sentence: str


class BrowserSignInView(Protocol):
    """The sign-in on Simkl's own page; `site` is where it is, `errors` what `begin` and `finish` raise."""

    errors: tuple[type[Exception], ...]

    @property
    def site(self) -> str:
        """Where Simkl's page is: scheme and host."""

    def begin(self, account: str) -> str:
        """Return the address to send the browser to."""

    def finish(self, account: str, answer: Mapping[str, str]) -> bool:
        """Take what the browser brought back; false if it belongs to no sign-in of this account."""


@dataclass
class PageServices:
    """Everything that a page may use; `config()` are the settings in force, which SIGHUP replaces."""

    config: Callable[[], ServeSettings]
    people: People
    invitations: Invitations
    sessions: PageSessions
    password: AdminPassword
    limiter: LoginLimiter
    hook_secrets: HookSecrets
    texts: PageTexts
    sign_ins: SignIns
    accounts: AccountsView
    tracking: TrackingView
    folder: Path
    wall: Callable[[], float]
    monotonic: Callable[[], float]
    pause: Callable[[bool], None]
    paused: Callable[[], bool]
    receive: Callable[[str, str, bytes, Mapping[str, str], str], Received]
    check_media_login: Callable[[str, str, str], MediaServerUser | None]
    not_ready: Callable[[], Sequence[str]]
    metrics: Callable[[], bytes]
    connected_apps: Callable[[], str]
    browser_sign_ins: BrowserSignInView | None = None
    form_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def login_servers(self) -> list[str]:
        """Return the servers that can check a name and password."""
        return [name for name, server in self.config().servers.items() if server.url]

    def account_name(self, server: str, user_key: str, user_name: str) -> str:
        """Return the account of a server's user, or a name for a new one that nobody else has.

        Two servers can have an `ana` each, who need not be the same person; so the second gets `ana@server`.
        """
        known = self.people.account_for(server, user_key, user_name)
        if known:
            return known
        taken = {person.account for person in self.people.everybody()}
        name = "".join(letter for letter in user_name if letter.isprintable()).strip() or user_key
        plain_is_free = name not in taken and self.accounts.get(name) is None
        return name if plain_is_free else f"{name}@{server}"


def page_services() -> PageServices:
    """Return the services of the app that handles this request."""
    services = current_app.extensions[EXTENSION]
    assert isinstance(services, PageServices)
    return services
