"""What a file is by its name: the request, the answers, and what is no answer and must not be remembered as one.

Sources: Simkl's pages `api-reference/simkl/search-by-file` and `conventions/null-values`.
"""

from __future__ import annotations

import pytest

from lib.simkl import errors
from lib.simkl.api import scrobble
from lib.simkl.api.media import MOVIE, SHOW, Item
from lib.simkl.api.search import search_by_file
from tests.unit.simkl.raw_server import says
from tests.unit.simkl.watching import NONSENSE, a_post, every_refusal, raw, said, sent

NAMES = ["The.Glass.Harbour.2018.1080p.mkv", "/films/Ä 字/A B&C=D.mkv", "smb://nas/x y.avi", "a" * 500]
HARBOUR = Item(MOVIE, "The Glass Harbour", 2018, (("simkl", "9000002"), ("imdb", "tt9900002"), ("tmdb", "990002")))
STREET_IDS = (("simkl", "9000001"), ("imdb", "tt9900001"), ("tmdb", "990001"), ("tvdb", "980001"))
SHOW_BLOCK = {"title": "S", "year": 2021, "ids": {"simkl": 5}}
EPISODE = Item(SHOW, "S", 2021, (("simkl", "5"),), 2, 4)


@pytest.mark.parametrize("name", NAMES, ids=["plain", "folders and letters", "an address", "long"])
def test_a_file_is_asked_about_by_its_name_alone(box, viewer, name):
    search_by_file(*viewer, name)
    (request,) = box.requests
    assert sent(request) == a_post("/search/file", {"file": name}, viewer)


IN_A_BOX = {
    "a film": ("The.Glass.Harbour.2018.1080p.mkv", HARBOUR),
    "an episode": ("Lantern.Street.S02E04.mkv", Item(SHOW, "Lantern Street", 2021, STREET_IDS, 2, 4)),
    "a show without the episode": ("Lantern.Street.S02E99.mkv", None),
    "nothing that it knows": ("holiday 2019.mkv", None),
    "an empty name": ("", None),
}


@pytest.mark.parametrize(("name", "item"), IN_A_BOX.values(), ids=IN_A_BOX.keys())
def test_a_box_tells_what_a_file_is(viewer, name, item):
    assert search_by_file(*viewer, name) == item


def test_what_a_file_is_can_be_scrobbled(box, viewer):
    item = search_by_file(*viewer, "[Group] Moss and Ember - 15.mkv")
    assert (item.kind, item.season, item.episode) == (SHOW, 2, 3)
    scrobble.send_scrobble(*viewer, "start", item, 1, 80)
    assert [(each.simkl, each.episode) for each in box.scrobbles] == [(9000003, 15)]


@pytest.fixture
def answered(play, viewer_at):
    """Return what a file is taken for when this is answered."""
    return lambda answer: search_by_file(*viewer_at(play(says(answer)).url), "a.mkv")


def episode(**fields):
    return {"type": "episode", "show": SHOW_BLOCK, "episode": fields}


FILES = {
    "an empty list": ([], None),
    "null": (None, None),
    "an episode": (episode(season=2, episode=4), EPISODE),
    "an episode by its other word": (episode(season=2, number=4), EPISODE),
    "a special": (episode(season=0, episode=4), Item(SHOW, "S", 2021, (("simkl", "5"),), 0, 4)),
    "an episode without a season": (episode(episode=4), Item(SHOW, "S", 2021, (("simkl", "5"),), 1, 4)),
    "a season that is a text": (episode(season="2", episode=4), Item(SHOW, "S", 2021, (("simkl", "5"),), 1, 4)),
    "an episode without a number": (episode(season=2), None),
    "a number that is null": (episode(season=2, episode=None), None),
    "a number that is true": (episode(season=2, episode=True), None),
    "a show alone": ({"type": "show", "show": SHOW_BLOCK}, None),
    "an episode that is null": ({"type": "show", "show": SHOW_BLOCK, "episode": None}, None),
    "a film": ({"type": "movie", "movie": {"title": "F", "year": 1999}}, Item(MOVIE, "F", 1999)),
    "a film by its id": ({"type": "movie", "movie": {"ids": {"simkl_id": 7}}}, Item(MOVIE, ids=(("simkl", "7"),))),
    "a film with two of Simkl's ids, one null": (
        {"movie": {"ids": {"simkl": None, "simkl_id": 7}}},
        Item(MOVIE, ids=(("simkl", "7"),)),
    ),
    "a film with odd fields": (
        {"movie": {"title": "F", "year": "1999", "ids": [7], "poster": None}},
        Item(MOVIE, "F"),
    ),
    "a film with a year that is true": ({"movie": {"title": "F", "year": True}}, Item(MOVIE, "F")),
    "a film without a name": ({"type": "movie", "movie": {}}, None),
    "a show without a name": ({"show": {"ids": {}}, "episode": {"season": 1, "episode": 1}}, None),
}


@pytest.mark.parametrize(("payload", "item"), FILES.values(), ids=FILES.keys())
def test_of_an_answer_about_a_file_all_that_is_there_is_read(answered, payload, item):
    assert answered(said(200, payload)) == item


def test_null_may_have_spaces_around_it(answered):
    assert answered(raw(200, " null\n")) is None


UNREADABLE = {
    "an empty object": said(200, {}),
    "an error in disguise": said(200, {"error": "not_found"}),
    "a film that is a text": said(200, {"type": "movie", "movie": "F"}),
    "an episode alone": said(200, {"episode": {"season": 1, "episode": 1}}),
}


@pytest.mark.parametrize("answer", [*NONSENSE.values(), *UNREADABLE.values()], ids=[*NONSENSE, *UNREADABLE])
def test_what_cannot_be_read_is_not_taken_for_a_file_that_simkl_does_not_know(answered, answer):
    with pytest.raises(errors.Unreadable):
        answered(answer)


@every_refusal
def test_every_refusal_has_its_name(answered, status, payload, kind):
    with pytest.raises(errors.SimklError) as caught:
        answered(said(status, payload))
    assert type(caught.value) is kind and caught.value.status == status
