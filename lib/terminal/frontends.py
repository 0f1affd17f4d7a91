"""Two plain ways to show a link: lines for people, and one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from typing import Any, Callable, TextIO

from lib.account.sign_in.frontend import Frontend, NewCodeReason, WaitReason
from lib.simkl.api.users import User
from lib.simkl.auth.code_flow import Code
from lib.system.errors import LinkError
from lib.terminal import texts
from lib.terminal.output import OutputFailed, say

TICK = 0.1


class TerminalFrontend(Frontend):
    """A front end that prints its news as they come, and only waits in between."""

    _over = False

    def show(self, alive: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Wait until `alive()` is false. After Ctrl-C nothing more is printed: a request cut off then is no news."""
        try:
            while alive():
                sleep(TICK)
        except KeyboardInterrupt:
            self._over = True
            raise

    def _say(self, text: str, to: TextIO | None = None) -> None:
        if not self._over:
            say(text, to)

    def _emit(self, event: dict[str, Any]) -> None:
        self._say(json.dumps(event))


class PlainFrontend(TerminalFrontend):
    """One line per piece of news; nothing moves."""

    def __init__(self, open_address: Callable[[str], object] = lambda url: None) -> None:
        self._last: WaitReason | None = None
        self._open_address = open_address
        self._expired = texts.CODE_EXPIRED_TEXT

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Print code and address."""
        if why is not None:
            self._say(texts.NEW_CODE_TEXT_BY_REASON[why])
        self._say(f"Open {texts.visible(code.verification_uri)} and enter the code {texts.visible(code.user_code)}")
        self._say(f"or open {texts.visible(code.verification_uri_complete)}")
        self._say(f"The code is good for {texts.format_minutes(code.expires_in)} minutes.")
        self._last = None

    def show_address(self, url: str, redirect_uri: str | None) -> None:
        """Print the address to open; without a redirect URI, what to do with the code that Simkl displays."""
        self._say(f"Open this address in a browser:\n{texts.visible(url)}")
        if redirect_uri is None:
            self._say("Simkl then displays a code. Paste it here and press Enter:")
        else:
            self._say(f"Waiting for it to come back to {texts.visible(redirect_uri)} ...")
        self._expired = texts.NOTHING_CAME_BACK

    def open_browser(self, url: str) -> None:
        """Open it on the screen, if there is one."""
        self._open_address(url)

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Print the reason when it changes."""
        if reason is not self._last:
            self._last = reason
            self._say(f"{texts.WAIT_TEXT_BY_REASON[reason]} ...")

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Print who is linked."""
        self._say(texts.linked_line(user, instead_of))

    def expired(self) -> None:
        """Print that it is over, and what to do."""
        self._say(self._expired)

    def failed(self, error: LinkError) -> None:
        """Print what went wrong."""
        self._say(texts.visible_lines(str(error)), to=sys.stderr)


class JsonFrontend(TerminalFrontend):
    """One JSON object a line, flushed: what a program reads."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._last: WaitReason | None = None

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Emit `code`, with `why` if it was not asked for."""
        event: dict[str, Any] = {
            "event": "code",
            "user_code": code.user_code,
            "verification_uri": code.verification_uri,
            "verification_uri_complete": code.verification_uri_complete,
            "expires_in": whole(code.expires_in),
            "interval": whole(code.interval),
        }
        self._emit({**event, "why": why.value} if why is not None else event)

    def show_address(self, url: str, redirect_uri: str | None) -> None:
        """Emit `open`."""
        self._emit({"event": "open", "url": url, "redirect_uri": redirect_uri})

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Emit `waiting` when the reason changes."""
        if reason is not self._last:
            self._last = reason
            self._emit({"event": "waiting", "reason": reason.value, "seconds_left": whole(seconds_left)})

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Emit `linked`; the user is null while Simkl has not told it, `instead_of` is there if it was another one."""
        event = {"event": "linked", "account": self._account, "user": as_json(user)}
        self._emit({**event, "instead_of": as_json(instead_of)} if instead_of else event)

    def expired(self) -> None:
        """Emit `expired`."""
        self._emit({"event": "expired"})

    def failed(self, error: LinkError) -> None:
        """Emit `failed` with the error's name and its sentence."""
        if isinstance(error, OutputFailed):
            self._say(str(error), to=sys.stderr)
        else:
            self._emit({"event": "failed", "error": error.name, "message": str(error)})


def as_json(user: User | None) -> dict[str, Any] | None:
    """Return what programs are told about a user."""
    return {"id": user.id, "name": user.name} if user else None


def emit(event: dict[str, Any]) -> None:
    """Print one JSON object on a line of its own."""
    say(json.dumps(event))


def whole(seconds: float) -> int:
    """Return whole seconds."""
    return max(0, int(seconds))
