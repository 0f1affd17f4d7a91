"""A network that goes and comes back, and codes that die."""

from __future__ import annotations

from tests.e2e.conftest import EARLY


def a_lost_network_is_said_and_found_again(new_machine):
    machine = new_machine()
    box = machine.box
    program = machine.start("link", "--json")
    user_code = program.code()
    box.wait_for(lambda: len(machine.polls) == 1)
    box.stop_listening()
    box.approve(user_code)  # once no poll can come through
    program.next_event("waiting", reason="no_connection")
    box.listen_again()
    program.next_event("linked")
    assert program.ended() == 0
    assert [event["event"] for event in program.events].count("code") == 1


def a_code_that_died_while_the_network_was_gone_was_not_approved(new_machine):
    """No poll got through, so no answer to one can have got lost."""
    machine = new_machine()
    program = machine.start("link", "--json")
    program.code()
    machine.box.stop_listening()
    program.next_event("waiting", reason="no_connection")
    machine.box.advance(1000)
    machine.box.listen_again()
    fresh = program.next_event("code").event
    assert fresh["why"] == "code_gone"
    machine.box.approve(fresh["user_code"])
    assert program.ended() == 0


def without_a_network_the_code_still_expires_in_its_time(new_machine):
    machine = new_machine(expires_in=3)
    program = machine.start("link", "--json")
    shown = program.next_event("code")
    machine.box.stop_listening()
    over = program.next_event("expired")
    assert over.at - shown.at >= 3 - EARLY
    assert program.ended() == 75


def a_code_that_is_gone_is_replaced_by_the_one_that_came_back(new_machine):
    machine = new_machine()
    box = machine.box
    box.order("fresh_code", path="/oauth/pin/")
    program = machine.start("link", "--json")
    first = program.code()
    fresh = program.next_event("code").event
    assert fresh["user_code"] != first
    assert fresh["why"] == "code_gone"
    box.approve(fresh["user_code"])
    assert program.next_event("linked")
    assert program.ended() == 0
    assert [request.path for request in box.requests].count("/oauth/pin") == 1


def a_code_that_expired_early_at_simkl_is_replaced(new_machine):
    machine = new_machine()
    program = machine.start("link", "--json")
    program.code()
    machine.box.advance(1000)
    fresh = program.next_event("code").event
    assert fresh["why"] == "code_gone"
    machine.box.approve(fresh["user_code"])
    assert program.ended() == 0


def a_lost_approval_is_told_as_what_it_is(new_machine):
    machine = new_machine()
    box = machine.box
    box.order("lost_approval", path="/oauth/pin/")
    program = machine.start("link", "--json")
    box.approve(program.code())
    again = program.next_event("code").event
    assert again["why"] == "approval_lost"
    box.approve(again["user_code"])
    assert program.next_event("linked").event["user"]["name"] == "sample_viewer"
    assert program.ended() == 0


def dead_codes_are_followed_three_times_and_no_more(new_machine):
    machine = new_machine()
    machine.box.order("fresh_code", times=None, path="/oauth/pin/")
    program = machine.start("link", "--json")
    assert program.ended() == 75
    assert [event["event"] for event in program.events].count("code") == 4
    assert program.events[-1]["error"] == "codes_keep_dying"
    assert len(machine.polls) == 4


def a_link_whose_name_cannot_be_had_still_counts(new_machine):
    machine = new_machine()
    box = machine.box
    box.order("html", path="/users/settings")
    program = machine.start("link", "--json")
    box.approve(program.code())
    assert program.next_event("linked").event["user"] is None
    assert program.ended() == 0
    assert machine.accounts["default"]["access_token"] == box.tokens[0].token
    assert machine.run("status", "--check")[1].out.startswith("Linked as sample_viewer")


def test_trouble_is_lived_through(outcomes, scenario):
    outcomes[scenario].result()
