"""Whatever comes instead of Simkl's answer: the program says so, goes on by itself, and never polls too fast.

Every situation is a machine with a fake server of its own. All of them run at the same time, since each mostly waits.
One of each kind is enough here: the unit tests of the transport and of the flows know every answer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.e2e.conftest import EARLY


class Situation(NamedTuple):
    """A fault of polls, the word for it, and the seconds from the last poll it happens to until the next one."""

    fault: str
    options: dict[str, Any]
    reason: str
    then: float
    takes: float = 0


POLLS = {
    "503 twice stretches the second wait": Situation("status", {"status": 503, "times": 2}, "simkl_down", 2),
    "503 with Retry-After": Situation("status", {"status": 503, "retry_after": 3}, "slow_down", 3),
    "429 with Retry-After": Situation("status", {"status": 429, "retry_after": 7}, "slow_down", 7),
    "slow down": Situation("slow_down", {}, "slow_down", 6),
    "hotel login page behind a redirect": Situation("redirect", {}, "not_simkl", 1),
    "reset": Situation("reset", {}, "no_connection", 1),
    "hang": Situation("hang", {}, "no_connection", 1, takes=4),
    "a byte a second": Situation("slow", {"period": 1}, "no_connection", 1, takes=8),
    "no JSON": Situation("not_json", {}, "not_simkl", 1),
    "OK without a token": Situation("answer", {"body": {"result": "OK"}}, "not_simkl", 1),
    "wrong types": Situation("wrong_types", {}, "slow_down", 6),
}
STARTS = {
    "503": Situation("status", {"status": 503}, "simkl_down", 5),
    "hotel login page": Situation("html", {}, "not_simkl", 5),
}


@pytest.fixture(scope="module")
def runs(new_machine_of_module):
    """Run all situations to their end, approving each code after its trouble."""
    started = {}
    for path, situations in (("/oauth/pin/", POLLS), ("/oauth/pin", STARTS)):
        for name, situation in situations.items():
            machine = new_machine_of_module()
            machine.box.order(situation.fault, path=path, **situation.options)
            started[path, name] = machine, machine.start("link", "--json"), situation
    for (path, _), (machine, program, situation) in started.items():
        if path == "/oauth/pin/":
            code = program.code()
        program.next_event("waiting", reason=situation.reason)
        if path == "/oauth/pin":
            code = program.code()
        machine.box.approve(code)
    for _, program, _ in started.values():
        program.next_event("linked")
        assert program.ended() == 0
    return started


@pytest.mark.parametrize("name", POLLS)
def test_a_poll_that_fails_is_waited_out(runs, name):
    machine, program, situation = runs["/oauth/pin/", name]
    faulty = [request.at for request in machine.box.requests if request.fault]
    after = min(at for at in machine.polls if at > faulty[-1])
    wait = after - faulty[-1] - situation.takes
    # A request that is given up was on its way for some time before the fake server wrote it down.
    early = EARLY + (0.5 if situation.takes else 0)
    assert wait >= situation.then - early
    assert program.events[-1]["user"]["name"] == "sample_viewer"
    assert [event["event"] for event in program.events].count("code") == 1
    assert program.err == ""


@pytest.mark.parametrize("name", STARTS)
def test_a_code_that_does_not_come_is_asked_for_again(runs, name):
    machine, program, situation = runs["/oauth/pin", name]
    first, second = (request.at for request in machine.box.requests if request.path == "/oauth/pin")
    assert second - first >= situation.then - EARLY
    reasons = [event["reason"] for event in program.events if event["event"] == "waiting"]
    assert reasons == ["code", situation.reason, "approval"]


def test_a_login_page_that_is_followed_nowhere(runs):
    machine, _, _ = runs["/oauth/pin/", "hotel login page behind a redirect"]
    assert machine.box.elsewhere == []
