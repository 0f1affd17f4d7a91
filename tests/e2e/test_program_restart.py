"""A power cut during a link, and two links at once."""

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
