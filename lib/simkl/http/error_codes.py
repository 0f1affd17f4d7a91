"""Which of Simkl's error identifiers is which of our errors. Source: Simkl's page `conventions/errors`."""

from __future__ import annotations

from typing import Any, Mapping

from lib.simkl import errors

_BY_IDENTIFIER: Mapping[str, type[errors.SimklError]] = {
    "client_id_failed": errors.ClientIdRefused,
    "invalid_client": errors.ClientIdRefused,
    "unauthorized_client": errors.OtherGeneration,
    "user_token_failed": errors.TokenRefused,
    "invalid_token": errors.TokenRefused,
    "user_token_required": errors.TokenMissing,
    "insufficient_scope": errors.ScopeMissing,
    "oauth2_token_required": errors.NotAllowed,
    "private_list": errors.NotAllowed,
    "private_profile": errors.NotAllowed,
    "forbidden": errors.NotAllowed,
    "user_limit_exceeded": errors.QuotaSpent,
    "app_limit_exceeded": errors.QuotaSpent,
    "rate_limit": errors.TooFast,
    "empty_field": errors.BadRequest,
    "wrong_parameter": errors.BadRequest,
    "max_items": errors.BadRequest,
    "empty_id": errors.BadRequest,
    "redirect_failed": errors.RedirectRefused,
    "secret_error": errors.SecretRefused,
    "grant_error": errors.GrantRefused,
    "invalid_grant": errors.GrantRefused,
    "authorization_pending": errors.AuthorizationPending,
    "slow_down": errors.PollingTooFast,
    "expired_token": errors.CodeExpired,
    "access_denied": errors.AccessDenied,
    "invalid_request": errors.BadRequest,
    "invalid_scope": errors.BadRequest,
    "unsupported_grant_type": errors.BadRequest,
    "id_err": errors.NotFound,
    "empty": errors.NotFound,
    "url_failed": errors.NotFound,
    "user_id_failed": errors.NotFound,
    "already_watched": errors.AlreadyWatched,
    "internal": errors.Unavailable,
    "server_error": errors.Unavailable,
}
_TIMES = {"watched_at", "expires_at"}


def error_from_answer(status: int, payload: Any, retry_after: float | None = None) -> errors.SimklError:
    """Name the error that an answer with an error status carries.

    `payload` is the decoded JSON body, or None when the body was no JSON. An identifier counts in any case, since Simkl
    writes both `RATE_LIMIT` and `rate_limit`. A 4xx without an envelope of Simkl's came from somebody in between and is
    errors.Unreadable; a 412, a 429 or a 5xx without one is taken at its word. A 409 may come
    without `error`, with the times of the watch there is (Simkl's page `api-reference/simkl/scrobble-stop`).
    """
    identifier = payload.get("error") if isinstance(payload, dict) else None
    if not isinstance(identifier, str) or not identifier:
        identifier = None
    kind: type[errors.SimklError] | None = _BY_IDENTIFIER.get(identifier.lower()) if identifier else None
    if status >= 500:
        kind = errors.Unavailable
    elif kind is None and status == 429:
        kind = errors.TooFast
    elif kind is None and status == 412:
        kind = errors.ClientIdRefused
    elif identifier is None and status == 409 and isinstance(payload, dict) and _TIMES & set(payload):
        kind = errors.AlreadyWatched
    elif kind is None:
        kind = errors.UnknownError if identifier else errors.Unreadable
    sentence = None
    if kind is errors.UnknownError:
        sentence = kind.sentence.replace(".", f" (HTTP {status}, {identifier!r}).", 1)
    return kind(sentence, status=status, identifier=identifier, retry_after=retry_after)
