"""Simkl's error identifiers and what each means here, written down from Simkl's pages.

Sources: `conventions/errors`, `api-reference/oauth` (the exchange of a code), `api-reference/oauth2-device` and
`api-reference/oauth2-tokens`.
"""

from __future__ import annotations

import pytest

from lib.simkl.errors import (
    AccessDenied,
    AlreadyWatched,
    AuthorizationPending,
    BadRequest,
    ClientIdRefused,
    CodeExpired,
    GrantRefused,
    NotAllowed,
    NotFound,
    OtherGeneration,
    PollingTooFast,
    QuotaSpent,
    RedirectRefused,
    RequestRefused,
    ScopeMissing,
    SecretRefused,
    TokenMissing,
    TokenRefused,
    TooFast,
    TransientError,
    Unavailable,
    UnknownError,
    Unreadable,
)
from lib.simkl.http.error_codes import error_from_answer

TABLE = [
    (400, "empty_field", BadRequest),
    (400, "wrong_parameter", BadRequest),
    (400, "unauthorized_client", OtherGeneration),
    (400, "RATE_LIMIT", TooFast),
    (400, "rate_limit", TooFast),
    (400, "max_items", BadRequest),
    (400, "empty_id", BadRequest),
    (401, "user_token_failed", TokenRefused),
    (401, "invalid_token", TokenRefused),
    (401, "user_token_required", TokenMissing),
    (401, "invalid_client", ClientIdRefused),
    (403, "insufficient_scope", ScopeMissing),
    (403, "oauth2_token_required", NotAllowed),
    (403, "redirect_failed", RedirectRefused),
    (403, "empty_field", BadRequest),
    (403, "private_list", NotAllowed),
    (403, "private_profile", NotAllowed),
    (403, "forbidden", NotAllowed),
    (404, "id_err", NotFound),
    (404, "empty", NotFound),
    (404, "url_failed", NotFound),
    (404, "user_id_failed", NotFound),
    (409, "already_watched", AlreadyWatched),
    (412, "client_id_failed", ClientIdRefused),
    (429, "rate_limit", TooFast),
    (429, "user_limit_exceeded", QuotaSpent),
    (429, "app_limit_exceeded", QuotaSpent),
    (400, "authorization_pending", AuthorizationPending),
    (400, "slow_down", PollingTooFast),
    (400, "expired_token", CodeExpired),
    (400, "invalid_grant", GrantRefused),
    (400, "access_denied", AccessDenied),
    (400, "invalid_request", BadRequest),
    (400, "invalid_scope", BadRequest),
    (400, "unsupported_grant_type", BadRequest),
    (401, "secret_error", SecretRefused),
    (401, "grant_error", GrantRefused),
    (400, "server_error", Unavailable),
    (500, "server_error", Unavailable),
    (500, "internal", Unavailable),
    (502, None, Unavailable),
    (503, None, Unavailable),
]
WAITED_OUT = {"rate_limit", "authorization_pending", "slow_down", "server_error"}
IDS = [f"{status} {identifier}" for status, identifier, _ in TABLE]


def envelope(identifier):
    return {"error": identifier, "code": 400, "message": "for developers"} if identifier else None


@pytest.mark.parametrize(("status", "identifier", "kind"), TABLE, ids=IDS)
def test_an_identifier_means(status, identifier, kind):
    error = error_from_answer(status, envelope(identifier))
    assert type(error) is kind
    assert (error.status, error.identifier) == (status, identifier)


@pytest.mark.parametrize(("status", "identifier", "kind"), TABLE, ids=IDS)
@pytest.mark.parametrize("case", [str.upper, str.lower, str.title], ids=["UPPER", "lower", "Title"])
def test_an_identifier_counts_in_any_case(status, identifier, kind, case):
    assert type(error_from_answer(status, envelope(identifier and case(identifier)))) is kind


@pytest.mark.parametrize(("status", "identifier", "kind"), TABLE, ids=IDS)
def test_an_oauth_envelope_counts_as_well(status, identifier, kind):
    payload = {"error": identifier, "error_description": "for developers"} if identifier else "<h1>502</h1>"
    assert type(error_from_answer(status, payload)) is kind


@pytest.mark.parametrize(("status", "identifier", "kind"), TABLE, ids=IDS)
def test_what_waiting_helps_is_passing_and_the_rest_is_refused(status, identifier, kind):
    waiting_helps = status >= 500 or str(identifier).lower() in WAITED_OUT
    assert issubclass(kind, TransientError if waiting_helps else RequestRefused)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 451])
def test_an_unknown_identifier_is_named_in_the_sentence(status):
    error = error_from_answer(status, envelope("brand_new"))
    assert type(error) is UnknownError
    assert f"(HTTP {status}, 'brand_new')" in str(error)
    assert str(error).endswith(".")


@pytest.mark.parametrize("payload", [None, [], {}, 5, "text", {"error": None}, {"error": ""}, {"error": {"code": 1}}])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Unreadable), (404, Unreadable), (412, ClientIdRefused), (429, TooFast), (500, Unavailable)],
)
def test_without_an_identifier_only_412_429_and_5xx_are_believed(status, kind, payload):
    error = error_from_answer(status, payload)
    assert type(error) is kind and error.identifier is None


@pytest.mark.parametrize("status", [429, 503, 400])
def test_the_time_simkl_asks_for_is_kept(status):
    assert error_from_answer(status, envelope("rate_limit"), 12.0).retry_after == 12.0
    assert error_from_answer(status, envelope("rate_limit")).retry_after is None
