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
        ├── BadRequest             a field is missing or wrong: an internal error
        ├── NotFound               no such title, session or user
        ├── AlreadyWatched         a repeated stop within the hour
        ├── CodeExpired            the device code is older than its time
        ├── GrantRefused           the refresh token or the authorization code is no longer good
        ├── AccessDenied           the user said no
        ├── SecretRefused          wrong client secret, or the code verifier does not fit (PKCE)
        ├── RedirectRefused        the address to come back to is not registered
        ├── CodesKeepDying         every user code Simkl gave was dead before it was approved
        └── UnknownError           an error this version does not know

`name` is the stable word for programs (JSON output, translated strings); `str(error)` says what happened, why, and what
to do next; `exit_code` and `retryable` say how a program ends and whether to try again. Foreign exceptions are
translated once, in `http.transport`, and stay attached as the cause; `http.error_codes` tells which of Simkl's
identifiers is which of these.

Source: Simkl's pages `conventions/errors` and `resources/rate-limits`; branch on the identifier, never on the prose.
"""

from __future__ import annotations

from lib.system import exit_codes
from lib.system.errors import LinkError

DEVELOPER_PAGE = "simkl.com/settings/developer"


class SimklError(LinkError):
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
        super().__init__(sentence)
        self.status = status
        self.identifier = identifier
        self.retry_after = retry_after


class TransientError(SimklError):
    """May be gone at the next attempt: keep waiting."""

    name = "transient"
    exit_code = exit_codes.SERVICE_UNAVAILABLE
    retryable = True


class Unreachable(TransientError):
    """No answer came at all."""

    name = "no_connection"
    sentence = "No connection to Simkl. Check the network. Retrying automatically."


class NotSent(Unreachable):
    """No connection could be made, so Simkl never heard the question."""


class Untrusted(TransientError):
    """TLS refused the certificate. So it is until a device without a clock battery has its clock set."""

    name = "untrusted"
    sentence = (
        "The server's certificate was not accepted. Check the date and time of this device, and whether this network "
        "requires a login."
    )


class Unreadable(TransientError):
    """An answer came that does not have the documented shape."""

    name = "unreadable"
    sentence = (
        "The answer did not come from Simkl; it may be the login page of this network, or a proxy's. "
        "Open any web page on this network to find out."
    )


class Unavailable(TransientError):
    """Simkl answered that it cannot serve now (5xx)."""

    name = "unavailable"
    sentence = "Simkl is having problems or is being upgraded. Retrying automatically."


class TooFast(TransientError):
    """Simkl asks for fewer requests a second, or holds the account's 20-second write lock."""

    name = "too_fast"
    sentence = "Simkl asks for fewer requests. Retrying automatically after a pause."


class AuthorizationPending(TransientError):
    """400 `authorization_pending` (RFC 8628 3.5)."""

    name = "authorization_pending"
    sentence = "Nobody has approved the code yet. Checking again automatically."


class PollingTooFast(TransientError):
    """400 `slow_down` (RFC 8628 3.5)."""

    name = "slow_down"
    sentence = "Simkl asks for less frequent polling. Checking again automatically after a longer pause."


class RequestRefused(SimklError):
    """Simkl understood and said no."""

    name = "refused"
    exit_code = exit_codes.NO_PERMISSION


class ClientIdRefused(RequestRefused):
    """412 `client_id_failed`, or 401 `invalid_client`."""

    name = "client_id_refused"
    sentence = (
        "Simkl does not accept this client ID: it is mistyped, suspended, or temporarily blocked after too many "
        f"requests. Compare it with the one at {DEVELOPER_PAGE}."
    )


class OtherGeneration(RequestRefused):
    """400 `unauthorized_client`: an AUTH V2 client id at a V1 endpoint."""

    name = "other_generation"
    sentence = (
        "This client ID belongs to Simkl's newer sign-in (AUTH V2). Set simkl.auth to auto or v2, or get a client ID "
        f"for AUTH V1 at {DEVELOPER_PAGE}."
    )


class TokenRefused(RequestRefused):
    """401 `user_token_failed` (V1) or `invalid_token` (V2)."""

    name = "token_refused"
    sentence = (
        "Simkl no longer accepts this link; it was probably removed at simkl.com/settings/connected-apps. Link again."
    )


class TokenMissing(RequestRefused):
    """401 `user_token_required`."""

    name = "token_missing"
    sentence = "This request needs a linked account. Link one first."


class ScopeMissing(RequestRefused):
    """403 `insufficient_scope`."""

    name = "scope_missing"
    sentence = "This link only has permission to read. Link again and allow writing."


class NotAllowed(RequestRefused):
    """403 for this account or plan, or for this kind of token."""

    name = "not_allowed"
    sentence = "Your Simkl account or plan does not include this. See at simkl.com what it includes."


class QuotaSpent(RequestRefused):
    """429 with a daily quota: the user's (V2) or the app's (V1). `retry_after` counts to midnight in New York."""

    name = "quota_spent"
    sentence = "Today's requests to Simkl are used up. The quota resets at midnight in New York; try again then."


class BadRequest(RequestRefused):
    """Simkl misses a field or does not like a value."""

    name = "bad_request"
    sentence = "A required field is missing or a value is invalid. Internal error; please report it."


class NotFound(RequestRefused):
    """404: no such title, playback or user."""

    name = "not_found"
    sentence = "Simkl does not know this title. Look for it at simkl.com; it may be listed under another name."


class AlreadyWatched(RequestRefused):
    """409 `already_watched`: a repeated stop within the hour. Treat as success."""

    name = "already_watched"
    sentence = "Simkl has already recorded this play. There is nothing to do."


class CodeExpired(RequestRefused):
    """400 `expired_token`: the device code is unknown or older than its time."""

    name = "code_expired"
    sentence = "The code has expired. Request a new one."


class GrantRefused(RequestRefused):
    """400 `invalid_grant` (V2), 401 `grant_error` (V1): revoked, idle for too long, expired or used."""

    name = "grant_refused"
    sentence = "Simkl no longer accepts this sign-in; it was removed, has expired, or was already used. Link again."


class AccessDenied(RequestRefused):
    """`access_denied`: the user said no."""

    name = "access_denied"
    sentence = "The sign-in was refused at Simkl. Link again if that was not intended."


class SecretRefused(RequestRefused):
    """401 `secret_error`: wrong client secret, or PKCE failed; V1 tells the two apart by the prose only."""

    name = "secret_refused"
    sentence = (
        "Simkl does not accept the client secret or the code verifier of this sign-in. Compare simkl.client_secret "
        f"with the one at {DEVELOPER_PAGE}, then link again."
    )


class RedirectRefused(RequestRefused):
    """403 `redirect_failed`: the redirect URI is not registered for this client id."""

    name = "redirect_refused"
    sentence = (
        "Simkl does not know this redirect URI. Register simkl.redirect_uri, character for character, for this client "
        f"ID at {DEVELOPER_PAGE}."
    )


class CodesKeepDying(RequestRefused):
    """Simkl replaced the user code more often than we follow."""

    name = "codes_keep_dying"
    exit_code = exit_codes.NOT_APPROVED
    sentence = "Simkl rejected one code after another. Wait a few minutes, then link again."


class UnknownError(RequestRefused):
    """An error of a name this version does not know."""

    name = "unexpected"
    sentence = "Simkl answered with an error that this version does not know. Check for a newer version."
