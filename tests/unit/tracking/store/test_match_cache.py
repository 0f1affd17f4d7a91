"""What Simkl takes a thing for is asked once and remembered, for a file by its folder; and one episode tells others."""

import json
from dataclasses import replace

import pytest

from lib.simkl.api.media import ANIME, SHOW, Item, clean_ids
from lib.tracking.events import PlayerEventKind
from lib.tracking.media_info import MediaInfo
from lib.tracking.play import NOT_FOUND, Play
from lib.tracking.store.codec import decode_play, encode_play
from lib.tracking.store.match_cache import CachedMatch, MatchCache
from tests.unit.tracking.cases import HARBOUR, LANTERN, cases, lantern
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER
from tests.unit.tracking.watching import file, found

FILE = "file:The.Glass.Harbour.mkv"


@pytest.fixture
def memory(database):
    return MatchCache(database)


@pytest.mark.parametrize("key", [HARBOUR.key, FILE])
@pytest.mark.parametrize("item", [HARBOUR, lantern(0, season=0)], ids=["film", "special"])
def test_a_hit_is_known_for_ever_and_by_the_next_start_too_and_the_last_answer_counts(database, memory, key, item):
    assert memory.lookup(key, NOON) is None
    memory.remember(key, None, NOON)
    memory.remember(key, item, NOON)
    for later in (4000 * DAY, -DAY):
        assert MatchCache(database).lookup(key, NOON + later) == CachedMatch(item)


@cases("key, later, is_known", {
    "title": (HARBOUR.key, 0, True),
    "title, nearly a week": (HARBOUR.key, 7 * DAY - 1, True),
    "title, a week": (HARBOUR.key, 7 * DAY, False),
    "title, clock set back": (HARBOUR.key, -HOUR, False),
    "file": (FILE, 4000 * DAY, True),
    "file, clock set back": (FILE, -HOUR, True),
})  # fmt: skip
def test_a_miss_of_a_title_is_known_for_a_week_and_one_of_a_file_for_ever(memory, key, later, is_known):
    memory.remember(key, None, NOON)
    assert memory.lookup(key, NOON + later) == (CachedMatch(None) if is_known else None)


FOREIGN = Item(SHOW, "Laternenstraße", 2021, clean_ids({"tmdb": "1"}), 2, 3)
ANSWER = replace(LANTERN, season=2, episode=3)
OWN_NUMBERS = Item(ANIME, "Moss and Ember", 2019, clean_ids({"mal": "99001"}), None, 3)


def known(memory, item):
    return memory.known(Play("start", item, NOON), NOON + HOUR)


@cases("answer, numbers, wanted", {
    "the next episode": (ANSWER, (2, 4), LANTERN),
    "another season": (ANSWER, (1, 1), replace(LANTERN, season=1, episode=1)),
    "anime of the same season": (OWN_NUMBERS, (2, 4), replace(OWN_NUMBERS, episode=4)),
    "anime of another season": (OWN_NUMBERS, (1, 4), None),
    "a show with other numbers": (replace(ANSWER, episode=9), (2, 4), None),
    "a film": (HARBOUR, (2, 4), None),
})  # fmt: skip
def test_an_answer_about_one_episode_tells_others(memory, answer, numbers, wanted):
    memory.store_show(FOREIGN, answer, NOON)
    found = known(memory, replace(FOREIGN, season=numbers[0], episode=numbers[1]))
    assert found == (CachedMatch(wanted) if wanted else None)


def test_what_is_known_of_the_episode_itself_goes_first_and_what_is_known_of_a_season_before_the_show(memory):
    memory.store_show(HARBOUR, HARBOUR, NOON)
    assert known(memory, replace(HARBOUR, year=1999)) is None, "a film tells nothing else"
    memory.store_show(FOREIGN, ANSWER, NOON)
    assert known(memory, replace(FOREIGN, ids=clean_ids({"tmdb": "2"}))) is None, "another show of that title"
    other = replace(FOREIGN, episode=4)
    memory.remember(other.key, HARBOUR, NOON)
    assert known(memory, other) == CachedMatch(HARBOUR)
    memory.store_show(FOREIGN, OWN_NUMBERS, NOON)
    assert known(memory, replace(FOREIGN, episode=5)) == CachedMatch(replace(OWN_NUMBERS, episode=5))


def test_late_ones_need_no_person_any_more_and_go_in_one_batch_each_as_what_it_is(line):
    MatchCache(line.queue.database).store_show(FOREIGN, ANSWER, NOON)
    line.put("stop", replace(FOREIGN, episode=4), ago=HOUR)
    line.send("stop", replace(FOREIGN, episode=5), ago=HOUR)
    assert {(season, episode) for _, season, episode in line.watched} == {(2, 4), (2, 5)}
    assert line.news.unknown == []


NAME = "S01E01.mkv"
ALPHA, BETA = f"file:{NAME}#alpha", f"file:{NAME}#beta"


@cases("one, other, are_same", {
    "two folders": ("/tv/Alpha/S01E01.mkv", "/tv/Beta/S01E01.mkv", False),
    "the same": ("/tv/Alpha/S01E01.mkv", "/tv/Alpha/S01E01.mkv", True),
    "either slash": ("D:\\tv\\Alpha\\S01E01.mkv", "D:/tv/Alpha/S01E01.mkv", True),
    "a token": ("https://x/Alpha S01E01.mkv?token=1", "https://x/Alpha S01E01.mkv?token=2|User-Agent=x", True),
})  # fmt: skip
def test_it_is_the_folder_that_tells_files_of_one_name_apart(one, other, are_same):
    places = [found(file(path)).place for path in (one, other)]
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


def test_simkl_is_asked_once_about_a_name_in_each_folder_and_a_person_says_what_one_of_them_is(line, time):
    cache = MatchCache(line.queue.database)
    cache.remember(f"file:{NAME}", lantern(1), time.wall())  # of an earlier version: it is not believed of a file
    for origin in (ALPHA, BETA, ALPHA):
        line.send("stop", None, file=NAME, origin=origin)
        time.now += 30 * DAY
    assert (line.searches, line.watched, len(line.aside(NOT_FOUND))) == ([NAME, NAME], {}, 3)
    cache.remember(ALPHA, lantern(1), time.wall())
    for origin in (ALPHA, BETA):
        line.send("stop", None, file=NAME, origin=origin)
    assert (list(line.watched), line.searches) == ([(9000001, 1, 1)], [NAME, NAME])
    assert [each.origin for each in line.queue.listing(OWNER, NOT_FOUND)] == [ALPHA, BETA, ALPHA, BETA]
    line.try_again(NOT_FOUND)
    assert line.run() is None
    assert {each.origin for each in line.queue.listing(OWNER, NOT_FOUND)} == {BETA}
    assert line.searches == [NAME] * 3, "the other is asked about again"


@pytest.mark.parametrize("origin", ["", ALPHA])
def test_what_is_packed_keeps_its_key_and_what_an_earlier_version_has_packed_is_read(origin):
    play = Play("stop", None, NOON, 50.0, file=NAME, title="One", ref="episode/3", art="a.jpg", origin=origin)
    again = decode_play(encode_play(play))
    assert (again, again.origin, again.key) == (play, origin, play.key)
    packed = json.loads(encode_play(play))
    packed.pop("origin", None)
    again = decode_play(json.dumps(packed))
    assert (again, again.key) == (play, f"file:{NAME}")
