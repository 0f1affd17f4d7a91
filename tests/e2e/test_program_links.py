"""The main job: a code, an approval, a link; in lines and for programs."""

from __future__ import annotations

import stat

from tests.e2e.conftest import EARLY


def a_link_from_the_code_to_the_name_and_its_end(new_machine):
    machine = new_machine()
    box = machine.box
    program = machine.start("link", "--json")
    code = program.next_event("code")
    assert code.event["interval"] == 1
    box.wait_for(lambda: len(machine.polls) == 2)
    box.approve(code.event["user_code"])
    linked = program.next_event("linked")
    assert linked.event["user"] == {"id": 900001, "name": "sample_viewer"}
    assert program.ended() == 0
    assert [event["event"] for event in program.events] == ["waiting", "code", "waiting", "linked"]
    assert len(box.requests) == 1 + len(machine.polls) + 1, "a code, the polls, the name, and nothing else"

    token = box.tokens[0].token
    assert machine.accounts["default"]["access_token"] == token
    assert machine.run("status", "--check")[1].out.startswith("Linked as sample_viewer (free) since 20")
    assert machine.run("unlink")[0] == 0
    assert machine.run("status")[0] == 77
    for path in machine.settings.parent.iterdir():
        assert token.encode() not in path.read_bytes(), path


def the_settings_are_the_users_own(new_machine):
    machine = new_machine()
    machine.settings.parent.mkdir(parents=True)
    machine.settings.parent.chmod(0o700)
    machine.settings.write_text("# mine\nsimkl:\n    site_url: https://simkl.com   # as it is\n\n# the end\n")
    machine.settings.chmod(0o644)
    machine.link()
    text = machine.settings.read_text()
    assert text.startswith("# mine\nsimkl:\n    site_url: https://simkl.com   # as it is\n\n# the end\n")
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in machine.settings.parent.iterdir()}
    assert {"settings.yaml", "settings.yaml.bak"} <= set(files)
    assert set(files.values()) == {0o600}
    assert not [name for name in files if name.endswith((".code", ".new"))]


def a_folder_that_was_missing_is_closed_to_others(new_machine):
    machine = new_machine()
    machine.link()
    assert stat.S_IMODE(machine.settings.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(machine.settings.stat().st_mode) == 0o600


def plain_lines_and_a_loud_log_tell_no_secret(new_machine):
    machine = new_machine()
    machine.box.order("status", status=503, path="/oauth/pin/")
    program = machine.start("-vv", "link")
    user_code = program.next_line(lambda text: text.startswith("Open ")).text.split()[-1]
    machine.box.approve(user_code)
    assert program.next_line(lambda text: text == "Linked as sample_viewer")
    assert program.ended() == 0
    assert "/oauth/pin/[hidden]" in program.err
    assert user_code not in program.err


def interval_and_deadline_are_the_servers(new_machine):
    """Interval 2 and six seconds to live: polls at 2 and 5, and over at 6; --timeout is a deadline as well."""
    slow, hasty = new_machine(interval=2, expires_in=6), new_machine()
    expiring, timing_out = slow.start("link", "--json"), hasty.start("link", "--json", "--timeout", "2")
    for program in (expiring, timing_out):
        assert program.ended() == 75
        assert program.events[-1] == {"event": "expired"}
    shown, over = expiring.next_event("code"), expiring.next_event("expired")
    assert len(slow.polls) == 2
    assert slow.polls[0] - shown.at >= 2 - EARLY
    assert slow.polls[1] - slow.polls[0] >= 2 - EARLY
    assert over.at - shown.at >= 6 - EARLY
    assert len(hasty.polls) == 1


def test_the_main_job(outcomes, scenario):
    outcomes[scenario].result()
