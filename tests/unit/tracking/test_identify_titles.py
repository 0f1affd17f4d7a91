"""What tells a film or an episode from others: titles taken apart, odd numbers, years and ids, and its key."""

import json
from dataclasses import replace

import pytest

from lib.simkl.api.media import ANIME, SHOW, Item, item_from_json
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from tests.unit.tracking.cases import cases
from tests.unit.tracking.told import episode, film, found, item, reason


# name: (what is told, title and year that Simkl gets)
@cases("facts, wanted", {
    "a year at the end": (film(title="The Glass Harbour (2018)", year=0), ("The Glass Harbour", 2018)),
    "another year: it is of the title": (film(title="Station (1912)", year=2018), ("Station (1912)", 2018)),
    "a year of the title": (film(title="Wonder Woman 1984", year=2020), ("Wonder Woman 1984", 2020)),
    "a title that is a year": (film(title="1917", year=2019), ("1917", 2019)),
    "a show's year": (episode(show_title="Lantern Street (2021)", show_year=0), ("Lantern Street", 2021)),
    "a year before there were films": (film(year=1601), ("The Glass Harbour", 0)),
    "a media server's date of the file": (film(address="upnp://uuid/12", year=2024), ("The Glass Harbour", 0)),
    "a media server's date, with the year in the title":
        (film(file="upnp://uuid/12", title="The Glass Harbour (2018)", year=2024), ("The Glass Harbour", 2018)),
    "a release name with ids": (film(title="The.Glass.Harbour.2018.1080p"), ("The Glass Harbour", 2018)),
})  # fmt: skip
def test_title_and_year_are_told_apart(facts, wanted):
    assert (item(facts).title, item(facts).year) == wanted


PLUGIN = "plugin://plugin.video.x/play/5"
NUMBERS = {"season": 0, "episode": 0}
IMDB = {"imdb": "tt9900002"}


@cases("told", {
    "season 0, episode 0 of a film": {"media": "movie", "ids": IMDB, **NUMBERS},
    "nobody says that it is a film": {"ids": IMDB, **NUMBERS},
    "season -1, episode -1": {"media": "movie", "ids": IMDB, "season": -1, "episode": -1},
    "the ids are set by the add-on": {"given": ('{"imdb": "tt9900002"}',), **NUMBERS},
})  # fmt: skip
def test_a_film_with_season_0_and_episode_0_keeps_its_ids_and_its_year_and_a_show_is_no_film(told):
    facts = MediaInfo(PLUGIN, title="The Glass Harbour", year=2018, **told)
    assert item(facts).scrobbled() == {"movie": {"title": "The Glass Harbour", "year": 2018, "ids": IMDB}}
    assert reason(MediaInfo(PLUGIN, show_title="Lantern Street", show_ids={"tmdb": "1"}, **NUMBERS))


@cases("ids, kept", {
    "the same id by name": ({"tvdb": "980001"}, ()),
    "the same id under another name": ({"tvdb_id": "980001"}, ()),
    "its own": ({"tvdb": "970004"}, (("tvdb", "970004"),)),
})  # fmt: skip
def test_an_episode_does_not_bear_the_id_of_its_show(ids, kept):
    assert item(episode(ids=ids)).episode_ids == kept


@pytest.mark.parametrize("text", ["None", "N/A", "", "0", "unknown"])
def test_an_id_that_says_nothing_makes_no_anime_of_a_show(text):
    assert item(episode(given=(f'{{"mal": "{text}"}}',))).kind == "show"
    assert item(episode(show_ids={"mal": text, "anidb": text}, season=1)).kind == "show"


@cases("facts, title", {
    "a film without ids": (film(title="Der Glashafen", ids={}, original_title="X"), "X"),
    "a film with ids": (film(title="Der Glashafen", original_title="X"), ""),
    "an episode without ids": (episode(show_ids={}, original_title="Laternengasse"), "Laternengasse"),
    "an episode with ids": (episode(original_title="Laternengasse"), ""),
    "with its year": (film(ids={}, original_title="Glashafen (2018)"), "Glashafen"),
})  # fmt: skip
def test_the_original_title_is_kept_for_where_there_is_no_id(facts, title):
    assert item(facts).original_title == title


BOTH = (EpisodeInfo(2, 3, runtime=2700.0), EpisodeInfo(2, 4, runtime=2700.0))


@cases("path, chosen", {
    "an image": ("/shows/Lantern Street.iso", 1),
    "a DVD": ("smb://nas/Lantern Street/VIDEO_TS/VIDEO_TS.IFO", 1),
    "a Blu-ray's image": ("bluray://udf%3a%2f%2f%252fshows%252fL.iso%2f/BDMV/PLAYLIST/00800.mpls", 1),
    "a file": ("/shows/Lantern Street S02E03E04.mkv", None),
})  # fmt: skip
def test_of_a_disc_it_is_known_which_episode_was_selected(path, chosen):
    assert found(episode(file=path, episodes=BOTH)).chosen == chosen


def test_an_id_of_5000_digits_that_an_add_on_sets_is_left_out():
    digits = "9" * 5000
    for text in (f'{{"tmdb": {digits}}}', f'{{"tmdb": "{digits}"}}', f'{{"imdb": "tt{digits}"}}'):
        assert found(film(ids={}, given=(text,))).items[0].ids == ()


EPISODE = Item(SHOW, "Lantern Street", 2021, (("tvdb", "980001"),), 2, 4, (("tvdb", "970004"),))
OTHERS = (
    {"kind": ANIME}, {"title": 'L "\\/{}:#\x00漢😀'}, {"year": 2022}, {"ids": (("tvdb", "980002"),)}, {"season": 0},
    {"season": None}, {"episode": 0}, {"episode": None}, {"episode_ids": ()},
)  # fmt: skip


def test_the_same_item_found_twice_has_the_same_key_another_one_another_and_it_comes_back_as_it_was_kept():
    assert item(film()).key == item(film(file="/elsewhere/a.mkv", library_id=0)).key
    assert item(film(ids={"tmdb": "990002", "imdb": "tt9900002"})).key == item(film()).key, "in whatever order"
    different = [EPISODE, *(replace(EPISODE, **change) for change in OTHERS)]
    assert len({each.key for each in different}) == len(different)
    for known in different:
        again = item_from_json(json.loads(json.dumps(known.stored())))
        assert (again, again.key) == (known, known.key)
