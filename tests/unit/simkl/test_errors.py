"""The tree of errors is the one that is drawn, and Simkl's identifiers, each with what it means here.

Sources: Simkl's pages `conventions/errors`, `api-reference/oauth`, `api-reference/oauth2-device`,
`api-reference/oauth2-tokens` and `api-reference/simkl/scrobble-stop`.
"""

from __future__ import annotations

import re

import pytest

from lib.simkl import errors
from lib.simkl.errors import SimklError
from lib.simkl.http.error_codes import error_from_answer


def drawn() -> dict[str, str]:
    """Read the tree in the module's docstring: each class and the one it hangs on."""
    parents: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ((?:│   |    )*)(?:[├└]── )?([A-Z]\w+)", line)
        if found and ("── " in line or line.strip() == "SimklError"):
            depth = len(found[1]) // 4 + ("── " in line)
            branch = [*branch[:depth], found[2]]
            parents[found[2]] = branch[depth - 1] if depth else "LinkError"
    return parents


def everything(kind: type = SimklError) -> dict[str, str]:
    """Return each class of the module and the one it derives from."""
    tree = {kind.__name__: kind.__bases__[0].__name__}
    for child in (each for each in kind.__subclasses__() if each.__module__ == errors.__name__):
        tree.update(everything(child))
    return tree


KINDS = {kind: getattr(errors, kind) for kind in everything()}


def test_the_drawn_tree_is_the_tree():
    assert drawn() == everything()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_an_error_says_in_whole_sentences_what_is_wrong_and_what_to_do_or_something_else(kind):
    assert re.fullmatch(r"[A-Z][^\n]*[a-z)I]\. [A-Z][^\n]*[a-z]\.", str(kind()))
    error = kind("Something special.", status=400, identifier="x", retry_after=5.0)
    assert str(error) == "Something special."
    assert (error.status, error.identifier, error.retry_after) == (400, "x", 5.0)


def test_every_error_has_a_name_for_programs_and_a_sentence_of_its_own():
    names = {kind: each.name for kind, each in KINDS.items()}
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names.values())
    assert names.pop("NotSent") == names["Unreachable"] == "no_connection"  # the same thing to whoever waits
    assert len(set(names.values())) == len(names)
    refusals = [each.sentence for each in KINDS.values() if issubclass(each, errors.RequestRefused)]
    assert len(set(refusals) - {errors.RequestRefused.sentence}) == len(refusals) - 1


def test_every_error_is_either_waited_out_or_final():
    roots = {"SimklError", "TransientError", "RequestRefused"}
    for each in (KINDS[kind] for kind in KINDS if kind not in roots):
        assert issubclass(each, errors.TransientError) != issubclass(each, errors.RequestRefused)


WAITED_OUT = {
    errors.TooFast: "rate_limit",
    errors.AuthorizationPending: "authorization_pending",
    errors.PollingTooFast: "slow_down",
    errors.Unavailable: "internal server_error",
}
REFUSED = {
    errors.BadRequest: "empty_field wrong_parameter max_items empty_id invalid_request invalid_scope "
    "unsupported_grant_type",
    errors.OtherGeneration: "unauthorized_client",
    errors.ClientIdRefused: "client_id_failed invalid_client",
    errors.TokenRefused: "user_token_failed invalid_token",
    errors.TokenMissing: "user_token_required",
    errors.ScopeMissing: "insufficient_scope",
    errors.NotAllowed: "oauth2_token_required private_list private_profile forbidden",
    errors.RedirectRefused: "redirect_failed",
    errors.NotFound: "id_err empty url_failed user_id_failed",
    errors.AlreadyWatched: "already_watched",
    errors.QuotaSpent: "user_limit_exceeded app_limit_exceeded",
    errors.CodeExpired: "expired_token",
    errors.GrantRefused: "invalid_grant grant_error",
    errors.AccessDenied: "access_denied",
    errors.SecretRefused: "secret_error",
}
TABLE = [(word, kind) for kind, words in {**WAITED_OUT, **REFUSED}.items() for word in words.split()]
STATUSES = [400, 401, 403, 404, 409, 412, 429]


@pytest.mark.parametrize(("identifier", "kind"), TABLE, ids=[identifier for identifier, _ in TABLE])
def test_an_identifier_means_the_same_in_any_case_status_and_envelope(identifier, kind):
    for word in (identifier, identifier.upper(), identifier.title()):
        for more in ({"code": 400, "message": "for developers"}, {"error_description": "for developers"}):
            for status in STATUSES:
                error = error_from_answer(status, {"error": word, **more}, 12.0)
                assert (type(error), error.status, error.identifier, error.retry_after) == (kind, status, word, 12.0)
            assert type(error_from_answer(500, {"error": word, **more})) is errors.Unavailable
    assert issubclass(kind, errors.TransientError if kind in WAITED_OUT else errors.RequestRefused)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 451])
def test_an_unknown_identifier_is_named_in_the_sentence(status):
    error = error_from_answer(status, {"error": "brand_new", "code": status})
    assert type(error) is errors.UnknownError
    assert f"(HTTP {status}, 'brand_new')" in str(error)
    assert str(error).endswith(".")


@pytest.mark.parametrize("payload", [None, [], {}, 5, "text", {"error": None}, {"error": ""}, {"error": {"code": 1}}])
def test_without_an_identifier_only_412_429_and_5xx_are_believed(payload):
    believed = {412: errors.ClientIdRefused, 429: errors.TooFast, 500: errors.Unavailable, 503: errors.Unavailable}
    for status in (400, 404, 409, *believed):
        error = error_from_answer(status, payload)
        assert (type(error), error.identifier) == (believed.get(status, errors.Unreadable), None)
        assert error.retry_after is None


@pytest.mark.parametrize("times", [{"watched_at": "2026-10-05", "expires_at": "2026-10-06"}, {"expires_at": "2026"}])
def test_a_409_with_nothing_but_times_is_a_repeat_within_the_hour(times):
    assert type(error_from_answer(409, times)) is errors.AlreadyWatched
    assert type(error_from_answer(400, times)) is errors.Unreadable
