"""The line in the settings window that says how the tracking goes: kept by the service, and seldom written."""

import re

import pytest

LAST = re.compile(r"Last: The Glass Harbour, \d\d:\d\d")


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


def test_what_was_watched_is_in_the_line_as_soon_as_simkl_has_it_and_once(couch, writes):
    couch.watch(couch.play_film, (60, "pause"), (200, "resume"), (380, "end"), until=360)
    [before, written] = writes
    assert before == "Nothing sent yet"
    assert LAST.fullmatch(written)
    assert line(couch) == written


def test_the_line_is_not_written_in_the_middle_of_a_playback(couch, writes):
    couch.watch(couch.play_film, (60, "pause"), (200, "resume"), until=190)
    assert writes == ["Nothing sent yet"]  # at the start


def test_a_tv_that_only_stands_there_says_that_nothing_was_sent_and_writes_once(couch, writes):
    couch.service(600)
    assert writes == ["Nothing sent yet"]


def test_what_waits_without_a_network_is_in_the_line_within_a_minute(couch):
    couch.at(100, couch.box.stop_listening)
    couch.watch(couch.play_film, (239, "stop"), until=300)
    assert line(couch) == "1 waiting"


def test_as_long_as_more_waits_the_line_is_left_to_the_minute(couch, writes):
    """Two films watched without a network: what was sent first is not in the line, what was sent last is."""
    couch.at(5, couch.box.stop_listening)
    couch.at(490, couch.box.listen_again)
    couch.at(270, couch.play_other_film)
    couch.at(500, couch.kodi.playback.stop)
    before = []
    couch.at(495, lambda: before.extend(writes))
    couch.watch(couch.play_film, (239, "stop"), until=700)
    assert writes[len(before) :] == [line(couch)]  # and not one for each of the two
    assert re.fullmatch(r"Last: Salt Letters, \d\d:\d\d", line(couch))


def test_our_list_on_the_screen_is_drawn_anew_with_the_line(couch):
    couch.kodi.info_labels["Container.PluginName"] = "plugin.video.simkl"
    couch.watch(couch.play_film, (240, "end"), until=230)
    assert ("Container.Refresh", ()) in couch.kodi.builtins


def test_nobody_who_is_not_linked_has_a_line(tv):
    tv.service(600)
    assert tv.state().status_line == ""


@pytest.fixture
def line_of(tv):
    """Return a function that keeps the line of a queue whose file is closed already, as at the end of the service."""

    def keep(name):
        with tv.inside():
            from lib.kodi.addon import Addon
            from lib.kodi.tracking import status_line
            from lib.tracking.store.queue import PlayQueue

            tv.data.mkdir(parents=True, exist_ok=True)
            queue = PlayQueue(tv.data / "queue.db", tv.clock)
            queue.close()
            getattr(status_line, name)(Addon(tv.clock), queue, "900001")

    return keep


@pytest.mark.parametrize("name", ["update_status_when_idle", "update_status_when_drained"])
def test_a_queue_that_cannot_be_read_leaves_the_line_as_it_is(tv, line_of, name):
    line_of(name)
    assert tv.state().status_line == ""
