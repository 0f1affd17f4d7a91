"""The main job: one run of each sign-in to its end, with the loudest log, in which no secret may stand.

Codes, verifiers, secrets and tokens of everything that was asked are looked for when a machine is closed.
A link also outlives a power cut, and two at once share one code.
"""

import stat

import pytest

from tests.e2e.conftest import CLIENT_SECRET, EARLY, PUBLIC, PUBLIC_V1, SERVER_V1, TV, V1, come_back

BY_CODE = {
    "PIN": (V1, "v1", "/oauth/pin/[hidden]", "Simkl lists this app until you remove it at "),
    "device": (TV, "v2", "POST /oauth2/token: 200", "Simkl was told to end this sign-in as well."),
}
BY_BROWSER = {
    "V1 with a secret": (SERVER_V1, CLIENT_SECRET, {}),
    "V1 with a secret as Basic": (SERVER_V1, CLIENT_SECRET, {"token_credentials": "basic"}),
    "V1 without": (PUBLIC_V1, "", {}),
    "V2": (PUBLIC, "", {}),
    "pasted": (V1, "", {"redirect_uri": "none"}),
}


@pytest.mark.parametrize(("client_id", "auth", "logged", "goodbye"), BY_CODE.values(), ids=BY_CODE.keys())
def test_a_link_with_a_code_from_its_first_day_to_its_last(new_machine, client_id, auth, logged, goodbye):
    machine = new_machine(client_id)
    box = machine.box
    box.order("status", status=503, path="/oauth/pin/" if auth == "v1" else "/oauth2/token")
    linking = machine.start("-vv", "link", "--json")
    box.approve(linking.code())
    assert linking.next_event("linked").event["user"] == {"id": 900001, "name": "sample_viewer"}
    assert linking.ended() == 0
    token = box.tokens[0].token
    assert (machine.account["auth"], machine.account["access_token"]) == (auth, token)
    assert logged in linking.err

    box.advance(8 * 86400)
    code, checked = machine.run("-vv", "status", "--check")
    assert (code, len(box.refreshes)) == (0, auth == "v2")
    assert checked.out.startswith("Linked as sample_viewer (free) since 20")
    assert machine.account["access_token"] == box.grants[0].token
    code, unlinked = machine.run("-vv", "unlink")
    assert (code, unlinked.out.splitlines()[-1].startswith(goodbye)) == (0, True)
    assert machine.run("status")[0] == 77
    for path in machine.settings.parent.iterdir():
        assert not [each for each in (token, box.grants[0].token) if each.encode() in path.read_bytes()], path
    assert not [program for program in machine.programs if token in program.out + program.err]


def test_each_kind_of_link_with_a_browser(new_machine):
    started = {}
    for name, (client_id, secret, simkl) in BY_BROWSER.items():
        machine = new_machine(client_id, secret, simkl)
        arguments = ("-vv", "link", "--method", "browser", "--json")
        started[name] = machine, machine.start(*arguments, keyboard=name == "pasted")
    for name, (machine, program) in started.items():
        opening = program.next_event("open").event
        assert opening["redirect_uri"] == (None if name == "pasted" else machine.redirect_uri)
        allowed = machine.box.allow(opening["url"])
        (program.type_line if name == "pasted" else come_back)(allowed)
    for name, (machine, program) in started.items():
        assert (program.ended(), [event["event"] for event in program.events]) == (0, ["open", "linked"]), name
        assert machine.account["access_token"] == machine.box.tokens[0].token, name
        assert machine.account["auth"] == ("v2" if name == "V2" else "v1")
        assert "/token: 200" in program.err


def a_link_that_was_killed_goes_on_with_the_same_code(new_machine):
    """kill -9 while waiting, twice; the code is resumed, and an approval from the time in between counts."""
    machine = new_machine()
    box = machine.box
    first = machine.start("link", "--json")
    user_code = first.code()
    box.wait_for(lambda: machine.polls)
    first.kill()
    [kept] = machine.settings.parent.glob("*.code")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    second = machine.start("link", "--json")
    again = second.next_event("code").event
    assert (again["user_code"], again["why"]) == (user_code, "resumed")
    assert again["expires_in"] < 900
    second.kill()
    box.approve(user_code)
    third = machine.start("link", "--json")
    assert third.next_event("linked").event["user"]["name"] == "sample_viewer"
    assert (third.ended(), kept.exists()) == (0, False)
    assert [request.path for request in box.requests].count("/oauth/pin") == 1


def two_links_at_once_show_one_code_and_another_takes_over_from_one_that_was_killed(new_machine):
    machine = new_machine()
    box = machine.box
    first = machine.start("link", "--json")
    user_code = first.code()
    second, third = machine.start("link", "--json"), machine.start("link")
    assert second.code() == user_code
    assert third.next_line(lambda text: text.endswith(f"and enter the code {user_code}"))
    box.wait_for(lambda: len(machine.polls) >= 2)
    assert min(machine.gaps) >= 1 - EARLY, "only one of them polls"
    first.kill()
    box.approve(user_code)
    assert [program.ended() for program in (second, third)] == [0, 0]
    assert second.events[-1]["event"] == "linked"
    assert third.out.splitlines()[-1].startswith("Linked")
    assert [request.path for request in box.requests].count("/oauth/pin") == 1


SCENARIOS = {
    "killed": a_link_that_was_killed_goes_on_with_the_same_code,
    "two at once": two_links_at_once_show_one_code_and_another_takes_over_from_one_that_was_killed,
}


def test_a_link_outlives_its_program(outcome):
    outcome.result()
