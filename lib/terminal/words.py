"""What the terminal says, in English."""

from __future__ import annotations

from lib.account.face import Reason, Why
from lib.account.store import Account
from lib.simkl.users import User

REASONS = {
    Reason.CODE: "Getting your code",
    Reason.APPROVAL: "Waiting for you to approve",
    Reason.SLOW_DOWN: "Simkl is busy and asks for patience, still waiting",
    Reason.NO_CONNECTION: "No connection, still trying",
    Reason.NOT_SIMKL: "No connection, still trying (somebody else answers: does this network want a login first?)",
    Reason.SIMKL_DOWN: "No connection, still trying (Simkl has a fault or is being upgraded)",
}
WHYS = {
    Why.CODE_GONE: "The old code no longer worked. Here is a new one.",
    Why.APPROVAL_LOST: "Simkl may have approved, but the answer got lost on the way. Once more, please.",
    Why.RESUMED: "This code is still good.",
}
EXPIRED = "Nobody approved the code in time. Run the command again for a new one."


def linked(user: User | None) -> str:
    """Say that an account is linked."""
    return f"Linked as {visible(user.name)}" if user else "Linked (Simkl has not told the name yet)"


def since(account: Account) -> str:
    """Say who is linked, and since when."""
    kind = f" ({visible(account.user.account_type)})" if account.user and account.user.account_type else ""
    day = f" since {visible(account.linked_at[:10])}" if account.linked_at else ""
    return f"{linked(account.user)}{kind}{day}"


def clock(seconds: float) -> str:
    """Write seconds as minutes and seconds: 754.2 is 12:34."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02}"


def visible(text: str) -> str:
    """Return the text without anything that could steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def visible_lines(text: str) -> str:
    """Return the text as `visible` does, with its line breaks."""
    return "\n".join(visible(line) for line in text.splitlines())
