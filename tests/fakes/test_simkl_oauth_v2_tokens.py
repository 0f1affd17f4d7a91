"""V2's tokens: refresh, revoke, scopes and what they are good for (`oauth2-tokens`, `oauth2-scopes`, `errors`)."""

from __future__ import annotations

import hashlib

import pytest

from tests.fakes.oauth_program import BOTH, SECRET, Program, failed, oauth_box

WEEK, HALF_A_YEAR = 604_800, 180 * 86_400


@pytest.fixture(scope="module")
def running():
    with oauth_box() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def public(box):
    return Program(box, "v2-public")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


# refresh


def test_a_refresh_kills_the_old_access_token_at_once_and_keeps_the_refresh_token(box, public):
    first = public.sign_in()
    second = public.refresh(first["refresh_token"]).json()
    assert second == {**first, "access_token": second["access_token"]}
    assert public.settings(second["access_token"]).status_code == 200
    assert failed(public.settings(first["access_token"])) == (401, "invalid_token")
    assert [(each.grant_id, each.old_token) for each in box.refreshes] == [(1, sha256(first["access_token"]))]
    assert box.grants[0].token == second["access_token"]


def test_an_access_token_lives_a_week_and_its_link_is_refreshed_after_that(box, public):
    tokens = public.sign_in()
    box.advance(WEEK - 1)
    assert public.settings(tokens["access_token"]).status_code == 200
    box.advance(1)
    assert failed(public.settings(tokens["access_token"])) == (401, "invalid_token")
    fresh = public.refresh(tokens["refresh_token"]).json()["access_token"]
    assert public.settings(fresh).status_code == 200
    assert box.dead_token_uses == []  # expired is neither replaced nor revoked


def test_180_idle_days_end_a_link_and_every_refresh_starts_them_anew(box, public):
    refresh_token = public.sign_in()["refresh_token"]
    for _ in range(2):
        box.advance(HALF_A_YEAR - 1)
        assert public.refresh(refresh_token).status_code == 200
    box.advance(HALF_A_YEAR)
    assert failed(public.refresh(refresh_token)) == (400, "invalid_grant") and box.tokens == []


NOT_REFRESHED = {
    "a token nobody got": ({"refresh_token": "simkl_rt_x"}, (400, "invalid_grant")),
    "no token": ({"refresh_token": None}, (400, "invalid_request")),
    "another app's token": ({"client_id": "v2-tv"}, (400, "invalid_grant")),
    "nobody": ({"client_id": "nobody"}, (401, "invalid_client")),
    "a V1 client_id": ({"client_id": "v1-public"}, (401, "invalid_client")),
}


@pytest.mark.parametrize(("changes", "error"), NOT_REFRESHED.values(), ids=NOT_REFRESHED.keys())
def test_a_refresh_that_is_refused_changes_nothing(box, public, changes, error):
    tokens = public.sign_in()
    assert failed(public.refresh(**{"refresh_token": tokens["refresh_token"], **changes})) == error
    assert public.settings(tokens["access_token"]).status_code == 200 and box.refreshes == []


def test_the_access_token_is_no_refresh_token(public):
    assert failed(public.refresh(public.sign_in()["access_token"])) == (400, "invalid_grant")


def test_a_server_refreshes_and_revokes_with_its_secret(box):
    server = Program(box, "v2-server", SECRET)
    token = server.sign_in()["refresh_token"]
    assert failed(server.refresh(token, client_secret=None)) == (401, "invalid_client")
    assert server.refresh(token).status_code == 200
    assert failed(server.post("/oauth2/revoke", {"token": token, "client_secret": "guess"})) == (401, "invalid_client")
    assert len(box.tokens) == 1


@pytest.mark.parametrize(
    ("granted", "asked", "status"),
    [
        (BOTH, BOTH, 200),
        (BOTH, "media:read", 200),
        ("media:read", "media:read", 200),
        ("media:read", None, 200),
        ("media:read", BOTH, 400),
    ],
)
def test_a_refresh_never_widens_and_never_narrows_the_scope(public, granted, asked, status):
    tokens = public.sign_in(scope=granted)
    answer = public.refresh(tokens["refresh_token"], scope=asked)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["scope"] == granted
    else:
        assert answer.json()["error"] == "invalid_scope" and public.settings(tokens["access_token"]).status_code == 200


# revoke


@pytest.mark.parametrize("half", ["access_token", "refresh_token"])
def test_revoking_either_half_ends_that_link_and_no_other(box, public, half):
    first, second = public.sign_in(), public.sign_in()
    assert public.post("/oauth2/revoke", {"token": first[half], "token_type_hint": "nonsense"}).status_code == 200
    assert failed(public.settings(first["access_token"])) == (401, "invalid_token")
    assert failed(public.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert public.settings(second["access_token"]).status_code == 200
    assert [grant.ended_at is None for grant in box.grants] == [False, True]


@pytest.mark.parametrize("token", ["", "simkl_at_x", "another app's"])
def test_a_revocation_always_succeeds_and_proves_nothing(box, public, token):
    others = public.sign_in()["access_token"]
    answer = Program(box, "v2-tv").post("/oauth2/revoke", {"token": token or others})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store" and len(box.tokens) == 1


# scopes


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (BOTH, BOTH),
        ("media:write", BOTH),
        ("media:write media:read", BOTH),
        ("media:read,media:write", BOTH),
        (None, "media:read"),
        ("", "media:read"),
        ("media.write", "media:read"),
        ("write", "media:read"),
        ("MEDIA:WRITE", "media:read"),
        ("public", "media:read"),
    ],
)
def test_only_the_exact_text_lets_an_app_write_and_nobody_is_told(box, public, asked, granted):
    assert public.sign_in(scope=asked)["scope"] == granted
    tv = Program(box, "v2-tv")
    started = tv.device(scope=asked)
    box.approve(started["user_code"])
    assert tv.poll(started["device_code"]).json()["scope"] == granted


@pytest.mark.parametrize(
    ("method", "options", "needs"),
    [
        ("GET", {}, "read"),
        ("GET", {"data": "x"}, "write"),
        ("GET", {"json": {}}, "write"),
        ("POST", {}, "write"),
        ("POST", {"json": {}}, "write"),
    ],
)
def test_a_get_without_a_body_reads_and_everything_else_writes(public, method, options, needs):
    reader, writer = (public.sign_in(scope=scope)["access_token"] for scope in ("media:read", BOTH))
    assert public.settings(writer, method, **options).status_code == 200
    answer = public.settings(reader, method, **options)
    if needs == "read":
        assert answer.status_code == 200
    else:
        assert failed(answer) == (403, "insufficient_scope") and answer.json()["code"] == 403
        assert 'error="insufficient_scope", scope="media:write"' in answer.headers["WWW-Authenticate"]


# what else a token meets


@pytest.mark.parametrize(
    ("client_id", "token", "error"),
    [
        ("v2-public", None, "user_token_required"),
        ("v2-public", "simkl_at_x", "invalid_token"),
        ("v2-tv", "mine", "invalid_token"),
        ("v1-public", "mine", "user_token_failed"),
    ],
)
def test_a_token_works_only_with_the_client_id_that_issued_it(box, public, client_id, token, error):
    token = public.sign_in()["access_token"] if token == "mine" else token
    answer = Program(box, client_id).settings(token)
    assert failed(answer) == (401, error)
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="api.simkl.com", error="{error}"'


def test_every_use_of_a_dead_token_is_noted(box, public):
    replaced = public.sign_in()
    public.refresh(replaced["refresh_token"])
    revoked = public.sign_in()["access_token"]
    box.revoke(revoked)
    old = Program(box, "v1-public")
    old_token = old.sign_in()["access_token"]
    box.revoke(old_token)
    for program, token in [(public, replaced["access_token"]), (public, revoked), (old, old_token), (public, "x")]:
        assert program.settings(token).status_code == 401
    assert [(each.grant_id, each.why, each.token) for each in box.dead_token_uses] == [
        (1, "replaced", sha256(replaced["access_token"])),
        (2, "revoked", sha256(revoked)),
        (3, "revoked", sha256(old_token)),
    ]
    assert {(each.path, each.at) for each in box.dead_token_uses} == {("/users/settings", box.clock())}


def test_no_repr_shows_a_token(box, public):
    tokens = public.sign_in()
    public.refresh(tokens["refresh_token"])
    shown = repr(box.grants) + repr(box.refreshes) + repr(box.requests)
    assert not [
        secret
        for secret in (*tokens.values(), box.grants[0].token)
        if str(secret).startswith("simkl_") and secret in shown
    ]
