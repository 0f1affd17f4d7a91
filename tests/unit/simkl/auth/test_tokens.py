"""Tokens: what is read of Simkl's answers, what a refresh keeps, when one ends, and that revoking never complains.

Sources: Simkl's pages `api-reference/oauth`, `api-reference/oauth2-tokens` and `api-reference/oauth2-scopes`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from lib.simkl import errors
from lib.simkl.auth.tokens import Token, parse_v1_token, parse_v2_token, refresh_token, revoke_token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import API, bare, without
from tests.unit.simkl.simkl_says import TOKEN as V1_ACCESS
from tests.unit.simkl.v2_says import ACCESS, BOTH, CLIENT_ID, NOW, REFRESH, SECRET, TOKEN, TOKENS, fields, oauth_error

DAY = 86400.0
LATER = NOW + 600_000
NEXT, ANOTHER = "simkl_at_" + "B" * 34, "simkl_rt_" + "S" * 34
NEXT_TOKENS = {**TOKENS, "access_token": NEXT}
KEPT = replace(TOKEN, access=Secret(NEXT), expires_at=LATER + 604800)
NO_TOKEN = [None, [], "text", 5, {}, *({"access_token": bad} for bad in (None, "", 5, "a b", "tokén"))]
NO_END = [None, "soon", 0, -5, True, float("inf"), float("nan"), 10**400, 1e300]
READ = {
    "as documented": ({}, {}),
    "fields of a later version": ({"refresh_expires_in": 5, "token_type": "bearer"}, {}),
    "fractions of a second": ({"expires_in": 604800.9}, {}),
    "reading only": ({"scope": "media:read"}, {"scope": "media:read"}),
    "a refresh token that cannot be sent": ({"refresh_token": "a b"}, {"refresh": None}),
    "only an access token": (
        {"refresh_token": None, "scope": None, "expires_in": None},
        {"refresh": None, "scope": "", "expires_at": None},
    ),
    **{f"an end that is {end!r:.20}": ({"expires_in": end}, {"expires_at": None}) for end in NO_END},
}
REFRESHES = {
    "as documented": (NEXT_TOKENS, KEPT),
    "another refresh token": ({**NEXT_TOKENS, "refresh_token": ANOTHER}, replace(KEPT, refresh=Secret(ANOTHER))),
    "only an access token": ({"access_token": NEXT}, replace(KEPT, expires_at=None)),
    "null for what stays": ({**NEXT_TOKENS, "refresh_token": None, "scope": None}, KEPT),
}
REFUSED = {
    "the grant is gone": (oauth_error(400, "invalid_grant"), errors.GrantRefused),
    "down": (bare(503), errors.Unavailable),
    "no network": ({"exc": requests.ConnectionError("no route")}, errors.Unreachable),
    "no token in it": ({"json": without(TOKENS, "access_token")}, errors.Unreadable),
}
REVOKED = {
    "nothing": ({"status_code": 200}, True),
    "refused": (oauth_error(401, "invalid_client"), False),
    "hotel page": (bare(200), False),
    "no network": ({"exc": requests.ConnectionError("no route")}, False),
}
each_app = pytest.mark.parametrize("secret", [None, Secret(SECRET)], ids=["a public app", "a server app"])


def transport() -> Transport:
    return Transport(API, CLIENT_ID, "a test")


def with_secret(form: dict, secret: Secret | None) -> dict:
    return {**form, "client_secret": SECRET} if secret else form


@pytest.mark.parametrize(("changes", "wanted"), READ.values(), ids=READ.keys())
def test_a_v2_answer_is_read_as(changes, wanted):
    assert parse_v2_token({**TOKENS, **changes}, CLIENT_ID, NOW) == replace(TOKEN, **wanted)


def test_a_v1_answer_is_read_as_a_token_that_never_ends():
    answer = {"access_token": V1_ACCESS, "token_type": "bearer", "scope": "public", "expires_in": 157680000}
    token = parse_v1_token(answer, CLIENT_ID)
    assert token == Token(Secret(V1_ACCESS), CLIENT_ID, "v1", refresh=None, expires_at=None, scope="")
    assert not token.is_ending(1e12) and token.may_write


@pytest.mark.parametrize("answer", NO_TOKEN, ids=repr)
def test_an_answer_without_a_token_that_can_be_sent_is_unreadable(answer):
    with pytest.raises(errors.Unreadable):
        parse_v1_token(answer, "x")
    with pytest.raises(errors.Unreadable):
        parse_v2_token(answer, "x", NOW)


def test_a_token_is_ending_when_less_than_a_day_is_left():
    for left, ending in ((DAY, False), (DAY - 1, True), (-DAY, True)):
        assert replace(TOKEN, expires_at=NOW + left).is_ending(NOW) is ending
    assert not replace(TOKEN, expires_at=None).is_ending(NOW)
    assert not replace(TOKEN, auth="v1", expires_at=NOW).is_ending(NOW)


def test_who_may_write():
    assert replace(TOKEN, auth="v1", scope="").may_write
    for scope, may in ((BOTH, True), ("media:write", True), ("media:read", False), ("", False)):
        assert replace(TOKEN, scope=scope).may_write is may


@pytest.mark.parametrize(("answer", "token"), REFRESHES.values(), ids=REFRESHES.keys())
@each_app
def test_a_refresh_sends_its_token_and_keeps_what_is_left_out(requests_mock, answer, token, secret):
    requests_mock.post(f"{API}/oauth2/token", json=answer)
    assert refresh_token(transport(), TOKEN, secret, LATER) == token
    (request,) = requests_mock.request_history
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": REFRESH}
    assert fields(request) == with_secret(form, secret)
    assert "Authorization" not in request.headers


@pytest.mark.parametrize(("answer", "kind"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refresh_that_fails_is_asked_once_and_says_why(requests_mock, answer, kind):
    requests_mock.post(f"{API}/oauth2/token", **answer)
    with pytest.raises(errors.SimklError) as caught:
        refresh_token(transport(), TOKEN, None, LATER)
    assert type(caught.value) is kind and requests_mock.call_count == 1


def test_without_a_refresh_token_simkl_is_not_asked(requests_mock):
    with pytest.raises(errors.GrantRefused):
        refresh_token(transport(), replace(TOKEN, refresh=None), None, LATER)
    assert requests_mock.call_count == 0


@pytest.mark.parametrize(("answer", "heard"), REVOKED.values(), ids=REVOKED.keys())
def test_revoking_never_complains_and_says_whether_simkl_heard(requests_mock, answer, heard):
    requests_mock.post(f"{API}/oauth2/revoke", **answer)
    assert revoke_token(transport(), TOKEN, None) is heard
    assert requests_mock.call_count == 1


@pytest.mark.parametrize(("kept", "sent"), [(Secret(REFRESH), REFRESH), (None, ACCESS)], ids=["refresh", "access"])
@each_app
def test_revoking_names_the_half_of_the_grant_that_lives_longest(requests_mock, kept, sent, secret):
    requests_mock.post(f"{API}/oauth2/revoke")
    revoke_token(transport(), replace(TOKEN, refresh=kept), secret)
    assert fields(requests_mock.last_request) == with_secret({"client_id": CLIENT_ID, "token": sent}, secret)
