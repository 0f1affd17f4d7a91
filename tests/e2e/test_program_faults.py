"""Whatever comes instead of Simkl's answer: the program says so, goes on by itself, and never polls too fast.

One of each kind is enough here: the unit tests of the transport and of the flows know every answer.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from tests.e2e.conftest import EARLY, PUBLIC, PUBLIC_V1, TV, V1, come_back


class Fault(NamedTuple):
    """A fault of a path, the word for it, and the seconds from the last time it happens until the next request."""

    client_id: str
    path: str
    name: str
    options: dict[str, Any]
    reason: str
    then: float
    takes: float = 0


PIN, POLL, DEVICE, DEVICE_POLL = "/oauth/pin", "/oauth/pin/", "/oauth2/device", "/oauth2/token"
FAULTS = {
    "503 to the start of a PIN": Fault(V1, PIN, "status", {"status": 503}, "simkl_down", 5),
    "503 twice stretches the second wait": Fault(V1, POLL, "status", {"status": 503, "times": 2}, "simkl_down", 2),
    "429 with Retry-After": Fault(V1, POLL, "status", {"status": 429, "retry_after": 7}, "slow_down", 7),
    "hotel login page behind a redirect": Fault(V1, POLL, "redirect", {}, "not_simkl", 1),
    "reset": Fault(V1, POLL, "reset", {}, "no_connection", 1),
    "hang": Fault(V1, POLL, "hang", {}, "no_connection", 1, takes=4),
    "lost answer to the start of a device": Fault(TV, DEVICE, "lost_answer", {}, "no_connection", 5),
    "truncated answer to a device": Fault(TV, DEVICE_POLL, "truncated", {}, "not_simkl", 1),
}


def a_fault_is_waited_out(new_machine, fault):
    machine = new_machine(fault.client_id, simkl={"auth": "v1" if fault.client_id == V1 else "v2"})
    box, at_the_start = machine.box, fault.path in (PIN, DEVICE)
    box.order(fault.name, path=fault.path, **fault.options)
    program = machine.start("link", "--json")
    code = "" if at_the_start else program.code()
    program.next_event("waiting", reason=fault.reason)
    box.approve(code or program.code())
    assert program.next_event("linked").event["user"]["name"] == "sample_viewer"
    assert (program.ended(), program.err, box.elsewhere) == (0, "", [])
    last = [request.at for request in box.requests if request.fault][-1]
    after = min(request.at for request in box.requests if request.at > last)
    # A request that is given up was on its way for some time before the fake server wrote it down.
    assert after - last - fault.takes >= fault.then - EARLY - (0.5 if fault.takes else 0)
    reasons = [event["reason"] for event in program.shown("waiting")]
    assert reasons[:3] == (["code", fault.reason, "approval"] if at_the_start else ["code", "approval", fault.reason])
    assert len(program.shown("code")) == 1


def a_lost_network_is_said_and_found_again(new_machine):
    machine = new_machine()
    program = machine.start("link", "--json")
    user_code = program.code()
    machine.box.wait_for(lambda: len(machine.polls) == 1)
    machine.box.stop_listening()
    machine.box.approve(user_code)  # once no poll can come through
    program.next_event("waiting", reason="no_connection")
    machine.box.listen_again()
    program.next_event("linked")
    assert (program.ended(), len(program.shown("code"))) == (0, 1)


def a_lost_approval_is_told_as_what_it_is(client_id, path, new_machine):
    machine = new_machine(client_id)
    machine.box.order("lost_approval", path=path)
    program = machine.start("link", "--json")
    machine.box.approve(program.code())
    again = program.next_event("code", why="approval_lost").event
    machine.box.approve(again["user_code"])
    assert (program.ended(), program.events[-1]["event"]) == (0, "linked")
    assert machine.account["access_token"] == machine.box.tokens[-1].token


def the_code_of_a_browser_is_never_sent_twice(client_id, path, name, error, new_machine):
    machine = new_machine(client_id)
    machine.box.order(name, path=path)
    program = machine.start("link", "--method", "browser", "--json")
    come_back(machine.box.allow(program.next_event("open").event["url"]))
    assert (program.ended(), program.events[-1]["event"], program.events[-1]["error"]) == (69, "failed", error)
    assert len(machine.asked(path)) == 1
    assert "accounts:" not in machine.settings.read_text()


def interval_and_deadline_are_the_servers(new_machine):
    machine = new_machine(interval=2, expires_in=6)
    program = machine.start("link", "--json")
    shown, over = program.next_event("code"), program.next_event("expired")
    assert (program.ended(), len(machine.polls)) == (75, 2)
    assert machine.polls[0] - shown.at >= 2 - EARLY
    assert machine.gaps[0] >= 2 - EARLY
    assert over.at - shown.at >= 6 - EARLY


SCENARIOS = {
    **{name: partial(a_fault_is_waited_out, fault=fault) for name, fault in FAULTS.items()},
    "interval and deadline": interval_and_deadline_are_the_servers,
    "a lost network": a_lost_network_is_said_and_found_again,
    "a lost approval of a PIN": partial(a_lost_approval_is_told_as_what_it_is, V1, POLL),
    "a lost approval of a device": partial(a_lost_approval_is_told_as_what_it_is, TV, DEVICE_POLL),
    "V1 exchange, lost answer": partial(
        the_code_of_a_browser_is_never_sent_twice, PUBLIC_V1, "/oauth/token", "lost_answer", "no_connection"
    ),
    "V2 exchange, truncated": partial(
        the_code_of_a_browser_is_never_sent_twice, PUBLIC, "/oauth2/token", "truncated", "unreadable"
    ),
}


def test_a_link_waits_as_long_as_it_should_and_ends_as_it_should(outcome):
    outcome.result()
