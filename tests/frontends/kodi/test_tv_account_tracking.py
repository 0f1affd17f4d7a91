"""The account's tracking line, what a tested connection says of it, and what a change of the account does."""

import re

import pytest

from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED
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


LONG = "The Long and Winding Story of a Lighthouse Keeper"
LINES = {
    "what waits": ([watched(HARBOUR), watched(MISSPELT)], ("Night Ferry 1x03", NOW - HOUR), [f"{LAST} - 2 waiting"]),
    "what is not recognised": (
        [watched(HARBOUR, state=NOT_FOUND)], ("Night Ferry", NOW - DAY),
        ["Last: Night Ferry, 23/11/2026 14:02 - 1 not recognised"],
    ),
    "what was rejected": (
        [watched(HARBOUR, state=REJECTED)], ("Night Ferry", NOW), ["Last: Night Ferry, 14:02 - 1 rejected"],
    ),
    "a long title": ([], (LONG, NOW), ["Last: The Long and Winding Story of…, 14:02"]),
    "nothing": ([], None, []),
}  # fmt: skip


@pytest.mark.parametrize(("plays", "sent", "lines"), LINES.values(), ids=LINES)
def test_a_test_says_what_was_sent_last_and_what_is_left(tv, waiting, plays, sent, lines):
    waiting.put(*plays)
    if sent:
        waiting.sent(*sent)
    assert told(tv) == lines
    assert waiting.woken == len([play for play in plays if play.state == QUEUED][:1])


NO_ANSWER = "No connection to Simkl. Check the network of this device, then try again."
REFUSED = "Simkl no longer accepts this link. Link your account again."


@pytest.mark.parametrize(
    ("trouble", "stands", "says"),
    [
        ("stop_listening", ("quota", NOW + 5 * HOUR), [NO_ANSWER, "On hold until 19:02: the daily limit is reached."]),
        ("revoke", ("parked",), [REFUSED, "On hold until you link again."]),
    ],
)
def test_plays_stay_held_back_unless_simkl_accepts_the_link_and_it_says_why(tv, waiting, trouble, stands, says):
    waiting.put(watched(HARBOUR))
    waiting.stands(*stands)
    getattr(tv.box, trouble)()
    tv.script("status")
    assert tv.kodi.dialogs[0].message.split("\n")[-3:] == [says[0], "1 waiting", says[1]]
    assert (waiting.stands(), waiting.woken) == (stands[0], 0)


@pytest.mark.parametrize("stands", [("quota", NOW + HOUR), ("stopped",), ("parked",)], ids=lambda each: each[0])
def test_a_link_that_simkl_accepts_sets_plays_free_and_wakes_the_service(tv, waiting, stands):
    waiting.put(watched(HARBOUR))
    waiting.stands(*stands)
    assert told(tv) == ["1 waiting"]
    assert (waiting.stands(), waiting.woken) == ("", 1)


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
    assert tv.kodi.windows == [] and tv.account() is not None
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


def test_an_account_that_another_program_links_is_tracked_for_within_a_minute(couch):
    other = couch.settings_file.read_text().replace("id: 900001", "id: 900002")
    couch.at(10, couch.write_settings, re.sub("name: .*", "name: other_viewer", other))
    couch.at(120, couch.play_film)
    couch.at(350, couch.kodi.playback.stop)
    couch.service(351)
    assert (couch.state().owner, couch.queued()) == ("900002", [])


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


# the line in the settings window, kept by the service


def line(couch):
    return couch.state().status_line


@pytest.fixture
def writes(couch, monkeypatch):
    """What was written there, in order."""
    carry_out, found = couch.kodi.builtin, []

    def watching(text):
        carry_out(text)
        name, args = couch.kodi.builtins[-1]
        if (name, args[:1]) == ("SetProperty", ("simkl.status",)):
            found.append(args[1])

    monkeypatch.setattr(couch.kodi, "builtin", watching)
    return found


def test_what_was_watched_is_in_the_line_as_soon_as_simkl_has_it_and_our_list_is_drawn_anew(couch, writes):
    couch.kodi.info_labels["Container.PluginName"] = "plugin.video.simkl"
    couch.watch(couch.play_film, (60, "pause"), (200, "resume"), (380, "end"), until=360)
    [before, written] = writes
    assert before == "Nothing sent yet"
    assert re.fullmatch(r"Last: The Glass Harbour, \d\d:\d\d", written)
    assert line(couch) == written
    assert ("Container.Refresh", ()) in couch.kodi.builtins


def test_what_waits_without_a_network_is_in_the_line_within_a_minute(couch):
    couch.at(100, couch.box.stop_listening)
    couch.watch(couch.play_film, (239, "stop"), until=300)
    assert line(couch) == "1 waiting"


def test_of_two_films_that_waited_for_the_network_the_last_one_is_in_the_line_and_it_is_written_once(couch, writes):
    couch.at(5, couch.box.stop_listening)
    couch.at(490, couch.box.listen_again)
    couch.plan(1, 240)
    couch.plan(270, 500, couch.play_other_film)
    before = []
    couch.at(495, lambda: before.extend(writes))
    couch.service(700)
    assert writes[len(before) :] == [line(couch)]
    assert re.fullmatch(r"Last: Salt Letters, \d\d:\d\d", line(couch))


def test_nobody_who_is_not_linked_has_a_line(tv):
    tv.service(600)
    assert tv.state().status_line == ""


@pytest.mark.parametrize("name", ["update_status_when_idle", "update_status_when_drained"])
def test_a_queue_that_cannot_be_read_leaves_the_line_as_it_is(tv, name):
    tv.data.mkdir(parents=True)
    with tv.inside():
        from lib.kodi.addon import Addon
        from lib.kodi.tracking import status_line
        from lib.tracking.store.queue import PlayQueue

        queue = PlayQueue(tv.data / "queue.db", tv.clock)
        queue.close()
        getattr(status_line, name)(Addon(tv.clock), queue, "900001")
    assert tv.state().status_line == ""
