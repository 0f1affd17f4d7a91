"""The account's tracking line, what a tested connection says of it, and what a change of the account does."""

import re

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED
from tests.fakes.kodi import api_xbmc
from tests.frontends.kodi.tracked import DAY, HARBOUR, HOUR, MISSPELT, NOW, watched
from tests.frontends.kodi.tv import code_is_shown

LAST = "Last: Night Ferry 1x03, 13:02"


def told(tv):
    """Test the connection; return the lines of the dialog after the link's own three."""
    tv.script("status")
    [dialog] = tv.kodi.dialogs
    lines = dialog.message.split("\n")
    assert lines[1] == "Simkl accepts this link."
    return lines[3:]


def test_a_test_says_what_was_sent_last_and_what_waits(tv, waiting):
    waiting.put(watched(HARBOUR), watched(MISSPELT))
    waiting.sent("Night Ferry 1x03", NOW - HOUR)
    assert told(tv) == [f"{LAST} - 2 waiting"]


@pytest.mark.parametrize("state, says", [(NOT_FOUND, "1 not recognised"), (REJECTED, "1 rejected")])
def test_the_line_tells_what_is_left_once_nothing_waits(tv, waiting, state, says):
    waiting.put(watched(HARBOUR, state=state))
    waiting.sent("Night Ferry 1x03", NOW - DAY)
    assert told(tv) == [f"Last: Night Ferry 1x03, 23/11/2026 14:02 - {says}"]
    assert waiting.woken == 0


def test_a_long_title_is_cut_so_that_the_line_fits(tv, waiting):
    waiting.sent("The Long and Winding Story of a Lighthouse Keeper", NOW)
    assert told(tv) == ["Last: The Long and Winding Story of…, 14:02"]


def test_where_nothing_was_sent_yet_a_test_says_nothing_of_it(tv, waiting):
    waiting.put()
    assert told(tv) == []


@pytest.mark.parametrize("stands", [("quota", NOW + HOUR), ("stopped",), ("parked",)], ids=lambda each: each[0])
def test_a_link_that_simkl_accepts_sets_plays_free_and_wakes_the_service(tv, waiting, stands):
    waiting.put(watched(HARBOUR))
    waiting.stands(*stands)
    assert told(tv) == ["1 waiting"]
    assert (waiting.stands(), waiting.woken) == ("", 1)


def test_without_an_answer_plays_stay_held_back_and_it_says_why(tv, waiting):
    waiting.put(watched(HARBOUR))
    waiting.stands("quota", NOW + 5 * HOUR)
    tv.box.stop_listening()
    tv.script("status")
    trouble, *lines = tv.kodi.dialogs[0].message.split("\n")
    assert trouble.startswith("No connection to Simkl.")
    assert lines == ["1 waiting", "On hold until 19:02: the daily limit is reached."]
    assert (waiting.stands(), waiting.woken) == ("quota", 0)


def test_a_refused_link_sets_nothing_free(tv, waiting):
    waiting.put(watched(HARBOUR))
    waiting.stands("parked")
    tv.box.revoke()
    tv.script("status")
    lines = tv.kodi.dialogs[0].message.split("\n")
    refused = "Simkl no longer accepts this link. Link your account again."
    assert lines[1:] == [refused, "1 waiting", "On hold until you link again."]
    assert (waiting.stands(), waiting.woken) == ("parked", 0)


def test_a_queue_that_cannot_be_used_is_told(tv, waiting):
    (tv.data / "queue.db").mkdir()
    assert told(tv) == ["The queue cannot be used. Check the free space and Kodi's log."]


@pytest.mark.parametrize(
    "region, at, says",
    [("%I:%M:%S %p", NOW, "2:02 PM"), ("%I:%M:%S %p", NOW - 2 * HOUR, "12:02 PM"), ("%H:%M:%S", NOW, "14:02")],
)
def test_the_time_is_written_as_the_region_does(tv, waiting, monkeypatch, region, at, says):
    monkeypatch.setitem(api_xbmc._REGION, "time", region)
    waiting.sent("Night Ferry", at)
    assert told(tv) == [f"Last: Night Ferry, {says}"]


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
    couch.at(20, couch.remember, owner="900002")
    couch.at(21, couch.kodi.notify, "plugin.video.simkl", "Other.linked")
    couch.watch(couch.play_film, (230, "stop"), until=240)
    assert ("stop", "The Glass Harbour", "waiting") in couch.queued("900002")


def test_the_same_account_linked_anew_by_another_program_goes_on_sending(couch):
    anew = re.sub("linked_at: .*", "linked_at: '2026-03-05T18:03:20Z'", couch.settings_file.read_text())
    couch.at(225, couch.box.stop_listening)
    couch.at(260, couch.write_settings, anew)
    couch.at(261, couch.box.listen_again)
    couch.watch(couch.play_film, (230, "stop"), until=400)
    assert (couch.marks(), couch.queued()) == ({"The Glass Harbour": 1}, [])


def test_a_settings_file_that_cannot_be_read_is_told_once_and_the_account_stays(couch):
    couch.at(10, couch.write_settings, "accounts: [")
    couch.service(1000)
    assert couch.kodi.log_text().count(f"{couch.settings_file}, line 1") == 1
    assert couch.state().owner == "900001"
