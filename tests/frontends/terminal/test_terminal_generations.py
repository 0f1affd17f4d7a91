"""AUTH V1 and V2 with a code: which one is asked, and what status and unlink tell of each."""

from __future__ import annotations

import re

import pytest

DAY = r"20\d\d-\d\d-\d\d"
MOVE_OVER = "Simkl retires this kind of sign-in around April 2027. Link again when it suits you; your history stays."

PIN, DEVICE = "/oauth/pin", "/oauth2/device"
METHODS = {
    "auto finds V1": ("sandbox-client-id", "auto", [PIN], "v1"),
    "auto finds V2": ("tv-of-v2", "auto", [PIN, DEVICE], "v2"),
    "pin": ("sandbox-client-id", "pin", [PIN], "v1"),
    "device": ("tv-of-v2", "device", [DEVICE], "v2"),
    "a V2 client id at the PIN": ("tv-of-v2", "pin", [PIN], "other_generation"),
    "a V1 client id at the device flow": ("sandbox-client-id", "device", [DEVICE], "client_id_refused"),
}


@pytest.mark.parametrize("client_id, method, starts, outcome", METHODS.values(), ids=METHODS)
def test_a_method_asks_where_it_belongs_and_is_not_replaced(
    terminal, box, retry_now, client_id, method, starts, outcome
):
    terminal.set(SIMKL_CLIENT_ID=client_id, SIMKL_CLIENT_SECRET=None)
    retry_now.then(box.approve_pending)
    ran = terminal.run("link", "--method", method, "--json")
    assert [request.path for request in box.requests if request.path in (PIN, DEVICE)] == starts
    if outcome in ("v1", "v2"):
        assert (ran.code, ran.events[-1]["event"]) == (0, "linked")
        assert (terminal.accounts["default"]["auth"], terminal.accounts["default"]["client_id"]) == (outcome, client_id)
    else:
        assert (ran.code, ran.events[-1]["error"], len(box.requests)) == (77, outcome, 1)


def test_the_generation_is_remembered_with_the_link(linked_on_v2, box, retry_now):
    asked = len(box.requests)
    retry_now.then(box.approve_pending)
    assert linked_on_v2.run("link").code == 0
    assert box.requests[asked].path == "/oauth2/device"
    assert "/oauth/pin" not in [request.path for request in box.requests[asked:]]


def test_status_of_v2_tells_scope_refresh_and_how_long_it_lives_unused(linked_on_v2):
    who, may, life = linked_on_v2.run("status").lines
    assert re.fullmatch(rf"Linked as sample_viewer \(free\) since {DAY}\.", who)
    assert may == "AUTH V2: may read and write."
    assert re.fullmatch(rf"Access token of {DAY}; good until {DAY} if nobody uses it\.", life)
    [event] = linked_on_v2.run("status", "--json").events
    for instant in ("linked_at", "refreshed_at"):
        assert re.fullmatch(DAY + r"T\d\d:\d\d:\d\dZ", event.pop(instant))
    told = {"linked": True, "account": "default", "auth": "v2", "user": {"id": 900001, "name": "sample_viewer"}}
    assert event == {**told, "scope": "media:read media:write"}
    text = linked_on_v2.settings.read_text()
    linked_on_v2.write_settings(re.sub(r"refreshed_at: .*", 'refreshed_at: "2026-03-01T10:00:00Z"', text))
    last = linked_on_v2.run("status").lines[-1]
    assert last == "Access token of 2026-03-01; good until 2026-08-28 if nobody uses it."


@pytest.mark.parametrize("scope, may", [("media:read", "only read"), ("media:read media:write", "read and write")])
def test_status_says_what_the_scope_allows(on_v2, scope, may):
    account = f"{{auth: v2, access_token: abc, client_id: tv-of-v2, scope: {scope}}}"
    on_v2.write_settings(f"accounts:\n  default: {account}\n")
    assert on_v2.run("status").lines[1:] == [f"AUTH V2: may {may}."], "without a refresh there is no life to tell"


def test_moving_over_is_said_to_v1_links_where_there_is_a_v2_client_id(linked, box, retry_now):
    assert MOVE_OVER not in linked.run("status").lines
    linked.set(SIMKL_CLIENT_ID_V2="tv-of-v2", SIMKL_CLIENT_SECRET=None)
    for how in (["status"], ["status", "--check"]):
        assert linked.run(*how).lines[-1] == MOVE_OVER
    assert box.requests[-1].query["client_id"] == box.client_id  # the old token works until then
    retry_now.then(box.approve_pending)
    assert linked.run("link").code == 0
    assert (linked.accounts["default"]["auth"], linked.accounts["default"]["client_id"]) == ("v2", "tv-of-v2")
    assert MOVE_OVER not in linked.run("status").lines


@pytest.mark.parametrize("generation", ["linked", "linked_on_v2"])
def test_a_refused_link_needs_linking_again_keeps_its_token_and_is_not_told_how_long_it_lives(request, box, generation):
    terminal = request.getfixturevalue(generation)
    kept = terminal.accounts["default"]["access_token"]
    box.revoke()
    terminal.set(SIMKL_CLIENT_ID_V2="tv-of-v2")
    checked = terminal.run("status", "--check", "--json")
    [event] = checked.events
    assert (checked.code, event["linked"], event["valid"], event["needs_linking"]) == (77, False, False, True)
    later = terminal.run("status")
    assert later.code == 77
    [line] = later.lines
    assert line.endswith(", but Simkl no longer accepts it: it needs linking again.")
    assert terminal.accounts["default"]["access_token"] == kept


@pytest.mark.parametrize("is_reachable", [True, False])
def test_unlinking_v2_ends_the_grant_at_simkl_and_claims_nothing_that_did_not_happen(linked_on_v2, box, is_reachable):
    if not is_reachable:
        box.stop_listening()
    ran = linked_on_v2.run("unlink")
    assert ran.lines == [
        "Unlinked from sample_viewer: the access token is forgotten.",
        "Simkl was told to end this sign-in as well."
        if is_reachable
        else f"Simkl lists this app until you remove it at {box.url}/settings/connected-apps/",
    ]
    assert (ran.code, linked_on_v2.accounts, box.tokens == []) == (0, {}, is_reachable)


def test_another_user_than_before_is_said(linked, box, retry_now):
    box.add_user("second_viewer", 900002)
    retry_now.then(lambda: box.approve_pending("second_viewer"), box.approve_pending)
    assert linked.run("link").lines[-1] == "Linked as second_viewer, instead of sample_viewer"
    event = linked.run("link", "--json").events[-1]
    assert event["user"] == {"id": 900001, "name": "sample_viewer"}
    assert event["instead_of"] == {"id": 900002, "name": "second_viewer"}
