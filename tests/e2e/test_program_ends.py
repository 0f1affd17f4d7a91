"""How the real program ends: its exit codes, and Ctrl-C at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from lib.simkl.http.transport import READ_SECONDS
from tests.e2e.conftest import ENTRY_POINT

AT_ONCE = READ_SECONDS  # a request that hangs would be given up by then


def test_exit_codes_tell_what_went_wrong(new_machine):
    """All at the same time, since each is a process that mostly waits for its own start."""
    here = new_machine(client_ids=["good"], v2_client_ids=["v2-id"])
    gone = new_machine()
    gone.box.stop_listening()
    broken = new_machine()
    broken.settings.parent.mkdir(parents=True)
    broken.settings.write_text("simkl: {\n")
    programs = {
        "usage": (here.start("dance"), 2),
        "not linked": (here.start("status"), 77),
        "unknown client id": (here.start("link", "--json", SIMKL_CLIENT_ID="wrong"), 77),
        "V2 client id": (here.start("link", "--method", "pin", "--json", SIMKL_CLIENT_ID="v2-id"), 77),
        "no client id": (here.start("link", SIMKL_CLIENT_ID=""), 78),
        "broken settings": (broken.start("status"), 78),
        "no such host": (here.start("link", "--timeout", "1", SIMKL_API_URL="https://simkl.invalid"), 69),
        "unreachable": (gone.start("link", "--json", "--timeout", "1"), 69),
    }
    assert {name: program.ended() for name, (program, _) in programs.items()} == {
        name: code for name, (_, code) in programs.items()
    }
    said = {name: program for name, (program, _) in programs.items()}
    assert said["unknown client id"].events[-1]["error"] == "client_id_refused"
    assert said["V2 client id"].events[-1]["error"] == "other_generation"
    assert "AUTH V2" in said["V2 client id"].events[-1]["message"]
    assert len(said["no client id"].err.splitlines()) == 3
    assert "simkl.com/settings/developer" in said["no client id"].err
    assert f"{broken.settings}, line " in said["broken settings"].err
    assert said["unreachable"].events[-1]["error"] == "no_connection"


WAITING_FOR = {
    "an approval": None,
    "an answer to a poll": ("hang", "/oauth/pin/"),
    "an answer to the first question": ("hang", "/oauth/pin"),
    "the network": ("reset", "/oauth/pin"),
}


@pytest.mark.parametrize("fault", WAITING_FOR.values(), ids=WAITING_FOR)
def test_ctrl_c_ends_at_once_and_quietly(machine, fault):
    """Nothing polls afterwards, no code is left behind, and the old token still works."""
    machine.link()
    before, box = machine.accounts, machine.box
    if fault:
        box.order(fault[0], path=fault[1], times=None)
    asked = len(box.requests)
    program = machine.start("link", "--json")
    program.next_event("waiting", reason="code")  # or it could be read only after the key was pressed
    if fault:
        box.wait_for(lambda: len(box.requests) > asked and box.requests[-1].fault == fault[0])
    if fault and fault[0] == "reset":
        program.next_event("waiting", reason="no_connection")
    if fault is None:
        program.next_event("waiting", reason="approval")
    said = program.lines
    pressed = program.interrupt()
    assert program.ended() == 130
    assert box.clock() - pressed < AT_ONCE
    assert program.lines == said
    assert program.err == ""
    box.clear_faults()
    asked = len(box.requests)
    assert not list(machine.settings.parent.glob("*.code"))
    assert machine.accounts == before
    assert machine.run("status", "--check")[0] == 0
    assert len(box.requests) == asked + 1


def test_ctrl_c_pressed_again_and_again_is_as_quiet(machine):
    program = machine.start("link", "--json")
    program.next_event("waiting", reason="approval")
    program.interrupt()
    while program.running_after(0.02):
        program.interrupt()
    assert program.ended() == 130
    assert program.err == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_a_signal_that_asks_for_the_end_is_heard_even_by_the_first_process_of_a_container(machine, number):
    program = machine.start("link", "--json")
    program.next_event("waiting", reason="approval")
    said = program.lines
    program.signal(number)
    assert program.ended() == 128 + number  # killed by the default action, it would be the negative number
    assert (program.lines, program.err) == (said, "")
    assert not list(machine.settings.parent.glob("*.code"))


@pytest.mark.parametrize("command", [["status"], ["link", "--json"]], ids=" ".join)
@pytest.mark.parametrize("stdout", ["/dev/full", "closed"])
def test_an_output_that_takes_nothing_is_no_internal_error(machine, command, stdout):
    where = ">&-" if stdout == "closed" else f"> {stdout}"
    ran = subprocess.run(
        ["sh", "-c", f'exec "$@" {where}', "sh", sys.executable, str(ENTRY_POINT), *command],
        env=machine.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if stdout == "closed" and command[0] == "status":
        assert (ran.returncode, ran.stderr) == (77, "")
    else:
        assert (ran.returncode, len(ran.stderr.splitlines())) == (1, 1)
        assert "output" in ran.stderr and "nternal error" not in ran.stderr


@pytest.mark.parametrize("command", ["status", "link"])
def test_a_reader_that_went_away_ends_in_1_without_a_traceback(machine, command):
    with subprocess.Popen(
        [sys.executable, str(ENTRY_POINT), command, "--json"],
        env=machine.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 1
