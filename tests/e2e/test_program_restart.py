"""A power cut during a link, and two links at once."""

from __future__ import annotations

import stat

from tests.e2e.conftest import EARLY


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
    assert third.ended() == 0
    assert [request.path for request in box.requests].count("/oauth/pin") == 1
    assert not kept.exists()


def a_code_that_died_while_nobody_ran_is_not_resumed(new_machine):
    machine = new_machine(expires_in=3)
    first = machine.start("link", "--json")
    user_code = first.code()
    first.kill()
    machine.box.advance(10)
    second = machine.start("link", "--json")
    shown = [second.next_event("code").event]
    if shown[0].get("why") == "resumed":
        shown.append(second.next_event("code").event)
    assert shown[-1]["user_code"] != user_code
    machine.box.approve(shown[-1]["user_code"])
    assert second.ended() == 0


def two_links_at_once_show_one_code_and_both_end_linked(new_machine):
    machine = new_machine()
    box = machine.box
    first = machine.start("link", "--json")
    user_code = first.code()
    second, third = machine.start("link", "--json"), machine.start("link")
    assert second.code() == user_code
    assert third.next_line(lambda text: text.endswith(f"and enter the code {user_code}"))
    box.approve(user_code)
    assert [program.ended() for program in (first, second, third)] == [0, 0, 0]
    assert first.events[-1]["event"] == second.events[-1]["event"] == "linked"
    assert third.lines[-1].startswith("Linked")
    assert [request.path for request in box.requests].count("/oauth/pin") == 1
    assert min(machine.gaps, default=1) >= 1 - EARLY, "only one of them polls"


def a_second_link_takes_over_from_one_that_was_killed(new_machine):
    machine = new_machine()
    first = machine.start("link", "--json")
    user_code = first.code()
    second = machine.start("link", "--json")
    assert second.code() == user_code
    first.kill()
    machine.box.approve(user_code)
    assert second.next_event("linked")
    assert second.ended() == 0
    assert [request.path for request in machine.box.requests].count("/oauth/pin") == 1


def a_second_link_that_is_cancelled_leaves_the_first_one_its_code(new_machine):
    machine = new_machine()
    first = machine.start("link", "--json")
    user_code = first.code()
    second = machine.start("link", "--json")
    assert second.code() == user_code
    second.interrupt()
    assert second.ended() == 130
    assert list(machine.settings.parent.glob("*.code"))
    first.kill()
    third = machine.start("link", "--json")
    assert third.code() == user_code
    machine.box.approve(user_code)
    assert third.ended() == 0


def two_accounts_are_linked_side_by_side(new_machine):
    machine = new_machine()
    machine.box.add_user("second_viewer", 900002)
    first, second = machine.start("link", "--json"), machine.start("link", "--json", "--account", "ä/../b")
    codes = first.code(), second.code()
    assert codes[0] != codes[1]
    machine.box.approve(codes[0])
    machine.box.approve(codes[1], "second_viewer")
    assert [first.ended(), second.ended()] == [0, 0]
    names = {name: account["user"]["name"] for name, account in machine.accounts.items()}
    assert names == {"default": "sample_viewer", "ä/../b": "second_viewer"}


def test_a_link_outlives_its_program(outcomes, scenario):
    outcomes[scenario].result()
