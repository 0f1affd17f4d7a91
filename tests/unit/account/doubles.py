"""What stands in for the world around a link: a clock with its pause, a flow, a front end, and Simkl's users."""

from __future__ import annotations

import threading
from typing import Any, Callable, NamedTuple

from lib.account.rate_limit import LOCK_POLL_SECONDS
from lib.account.sign_in.frontend import NewCodeReason, WaitReason
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

PENDING = code_flow.Pending()
APPROVED = code_flow.Approved(TOKEN)
LOST = code_flow.NoAnswer(errors.Unreachable())
NOT_SENT = code_flow.NoAnswer(errors.NotSent())
HOTEL = code_flow.NoAnswer(errors.Unreadable())
DOWN = code_flow.NoAnswer(errors.Unavailable())
REFUSED = code_flow.Denied(errors.ClientIdRefused())


def code(user_code: str = "FIRST", expires_in: float = 900, interval: float = 5, secret: str | None = None) -> Code:
    uri = "https://simkl.com/pin"
    return Code(user_code, uri, f"{uri}/{user_code}", expires_in, interval, Secret(secret) if secret else None)


class Seen(NamedTuple):
    what: str
    detail: Any = None
    more: Any = None


def lock_waits_in_real_time(pause: Callable[[float], bool]) -> Callable[[float], bool]:
    """Return the pause, but really wait for a lock that another thread or process holds, however long that takes."""

    def wait(seconds: float) -> bool:
        if seconds == LOCK_POLL_SECONDS:
            return threading.Event().wait(0.002)
        return pause(seconds)

    return wait


class ScriptedFlow:
    """A sign-in flow that gives the answers it was told to give, and notes when it was asked for which code.

    An answer may be a number of seconds and an answer: the request then takes that long.
    """

    def __init__(self, clock: FakeClock, starts: list[Any] | None = None, checks: list[Any] | None = None) -> None:
        self._clock = clock
        self._starts = list(starts or [])
        self._checks = list(checks or [])
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
        answer = self._checks.pop(0)
        if isinstance(answer, tuple):
            seconds, answer = answer
            self._clock.now += seconds
        return answer

    @property
    def unused(self) -> int:
        return len(self._starts) + len(self._checks)


class RecordingFrontend:
    """A front end that remembers what it was told, in order."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        self.seen.append(Seen("code", code.user_code, why))

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        self.seen.append(Seen("waiting", reason, seconds_left))

    def show_address(self, url: str, redirect_uri: str | None) -> None:
        self.seen.append(Seen("address", url, redirect_uri))

    def open_browser(self, url: str) -> None:
        self.seen.append(Seen("browser", url))

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        self.seen.append(Seen("linked", user, instead_of))

    def expired(self) -> None:
        self.seen.append(Seen("expired"))

    def failed(self, error: Exception) -> None:
        self.seen.append(Seen("failed", error))

    def of(self, *what: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.what in what]

    @property
    def reasons(self) -> list[WaitReason]:
        return [seen.detail for seen in self.of("waiting")]

    @property
    def codes(self) -> list[tuple[str, NewCodeReason | None]]:
        return [(seen.detail, seen.more) for seen in self.of("code")]

    @property
    def ends(self) -> list[Seen]:
        return self.of("linked", "expired", "failed")


class FakeSimkl:
    """Where the users are asked for: answers `/users/settings` with what it was told, in order, the last for ever."""

    def __init__(self, *answers: User | Exception) -> None:
        self._answers = list(answers)
        self.asked_with: list[str] = []
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
