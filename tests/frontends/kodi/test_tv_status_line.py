"""What a tested connection and the settings window say of the tracking, and that an account is replaced."""

import re

import pytest

from lib.kodi.tracking.status_line import update_status_when_drained, update_status_when_idle
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED
from tests.fakes.kodi import api_xbmc
from tests.frontends.kodi.screen import code_is_shown
from tests.frontends.kodi.tracked import DAY, HARBOUR, HOUR, MISSPELT, NOW, watched


def told(tv):
    """Test the connection; return the lines of the dialog after the link's own three."""
    tv.script("status")
    lines = tv.kodi.dialogs[0].message.split("\n")
    assert lines[1] == "Simkl accepts this link."
    return lines[3:]


LINES = {
    "what waits": ([watched(HARBOUR), watched(MISSPELT)], "Night Ferry 3", HOUR, "Night Ferry 3, 13:02 - 2 waiting"),
    "what is not recognised": (
        [watched(HARBOUR, state=NOT_FOUND)], "Night Ferry", DAY, "Night Ferry, 23/11/2026 14:02 - 1 not recognised",
    ),
    "what was rejected": ([watched(HARBOUR, state=REJECTED)], "Night Ferry", 0, "Night Ferry, 14:02 - 1 rejected"),
    "a long title": (
        [], "The Long and Winding Story of a Lighthouse Keeper", 0, "The Long and Winding Story of…, 14:02",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plays", "sent", "ago", "line"), LINES.values(), ids=LINES)
def test_a_test_says_what_was_sent_last_and_what_is_left(tv, waiting, plays, sent, ago, line):
    waiting.put(*plays)
    waiting.sent(sent, NOW - ago)
    assert told(tv) == [f"Last: {line}"]
    assert waiting.woken == len([play for play in plays if play.state == QUEUED][:1])


@pytest.mark.parametrize(
    ("trouble", "stands", "says"),
    [
        ("stop_listening", ("quota", NOW + 5 * HOUR), ["On hold until 19:02: the daily limit is reached."]),
        ("revoke", ("parked",), ["On hold until you link again."]),
        *[(None, stands, []) for stands in (("quota", NOW + HOUR), ("stopped",), ("parked",))],
    ],
)
def test_plays_are_set_free_if_simkl_accepts_the_link_and_otherwise_it_says_why_not(tv, waiting, trouble, stands, says):
    waiting.put(watched(HARBOUR))
    waiting.stands(*stands)
    if trouble:
        getattr(tv.box, trouble)()
    tv.script("status")
    lines = tv.kodi.dialogs[0].message.split("\n")
    assert lines[lines.index("1 waiting") :] == ["1 waiting", *says]
    assert (waiting.stands(), waiting.woken) == ((stands[0], 0) if trouble else ("", 1))


def test_a_queue_that_cannot_be_used_is_told(tv, waiting):
    (tv.data / "queue.db").mkdir()
    assert told(tv) == ["The queue cannot be used. Check the free space and Kodi's log."]


@pytest.mark.parametrize("at, says", [(NOW, "2:02 PM"), (NOW - 2 * HOUR, "12:02 PM")])
def test_the_time_is_written_as_the_region_does(tv, waiting, monkeypatch, at, says):
    monkeypatch.setitem(api_xbmc._REGION, "time", "%I:%M:%S %p")
    waiting.sent("Night Ferry", at)
    assert told(tv) == [f"Last: Night Ferry, {says}"]


@pytest.mark.parametrize("waits", [False, True])
def test_that_the_account_is_replaced_is_said_before_the_code(tv, waiting, waits):
    if waits:
        waiting.put(watched(HARBOUR))
    tv.kodi.answers = [False]
    tv.script("link-another")
    [question] = tv.kodi.dialogs
    line, *more = question.message.splitlines()
    assert question.heading == "Change the account" and line.startswith("Linked as sample_viewer since ")
    stays = ["What is still waiting for it stays in the list."]
    assert more == ["The account that you link next replaces it.", *(stays if waits else [])]
    assert tv.kodi.windows == [] and tv.account() is not None
    tv.kodi.answers = [True]
    tv.script("link-another", user=[code_is_shown, "back"])


# the line in the settings window, kept by the service


def writes(couch):
    """Return what was written there, in order."""
    calls = [call.args for call in couch.kodi.builtins if call.name == "SetProperty"]
    return [value for name, value, *_ in calls if name == "simkl.status"]


def test_what_was_watched_is_in_the_line_as_soon_as_simkl_has_it_and_our_list_is_drawn_anew(couch):
    couch.kodi.info_labels["Container.PluginName"] = "plugin.video.simkl"
    couch.watch(couch.play_film, (60, "pause"), (200, "resume"), (380, "end"), until=360)
    before, written = writes(couch)
    assert before == "Nothing sent yet" and re.fullmatch(r"Last: The Glass Harbour, \d\d:\d\d", written)
    assert couch.state().status_line == written
    assert ("Container.Refresh", ()) in couch.kodi.builtins


def test_of_two_films_that_waited_for_the_network_the_last_one_is_in_the_line_and_it_is_written_once(couch):
    couch.at(5, couch.box.stop_listening)
    couch.at(490, couch.box.listen_again)
    couch.plan(1, 240)
    couch.plan(270, 500, couch.play_other_film)
    before = []
    couch.at(495, lambda: before.extend(writes(couch)))
    couch.service(700)
    assert before[-1] == "1 waiting"
    assert writes(couch)[len(before) :] == [couch.state().status_line]
    assert re.fullmatch(r"Last: Salt Letters, \d\d:\d\d", couch.state().status_line)


@pytest.mark.parametrize("update", [update_status_when_idle, update_status_when_drained])
def test_a_queue_that_cannot_be_read_leaves_the_line_as_it_is(tv, update):
    with tv.queue() as queue:
        queue.close()
        with tv.inside():
            update(tv.addon(), queue, "900001")
    assert tv.state().status_line == ""
