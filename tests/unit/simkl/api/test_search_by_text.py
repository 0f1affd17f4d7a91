"""What a person typed: the request, what is read of the answers, and what is no answer.

Sources: Simkl's pages `api-reference/simkl/search-by-text` and `conventions/null-values`.
"""

from __future__ import annotations

import pytest

from lib.simkl import errors
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.simkl.api.search import SearchResult, search_by_text
from tests.unit.simkl.raw_server import says
from tests.unit.simkl.watching import IDENTITY, NONSENSE, every_refusal, said

RIVER = Item(ANIME, "Moss and Ember: The River", 2023, (("simkl", "9000006"), ("tmdb", "990006")))
FOUND = [
    (
        MOVIE,
        "harbour",
        "/search/movie",
        [SearchResult(Item(MOVIE, "The Glass Harbour", 2018, (("simkl", "9000002"), ("tmdb", "990002"))))],
    ),
    (
        SHOW,
        "lantern",
        "/search/tv",
        [SearchResult(Item(SHOW, "Lantern Street", 2021, (("simkl", "9000001"), ("tmdb", "990001"))))],
    ),
    (ANIME, "ember river", "/search/anime", [SearchResult(RIVER)]),
    (MOVIE, "no & such = film?", "/search/movie", []),
]


@pytest.mark.parametrize(("kind", "text", "path", "found"), FOUND, ids=["film", "show", "anime", "nothing"])
def test_what_a_person_typed_is_looked_for_among_its_kind(box, viewer, kind, text, path, found):
    answer = search_by_text(*viewer, kind, text)
    (request,) = box.requests
    assert (request.method, request.path, request.body) == ("GET", path, None)
    assert request.query == {"q": text, "limit": "20", **IDENTITY}
    assert request.headers["Authorization"] == f"Bearer {viewer.token.access.reveal()}"
    assert "Content-Type" not in request.headers
    assert answer == found


@pytest.fixture
def answered(play, viewer_at):
    """Return what is found when this is answered."""
    return lambda answer: search_by_text(*viewer_at(play(says(answer)).url), ANIME, "t")


def row(**fields):
    return {"title": "T", "year": 2000, "ids": {"simkl_id": 1}, **fields}


T = Item(ANIME, "T", 2000, (("simkl", "1"),))
ROWS = {
    "nothing": ([], []),
    "null": (None, []),
    "in the order of the answer": (
        [row(), row(title="U", ids={"simkl_id": 2, "tmdb": "3"})],
        [SearchResult(T), SearchResult(Item(ANIME, "U", 2000, (("simkl", "2"), ("tmdb", "3"))))],
    ),
    "an English name": ([row(title_en="In English", title_romaji="Romaji")], [SearchResult(T, "In English")]),
    "the same name in English": ([row(title_en="T", title_romaji="Romaji")], [SearchResult(T, "Romaji")]),
    "names that are none": ([row(title_en=None, title_romaji="")], [SearchResult(T)]),
    "rows without a name or an id": (
        [row(title=None), row(title=""), row(ids={}), row(ids=None), row()],
        [SearchResult(T)],
    ),
    "rows that are none": ([None, 5, "T", [row()], row()], [SearchResult(T)]),
    "no year": ([row(year=None)], [SearchResult(Item(ANIME, "T", 0, (("simkl", "1"),)))]),
}


@pytest.mark.parametrize(("payload", "found"), ROWS.values(), ids=ROWS.keys())
def test_what_was_found_is_read(answered, payload, found):
    assert answered(said(200, payload)) == found


@pytest.mark.parametrize(
    "answer",
    [*NONSENSE.values(), said(200, {}), said(200, {"error": "not_found"})],
    ids=[*NONSENSE, "an object", "an error in disguise"],
)
def test_what_cannot_be_read_is_not_taken_for_nothing_found(answered, answer):
    with pytest.raises(errors.Unreadable):
        answered(answer)


@every_refusal
def test_every_refusal_has_its_name(answered, status, payload, kind):
    with pytest.raises(errors.SimklError) as caught:
        answered(said(status, payload))
    assert type(caught.value) is kind and caught.value.status == status
