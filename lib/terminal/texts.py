"""What the terminal says, in English."""

from __future__ import annotations

from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.account.store import Account
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import GRANT_LIFETIME, V2
from lib.system import timestamps

WAIT_TEXT_BY_REASON = {
    WaitReason.CODE: "Getting your code",
    WaitReason.APPROVAL: "Waiting for you to approve",
    WaitReason.SLOW_DOWN: "Simkl is busy and asks to slow down, still waiting",
    WaitReason.NO_CONNECTION: "No connection, still trying",
    WaitReason.NOT_SIMKL: "No connection, still trying (somebody else answers: does this network want a login first?)",
    WaitReason.SIMKL_DOWN: "No connection, still trying (Simkl has a fault or is being upgraded)",
}
NEW_CODE_TEXT_BY_REASON = {
    NewCodeReason.CODE_GONE: "The old code no longer worked. Here is a new one.",
    NewCodeReason.APPROVAL_LOST: "Simkl may have approved, but the answer got lost on the way. Once more, please.",
    NewCodeReason.RESUMED: "This code is still good.",
}
CODE_EXPIRED_TEXT = "Nobody approved the code in time. Run the command again for a new one."
NOTHING_CAME_BACK = "No answer came back in time, which is also how a refusal looks. Run the command again."
MOVE_TO_V2_TEXT = (
    "Simkl retires this kind of sign-in around April 2027. Link again when it suits you; your history stays."
)


def linked_line(user: User | None, instead_of: User | None = None) -> str:
    """Say that an account is linked, and who it was before if that was somebody else."""
    text = f"Linked as {visible(user.name)}" if user else "Linked (Simkl has not told the name yet)"
    return f"{text}, instead of {visible(instead_of.name)}" if instead_of else text


def since(account: Account) -> str:
    """Say who is linked, and since when."""
    kind = f" ({visible(account.user.account_type)})" if account.user and account.user.account_type else ""
    day = f" since {visible(account.linked_at[:10])}" if account.linked_at else ""
    return f"{linked_line(account.user)}{kind}{day}"


def token_life(account: Account) -> list[str]:
    """Say what kind of sign-in it is, what it may do, and how long it lasts if nobody uses it."""
    token = account.token
    if token.auth != V2:
        return ["AUTH V1: good until you remove the app at Simkl."]
    lines = [f"AUTH V2: may {'read and write' if token.may_write else 'only read'}."]
    refreshed = timestamps.parse_utc(account.refreshed_at)
    if refreshed is not None:
        until = timestamps.format_utc(refreshed + GRANT_LIFETIME)[:10]
        lines.append(f"Access token of {visible(account.refreshed_at[:10])}; good until {until} if nobody uses it.")
    return lines


def format_minutes(seconds: float) -> str:
    """Write seconds as minutes and seconds: 754.2 is 12:34."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02}"


def visible(text: str) -> str:
    """Return the text without anything that could steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def visible_lines(text: str) -> str:
    """Return the text as `visible` does, with its line breaks."""
    return "\n".join(visible(line) for line in text.splitlines())
