"""link, status and unlink as a person and a program see them, of either generation, and where the token goes."""

import re

import pytest

DAY = r"20\d\d-\d\d-\d\d"
MOVE_OVER = "Simkl retires this kind of sign-in around April 2027. Link again when it suits you; your history stays."
LINKED = {"event": "linked", "account": "default", "user": {"id": 900001, "name": "sample_viewer"}}


def test_a_link_tells_programs_the_code_the_waiting_and_the_end(terminal, box, retry_now):
    retry_now.then(retry_now.nothing, box.approve_pending)
    ran = terminal.run("link", "--json")
    code = box.requests[1].path.rpartition("/")[2]
    pages = {"verification_uri": f"{box.url}/pin", "verification_uri_complete": f"{box.url}/pin/{code}"}
    assert ran.events == [
        {"event": "waiting", "reason": "code", "seconds_left": 60},
        {"event": "code", "user_code": code, **pages, "expires_in": 900, "interval": 5},
        {"event": "waiting", "reason": "approval", "seconds_left": 900},
        LINKED,
    ]
    assert (ran.code, ran.err) == (0, "")
    assert retry_now.pauses == [5, 5]
    assert not box.too_fast


def test_people_without_a_screen_get_plain_lines_and_a_file_of_their_own(terminal, box, retry_now):
    retry_now.then(box.approve_pending)
    ran = terminal.run("link")
    code = box.requests[1].path.rpartition("/")[2]
    assert ran.lines == [
        "Getting your code ...",
        f"Open {box.url}/pin and enter the code {code}",
        f"or open {box.url}/pin/{code}",
        "The code is good for 15:00 minutes.",
        "Waiting for you to approve ...",
        "Linked as sample_viewer",
    ]
    assert ran.err == ""
    kept = terminal.accounts["default"]
    assert (kept["access_token"], kept["client_id"]) == (box.tokens[0].token, box.client_id)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept["linked_at"])
    modes = [path.stat().st_mode & 0o777 for path in (terminal.settings, terminal.settings.parent)]
    assert modes == [0o600, 0o700]


def test_trouble_is_told_to_programs_when_it_changes(terminal, box, retry_now):
    box.order("fresh_code", path="/oauth/pin/")
    box.order("status", status=503, times=2, path="/oauth/pin/")
    box.order("html", path="/oauth/pin/")
    retry_now.then(*[retry_now.nothing] * 5, box.approve_pending)
    events = terminal.run("link", "--json").events
    reasons = [event["reason"] for event in events if event["event"] == "waiting"]
    assert reasons == ["code", "approval", "simkl_down", "not_simkl", "approval"]
    codes = [event for event in events if event["event"] == "code"]
    assert [code.get("why") for code in codes] == [None, "approval_lost"]  # it may have been in what got lost
    assert codes[0]["user_code"] != codes[1]["user_code"]


def test_plain_lines_say_why_a_code_is_new_and_what_is_waited_for(terminal, box, retry_now):
    box.order("status", status=429, path="/oauth/pin/")
    box.order("fresh_code", path="/oauth/pin/")
    retry_now.then(retry_now.nothing, retry_now.nothing, box.approve_pending)
    lines = terminal.run("link").lines
    assert "Simkl is busy and asks to slow down, still waiting ..." in lines
    assert "The old code no longer worked. Here is a new one." in lines
    assert lines.count("Waiting for you to approve ...") == 2


def test_a_link_without_a_name_still_counts(terminal, box, retry_now):
    box.order("status", status=503, path="/users/settings")
    retry_now.then(box.approve_pending)
    ran = terminal.run("link", "--json")
    assert (ran.code, ran.events[-1]) == (0, {**LINKED, "user": None})
    assert terminal.run("status").lines[0].startswith("Linked (Simkl has not told the name yet) since 20")
    assert terminal.run("status", "--check").lines[0].startswith("Linked as sample_viewer (free) since 20")


def test_status_names_who_is_linked_and_asks_simkl_only_when_told_to(linked, box):
    ran = linked.run("status")
    assert ran.lines == [
        "Linked as sample_viewer (free) since 2026-11-24.",
        "AUTH V1: good until you remove the app at Simkl.",
    ]
    assert (ran.code, box.requests) == (0, [])
    assert linked.run("status", "--check").lines[0].endswith(". Simkl accepts it.")
    assert box.requests[-1].path == "/users/settings"
    told = {"linked": True, "account": "default", "auth": "v1", "user": LINKED["user"]}
    assert linked.run("status", "--json").events == [{**told, "linked_at": "2026-11-24T06:00:00Z"}]
    assert linked.run("status", "--check", "--json").events[0]["valid"] is True


def test_nobody_has_no_status_and_nothing_to_unlink(terminal):
    for arguments, words in (
        (["status"], "default is not linked. Run: plugin.py link\n"),
        (["unlink"], "default is not linked, so there is nothing to forget.\n"),
    ):
        ran = terminal.run(*arguments)
        assert (ran.code, ran.out) == (77, words)
    assert terminal.run("status", "--check", "--json").events == [{"linked": False, "account": "default"}]


def test_unlink_forgets_the_token_and_says_where_simkl_still_lists_the_app(linked, box):
    ran = linked.run("unlink")
    assert ran.lines == [
        "Unlinked from sample_viewer: the access token is forgotten.",
        f"Simkl lists this app until you remove it at {box.url}/settings/connected-apps/",
    ]
    assert (ran.code, linked.accounts) == (0, {})
    for path in linked.settings.parent.iterdir():
        assert box.tokens[0].token.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("name", ["../x", "true", "#no: comment", "日本"])
def test_an_account_may_have_any_name_that_can_be_seen(terminal, box, retry_now, tmp_path, name):
    outside = set(tmp_path.rglob("*"))
    retry_now.then(box.approve_pending)
    assert terminal.run("link", "--account", name, "--json").events[-1] == {**LINKED, "account": name}
    assert list(terminal.accounts) == [name]
    assert terminal.run("status", "--account", name).out.startswith("Linked as sample_viewer")
    assert terminal.run("status").code == 77
    assert terminal.run("unlink", "--account", name).code == 0
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - outside
    assert {path.parent for path in made} == {terminal.settings.parent}


@pytest.mark.parametrize(
    "arguments", ["--settings {} status", "-v status -v --settings={}", "--settings /x status --settings {}"]
)
def test_what_may_stand_before_the_verb_may_stand_after_it_too(linked, tmp_path, arguments):
    elsewhere = linked.settings.replace(tmp_path / "elsewhere.yaml")
    ran = linked.run(*arguments.format(elsewhere).split(), "--json")
    assert (ran.code, ran.events[0]["linked"]) == (0, True)


def test_stubs_of_kodis_modules_on_the_path_do_not_make_it_kodi(linked, tmp_path, monkeypatch):
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs" / "xbmc.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path / "stubs"))
    assert linked.run("status").out.startswith("Linked as sample_viewer")


# AUTH V1 and V2

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
