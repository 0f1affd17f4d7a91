"""A film or an episode, once it is known: what tells it from others, how it is kept, and its name for people."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.simkl.api.media import ANIME, EPISODE_ID_NAMES, ID_NAMES, ITEM_KINDS, SHOW, Item, clean_ids, item_from_json
from tests.trials import trials
from tests.unit.tracking.told import episode, film, item

pytestmark = pytest.mark.chance

EPISODE = Item(SHOW, "Lantern Street", 2021, (("tvdb", "980001"),), 2, 4, (("tvdb", "970004"),))
LABELS = {
    "Lantern Street 2x04": EPISODE,
    "Lantern Street 0x01": replace(EPISODE, season=0, episode=1),
    "Lantern Street 12x123": replace(EPISODE, season=12, episode=123),
    "Lantern Street": Item(SHOW, "Lantern Street"),
    "Paper Moons 07": Item(ANIME, "Paper Moons", episode=7),
    "Paper Moons 1071": Item(ANIME, "Paper Moons", episode=1071),
    "2x04": Item(SHOW, season=2, episode=4),
}


@pytest.mark.parametrize(("label", "known"), LABELS.items(), ids=LABELS.keys())
def test_the_name_for_people(label, known):
    assert known.label == label


def test_the_same_item_found_twice_has_the_same_key():
    assert item(film()).key == item(film(file="/elsewhere/a.mkv", library_id=0)).key
    assert item(film(ids={"tmdb": "990002", "imdb": "tt9900002"})).key == item(film()).key, "in whatever order"
    assert item(episode()).key != item(episode(episode=5)).key


OTHERS = [
    {"kind": ANIME}, {"title": "Lantern Road"}, {"year": 2022}, {"ids": (("tvdb", "980002"),)}, {"season": 0},
    {"season": None}, {"episode": 0}, {"episode": None}, {"episode_ids": ()},
]  # fmt: skip


@pytest.mark.parametrize("change", OTHERS, ids=str)
def test_another_item_has_another_key(change):
    assert replace(EPISODE, **change).key != EPISODE.key


letters = st.sampled_from('aZ09 ."\\/{}:#\x00\x7fé漢😀')
names = st.text(letters, max_size=8)
numbers = st.none() | st.integers(0, 3000)
told = names | st.integers(-2, 10**12) | st.none() | st.booleans() | st.floats() | st.lists(st.integers(), max_size=2)


def some_ids(allowed):
    return st.dictionaries(st.sampled_from((*allowed, "slug")), told, max_size=4).map(
        lambda found: clean_ids(found, allowed)
    )


years = st.just(0) | st.integers(1870, 2100)
items = st.builds(
    Item, st.sampled_from(ITEM_KINDS), names, years, some_ids(ID_NAMES), numbers, numbers, some_ids(EPISODE_ID_NAMES)
)


@settings(deadline=None, max_examples=trials(500))
@given(items, items)
def test_what_is_kept_comes_back_as_it_was_its_key_stands_for_it_alone_and_nothing_empty_is_sent(known, other):
    again = item_from_json(json.loads(json.dumps(known.stored())))
    assert (again, again.key) == (known, known.key)
    assert (known.key == other.key) == (known == other)
    sent = known.title_object()
    assert not [value for value in sent.values() if value in (None, {}, 0)]
    assert set(sent.get("ids", {})) <= set(ID_NAMES)
    assert all(value not in ("", 0, -1, "0", "-1") for value in sent.get("ids", {}).values())
