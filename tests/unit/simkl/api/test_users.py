"""Whose token it is: a name and an id or an error, whatever else the answer holds.

Source: Simkl's page `api-reference/simkl/get-user-settings`.
"""

from __future__ import annotations

import dataclasses

import pytest

from lib.simkl import errors
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import API, CLIENT_ID, TOKEN, bare, error

AVATAR = "https://simkl.in/avatars/90/90000001abcdef/user_100.jpg"
USER = {"name": "sample_viewer", "joined_at": "2019-04-02T10:00:00Z", "gender": "", "avatar": AVATAR, "age": ""}
ACCOUNT = {"id": 900001, "timezone": "Europe/Oslo", "type": "free", "anime_title_language": "en"}
VIEWER = User(900001, "sample_viewer", "free", AVATAR)


def settings(user=None, account=None, **more):
    return {"user": {**USER, **(user or {})}, "account": {**ACCOUNT, **(account or {})}, **more}


def viewer(**changes):
    return dataclasses.replace(VIEWER, **changes)


def fetch():
    return fetch_user(Transport(API, CLIENT_ID), Token(Secret(TOKEN), CLIENT_ID))


GOOD = {
    "as documented": (settings(), VIEWER),
    "an age in digits and connections": (settings(user={"age": 41}, connections={"facebook": False}), VIEWER),
    "pro": (settings(account={"type": "pro"}), viewer(account_type="pro")),
    "only id and name": ({"user": {"name": "x"}, "account": {"id": 1}}, User(1, "x")),
    "no type": (settings(account={"type": None}), viewer(account_type="")),
    "a type that is a number": (settings(account={"type": 3}), viewer(account_type="")),
    "no picture": (settings(user={"avatar": None}), viewer(avatar="")),
    "a picture that is no text": (settings(user={"avatar": [AVATAR]}), viewer(avatar="")),
    "spaces around the name": (
        settings(user={"name": "  sample viewer\n"}),
        User(900001, "sample viewer", "free", AVATAR),
    ),
    "a name beyond ASCII": (settings(user={"name": "Zoë 視聴者 🎬"}), viewer(name="Zoë 視聴者 🎬")),
    "a name cut in the middle of an emoji": (
        settings(user={"name": "Zoë \ud83c"}),
        User(900001, "Zoë ?", "free", AVATAR),
    ),
    "user.id is not the id": (settings(user={"id": 5}), VIEWER),
}
BAD = {
    "an empty object": {},
    "an array": [settings()],
    "a text": "sample_viewer",
    "null": None,
    "no user": {"account": ACCOUNT},
    "no account": {"user": USER},
    "a user that is a text": {"user": "sample_viewer", "account": ACCOUNT},
    "a user that is a list": {"user": ["sample_viewer"], "account": ACCOUNT},
    "an account that is a number": {"user": USER, "account": 900001},
    "no id": {"user": USER, "account": {"type": "free"}},
    "an id that is null": settings(account={"id": None}),
    "an id that is a text": settings(account={"id": "900001"}),
    "an id that is true": settings(account={"id": True}),
    "an id with a fraction": settings(account={"id": 900001.5}),
    "an id that is only in user": {"user": {**USER, "id": 900001}, "account": {}},
    "no name": {"user": {"avatar": AVATAR}, "account": ACCOUNT},
    "a name that is null": settings(user={"name": None}),
    "a name that is a number": settings(user={"name": 12345}),
    "an empty name": settings(user={"name": ""}),
    "a name of spaces": settings(user={"name": " \t"}),
}


@pytest.mark.parametrize(("answer", "user"), GOOD.values(), ids=GOOD.keys())
def test_a_user_is_read_from(requests_mock, answer, user):
    requests_mock.get(f"{API}/users/settings", json=answer)
    assert fetch() == user


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_there_is_no_user_in(requests_mock, answer):
    requests_mock.get(f"{API}/users/settings", json=answer)
    with pytest.raises(errors.Unreadable):
        fetch()


TROUBLE = {
    "a revoked token": (error(401, "user_token_failed"), errors.TokenRefused),
    "a token of the other generation": (error(401, "invalid_token"), errors.TokenRefused),
    "no token": (error(401, "user_token_required"), errors.TokenMissing),
    "an unknown client id": (error(412, "client_id_failed"), errors.ClientIdRefused),
    "a day that is used up": (error(429, "app_limit_exceeded", Retry_After="60"), errors.QuotaSpent),
    "Simkl down": (bare(503), errors.Unavailable),
    "a hotel page": (bare(200), errors.Unreadable),
    "a hotel page that wants a login": (bare(401), errors.Unreadable),
}


@pytest.mark.parametrize(("answer", "kind"), TROUBLE.values(), ids=TROUBLE.keys())
def test_trouble_has_a_name(requests_mock, answer, kind):
    requests_mock.get(f"{API}/users/settings", **answer)
    with pytest.raises(errors.SimklError) as caught:
        fetch()
    assert type(caught.value) is kind


def test_the_token_is_asked_about_with_a_get_and_its_own_bearer(requests_mock):
    # On AUTH V2 a POST counts as a write, for which a token that may only read is refused.
    requests_mock.get(f"{API}/users/settings", json=settings())
    fetch()
    (request,) = requests_mock.request_history
    assert (request.method, request.headers["Authorization"], request.body) == ("GET", f"Bearer {TOKEN}", None)
    assert request.qs["client_id"] == [CLIENT_ID]


def test_simkl_in_a_box_tells_who_approved_until_the_link_is_removed(box, transport_to):
    box.model.start(box.client_id, "simkl-link")
    code = box.approve_pending()
    transport = transport_to(box.url)
    token = Token(Secret(transport.get(f"/oauth/pin/{code}").payload["access_token"]), box.client_id)
    assert fetch_user(transport, token).name == "sample_viewer"
    box.revoke()
    with pytest.raises(errors.TokenRefused):
        fetch_user(transport, token)
