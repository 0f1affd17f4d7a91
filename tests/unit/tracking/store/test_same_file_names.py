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
from tests.unit.tracking.sending import DAY, LANTERN, OWNER, lantern
from tests.unit.tracking.told import found

NAME = "S01E01.mkv"
ALPHA, BETA = f"file:{NAME}#alpha", f"file:{NAME}#beta"


def searches(box):
    return [each.body["file"] for each in box.requests if each.path == "/search/file"]


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


def test_the_place_to_resume_from_of_one_does_not_give_way_to_the_other(couch):
    for folder in ("Alpha", "Beta"):
        couch.begin(MediaInfo(file=f"/tv/{folder}/{NAME}"))
        couch.go(500)
        couch.tell(PlayerEventKind.STOPPED)
    assert couch.line == [("stop", f"Alpha {NAME}", 50.0), ("stop", f"Beta {NAME}", 50.0)]
    assert len({each.key for each in couch.queue.listing(OWNER, "waiting")}) == 2


def test_what_plays_has_the_same_key_as_its_stop_even_after_a_sudden_death(couch):
    couch.begin(MediaInfo(file=f"/tv/Alpha/{NAME}"))
    couch.go(500)
    key = couch.queue.now_playing(OWNER).key
    assert key.startswith(f"file:Alpha {NAME}#")
    couch.restart()
    assert [each.key for each in couch.queue.listing(OWNER, "waiting")] == [key]


def test_simkl_is_asked_once_about_a_name_in_each_folder(line, box, time):
    for origin in (ALPHA, BETA, ALPHA):
        put(line, origin)
        assert line.run() is None
        time.now += 30 * DAY
    assert searches(box) == [NAME, NAME]
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


def test_a_person_who_tries_one_again_has_the_name_asked_again(line, box):
    put(line, ALPHA)
    line.run()
    line.queue.retry(OWNER, [each.id for each in line.queue.listing(OWNER, NOT_FOUND)])
    box.order("answer", path="/search/file", body={"show": LANTERN.title_object(), "episode": {"episode": 1}})
    assert line.run() is None
    assert searches(box) == [NAME] * 2
    assert list(line.watched) == [(9000001, 1, 1)]


def test_what_was_once_remembered_of_a_bare_name_is_not_believed_of_a_file(line, box, time):
    MatchCache(line.queue.database).remember(f"file:{NAME}", lantern(1), time.wall())
    put(line, ALPHA)
    assert line.run() is None
    assert searches(box) == [NAME]
    assert line.watched == {}


@pytest.mark.parametrize("item", [None, LANTERN], ids=["by file", "by ids"])
@pytest.mark.parametrize("origin", ["", ALPHA])
def test_what_is_packed_keeps_its_key(item, origin):
    play = Play("stop", item, NOON, 50.0, file=NAME, title="One", ref="episode/3", art="a.jpg", origin=origin)
    again = decode_play(encode_play(play))
    assert (again, again.origin, again.key) == (play, origin, play.key)


def test_what_an_earlier_version_has_packed_is_read():
    play = Play("stop", None, NOON, 50.0, file=NAME, origin=ALPHA)
    packed = json.loads(encode_play(play))
    del packed["origin"]
    again = decode_play(json.dumps(packed))
    assert (again, again.key) == (play, f"file:{NAME}")
