"""Every way Simkl can fail us, each with a name and a sentence.

    SimklError
    ├── TransientError             worth trying again by itself
    │   ├── Unreachable            no network, no name, no route, reset, hang
    │   │   └── NotSent            the request never left, so no answer to it can have got lost
    │   ├── Untrusted              the certificate is not accepted: a wrong clock, or somebody in between
    │   ├── Unreadable             an answer that cannot be named: a hotel's login page, half a JSON, wrong types
    │   ├── Unavailable            Simkl is down or being upgraded (5xx)
    │   ├── TooFast                slow down (429, or Simkl's 20-second write lock)
    │   ├── AuthorizationPending   nobody has approved the device code yet
    │   └── PollingTooFast         the device code is polled too fast: five seconds more from now on
    └── RequestRefused             Simkl understood and said no; asking again changes nothing
        ├── ClientIdRefused        unknown, misspelt or suspended client id, or a throttling block
        ├── OtherGeneration        a client id of one AUTH generation at an endpoint of the other
        ├── TokenRefused           access token revoked, expired or unknown
        ├── TokenMissing           the call needs an access token and had none
        ├── ScopeMissing           the access token may read only
        ├── NotAllowed             not for this account or plan
        ├── QuotaSpent             the day's requests are used up
        ├── BadRequest             a field is missing or wrong: a defect of this plugin
        ├── NotFound               no such title, session or user
        ├── AlreadyWatched         a repeated stop within the hour
        ├── CodeExpired            the device code is older than its time
        ├── GrantRefused           the refresh token or the authorization code is no longer good
        ├── AccessDenied           the user said no
        ├── SecretRefused          wrong client secret, or the proof key of the attempt does not fit
        ├── RedirectRefused        the address to come back to is not registered
        ├── CodesKeepDying         every user code Simkl gave was dead before it was approved
        └── UnknownError           an error this version does not know

`name` is the stable word for programs (JSON output, translated strings); `str(error)` says what happened, why, and what
to do next. Foreign exceptions are translated once, in `transport`, and stay attached as the cause; `naming` tells which
of Simkl's identifiers is which of these.

Source: Simkl's pages `conventions/errors` and `resources/rate-limits`; branch on the identifier, never on the prose.
"""

from __future__ import annotations

DEVELOPER_PAGE = "simkl.com/settings/developer"


class SimklError(Exception):
    """Something between us and Simkl went wrong.

    `status` is the HTTP status (None when no answer came), `identifier` the word Simkl gave in `error`, `retry_after`
    the seconds Simkl asked us to wait (None when it did not say).
    """

    name = "simkl_error"
    sentence = "Something went wrong while talking to Simkl. Try again in a few minutes."

    def __init__(
        self,
        sentence: str | None = None,
        *,
        status: int | None = None,
        identifier: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence or self.sentence)
        self.status = status
        self.identifier = identifier
        self.retry_after = retry_after


class TransientError(SimklError):
    """May be gone at the next attempt: keep waiting."""

    name = "passing"


class Unreachable(TransientError):
    """No answer came at all."""

    name = "no_connection"
    sentence = "No connection to Simkl. Check the network; it is tried again by itself."


class NotSent(Unreachable):
    """No connection could be made, so Simkl never heard the question."""


class Untrusted(TransientError):
    """TLS refused the certificate. A box without a clock battery starts in the past and heals with the time."""

    name = "untrusted"
    sentence = (
        "The certificate of the answer was not accepted. Check the date and time of this device, and whether this "
        "network wants a login first."
    )


class Unreadable(TransientError):
    """An answer came that does not have the documented shape."""

    name = "unreadable"
    sentence = (
        "The answer was not Simkl's: perhaps a login page of this network or a proxy. "
        "Open any web page on this network to see."
    )


class Unavailable(TransientError):
    """Simkl answered that it cannot serve now (5xx)."""

    name = "unavailable"
    sentence = "Simkl has a fault or is being upgraded. It is tried again by itself."


class TooFast(TransientError):
    """Simkl asks for fewer requests a second, or holds the account's 20-second write lock."""

    name = "too_fast"
    sentence = "Simkl asks to go slower. It is tried again after a pause."


class AuthorizationPending(TransientError):
    """400 `authorization_pending` (RFC 8628 3.5)."""

    name = "authorization_pending"
    sentence = "Nobody has approved the code yet. It is asked again by itself."


class PollingTooFast(TransientError):
    """400 `slow_down` (RFC 8628 3.5)."""

    name = "slow_down"
    sentence = "Simkl asks to poll less often. It is asked again after a longer pause."


class RequestRefused(SimklError):
    """Simkl understood and said no."""

    name = "refused"


class ClientIdRefused(RequestRefused):
    """412 `client_id_failed`, or 401 `invalid_client`."""

    name = "client_id_refused"
    sentence = (
        "Simkl does not accept this client id: it is misspelt, suspended, or blocked for a while after too many "
        f"requests. Compare it with the one at {DEVELOPER_PAGE}."
    )


class OtherGeneration(RequestRefused):
    """400 `unauthorized_client`: an AUTH V2 client id at a V1 endpoint."""

    name = "other_generation"
    sentence = (
        "This client id belongs to Simkl's newer sign-in (AUTH V2). Set simkl.auth to auto or v2, or get a client id "
        f"for AUTH V1 at {DEVELOPER_PAGE}."
    )


class TokenRefused(RequestRefused):
    """401 `user_token_failed` (V1) or `invalid_token` (V2)."""

    name = "token_refused"
    sentence = "Simkl no longer accepts this link: it was removed at simkl.com/settings/connected-apps. Link again."


class TokenMissing(RequestRefused):
    """401 `user_token_required`."""

    name = "token_missing"
    sentence = "Simkl wants to know who asks. Link an account first."


class ScopeMissing(RequestRefused):
    """403 `insufficient_scope`."""

    name = "scope_missing"
    sentence = "This link may only read at Simkl. Link again and allow writing."


class NotAllowed(RequestRefused):
    """403 for this account or plan, or for this kind of token."""

    name = "not_allowed"
    sentence = "Simkl does not allow this for your account or plan. See at simkl.com what yours includes."


class QuotaSpent(RequestRefused):
    """429 with a daily quota: the user's (V2) or the app's (V1). `retry_after` counts to midnight in New York."""

    name = "quota_spent"
    sentence = "Today's requests to Simkl are used up. They are renewed at midnight in New York; try again then."


class BadRequest(RequestRefused):
    """Simkl misses a field or does not like a value."""

    name = "bad_request"
    sentence = "Simkl did not understand the request. This is a defect of Simkl Link; please report it."


class NotFound(RequestRefused):
    """404: no such title, playback or user."""

    name = "not_found"
    sentence = "Simkl does not know this item. Look for it at simkl.com; it may go by another name there."


class AlreadyWatched(RequestRefused):
    """409 `already_watched`: a repeated stop within the hour. Treat as success."""

    name = "already_watched"
    sentence = "Simkl already has this watch. There is nothing to do."


class CodeExpired(RequestRefused):
    """400 `expired_token`: the device code is unknown or older than its time."""

    name = "code_expired"
    sentence = "The code has expired. Ask for a new one."


class GrantRefused(RequestRefused):
    """400 `invalid_grant` (V2), 401 `grant_error` (V1): revoked, idle for too long, expired or used."""

    name = "grant_refused"
    sentence = "Simkl no longer accepts this sign-in: it was removed, used or waited too long. Link again."


class AccessDenied(RequestRefused):
    """`access_denied`: the user said no."""

    name = "access_denied"
    sentence = "The sign-in was refused at Simkl. Link again if that was not meant."


class SecretRefused(RequestRefused):
    """401 `secret_error`: wrong client secret, or PKCE failed; V1 tells the two apart by the prose only."""

    name = "secret_refused"
    sentence = (
        "Simkl does not accept the client secret, or the proof key of this sign-in. Compare simkl.client_secret with "
        f"the one at {DEVELOPER_PAGE}, then link again."
    )


class RedirectRefused(RequestRefused):
    """403 `redirect_failed`: the redirect URI is not registered for this client id."""

    name = "redirect_refused"
    sentence = (
        "Simkl does not know the address that the sign-in comes back to. Register simkl.redirect_uri for this client "
        f"id, letter by letter, at {DEVELOPER_PAGE}."
    )


class CodesKeepDying(RequestRefused):
    """Simkl replaced the user code more often than we follow."""

    name = "codes_keep_dying"
    sentence = "Simkl gave one dead code after the other. Wait a few minutes, then link again."


class UnknownError(RequestRefused):
    """An error of a name this version does not know."""

    name = "unexpected"
    sentence = "Simkl answered with an error that this version does not know. Look for a newer version."
