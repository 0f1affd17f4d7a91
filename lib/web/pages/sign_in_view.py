"""How a sign-in is shown: the code, its QR code, and the time that is left."""

from __future__ import annotations

from dataclasses import dataclass

import segno

from lib.web.page_services import page_services
from lib.web.pages.wording import REASON_TEXTS, WHY_TEXTS, error_text, t
from lib.web.sign_ins import SignInState

QUIET_ZONE = 3


@dataclass(frozen=True)
class QrDrawing:
    """A QR code as one SVG path in a square of `size` units, quiet zone included."""

    size: int
    path: str


@dataclass(frozen=True)
class SignInView:
    """What the page of a sign-in shows; texts are English keys, except `text`, which is translated."""

    version: str
    reason: str
    ended: bool = False
    heading: str = ""
    text: str = ""
    why: str = ""
    user_code: str = ""
    verification_uri: str = ""
    verification_uri_complete: str = ""
    short_uri: str = ""
    expires_in: int = 0
    seconds_left: int = 0
    clock: str = ""
    qr: QrDrawing | None = None


def sign_in_view(state: SignInState) -> SignInView:
    """Return what to show of a sign-in."""
    version, reason = str(state.version), REASON_TEXTS[state.reason]
    if state.phase == "expired":
        text = t("It was not approved in time. Get a new one when you are ready.")
        return SignInView(version, reason, ended=True, heading="The code has expired", text=text)
    if state.phase == "failed":
        return SignInView(
            version, reason, ended=True, heading="The account could not be linked", text=error_text(state.error)
        )
    code = state.code
    if code is None:
        return SignInView(version, reason)
    left = max(0, int(state.ends_at - page_services().monotonic()))
    return SignInView(
        version,
        reason,
        why=WHY_TEXTS[state.why] if state.why else "",
        user_code=code.user_code,
        verification_uri=code.verification_uri,
        verification_uri_complete=code.verification_uri_complete,
        short_uri=code.verification_uri.partition("://")[2],
        expires_in=max(1, int(code.expires_in)),
        seconds_left=left,
        clock=f"{left // 60}:{left % 60:02}",
        qr=qr_drawing(code.verification_uri_complete),
    )


def qr_drawing(text: str) -> QrDrawing:
    """Draw a QR code with error correction M."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    parts = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                parts.append(f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{x - start}v1h{start - x}z")
                start = None
    return QrDrawing(len(rows) + 2 * QUIET_ZONE, "".join(parts))
