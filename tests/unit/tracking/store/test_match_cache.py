"""What Simkl takes a thing for is asked once and remembered; and what a person says of one episode holds for others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.simkl.api.media import ANIME, SHOW, Item, clean_ids
from lib.tracking.play import Play
from lib.tracking.store.match_cache import CachedMatch, MatchCache
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, HOUR
from tests.unit.tracking.titles import HARBOUR, LANTERN, lantern

FILE = "file:The.Glass.Harbour.mkv"


@pytest.mark.parametrize("key", [HARBOUR.key, FILE])
@pytest.mark.parametrize("item", [HARBOUR, lantern(0, season=0)], ids=["film", "special"])
@pytest.mark.parametrize("later", [4000 * DAY, -DAY])
def test_a_hit_is_known_for_ever_and_by_the_next_start_too(database, key, item, later):
    assert MatchCache(database).lookup(key, NOON) is None
    MatchCache(database).remember(key, item, NOON)
    assert MatchCache(database).lookup(key, NOON + later) == CachedMatch(item)


@pytest.mark.parametrize(
    ("key", "later", "known"),
    [
        (HARBOUR.key, 0, CachedMatch(None)),
        (HARBOUR.key, 7 * DAY - 1, CachedMatch(None)),
        (HARBOUR.key, 7 * DAY, None),
        (HARBOUR.key, -HOUR, None),
        (FILE, 4000 * DAY, CachedMatch(None)),
        (FILE, -HOUR, CachedMatch(None)),
    ],
    ids=["title", "title, nearly a week", "title, a week", "title, clock set back", "file", "file, clock set back"],
)
def test_a_miss_of_a_title_is_known_for_a_week_and_one_of_a_file_for_ever(database, key, later, known):
    MatchCache(database).remember(key, None, NOON)
    assert MatchCache(database).lookup(key, NOON + later) == known


def test_the_last_answer_counts(database):
    memory = MatchCache(database)
    memory.remember(FILE, None, NOON)
    memory.remember(FILE, HARBOUR, NOON + 1)
    assert memory.lookup(FILE, NOON + 2) == CachedMatch(HARBOUR)


FOREIGN = Item(SHOW, "Laternenstraße", 2021, clean_ids({"tmdb": "1"}), 2, 3)
ANSWER = replace(LANTERN, season=2, episode=3)
OWN_NUMBERS = Item(ANIME, "Moss and Ember", 2019, clean_ids({"mal": "99001"}), None, 3)


@pytest.fixture
def memory(database):
    return MatchCache(database)


def known(memory, item):
    return memory.known(Play("start", item, NOON), NOON + HOUR)


OTHERS = {
    "the next episode": (ANSWER, (2, 4), LANTERN),
    "another season": (ANSWER, (1, 1), replace(LANTERN, season=1, episode=1)),
    "a special": (ANSWER, (0, 2), replace(LANTERN, season=0, episode=2)),
    "anime of the same season": (OWN_NUMBERS, (2, 4), replace(OWN_NUMBERS, episode=4)),
    "anime of another season": (OWN_NUMBERS, (1, 4), None),
    "a show with other numbers": (replace(ANSWER, episode=9), (2, 4), None),
    "a show with another season": (replace(ANSWER, season=3), (2, 4), None),
    "a film": (HARBOUR, (2, 4), None),
}


@pytest.mark.parametrize(("answer", "numbers", "wanted"), OTHERS.values(), ids=OTHERS.keys())
def test_an_answer_about_one_episode_tells_others(memory, answer, numbers, wanted):
    memory.store_show(FOREIGN, answer, NOON)
    found = known(memory, replace(FOREIGN, season=numbers[0], episode=numbers[1]))
    assert found == (CachedMatch(wanted) if wanted else None)


def test_an_answer_about_a_film_tells_nothing_else(memory):
    memory.store_show(HARBOUR, HARBOUR, NOON)
    assert known(memory, replace(HARBOUR, year=1999)) is None


def test_what_is_known_of_the_episode_itself_goes_first_and_what_is_known_of_a_season_before_the_show(memory):
    memory.store_show(FOREIGN, ANSWER, NOON)
    other = replace(FOREIGN, episode=4)
    memory.remember(other.key, HARBOUR, NOON)
    assert known(memory, other) == CachedMatch(HARBOUR)
    memory.store_show(FOREIGN, OWN_NUMBERS, NOON)
    assert known(memory, replace(FOREIGN, episode=5)) == CachedMatch(replace(OWN_NUMBERS, episode=5))


def test_a_show_of_the_same_title_and_other_ids_is_another(memory):
    memory.store_show(FOREIGN, ANSWER, NOON)
    assert known(memory, replace(FOREIGN, ids=clean_ids({"tmdb": "2"}))) is None


def test_late_ones_need_no_person_any_more_and_go_in_one_batch_each_as_what_it_is(line):
    MatchCache(line.queue.database).store_show(FOREIGN, ANSWER, NOON)
    line.put("stop", replace(FOREIGN, episode=4), ago=HOUR)
    line.send("stop", replace(FOREIGN, episode=5), ago=HOUR)
    assert {(season, episode) for _, season, episode in line.watched} == {(2, 4), (2, 5)}
    assert line.news.unknown == []
