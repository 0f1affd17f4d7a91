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


def test_what_was_watched_is_in_the_line_as_soon_as_simkl_has_it_and_our_list_is_drawn_anew(couch, writes):
    couch.kodi.info_labels["Container.PluginName"] = "plugin.video.simkl"
    couch.watch(couch.play_film, (60, "pause"), (200, "resume"), (380, "end"), until=360)
    [before, written] = writes
    assert before == "Nothing sent yet"
    assert LAST.fullmatch(written)
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
