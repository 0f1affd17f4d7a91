"""How the real program ends: Ctrl-C and signals at any moment, and an output that takes nothing."""

import os
import signal
import subprocess
import sys

import pytest

from tests.e2e.conftest import PUBLIC_V1, V1
from tests.fork_server import ENTRY_POINT

ENDS = {
    "Ctrl-C while it waits for an approval": (signal.SIGINT, None, 130),
    "Ctrl-C while it waits for an answer to a poll": (signal.SIGINT, "/oauth/pin/", 130),
    "Ctrl-C while it waits for an answer to the first question": (signal.SIGINT, "/oauth/pin", 130),
    # killed by the default action, it would be the negative number; the first process of a container hears no such
    "SIGTERM": (signal.SIGTERM, None, 143),
    "SIGHUP": (signal.SIGHUP, None, 129),
}


@pytest.mark.parametrize(("number", "hangs", "code"), ENDS.values(), ids=ENDS.keys())
def test_a_signal_ends_it_at_once_and_quietly_and_leaves_no_code(new_machine, number, hangs, code):
    machine = new_machine(interval=1 if hangs else 60)
    box = machine.box
    if hangs:
        box.order("hang", path=hangs, times=None)
    program = machine.start("link", "--json")
    program.next_event("waiting", reason="code")  # or it could be read only after the key was pressed
    if hangs:
        box.wait_for(lambda: box.requests and box.requests[-1].fault == "hang")
    else:
        program.next_event("waiting", reason="approval")
    said, asked = program.out, len(box.requests)
    program.signal(number)
    assert program.ended() == code
    assert (program.out, program.err, len(box.requests)) == (said, "", asked), "it did not end at once"
    assert not list(machine.settings.parent.glob("*.code"))


def test_ctrl_c_pressed_again_and_again_is_as_quiet(new_machine):
    program = new_machine().start("link", "--json")
    program.next_event("waiting", reason="approval")
    program.signal(signal.SIGINT)
    while program.running_after(0.02):
        program.signal(signal.SIGINT)
    assert (program.ended(), program.err) == (130, "")


def test_ctrl_c_ends_a_sign_in_with_a_browser_whatever_is_awaited(new_machine):
    coming, pasting = new_machine(PUBLIC_V1), new_machine(V1, simkl={"redirect_uri": "none"})
    for machine in (coming, pasting):
        program = machine.start("link", "--method", "browser", "--json", keyboard=True)
        program.next_event("open")
        program.signal(signal.SIGINT)
        assert (program.ended(), program.err, len(program.events)) == (130, "", 1)


OUTPUTS = {
    "closed, status": (">&-", "status", 77, ""),
    "closed, link": (">&-", "link", 1, "output"),
    "full": ("> /dev/full", "status", 1, "output"),
    "a reader that went away": ("", "link", 1, ""),
}


@pytest.mark.parametrize(("where", "verb", "code", "said"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_an_output_that_takes_nothing_is_no_internal_error(new_machine, where, verb, code, said):
    program = ["sh", "-c", f'exec "$@" {where}', "sh", sys.executable, str(ENTRY_POINT), verb, "--json"]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        ran = subprocess.run(
            program, env=new_machine().environ, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (ran.returncode, len(ran.stderr.splitlines())) == (code, bool(said))
    assert said in ran.stderr and "nternal error" not in ran.stderr
