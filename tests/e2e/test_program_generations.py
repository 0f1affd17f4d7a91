"""AUTH V1 and V2 with a code: found out by itself, remembered, never mixed up, and given back at the end."""

from __future__ import annotations

from tests.e2e.box_apps import TV, V1, Kinds


def a_v2_client_id_is_found_out_and_remembered(new_machine):
    kinds = Kinds(new_machine, TV)
    first = kinds.link_with_code()
    assert [request.path for request in kinds.box.requests[:2]] == ["/oauth/pin", "/oauth2/device"]
    assert first.events[-1]["user"] == {"id": 900001, "name": "sample_viewer"}
    [grant] = kinds.box.grants
    account = kinds.account
    assert (account["auth"], account["client_id"], account["scope"]) == ("v2", TV, "media:read media:write")
    assert (account["access_token"], account["refresh_token"]) == (grant.token, grant.refresh_token)
    kinds.link_with_code()
    assert len(kinds.asked("/oauth/pin")) == 1
    assert len(kinds.asked("/oauth2/device")) == 2


def a_v1_client_id_stays_with_the_pin(new_machine):
    kinds = Kinds(new_machine, V1)
    for _ in range(2):
        kinds.link_with_code()
    assert kinds.account["auth"] == "v1"
    assert len(kinds.asked("/oauth/pin")) == 2
    assert not [request for request in kinds.box.requests if request.path.startswith("/oauth2/")]


def what_was_remembered_of_one_client_id_says_nothing_of_another(new_machine):
    kinds = Kinds(new_machine, TV)
    kinds.link_with_code()
    asked = len(kinds.box.requests)
    kinds.machine.environ["SIMKL_CLIENT_ID"] = V1
    kinds.link_with_code()
    assert kinds.box.requests[asked].path == "/oauth/pin"
    assert (kinds.account["auth"], kinds.account["client_id"]) == ("v1", V1)
    assert "refresh_token" not in kinds.account


def a_wrong_memory_is_corrected(new_machine):
    kinds = Kinds(new_machine, V1)
    with kinds.machine.settings.open("a") as settings:
        settings.write(f"accounts:\n  default: {{auth: v2, client_id: {V1}, access_token: abc}}\n")
    kinds.link_with_code()
    assert [request.path for request in kinds.box.requests[:2]] == ["/oauth2/device", "/oauth/pin"]
    assert kinds.account["auth"] == "v1"


def a_client_id_that_does_not_fit_ends_in_77(new_machine):
    refusals = {
        "unknown": ("misspelt", [], {}, "client_id_refused"),
        "V2 at the PIN": (TV, ["--method", "pin"], {}, "other_generation"),
        "V1 at the device flow": (V1, ["--method", "device"], {}, "client_id_refused"),
        "V2 where the settings say V1": (TV, [], {"auth": "v1"}, "other_generation"),
        "V1 where the settings say V2": (V1, [], {"auth": "v2"}, "client_id_refused"),
    }
    programs = {}
    for name, (client_id, arguments, simkl, error) in refusals.items():
        kinds = Kinds(new_machine, client_id, **simkl)
        programs[name] = kinds.start("link", "--json", *arguments), error
    for name, (program, error) in programs.items():
        assert (program.ended(), program.events[-1]["error"]) == (77, error), name


def a_client_id_of_v2_beside_the_old_one_takes_the_new_links(new_machine):
    kinds = Kinds(new_machine, V1)
    kinds.link_with_code()
    kinds.machine.environ["SIMKL_CLIENT_ID_V2"] = TV
    code, status = kinds.machine.run("status", "--check")
    assert code == 0
    assert status.lines[-1].startswith("Simkl retires this kind of sign-in around April 2027.")
    kinds.link_with_code()
    assert (kinds.account["auth"], kinds.account["client_id"]) == ("v2", TV)
    assert len(kinds.asked("/oauth/pin")) == 1
    assert kinds.machine.run("status", "--check")[1].lines[1] == "AUTH V2: may read and write."


def unlink_ends_the_grant_at_simkl(new_machine):
    kinds = Kinds(new_machine, TV)
    kinds.link_with_code()
    code, program = kinds.machine.run("unlink")
    assert (code, program.lines[-1]) == (0, "Simkl was told to end this sign-in as well.")
    assert kinds.box.grants[0].ended_at is not None
    assert kinds.machine.accounts == {}


def unlink_forgets_the_tokens_without_a_network_too(new_machine):
    kinds = Kinds(new_machine, TV)
    kinds.link_with_code()
    kinds.box.stop_listening()
    code, program = kinds.machine.run("unlink")
    assert code == 0
    assert "Simkl was told" not in program.out
    assert kinds.box.grants[0].ended_at is None
    for path in kinds.machine.settings.parent.iterdir():
        text = path.read_text()
        assert kinds.box.grants[0].token not in text, path
        assert kinds.box.grants[0].refresh_token not in text, path


def a_loud_log_of_a_whole_life_tells_no_secret(new_machine):
    """Tokens, codes and secrets of everything that was asked are looked for when the machine is closed."""
    kinds = Kinds(new_machine, TV)
    kinds.box.order("status", status=503, path="/oauth2/token")
    linking = kinds.start("-vv", "link", "--json")
    kinds.box.approve(linking.code())
    assert linking.ended() == 0
    kinds.machine.tokens |= {kinds.box.grants[0].token}
    kinds.box.advance(8 * 86400)
    code, checked = kinds.machine.run("-vv", "status", "--check")
    assert (code, len(kinds.box.refreshes)) == (0, 1)
    assert kinds.box.grants[0].token == kinds.account["access_token"]
    assert kinds.machine.run("-vv", "unlink")[0] == 0
    assert "POST /oauth2/token: 200" in linking.err
    assert "POST /oauth2/token: 200" in checked.err


def test_both_generations(outcomes, scenario):
    outcomes[scenario].result()
