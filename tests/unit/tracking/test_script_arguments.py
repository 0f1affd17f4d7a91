"""The words of a scrobble by another add-on: what they mean, what is wrong with them, and what Kodi plays itself."""

import re

import pytest

from lib.simkl.api.media import item_from_json
from lib.tracking.script_arguments import is_same_item, parse_scrobble_arguments
from tests.architecture.sources import ROOT
from tests.fakes.clock import NOON
from tests.fakes.kodi import builtins_list
from tests.unit.tracking.cases import cases

TITLE = "The Glass Harbour"
FILM = ["type=movie", f"title={TITLE}", "year=2018", "imdb=tt9900001", "tmdb=990001"]
EPISODE = ["type=episode", "tvdb=992001", "season=2", "episode=4"]
FILM_STORED = {"kind": "movie", "title": TITLE, "year": 2018, "ids": {"imdb": "tt9900001", "tmdb": "990001"}}
EPISODE_STORED = {"kind": "show", "ids": {"tvdb": "992001"}, "season": 2, "episode": 4}


def parsed(*words):
    """Return the play and the item, by a threshold of 90 %."""
    return parse_scrobble_arguments(words, 90, NOON)


@cases("words, stored", {
    "a film": (FILM, FILM_STORED),
    "a film by one id": (["type=movie", "simkl=9000002"], {"kind": "movie", "ids": {"simkl": "9000002"}}),
    "an episode by an id of its show": (EPISODE, EPISODE_STORED),
    "an episode by name": (
        ["type=episode", "title=Lantern Street", "year=2021", "season=1", "episode=3"],
        {"kind": "show", "title": "Lantern Street", "year": 2021, "season": 1, "episode": 3},
    ),
    "a special": (["type=episode", "tvdb=992001", "season=0", "episode=4"], {**EPISODE_STORED, "season": 0}),
    "an anime": (["type=anime", *EPISODE[1:]], {**EPISODE_STORED, "kind": "anime"}),
    "what is empty is left out": ([*FILM, "season=", "tvdb=", "mal= "], FILM_STORED),
})  # fmt: skip
def test_what_it_is(words, stored):
    play, item = parsed("watched", *words)
    assert item.stored() == stored
    assert (play.item, play.title) == (item, item.title)


@pytest.mark.parametrize(("words", "told"), {
    "start": ("start", 0, False),
    "start progress=12.5": ("start", 12.5, False),
    "pause progress=99": ("pause", 99, False),
    "stop progress=89.99": ("stop", 89.99, False),
    "stop progress=90": ("stop", 90, True),
    "stop progress=100": ("stop", 100, True),
    "stop progress=0": ("stop", 0, False),
    "watched": ("watched", 100, True),
    "watched progress=3": ("watched", 100, True),
}.items())  # fmt: skip
def test_what_happened_to_it_by_the_threshold_of_the_person(words, told):
    first, *more = words.split()
    play, _ = parsed(first, *FILM, *more)
    assert (play.action, play.progress, play.counts, play.at) == (*told, NOON)


@cases("words, reason", {
    "another type": (["watched", "type=show", "title=X"], "type is one of movie, episode, anime"),
    "neither title nor id": (["watched", "type=movie", "year=2018"], "a title or an id is needed"),
    "an unknown name": (["watched", *FILM, "epsiode=3"], "word 7 is no name=value of these names: type"),
    "no name": (["watched", *FILM, "The Sequel"], "word 7 is no name=value"),
    "an episode without a season": (["watched", "type=episode", "title=X", "episode=1"], "type=episode needs season"),
    "an episode without a number": (["watched", "type=episode", "title=X", "season=1"], "type=episode needs episode"),
    "a film with a season": (["watched", *FILM, "season=1"], "a movie has neither season nor episode"),
    "half an episode": (["watched", "type=anime", "mal=1", "episode=1.5"], "episode is no whole number"),
    "a year of no film": (["watched", "type=movie", "title=X", "year=18"], "year=18 is none"),
    "a stop without progress": (["stop", *FILM], "stop needs progress, 0 to 100"),
    "a pause without progress": (["pause", *FILM], "pause needs progress, 0 to 100"),
    "no number": (["start", *FILM, "progress=nan"], "start needs progress, 0 to 100"),
})  # fmt: skip
def test_what_is_wrong_is_said_without_a_title(words, reason):
    with pytest.raises(ValueError) as raised:
        parsed(*words)
    assert str(raised.value).startswith(reason) and TITLE not in str(raised.value)


@cases("playing, words, is_same", {
    "the same": ({"kind": "movie", "title": TITLE, "year": 2018, "ids": {"imdb": "tt9900001"}}, FILM, True),
    "the same by one id": ({"kind": "movie", "title": "Der Hafen", "ids": {"tmdb": "990001"}}, FILM, True),
    "another film": ({"kind": "movie", "title": "Salt Letters", "ids": {"imdb": "tt9900002"}}, FILM, False),
    "two without a title": ({"kind": "movie", "ids": {"imdb": "tt1"}}, ["type=movie", "imdb=tt2"], False),
    "the same episode": ({**EPISODE_STORED, "title": "Lantern Street"}, EPISODE, True),
    "another episode": ({**EPISODE_STORED, "episode": 5}, EPISODE, False),
    "another season": ({**EPISODE_STORED, "season": 1}, EPISODE, False),
    "an anime as a show": (EPISODE_STORED, ["type=anime", "tvdb=992001", "episode=4"], True),
    "a film of that number": ({"kind": "movie", "ids": {"tvdb": "992001"}}, EPISODE, False),
})  # fmt: skip
def test_what_kodi_plays_itself_is_known_by_ids_or_title(playing, words, is_same):
    assert is_same_item(parsed("watched", *words)[1], item_from_json(playing)) is is_same


def test_the_examples_of_the_manual_are_understood_as_kodi_takes_them_apart():
    paths = ("docs/for-add-ons.md", "lib/tracking/script_arguments.py")
    texts = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in paths)
    calls = re.findall(r"^ *(RunScript\(plugin\.video\.simkl,scrobble,[a-z].*\))$", texts, re.MULTILINE)
    assert len([parsed(*builtins_list.parse(call).args[2:]) for call in calls]) == 8
