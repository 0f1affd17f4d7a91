"""What Simkl recognises by a file's name is tracked only if its kind is; and plays from before a name was known."""

from __future__ import annotations

import pytest

from lib.simkl.api.media import MOVIE, SHOW
from lib.tracking.delivery.sender import Sender
from lib.tracking.identify import is_wanted, kind_for_person
from lib.tracking.preferences import TrackingPreferences
from tests.unit.tracking.sending import HARBOUR, HARBOUR_KEY, KITES, OWNER

FILES = {"The Glass Harbour (2018).mkv": MOVIE, "Lantern.Street.S02E04.mkv": SHOW}


@pytest.mark.parametrize("tracked", [MOVIE, SHOW])
@pytest.mark.parametrize(("file", "kind"), FILES.items(), ids=FILES.values())
def test_a_recognised_file_of_a_kind_that_is_not_tracked_is_left_out(line, file, kind, tracked):
    line.delivery._is_wanted = lambda item: item.kind == tracked
    line.put("start", None, file=file)
    line.run()
    assert [each.kind for each in line.box.scrobbles] == ([kind] if kind == tracked else [])
    assert (line.waiting, line.aside("unknown")) == (0, [])


SHOW_OF_MAL = {
    "type": "episode",
    "show": {"title": "Moss and Ember", "year": 2019, "ids": {"simkl": 9000003, "mal": "99001"}},
    "episode": {"season": 1, "episode": 7},
}
ANIME_FILE = "[Group] Moss and Ember - 07.mkv"


@pytest.mark.parametrize(
    ("preferences", "is_sent"),
    [
        (TrackingPreferences(), True),
        (TrackingPreferences(anime=False), False),
        (TrackingPreferences(shows=False, movies=False), True),
        (TrackingPreferences(shows=False, anime=False), False),
    ],
    ids=["all", "no anime", "anime alone", "neither"],
)
def test_a_show_with_an_id_of_an_anime_site_is_anime(line, box, preferences, is_sent):
    line.delivery._is_wanted = lambda item: is_wanted(kind_for_person(item), preferences)
    box.order("answer", body=SHOW_OF_MAL, path="/search/file")
    line.put("stop", None, file=ANIME_FILE)
    assert line.run() is None
    assert line.posts == ["/search/file"] + ["/scrobble/stop"] * is_sent
    assert [mark.title for mark in line.watched.values()] == ["Moss and Ember"] * is_sent
    assert (line.waiting, line.aside("unknown")) == (0, [])


def test_what_the_player_itself_told_is_not_asked_about_again(line):
    line.delivery._is_wanted = lambda item: False
    line.put("stop", HARBOUR)
    line.run()
    assert HARBOUR_KEY in line.watched


def test_by_default_everything_is_wanted(line):
    assert isinstance(line.delivery, Sender)
    line.put("start", None, file="The Glass Harbour (2018).mkv")
    line.run()
    assert [each.action for each in line.box.scrobbles] == ["start"]


def test_plays_from_before_the_name_was_known_are_sent_for_the_same_person(line):
    line.put("stop", HARBOUR, owner="0")
    line.queue.save_now_playing("0", line.put("stop", KITES, owner="someone else"))
    line.queue.adopt("0", OWNER)
    assert (line.queue.waiting("0"), line.queue.now_playing("0")) == (0, None)
    assert line.queue.now_playing(OWNER).item == KITES
    line.run()
    assert set(line.watched) == {HARBOUR_KEY}
    assert line.queue.waiting("someone else") == 1
