"""V2's device flow, tokens and scopes, as Simkl's pages `oauth2-device`, `-tokens` and `-scopes` and RFC 8628 say."""

import hashlib

import pytest

from tests.fakes.program import BOTH, FILM, Program, said, table

PENDING, SLOW_DOWN, EXPIRED = [(400, each) for each in ("authorization_pending", "slow_down", "expired_token")]
INVALID_CLIENT, INVALID_TOKEN = (401, "invalid_client"), (401, "invalid_token")
INVALID_REQUEST, INVALID_GRANT = (400, "invalid_request"), (400, "invalid_grant")
WEEK, HALF_A_YEAR = 604_800, 180 * 86_400


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


# the device flow


def test_an_approval_is_delivered_once_and_a_denied_code_stays_pending_until_it_expires(box, tv):
    started, denied = tv.device(), tv.device()
    code = started["device_code"]
    box.deny(denied["user_code"])
    assert said(tv.poll(code)) == PENDING
    box.approve(started["user_code"])
    assert said(tv.poll(code)) == SLOW_DOWN  # an approval does not make a poll come in time
    box.advance(10)
    tokens = tv.poll(code).json
    assert (tokens["access_token"], tokens["scope"]) == (box.tokens[0].token, BOTH)
    assert said(tv.poll(code)) == EXPIRED
    assert said(tv.poll(denied["device_code"])) == PENDING
    box.advance(890)
    assert said(tv.poll(denied["device_code"])) == EXPIRED


def test_slow_down_adds_five_seconds_and_every_attempt_starts_the_wait_anew(box, tv):
    code, heard = tv.device()["device_code"], []
    for pause in (0, 4.9, 9.9, 14.9, 20):
        box.advance(pause)
        heard.append(said(tv.poll(code)))
    assert heard == [PENDING, SLOW_DOWN, SLOW_DOWN, SLOW_DOWN, PENDING]
    assert [round(each.gap, 1) for each in box.too_fast] == [4.9, 9.9, 14.9]
    box.order("slow_down")
    box.advance(20)
    assert said(tv.poll(code)) == SLOW_DOWN


@table(("changes", "error"), {
    "no device_code": ({"device_code": None}, INVALID_REQUEST),
    "a code nobody got": ({"device_code": "guess"}, EXPIRED),
    "another app's code": ({"client_id": "v2-public"}, EXPIRED),
    "another grant": ({"grant_type": "device_code"}, (400, "unsupported_grant_type")),
    "nobody": ({"client_id": "nobody"}, INVALID_CLIENT),
    "a V1 client_id": ({"client_id": "v1-public"}, INVALID_CLIENT),
    "a server without its secret": ({"client_id": "v2-server"}, INVALID_CLIENT),
})  # fmt: skip
def test_a_start_or_a_poll_that_is_refused(tv, changes, error):
    assert said(tv.poll(**{"device_code": tv.device()["device_code"], **changes})) == error
    if error == INVALID_CLIENT and changes["client_id"] != "v2-server":  # a start needs no secret
        assert said(tv.send("/oauth2/device", changes)) == error


# refresh and revoke


def test_a_refresh_kills_the_old_access_token_at_once_and_keeps_the_refresh_token(box, public):
    first = public.sign_in()
    second = public.refresh(first["refresh_token"]).json
    assert second == {**first, "access_token": second["access_token"]}
    assert public.settings(second["access_token"]).status_code == 200
    assert said(public.settings(first["access_token"])) == INVALID_TOKEN
    assert [(each.grant_id, each.old_token) for each in box.refreshes] == [(1, sha256(first["access_token"]))]


def test_an_access_token_lives_a_week_and_its_link_180_days_from_its_last_refresh(box, public):
    tokens = public.sign_in()
    box.advance(WEEK - 1)
    assert public.settings(tokens["access_token"]).status_code == 200
    box.advance(1)
    assert said(public.settings(tokens["access_token"])) == INVALID_TOKEN
    assert box.dead_token_uses == []  # expired is neither replaced nor revoked
    for _ in range(2):
        box.advance(HALF_A_YEAR - WEEK - 1)
        assert public.refresh(tokens["refresh_token"]).status_code == 200
    box.advance(HALF_A_YEAR)
    assert said(public.refresh(tokens["refresh_token"])) == INVALID_GRANT and box.tokens == []


@table(("changes", "error"), {
    "a token nobody got": ({"refresh_token": "simkl_rt_x"}, INVALID_GRANT),
    "no token": ({"refresh_token": None}, INVALID_REQUEST),
    "another app's token": ({"client_id": "v2-tv"}, INVALID_GRANT),
    "a V1 client_id": ({"client_id": "v1-public"}, INVALID_CLIENT),
    "a secret that there is not": ({"client_secret": "guess"}, INVALID_CLIENT),
})  # fmt: skip
def test_a_refresh_that_is_refused_changes_nothing(box, public, changes, error):
    tokens = public.sign_in()
    assert said(public.refresh(**{"refresh_token": tokens["refresh_token"], **changes})) == error
    assert said(public.refresh(tokens["access_token"])) == INVALID_GRANT
    assert public.settings(tokens["access_token"]).status_code == 200 and box.refreshes == []


@pytest.mark.parametrize("half", ["access_token", "refresh_token"])
def test_revoking_either_half_ends_that_link_and_no_other(box, public, half):
    first, second = public.sign_in(), public.sign_in()
    for token in ("", "simkl_at_x", second["access_token"]):  # a revocation always succeeds and proves nothing
        assert Program(box, "v2-tv").revoke(token).status_code == 200 and len(box.tokens) == 2
    assert said(public.revoke(first[half], client_secret="guess")) == INVALID_CLIENT
    assert public.revoke(first[half], token_type_hint="nonsense").status_code == 200
    assert said(public.settings(first["access_token"])) == INVALID_TOKEN
    assert said(public.refresh(first["refresh_token"])) == INVALID_GRANT
    assert public.settings(second["access_token"]).status_code == 200
    assert [grant.ended_at is None for grant in box.grants] == [False, True]


def test_every_use_of_a_dead_token_is_noted(box, public):
    replaced = public.sign_in()
    public.refresh(replaced["refresh_token"])
    revoked = public.sign_in()["access_token"]
    box.revoke(revoked)
    old = Program(box, "v1-public")
    old_token = old.link()
    box.revoke(old_token)
    for program, token in [(public, replaced["access_token"]), (public, revoked), (old, old_token), (public, "x")]:
        assert program.settings(token).status_code == 401
    assert [(each.grant_id, each.why, each.token) for each in box.dead_token_uses] == [
        (1, "replaced", sha256(replaced["access_token"])),
        (2, "revoked", sha256(revoked)),
        (3, "revoked", sha256(old_token)),
    ]


# scopes


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        *((each, BOTH) for each in (BOTH, "media:write", "media:read,media:write")),
        *((each, "media:read") for each in (None, "", "media.write", "MEDIA:WRITE", "public")),
    ],
)
def test_only_the_exact_text_lets_an_app_write_and_nobody_is_told(box, public, tv, asked, granted):
    assert public.sign_in(scope=asked)["scope"] == granted
    started = tv.device(scope=asked)
    box.approve(started["user_code"])
    assert tv.poll(started["device_code"]).json["scope"] == granted


@pytest.mark.parametrize(
    ("granted", "asked", "status"),
    [(BOTH, BOTH, 200), (BOTH, "media:read", 200), ("media:read", None, 200), ("media:read", BOTH, 400)],
)
def test_a_refresh_never_widens_and_never_narrows_the_scope(public, granted, asked, status):
    tokens = public.sign_in(scope=granted)
    answer = public.refresh(tokens["refresh_token"], scope=asked)
    assert answer.status_code == status and answer.json.get("scope", granted) == granted
    assert status == 200 or said(answer) == (400, "invalid_scope")


def test_a_get_without_a_body_reads_and_everything_else_writes(box, public):
    reader, writer = (public.sign_in(scope=scope)["access_token"] for scope in ("media:read", BOTH))
    assert public.settings(reader).status_code == 200
    for path, method, body in [
        ("/users/settings", "GET", {"data": "x"}), ("/users/settings", "POST", None), ("/scrobble/stop", "POST", FILM),
        ("/sync/history", "GET", {"movies": []}), ("/sync/ratings", "POST", {}),
    ]:  # fmt: skip
        answer = public.ask(method, path, body, reader)
        assert said(answer) == (403, "insufficient_scope") and answer.json["code"] == 403
        assert 'error="insufficient_scope", scope="media:write"' in answer.headers["WWW-Authenticate"]
        assert public.ask(method, path, body, writer).status_code < 300
        assert said(public.ask(method, path, body, None)) == (401, "user_token_required")
    assert len(box.scrobbles) == 1 and len(box.history_calls) == 2
