"""Changing the account says so before a code is shown, and a playback does not suffer from a link of the same one."""

import re

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


def rewritten(couch, *changes):
    """Return the settings file as another program leaves it."""
    text = couch.settings_file.read_text(encoding="utf-8")
    for before, after in changes:
        assert re.search(before, text)
        text = re.sub(before, after, text)
    return text


def test_an_account_that_another_program_links_is_tracked_for_within_a_minute(couch):
    other = rewritten(couch, ("id: 900001", "id: 900002"), ("name: .*", "name: other_viewer"))
    couch.at(10, couch.write_settings, other)
    couch.at(120, couch.play_film)
    couch.at(350, couch.kodi.playback.stop)
    couch.service(351)
    assert couch.state().owner == "900002"
    assert couch.queued() == []


def test_the_same_account_linked_anew_by_another_program_goes_on_sending(couch):
    anew = rewritten(couch, ("linked_at: .*", "linked_at: '2026-03-05T18:03:20Z'"))
    couch.at(225, couch.box.stop_listening)
    couch.at(260, couch.write_settings, anew)
    couch.at(261, couch.box.listen_again)
    couch.watch(couch.play_film, (230, "stop"), until=600)
    assert (couch.marks(), couch.queued()) == ({"The Glass Harbour": 1}, [])


def test_a_settings_file_that_cannot_be_read_is_told_once_and_the_account_stays(couch):
    couch.at(10, couch.write_settings, "accounts: [")
    couch.service(1000)
    assert couch.kodi.log_text().count(f"{couch.settings_file}, line 1") == 1
    assert couch.state().owner == "900001"
