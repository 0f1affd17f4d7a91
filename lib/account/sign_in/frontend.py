"""What a front end is told. It shows it; it never polls, never opens a socket, never writes the settings."""

from __future__ import annotations

import enum

from lib.simkl.api.users import User
from lib.simkl.auth.code_flow import Code
from lib.simkl.errors import SimklError, TooFast, Unavailable, Unreadable, Untrusted
from lib.system.errors import LinkError


class WaitReason(str, enum.Enum):
    """What a link is waiting for. The values are words for programs."""

    CODE = "code"
    APPROVAL = "approval"
    SLOW_DOWN = "slow_down"
    NO_CONNECTION = "no_connection"
    NOT_SIMKL = "not_simkl"
    SIMKL_DOWN = "simkl_down"


class NewCodeReason(str, enum.Enum):
    """Why a code is shown that the user has not asked for. The values are words for programs."""

    CODE_GONE = "code_gone"
    APPROVAL_LOST = "approval_lost"
    RESUMED = "resumed"


class Frontend:
    """Somebody who looks at a sign-in: a TV, a terminal, a page. Told from the thread that polls.

    Each kind says what it can show and leaves the rest to this class, which says nothing.
    """

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Show a user code that can be approved for `code.expires_in` seconds from now."""

    def show_address(self, url: str, redirect_uri: str | None) -> None:
        """Show the address to open in a browser; without a redirect URI, ask for the code that Simkl displays."""

    def open_browser(self, url: str) -> None:
        """Open this address in a browser of this machine, if there is one, without waiting for it."""

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Say what is waited for, and for how long at most. Told before every pause."""

    def tick(self) -> None:
        """Show how the time runs out. Told once a second by whoever has a timetable for it."""

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Say that it worked; `user` is None while Simkl has not told the name.

        `instead_of` is who was linked before, if that was somebody else.
        """

    def expired(self) -> None:
        """Say that nobody approved in time."""

    def failed(self, error: LinkError) -> None:
        """Say what went wrong; the text of the error says what to do."""


def wait_reason(error: SimklError) -> WaitReason:
    """Return how to call an error that is waited out."""
    if isinstance(error, (Unreadable, Untrusted)):
        return WaitReason.NOT_SIMKL
    if isinstance(error, Unavailable):
        return WaitReason.SIMKL_DOWN
    if isinstance(error, TooFast):
        return WaitReason.SLOW_DOWN
    return WaitReason.NO_CONNECTION
