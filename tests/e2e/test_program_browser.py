"""The sign-in with a browser: every kind of app, every ending."""

from __future__ import annotations

import socket
from urllib.parse import parse_qs, urlsplit

from tests.e2e.box_apps import PUBLIC, PUBLIC_V1, SERVER_V1, V1, Kinds, come_back, with_state
from tests.e2e.conftest import CLIENT_SECRET


def four_ways_to_trade_a_code_with_a_secret_are_equal(new_machine):
    for token_request in ("form", "json"):
        for token_credentials in ("body", "basic"):
            way = {"token_request": token_request, "token_credentials": token_credentials}
            kinds = Kinds(new_machine, SERVER_V1, CLIENT_SECRET, **way)
            program, url = kinds.browse()
            assert come_back(kinds.box.allow(url)).status_code == 200
            assert program.ended() == 0, way
            [asked] = kinds.asked("/oauth/token")
            kind = {"form": "application/x-www-form-urlencoded", "json": "application/json"}[token_request]
            assert asked.headers["Content-Type"].startswith(kind)
            assert asked.headers.get("Authorization", "").startswith("Basic ") == (token_credentials == "basic")
            assert ("client_secret" in asked.fields) == (token_credentials == "body")
            assert "code_verifier" not in asked.fields
            assert kinds.account["access_token"] == kinds.box.tokens[0].token, way
            assert [event["event"] for event in program.events] == ["open", "linked"]


def without_a_secret_v1_wants_a_proof_key(new_machine):
    kinds = Kinds(new_machine, PUBLIC_V1)
    program, url = kinds.browse()
    query = parse_qs(urlsplit(url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert "scope" not in query
    come_back(kinds.box.allow(url))
    assert (program.ended(), kinds.account["auth"]) == (0, "v1")
    [asked] = kinds.asked("/oauth/token")
    assert 43 <= len(asked.fields["code_verifier"]) <= 128
    assert "client_secret" not in asked.fields


def a_v2_client_id_is_found_out_and_may_write(new_machine):
    kinds = Kinds(new_machine, PUBLIC)
    program, url = kinds.browse()
    assert urlsplit(url).path == "/oauth2/authorize"
    come_back(kinds.box.allow(url))
    assert program.ended() == 0
    assert (kinds.account["auth"], kinds.account["scope"]) == ("v2", "media:read media:write")
    assert kinds.account["refresh_token"] == kinds.box.grants[0].refresh_token


def each_attempt_has_a_state_and_a_proof_key_of_its_own(new_machine):
    kinds = Kinds(new_machine, PUBLIC_V1)
    seen = []
    for _ in range(2):
        program, url = kinds.browse("--timeout", "0.1")
        assert program.ended() == 75
        query = parse_qs(urlsplit(url).query)
        seen.append((query["state"], query["code_challenge"]))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def a_refusal_is_told_by_v2_and_never_by_v1(new_machine):
    v1, v2 = Kinds(new_machine, PUBLIC_V1), Kinds(new_machine, PUBLIC)
    waiting, v1_url = v1.browse("--timeout", "1")
    told, v2_url = v2.browse()
    come_back(v2.box.refuse(v2_url))
    home = v1.box.refuse(v1_url)
    assert urlsplit(home).netloc == urlsplit(v1.box.site_url).netloc, "nothing comes back to the program"
    assert (told.ended(), told.events[-1]["error"]) == (77, "access_denied")
    assert (waiting.ended(), waiting.events[-1]) == (75, {"event": "expired"})
    for kinds in (v1, v2):
        assert not kinds.asked("/oauth/token") + kinds.asked("/oauth2/token")


def what_belongs_to_another_sign_in_is_refused_and_the_right_one_still_awaited(new_machine):
    for client_id in (PUBLIC_V1, PUBLIC):
        kinds = Kinds(new_machine, client_id)
        program, url = kinds.browse()
        right = kinds.box.allow(url)
        assert come_back(with_state(right, "another")).status_code == 400
        assert come_back(kinds.redirect_uri).status_code == 400
        assert come_back(right.replace("/callback?", "/favicon.ico?")).status_code == 404
        if client_id == PUBLIC:
            assert come_back(right.partition("&iss=")[0] + "&iss=https%3A%2F%2Fevil.example").status_code == 400
        assert not kinds.asked("/oauth/token") + kinds.asked("/oauth2/token")
        page = come_back(right)
        assert page.status_code == 200
        assert "You can close this window" in page.text
        assert program.ended() == 0


def a_port_that_is_taken_is_said_at_once(new_machine):
    kinds = Kinds(new_machine, PUBLIC_V1)
    with socket.create_server(("127.0.0.1", kinds.port)):
        program = kinds.start("link", "--method", "browser", "--json")
        assert program.ended() == 78
    [event] = program.events
    assert (event["event"], event["error"]) == ("failed", "port_taken")
    assert kinds.redirect_uri in event["message"]


def without_a_redirect_uri_the_code_is_pasted(new_machine):
    kinds = Kinds(new_machine, V1, redirect_uri="none")
    program = kinds.start("link", "--method", "browser", "--json", keyboard=True)
    opening = program.next_event("open").event
    assert opening == {"event": "open", "url": opening["url"], "redirect_uri": None}
    program.type_line(kinds.box.allow(opening["url"]))
    assert (program.ended(), kinds.account["auth"]) == (0, "v1")


def a_loud_log_tells_no_secret(new_machine):
    """Codes, verifiers, secrets and tokens of everything that was asked are looked for when the machine is closed."""
    ways = [(SERVER_V1, "body"), (SERVER_V1, "basic"), (PUBLIC_V1, "body"), (PUBLIC, "body")]
    for client_id, credentials in ways:
        secret = CLIENT_SECRET if client_id == SERVER_V1 else ""
        kinds = Kinds(new_machine, client_id, secret, token_credentials=credentials)
        program = kinds.start("-vv", "link", "--method", "browser", "--json")
        come_back(kinds.box.allow(program.next_event("open").event["url"]))
        assert program.ended() == 0
        assert "/token: 200" in program.err


def test_a_browser_links(outcomes, scenario):
    outcomes[scenario].result()


def test_ctrl_c_ends_at_once_whatever_is_awaited(new_machine):
    browsing, pasting = Kinds(new_machine, PUBLIC_V1), Kinds(new_machine, V1, redirect_uri="none")
    coming, _ = browsing.browse()
    typing = pasting.start("link", "--method", "browser", "--json", keyboard=True)
    typing.next_event("open")
    assert not browsing.port_is_free()
    for kinds, program in ((browsing, coming), (pasting, typing)):
        program.interrupt()
        assert program.ended() == 130
        assert program.err == ""
        assert [event["event"] for event in program.events] == ["open"]
        assert kinds.port_is_free()
