"""Tokens: what is read of Simkl's answers, what a refresh keeps, when one ends, and that revoking never complains.

Sources: Simkl's pages `api-reference/oauth`, `api-reference/oauth2-tokens` and `api-reference/oauth2-scopes`.
"""

from __future__ import annotations

import dataclasses

import pytest
import requests

from lib.simkl import errors
from lib.simkl.auth.tokens import Token, parse_v1_token, parse_v2_token, refresh_token, revoke_token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import API, bare, without
from tests.unit.simkl.simkl_says import TOKEN as V1_ACCESS
from tests.unit.simkl.v2_says import ACCESS, BOTH, CLIENT_ID, NOW, REFRESH, SECRET, TOKEN, TOKENS, fields, oauth_error

HUGE = 10**400  # more than a float can hold
DAY = 86400.0
SAME = {"refresh": None, "expires_at": None, "scope": ""}
REFRESHED = {**TOKENS, "access_token": "simkl_at_" + "B" * 34}
LATER = NOW + 600_000
KEPT = Token(Secret(REFRESHED["access_token"]), CLIENT_ID, "v2", Secret(REFRESH), LATER + 604800, BOTH)
ANOTHER = "simkl_rt_" + "S" * 34
NO_TOKEN = [None, [], "text", 5, {}, {"access_token": None}, {"access_token": ""}, {"access_token": 5},
            {"access_token": "a b"}, {"access_token": "tokén"}, {"error": "invalid_grant"}]  # fmt: skip


def unknown_end(**changes: object) -> tuple[dict, Token]:
    return {**TOKENS, **changes}, dataclasses.replace(TOKEN, expires_at=None)


READ = {
    "as documented": (TOKENS, TOKEN),
    "fields of a later version": ({**TOKENS, "refresh_expires_in": 5}, TOKEN),
    "the type in lower case": ({**TOKENS, "token_type": "bearer"}, TOKEN),
    "fractions of a second": ({**TOKENS, "expires_in": 604800.9}, TOKEN),
    "reading only": ({**TOKENS, "scope": "media:read"}, dataclasses.replace(TOKEN, scope="media:read")),
    "no refresh token": (without(TOKENS, "refresh_token"), dataclasses.replace(TOKEN, refresh=None)),
    "a refresh token that cannot be sent": (
        {**TOKENS, "refresh_token": "a b"},
        dataclasses.replace(TOKEN, refresh=None),
    ),
    "no scope": (without(TOKENS, "scope"), dataclasses.replace(TOKEN, scope="")),
    "no end": (without(TOKENS, "expires_in"), dataclasses.replace(TOKEN, expires_at=None)),
    "an end that is null": unknown_end(expires_in=None),
    "an end in words": unknown_end(expires_in="soon"),
    "an end of zero": unknown_end(expires_in=0),
    "an end in the past": unknown_end(expires_in=-5),
    "an end that is true": unknown_end(expires_in=True),
    "an end that never comes": unknown_end(expires_in=float("inf")),
    "an end that is no number": unknown_end(expires_in=float("nan")),
    "an end beyond all measure": unknown_end(expires_in=HUGE),
    "an end after the sun": unknown_end(expires_in=1e300),
}
REFRESHES = {
    "as documented": (REFRESHED, KEPT),
    "the refresh token is kept when it is left out": (without(REFRESHED, "refresh_token"), KEPT),
    "the refresh token is kept when it is null": ({**REFRESHED, "refresh_token": None}, KEPT),
    "the scope is kept when it is left out": (without(REFRESHED, "scope"), KEPT),
    "another refresh token is taken": (
        {**REFRESHED, "refresh_token": ANOTHER},
        dataclasses.replace(KEPT, refresh=Secret(ANOTHER)),
    ),
    "only an access token": (
        {"access_token": REFRESHED["access_token"]},
        dataclasses.replace(KEPT, expires_at=None),
    ),
}
REFUSED = {
    "the grant is gone": (oauth_error(400, "invalid_grant"), errors.GrantRefused),
    "the client id is": (oauth_error(401, "invalid_client"), errors.ClientIdRefused),
    "down": (bare(503), errors.Unavailable),
    "no network": ({"exc": requests.ConnectionError("no route")}, errors.Unreachable),
    "no token in it": ({"json": without(TOKENS, "access_token")}, errors.Unreadable),
    "hotel page": (bare(200), errors.Unreadable),
}


def transport() -> Transport:
    return Transport(API, CLIENT_ID, "a test")


@pytest.mark.parametrize(("answer", "token"), READ.values(), ids=READ.keys())
def test_a_v2_answer_is_read_as(answer, token):
    assert parse_v2_token(answer, CLIENT_ID, NOW) == token


def test_a_v1_answer_is_read_as_a_token_that_never_ends():
    answer = {"access_token": V1_ACCESS, "token_type": "bearer", "scope": "public", "expires_in": 157680000}
    token = parse_v1_token(answer, CLIENT_ID)
    assert token == Token(Secret(V1_ACCESS), CLIENT_ID, "v1", **SAME)
    assert not token.is_ending(1e12) and token.may_write


@pytest.mark.parametrize("answer", NO_TOKEN, ids=repr)
@pytest.mark.parametrize(
    "read", [lambda a: parse_v1_token(a, "x"), lambda a: parse_v2_token(a, "x", NOW)], ids=["1", "2"]
)
def test_an_answer_without_a_token_that_can_be_sent_is_unreadable(read, answer):
    with pytest.raises(errors.Unreadable):
        read(answer)


@pytest.mark.parametrize(
    ("left", "ending"), [(7 * DAY, False), (DAY + 1, False), (DAY, False), (DAY - 1, True), (0, True), (-DAY, True)]
)
def test_a_token_is_ending_when_less_than_a_day_is_left(left, ending):
    assert dataclasses.replace(TOKEN, expires_at=NOW + left).is_ending(NOW) is ending


def test_a_token_whose_end_is_unknown_or_of_v1_is_not_ending():
    assert not dataclasses.replace(TOKEN, expires_at=None).is_ending(NOW)
    assert not dataclasses.replace(TOKEN, auth="v1", expires_at=NOW).is_ending(NOW)


@pytest.mark.parametrize(
    ("auth", "scope", "may"),
    [("v1", "", True), ("v2", BOTH, True), ("v2", "media:write", True), ("v2", "media:read", False), ("v2", "", False)],
)
def test_who_may_write(auth, scope, may):
    assert dataclasses.replace(TOKEN, auth=auth, scope=scope).may_write is may


@pytest.mark.parametrize(("answer", "token"), REFRESHES.values(), ids=REFRESHES.keys())
def test_a_refresh_gives(requests_mock, answer, token):
    requests_mock.post(f"{API}/oauth2/token", json=answer)
    assert refresh_token(transport(), TOKEN, None, LATER) == token


@pytest.mark.parametrize("secret", [None, SECRET], ids=["a public app", "a server app"])
def test_a_refresh_sends_the_refresh_token_and_only_a_server_app_its_secret(requests_mock, secret):
    requests_mock.post(f"{API}/oauth2/token", json=TOKENS)
    refresh_token(transport(), TOKEN, Secret(secret) if secret else None, LATER)
    (request,) = requests_mock.request_history
    sent = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": REFRESH}
    assert fields(request) == ({**sent, "client_secret": secret} if secret else sent)
    assert "Authorization" not in request.headers


@pytest.mark.parametrize(("answer", "kind"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refresh_that_fails_is_asked_once_and_says_why(requests_mock, answer, kind):
    requests_mock.post(f"{API}/oauth2/token", **answer)
    with pytest.raises(errors.SimklError) as caught:
        refresh_token(transport(), TOKEN, None, LATER)
    assert type(caught.value) is kind and requests_mock.call_count == 1


def test_without_a_refresh_token_simkl_is_not_asked(requests_mock):
    with pytest.raises(errors.GrantRefused):
        refresh_token(transport(), dataclasses.replace(TOKEN, refresh=None), None, LATER)
    assert requests_mock.call_count == 0


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        ({"status_code": 200}, True),
        ({"json": {}}, True),
        (oauth_error(401, "invalid_client"), False),
        (bare(503), False),
        (bare(200), False),
        ({"exc": requests.ConnectionError("no route")}, False),
    ],
    ids=["nothing", "JSON", "refused", "down", "hotel page", "no network"],
)
def test_revoking_never_complains_and_says_whether_simkl_heard(requests_mock, answer, heard):
    requests_mock.post(f"{API}/oauth2/revoke", **answer)
    assert revoke_token(transport(), TOKEN, None) is heard
    assert requests_mock.call_count == 1


@pytest.mark.parametrize(("kept", "sent"), [(Secret(REFRESH), REFRESH), (None, ACCESS)], ids=["refresh", "access"])
def test_revoking_names_the_half_of_the_grant_that_lives_longest(requests_mock, kept, sent):
    requests_mock.post(f"{API}/oauth2/revoke")
    revoke_token(transport(), dataclasses.replace(TOKEN, refresh=kept), Secret(SECRET))
    assert fields(requests_mock.last_request) == {"client_id": CLIENT_ID, "token": sent, "client_secret": SECRET}
    revoke_token(transport(), dataclasses.replace(TOKEN, refresh=kept), None)
    assert fields(requests_mock.last_request) == {"client_id": CLIENT_ID, "token": sent}
