"""Files of one name in different folders: each is a thing of its own, and Simkl is asked about each once."""

from __future__ import annotations

import json

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.media_info import MediaInfo
from lib.tracking.play import NOT_FOUND, Play
from lib.tracking.store.codec import decode_play, encode_play
from lib.tracking.store.match_cache import MatchCache
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, OWNER
from tests.unit.tracking.titles import lantern
from tests.unit.tracking.told import found

NAME = "S01E01.mkv"
ALPHA, BETA = f"file:{NAME}#alpha", f"file:{NAME}#beta"


def put(line, origin):
    return line.put("stop", None, file=NAME, origin=origin)


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("/tv/Alpha/S01E01.mkv", "/tv/Beta/S01E01.mkv", False),
        ("/tv/Alpha/S01E01.mkv", "/tv/Alpha/S01E01.mkv", True),
        ("D:\\tv\\Alpha\\S01E01.mkv", "D:/tv/Alpha/S01E01.mkv", True),
        ("https://nas/Alpha S01E01.mkv?token=1", "https://nas/Alpha S01E01.mkv?token=2|User-Agent=x", True),
    ],
    ids=["two folders", "the same", "either slash", "a token"],
)
def test_it_is_the_folder_that_tells_them_apart(one, other, are_same):
    places = [found(MediaInfo(file=file)).place for file in (one, other)]
    assert "" not in places
    assert (places[0] == places[1]) is are_same


def test_the_place_to_resume_from_of_one_does_not_give_way_to_the_other_not_even_after_a_sudden_death(couch):
    for folder in ("Alpha", "Beta"):
        couch.begin(MediaInfo(file=f"/tv/{folder}/{NAME}"))
        couch.go(500)
        if folder == "Alpha":
            couch.tell(PlayerEventKind.STOPPED)
    key = couch.queue.now_playing(OWNER).key
    couch.restart()
    assert [label for _, label, _ in couch.line] == [f"Alpha {NAME}", f"Beta {NAME}"]
    alpha, beta = [each.key for each in couch.queue.listing(OWNER, "waiting")]
    assert (alpha != beta, beta, beta.startswith(f"file:Beta {NAME}#")) == (True, key, True)


def test_simkl_is_asked_once_about_a_name_in_each_folder(line, time):
    for origin in (ALPHA, BETA, ALPHA):
        put(line, origin)
        assert line.run() is None
        time.now += 30 * DAY
    assert line.searches == [NAME, NAME]
    assert len(line.aside(NOT_FOUND)) == 3


def test_what_a_person_says_of_one_does_not_hold_for_the_other(line, time):
    put(line, ALPHA)
    line.run()
    MatchCache(line.queue.database).remember(ALPHA, lantern(1), time.wall())
    put(line, ALPHA)
    put(line, BETA)
    assert line.run() is None
    assert list(line.watched) == [(9000001, 1, 1)]
    assert [each.origin for each in line.queue.listing(OWNER, NOT_FOUND)] == [ALPHA, BETA]
    line.try_again(NOT_FOUND)
    assert line.run() is None
    assert line.searches == [NAME] * 3, "the other is asked about again"


def test_what_was_once_remembered_of_a_bare_name_is_not_believed_of_a_file(line, time):
    MatchCache(line.queue.database).remember(f"file:{NAME}", lantern(1), time.wall())
    put(line, ALPHA)
    assert line.run() is None
    assert line.searches == [NAME]
    assert line.watched == {}


@pytest.mark.parametrize("origin", ["", ALPHA])
def test_what_is_packed_keeps_its_key_and_what_an_earlier_version_has_packed_is_read(origin):
    play = Play("stop", None, NOON, 50.0, file=NAME, title="One", ref="episode/3", art="a.jpg", origin=origin)
    again = decode_play(encode_play(play))
    assert (again, again.origin, again.key) == (play, origin, play.key)
    packed = json.loads(encode_play(play))
    packed.pop("origin", None)
    again = decode_play(json.dumps(packed))
    assert (again, again.key) == (play, f"file:{NAME}")
