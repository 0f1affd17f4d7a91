"""Everything a link needs, with real files and nothing else that is real: fakes of Simkl and of a front end."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Callable, NamedTuple

from lib.account.client import AccountClient
from lib.account.rate_limit import LOCK_POLL_SECONDS
from lib.account.settings import Settings
from lib.account.sign_in.by_code import SignInByCode
from lib.account.sign_in.frontend import Frontend, NewCodeReason, WaitReason
from lib.account.sign_in.pending_code import PendingCode
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth import code_flow
from lib.simkl.auth.code_flow import Code
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Answer
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock

CLIENT_ID = "client-of-the-tests"
TOKEN = Token(Secret("token-of-the-tests"), CLIENT_ID)
OLD_TOKEN = Token(Secret("token-from-before"), CLIENT_ID)
USER = User(900001, "sample_viewer", "free")
NOWHERE = "http://127.0.0.1:9"
OWN_WORDS = "# my settings\nsimkl:\n    api_url:   https://api.simkl.com   # as it was\n\n"

PENDING = code_flow.Pending()
APPROVED = code_flow.Approved(TOKEN)
LOST = code_flow.NoAnswer(errors.Unreachable())
REFUSED = code_flow.Denied(errors.ClientIdRefused())


def code(user_code: str = "FIRST", expires_in: float = 900, interval: float = 5, secret: str | None = None) -> Code:
    uri = "https://simkl.com/pin"
    return Code(user_code, uri, f"{uri}/{user_code}", expires_in, interval, Secret(secret) if secret else None)


def lock_waits_in_real_time(pause: Callable[[float], bool]) -> Callable[[float], bool]:
    """Return the pause, but really wait for a lock that another thread or process holds, however long that takes."""
    return lambda seconds: threading.Event().wait(0.002) if seconds == LOCK_POLL_SECONDS else pause(seconds)


class ScriptedFlow:
    """A sign-in flow that gives the answers it was told to give, and notes when it was asked for which code.

    An answer may be a number of seconds and an answer: the request then takes that long.
    """

    def __init__(self, clock: FakeClock, starts: Any = (), checks: Any = ()) -> None:
        self._clock = clock
        self._starts = list(starts)
        self.checks = list(checks)
        self.started_at: list[float] = []
        self.polled_at: list[float] = []
        self.polled: list[str] = []

    def start(self) -> Code:
        self.started_at.append(self._clock.at)
        answer = self._starts.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def check(self, code: Code) -> Any:
        self.polled_at.append(self._clock.at)
        self.polled.append(code.user_code)
        answer = self.checks.pop(0)
        if isinstance(answer, tuple):
            seconds, answer = answer
            self._clock.now += seconds
        return answer


class Seen(NamedTuple):
    what: str
    detail: Any = None
    more: Any = None


def remembered_as(what: str) -> Any:
    """Return a method of a front end that remembers that it was called, and with what."""
    return lambda self, *details: self.seen.append(Seen(what, *details))


class RecordingFrontend(Frontend):
    """A front end that remembers what it was told, in order."""

    show_code = remembered_as("code")
    waiting = remembered_as("waiting")
    show_address = remembered_as("address")
    linked = remembered_as("linked")
    expired = remembered_as("expired")
    failed = remembered_as("failed")

    def __init__(self) -> None:
        self.seen: list[Seen] = []

    def of(self, *what: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.what in what]

    @property
    def reasons(self) -> list[WaitReason]:
        return [seen.detail for seen in self.of("waiting")]

    @property
    def codes(self) -> list[tuple[str, NewCodeReason | None]]:
        return [(seen.detail.user_code, seen.more) for seen in self.of("code")]

    @property
    def ends(self) -> list[Seen]:
        return self.of("linked", "expired", "failed")


class FakeUsers:
    """A Simkl that tells whose token it is as it was told to, in order, the last for ever; and hears which grants end.

    `ended` are the grants, each with the client id that was asked with.
    """

    def __init__(self, *answers: User | Exception) -> None:
        self._answers = list(answers) or [USER]
        self._client_id = "first"
        self.asked_with: list[str] = []
        self.ended: list[tuple[str, str]] = []
        self.before_answer: Callable[[], object] = lambda: None

    def get(self, path: str, token: Secret | None = None) -> Answer:
        assert path == "/users/settings" and token is not None
        self.asked_with.append(token.reveal())
        self.before_answer()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        user = {"name": answer.name, "avatar": answer.avatar}
        return Answer(200, {"user": user, "account": {"id": answer.id, "type": answer.account_type}})

    def post(self, path: str, fields: dict[str, str], **_: Any) -> None:
        assert path == "/oauth2/revoke"
        self.ended.append((self._client_id, fields["token"]))

    def for_client(self, client_id: str) -> FakeUsers:
        other = FakeUsers()
        other._client_id, other.ended = client_id, self.ended
        return other


class World:
    """A folder with a settings file, a clock, a front end; `link` makes an attempt to link in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.yaml"
        self.turn_lock = folder / "settings.yaml.turn.lock"
        self.accounts = AccountStore(self.path)
        self.clock = FakeClock()
        self.frontend = RecordingFrontend()
        self.flow = ScriptedFlow(self.clock)

    def link(self, starts: Any = None, checks: Any = (APPROVED,), simkl: Any = None, **more: Any) -> SignInByCode:
        """Return an attempt whose Simkl gives these answers; by default all goes well."""
        self.flow = ScriptedFlow(self.clock, [code()] if starts is None else starts, checks)
        more = {"pending": self.pending(), **more}
        return SignInByCode(
            name=DEFAULT_ACCOUNT, flow=self.flow, transport=simkl or FakeUsers(), accounts=self.accounts,
            pause=self.clock.pause, clock=self.clock, frontend=self.frontend, **more,
        )  # fmt: skip

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
