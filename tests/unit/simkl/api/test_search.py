"""Finding a title by a file's name or by what a person typed: what is asked, and what is read of the answers.

Sources: Simkl's pages `api-reference/simkl/search-by-file`, `api-reference/simkl/search-by-text` and
`conventions/null-values`.
"""

import pytest

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.simkl.api.search import SearchResult, search_by_file, search_by_text
from tests.unit.simkl.watching import answering

HARBOUR = Item(MOVIE, "The Glass Harbour", 2018, (("simkl", "9000002"), ("imdb", "tt9900002"), ("tmdb", "990002")))
STREET_IDS = (("simkl", "9000001"), ("imdb", "tt9900001"), ("tmdb", "990001"), ("tvdb", "980001"))
ON_THE_FAKE_SERVER = {
    "a film": ("The.Glass.Harbour.2018.1080p.mkv", HARBOUR),
    "an episode": ("Lantern.Street.S02E04.mkv", Item(SHOW, "Lantern Street", 2021, STREET_IDS, 2, 4)),
    "nothing that it knows": ("/films/Ä 字/A B&C=D.mkv", None),
}


@pytest.mark.parametrize(("name", "item"), ON_THE_FAKE_SERVER.values(), ids=ON_THE_FAKE_SERVER.keys())
def test_a_fake_server_tells_what_a_file_is(box, viewer, name, item):
    assert search_by_file(*viewer, name) == item
    assert [(each.path, each.body) for each in box.requests] == [("/search/file", {"file": name})]


def place(season, episode):
    return Item(SHOW, "S", 2021, (("simkl", "5"),), season, episode)


SHOW_BLOCK = {"title": "S", "year": 2021, "ids": {"simkl": 5}}
EPISODES = [
    ({"season": 2, "episode": 4}, place(2, 4)),
    ({"season": 2, "number": 4}, place(2, 4)),
    ({"season": 0, "episode": 4}, place(0, 4)),
    ({"episode": 4}, place(1, 4)),
    ({"season": "2", "episode": 4}, place(1, 4)),
    ({"season": 2}, None),
    ({"season": 2, "episode": None}, None),
    ({"season": 2, "episode": True}, None),
    (None, None),
]
FILES = [
    ([], None),
    ({"type": "show", "show": SHOW_BLOCK}, None),
    ({"type": "movie", "movie": {"title": "F", "year": 1999}}, Item(MOVIE, "F", 1999)),
    ({"type": "movie", "movie": {"ids": {"simkl_id": 7}}}, Item(MOVIE, ids=(("simkl", "7"),))),
    ({"movie": {"ids": {"simkl": None, "simkl_id": 7}}}, Item(MOVIE, ids=(("simkl", "7"),))),
    ({"movie": {"title": "F", "year": "1999", "ids": [7], "poster": None}}, Item(MOVIE, "F")),
    ({"movie": {"title": "F", "year": True}}, Item(MOVIE, "F")),
    ({"type": "movie", "movie": {}}, None),
    ({"show": {"ids": {}}, "episode": {"season": 1, "episode": 1}}, None),
    *(({"type": "episode", "show": SHOW_BLOCK, "episode": episode}, item) for episode, item in EPISODES),
]


@pytest.mark.parametrize(("payload", "item"), FILES)
def test_of_an_answer_about_a_file_all_that_is_there_is_read(payload, item):
    assert search_by_file(*answering(payload), "a.mkv") == item


def test_null_says_that_simkl_knows_nothing():
    assert search_by_file(*answering(None, is_null=True), "a.mkv") is None
    assert search_by_text(*answering(None, is_null=True), ANIME, "t") == []


RIVER = Item(ANIME, "Moss and Ember: The River", 2023, (("simkl", "9000006"), ("tmdb", "990006")))
LANTERN = Item(SHOW, "Lantern Street", 2021, (("simkl", "9000001"), ("tmdb", "990001")))
TYPED = {
    "a show": (SHOW, "lantern", "/search/tv", [SearchResult(LANTERN)]),
    "an anime": (ANIME, "ember river", "/search/anime", [SearchResult(RIVER)]),
    "nothing": (MOVIE, "no & such = film?", "/search/movie", []),
}


@pytest.mark.parametrize(("kind", "text", "path", "found"), TYPED.values(), ids=TYPED.keys())
def test_what_a_person_typed_is_looked_for_among_its_kind(viewer, kind, text, path, found):
    assert search_by_text(*viewer, kind, text) == found
    somebody = answering([])
    search_by_text(*somebody, kind, text)
    assert somebody.transport.asked == [("GET", path, "a-token", {"q": text, "limit": "20"})]


def row(**fields):
    return {"title": "T", "year": 2000, "ids": {"simkl_id": 1}, **fields}


T = Item(ANIME, "T", 2000, (("simkl", "1"),))
ROWS = {
    "in the order of the answer": (
        [row(), row(title="U", ids={"simkl_id": 2, "tmdb": "3"})],
        [SearchResult(T), SearchResult(Item(ANIME, "U", 2000, (("simkl", "2"), ("tmdb", "3"))))],
    ),
    "an English name": ([row(title_en="In English", title_romaji="Romaji")], [SearchResult(T, "In English")]),
    "the same name in English": ([row(title_en="T", title_romaji="Romaji")], [SearchResult(T, "Romaji")]),
    "names that are none": ([row(title_en=None, title_romaji="")], [SearchResult(T)]),
    "rows without a name or an id": ([row(title=None), row(ids={}), row(ids=None), row()], [SearchResult(T)]),
    "rows that are none": ([None, 5, "T", [row()], row()], [SearchResult(T)]),
    "no year": ([row(year=None)], [SearchResult(Item(ANIME, "T", 0, (("simkl", "1"),)))]),
}


@pytest.mark.parametrize(("payload", "found"), ROWS.values(), ids=ROWS.keys())
def test_what_was_found_is_read(payload, found):
    assert search_by_text(*answering(payload), ANIME, "t") == found
