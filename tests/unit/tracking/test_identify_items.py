"""A film or an episode, once it is known: what tells it from others, how it is kept, and its name for people."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.simkl.api.media import (
    ANIME,
    EPISODE_ID_NAMES,
    ID_NAMES,
    ITEM_KINDS,
    MOVIE,
    SHOW,
    Item,
    clean_ids,
    item_from_json,
)
from tests.unit.tracking.told import episode, film, item

FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"), ("tmdb", "990002")))
EPISODE = Item(SHOW, "Lantern Street", 2021, (("tvdb", "980001"),), 2, 4, (("tvdb", "970004"),))

LABELS = {
    "a film": (FILM, "The Glass Harbour"),
    "an episode": (EPISODE, "Lantern Street 2x04"),
    "a special": (replace(EPISODE, season=0, episode=1), "Lantern Street 0x01"),
    "episode zero": (replace(EPISODE, season=1, episode=0), "Lantern Street 1x00"),
    "a late episode": (replace(EPISODE, season=12, episode=123), "Lantern Street 12x123"),
    "an anime": (Item(ANIME, "Paper Moons", episode=7), "Paper Moons 07"),
    "an anime far on": (Item(ANIME, "Paper Moons", episode=1071), "Paper Moons 1071"),
    "an episode of a show without a name": (Item(SHOW, season=2, episode=4), "2x04"),
    "a show, before anybody told the episode": (Item(SHOW, "Lantern Street"), "Lantern Street"),
}


@pytest.mark.parametrize("known, label", LABELS.values(), ids=LABELS.keys())
def test_the_name_for_people(known, label):
    assert known.label == label


def test_the_same_item_found_twice_has_the_same_key():
    assert item(film()).key == item(film(file="/elsewhere/a.mkv", library_id=0)).key
    assert item(film(ids={"tmdb": "990002", "imdb": "tt9900002"})).key == item(film()).key, "in whatever order"


OTHERS = {
    "its kind": {"kind": ANIME},
    "its title": {"title": "Lantern Road"},
    "its year": {"year": 2022},
    "its show": {"ids": (("tvdb", "980002"),)},
    "its season": {"season": 1},
    "the specials": {"season": 0},
    "no season": {"season": None},
    "its number": {"episode": 5},
    "number zero": {"episode": 0},
    "no number": {"episode": None},
    "the id of its episode": {"episode_ids": ()},
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS.keys())
def test_another_item_has_another_key(change):
    assert replace(EPISODE, **change).key != EPISODE.key


def test_two_episodes_of_a_show_have_two_keys():
    assert item(episode()).key != item(episode(episode=5)).key


def test_by_number_leaves_out_the_ids_of_the_episode_and_nothing_else():
    assert EPISODE.by_number() == replace(EPISODE, episode_ids=())


names = st.text(st.characters(codec="utf-8"), max_size=12)
numbers = st.none() | st.integers(0, 3000)
plain = st.text(st.characters(codec="utf-8"), max_size=10) | st.integers(-2, 10**12)
odd = st.none() | st.booleans() | st.floats() | st.lists(st.integers(), max_size=2)


def some_ids(allowed):
    return st.dictionaries(st.sampled_from((*allowed, "slug")), plain | odd).map(
        lambda found: clean_ids(found, allowed)
    )


items = st.builds(
    Item,
    st.sampled_from(ITEM_KINDS),
    names,
    st.just(0) | st.integers(1870, 2100),
    some_ids(ID_NAMES),
    numbers,
    numbers,
    some_ids(EPISODE_ID_NAMES),
)


@given(items)
def test_what_is_kept_comes_back_as_it_was(known):
    again = item_from_json(json.loads(json.dumps(known.stored())))
    assert again == known
    assert again.key == known.key


@given(items, items)
def test_a_key_stands_for_one_item(one, other):
    assert (one.key == other.key) == (one == other)


@given(items)
def test_nothing_that_is_empty_is_sent(known):
    sent = json.dumps(known.title_object())
    assert not any(f": {empty}" in sent for empty in ("null", "{}", "0,", "0}"))
    assert set(known.title_object().get("ids", {})) <= set(ID_NAMES)
    assert all(value not in ("", 0, -1, "0", "-1") for value in known.title_object().get("ids", {}).values())
