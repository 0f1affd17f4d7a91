"""Whatever comes instead of Simkl's answer at the endpoints of AUTH V2 and of the browser sign-in.

Every situation is a machine with a fake server of its own. All of them run at the same time, since each mostly waits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.e2e.box_apps import PUBLIC, PUBLIC_V1, TV, Kinds, come_back

READ_ONLY = {
    "access_token": "simkl_at_planted7readonly7access7token7aaaa",
    "refresh_token": "simkl_rt_planted7readonly7refresh7token7bbb",
    "token_type": "Bearer",
    "expires_in": 604800,
    "scope": "media:read",
}


class Fault(NamedTuple):
    """A fault, the reason that is shown while it is waited out, and the error it ends in where nothing is repeated."""

    name: str
    options: dict[str, Any]
    reason: str
    error: str


FAULTS = {
    "503": Fault("status", {"status": 503}, "simkl_down", "unavailable"),
    "hang": Fault("hang", {}, "no_connection", "no_connection"),
    "truncated": Fault("truncated", {}, "not_simkl", "unreadable"),
    "lost answer": Fault("lost_answer", {}, "no_connection", "no_connection"),
}
EXCHANGES = [
    *[("/oauth/token", PUBLIC_V1, name) for name in FAULTS],
    *[("/oauth2/token", PUBLIC, name) for name in ("hang", "truncated")],
]


@pytest.fixture(scope="module")
def runs(outcomes, new_machine_of_module):
    """Start all situations, help each along, and wait for their ends; the scenarios below run meanwhile."""
    codes, browsers = {}, {}
    for name, fault in FAULTS.items():
        for path in ("/oauth2/device", "/oauth2/token"):
            kinds = Kinds(new_machine_of_module, TV)
            kinds.box.order(fault.name, path=path, **fault.options)
            codes[path, name] = kinds, kinds.start("link", "--method", "device", "--json")
    for path, client_id, name in EXCHANGES:
        kinds = Kinds(new_machine_of_module, client_id, auth="v1" if client_id == PUBLIC_V1 else "v2")
        kinds.box.order(FAULTS[name].name, path=path, **FAULTS[name].options)
        browsers[path, name] = kinds, kinds.start("link", "--method", "browser", "--json")
    for kinds, program in browsers.values():
        come_back(kinds.box.allow(program.next_event("open").event["url"]))
    for (path, name), (kinds, program) in codes.items():
        if path == "/oauth2/device":
            program.next_event("waiting", reason=FAULTS[name].reason)
        code = program.code()
        if path == "/oauth2/token":
            program.next_event("waiting", reason=FAULTS[name].reason)
        kinds.box.approve(code)
    for _, program in (*codes.values(), *browsers.values()):
        program.ended()
    return {**codes, **{("browser", *key): run for key, run in browsers.items()}}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("path", ["/oauth2/device", "/oauth2/token"])
def test_a_device_link_waits_it_out_and_says_so(runs, path, name):
    kinds, program = runs[path, name]
    assert program.ended() == 0
    assert kinds.account["access_token"] == kinds.box.tokens[0].token
    assert [event["event"] for event in program.events].count("code") == 1
    before, after = ([FAULTS[name].reason], []) if path == "/oauth2/device" else ([], [FAULTS[name].reason])
    reasons = [event["reason"] for event in program.events if event["event"] == "waiting"]
    assert reasons[: 2 + len(before + after)] == ["code", *before, "approval", *after]
    assert program.err == ""


@pytest.mark.parametrize("path, name", [(path, name) for path, _, name in EXCHANGES])
def test_the_code_of_a_browser_is_never_sent_twice(runs, path, name):
    kinds, program = runs["browser", path, name]
    assert (program.ended(), program.events[-1]["event"]) == (69, "failed")
    assert program.events[-1]["error"] == FAULTS[name].error
    assert len(kinds.asked(path)) == 1
    assert "accounts:" not in kinds.machine.settings.read_text()
    assert program.err == ""


def an_approval_whose_answer_got_lost_is_asked_for_once_more(new_machine):
    """A device code is gone with its first success; Simkl then calls it expired, and a new one is asked for."""
    kinds = Kinds(new_machine, TV)
    program = kinds.start("link", "--method", "device", "--json")
    code = program.code()
    kinds.box.wait_for(lambda: kinds.asked("/oauth2/token"))
    kinds.box.order("lost_approval", path="/oauth2/token")
    kinds.box.approve(code)
    program.next_event("waiting", reason="no_connection")
    again = program.next_event("code", why="approval_lost")
    kinds.box.approve(again.event["user_code"])
    assert (program.ended(), program.events[-1]["event"]) == (0, "linked")
    assert kinds.account["access_token"] == kinds.box.tokens[-1].token


def a_device_link_that_may_only_read_is_not_kept(new_machine):
    kinds = Kinds(new_machine, TV)
    kinds.box.order("answer", path="/oauth2/token", body=READ_ONLY)
    program = kinds.start("link", "--method", "device", "--json")
    assert_refused(kinds, program)


def a_browser_link_that_may_only_read_is_not_kept(new_machine):
    kinds = Kinds(new_machine, PUBLIC, auth="v2")
    kinds.box.order("answer", path="/oauth2/token", body=READ_ONLY)
    program, url = kinds.browse()
    come_back(kinds.box.allow(url))
    assert_refused(kinds, program)


def assert_refused(kinds, program):
    assert (program.ended(), program.events[-1]["error"]) == (77, "scope_missing")
    assert "only has permission to read" in program.events[-1]["message"]
    assert "accounts:" not in kinds.machine.settings.read_text()
    [revoked] = kinds.asked("/oauth2/revoke")
    assert revoked.fields["token"] == READ_ONLY["refresh_token"]


REFUSALS = {
    "the redirect URI": ({"status": 403, "error": "redirect_failed"}, "redirect_refused"),
    "the secret or the proof": ({"status": 401, "error": "secret_error"}, "secret_refused"),
    "the code": ({"status": 401, "error": "grant_error"}, "grant_refused"),
    "the client id": ({"status": 412, "error": "client_id_failed"}, "client_id_refused"),
    "a field": ({"status": 403, "error": "empty_field"}, "bad_request"),
}


def every_refusal_of_an_exchange_has_a_sentence_of_its_own(new_machine):
    started = {}
    for name, (options, _) in REFUSALS.items():
        kinds = Kinds(new_machine, PUBLIC_V1, auth="v1")
        kinds.box.order("status", path="/oauth/token", **options)
        started[name] = kinds, kinds.start("link", "--method", "browser", "--json")
    messages = set()
    for name, (kinds, program) in started.items():
        come_back(kinds.box.allow(program.next_event("open").event["url"]))
        assert (program.ended(), program.events[-1]["error"]) == (77, REFUSALS[name][1]), name
        messages.add(program.events[-1]["message"])
    assert len(messages) == len(REFUSALS)


def test_what_is_not_good_enough_is_not_kept(outcomes, scenario):
    outcomes[scenario].result()
