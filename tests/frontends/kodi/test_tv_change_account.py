"""Changing the account says so before a code is shown, and a playback does not suffer from a link of the same one."""

import pytest

from tests.frontends.kodi.tracked import HARBOUR, watched
from tests.frontends.kodi.tv import code_is_shown

REPLACES = "The account that you link next replaces it."
STAYS = "What is still waiting for it stays in the list."


@pytest.mark.parametrize("waits", [False, True])
def test_that_the_account_is_replaced_is_said_before_the_code(tv, waiting, waits):
    if waits:
        waiting.put(watched(HARBOUR))
    tv.kodi.answers = [False]
    tv.script("link-another")
    [question] = tv.kodi.dialogs
    lines = question.message.splitlines()
    assert question.heading == "Change the account"
    assert lines[0].startswith("Linked as sample_viewer since ")
    assert lines[1:] == [REPLACES, *([STAYS] if waits else [])]
    assert tv.kodi.windows[1:] == [] and tv.account() is not None


def test_who_agrees_gets_a_code(tv):
    tv.become_linked()
    tv.kodi.answers = [True]
    tv.script("link-another", user=[code_is_shown, "back"])


def test_a_link_of_the_same_account_in_the_middle_of_a_film_tells_no_stop_and_no_start(couch):
    couch.at(60, couch.kodi.notify, "plugin.video.simkl", "Other.linked")
    couch.watch(couch.play_film, (240, "end"))
    assert [action for action, *_ in couch.calls()] == ["start", "stop"]


def test_a_link_of_another_account_in_the_middle_of_a_film_goes_on_with_that_one(couch):
    couch.at(60, couch.remember, owner="900002")
    couch.at(61, couch.kodi.notify, "plugin.video.simkl", "Other.linked")
    couch.watch(couch.play_film, (230, "stop"), until=240)
    assert ("stop", "The Glass Harbour", "waiting") in couch.queued("900002")
