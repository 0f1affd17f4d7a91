"""Searching, as Simkl's pages `api-reference/search`, `search-by-file` and `conventions/null-values` say."""

from __future__ import annotations

import pytest

from tests.fakes.simkl import Movie, Show
from tests.fakes.tracking_program import Program, said, tracking_box

FILMS = [Movie(f"Harbour Number {n}", 2000 + n, simkl=100 + n, ids={"tmdb": str(n)}) for n in range(60)]
CATALOGUE = [
    *FILMS,
    Movie("The Glass Harbour", 2018, simkl=1, ids={"imdb": "tt1", "tmdb": "990002"}),
    Movie("1999", 2009, simkl=2),
    Show(
        "Lantern Street", 2021, simkl=10, ids={"tvdb": "70"}, seasons={0: 1, 1: 2, 2: 10}, titles={(2, 4): "Low Tide"}
    ),
    Show("Moss and Ember", 2019, simkl=20, ids={"mal": "31", "tvdb": "80"}, seasons={1: 12, 2: 12}, anime=True),
]


@pytest.fixture(scope="module")
def running():
    with tracking_box(catalogue=CATALOGUE, v2_client_ids=["v2"]) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def program(box):
    return Program(box)


def found_in(answer):
    """Kind, simkl id and place of what a file was taken for."""
    title = answer.get("movie") or answer.get("show")
    episode = answer.get("episode", {})
    return answer["type"], title["ids"]["simkl"], episode.get("season"), episode.get("episode")


FILM, LANTERN, LOW_TIDE = ("movie", 1, None, None), ("show", 10, None, None), ("episode", 10, 2, 4)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("The Glass Harbour (2018).mkv", FILM),
        ("The.Glass.Harbour.2018.1080p.WEB.x264-GROUP.mkv", FILM),
        ("the glass harbour.mp4", FILM),
        ("/films/The Glass Harbour (2018)/The Glass Harbour (2018).mkv", FILM),
        (r"D:\Films\The Glass Harbour [2018].avi", FILM),
        ("1999 (2009).mkv", ("movie", 2, None, None)),
        ("Lantern.Street.S02E04.mkv", LOW_TIDE),
        ("Lantern.Street.2021.S02E04.1080p.WEB.mkv", LOW_TIDE),
        ("lantern street - s2e4 - Low Tide.mkv", LOW_TIDE),
        ("Lantern Street - 2x04.mkv", LOW_TIDE),
        ("Lantern Street - 2x04 - Low Tide.mkv", LOW_TIDE),
        ("Lantern Street S00E01.mkv", ("episode", 10, 0, 1)),
        ("Lantern Street S07E01.mkv", LANTERN),
        ("Moss and Ember S02E03.mkv", ("episode", 20, 2, 3)),
        ("[Group] Moss and Ember - 15.mkv", ("episode", 20, 2, 3)),
    ],
)
def test_a_file_is_recognised(program, file, found):
    answer = program.post("/search/file", {"file": file})
    assert answer.status_code == 200 and found_in(answer.json()) == found


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"file": "holiday-2019-clip.mp4"}, []),
        ({"file": "Nobody.S01E01.mkv"}, []),
        ({"file": "Lantern Street (2021).mkv"}, []),
        ({}, None),
        (None, None),
        ({"file": ""}, None),
        ([], None),
    ],
    ids=["nothing", "no such show", "a show's name alone", "empty", "no body", "no name", "a list"],
)
def test_what_is_not_recognised_is_200_with_nothing(program, body, answer):
    response = program.post("/search/file", body)
    assert (response.status_code, response.json()) == (200, answer)


def test_the_second_episode_of_a_file_is_asked_for_as_a_part(program):
    file = "Lantern.Street.S02E03E04.mkv"
    assert found_in(program.post("/search/file", {"file": file}).json())[2:] == (2, 3)
    assert found_in(program.post("/search/file", {"File": file, "part": 2}).json())[2:] == (2, 4)


def test_a_recognised_episode_tells_all_that_a_scrobble_needs(program):
    answer = program.post("/search/file", {"file": "Lantern Street - 2x04.mkv"}).json()
    assert answer["show"]["ids"] == {"simkl": 10, "slug": "lantern-street", "tvdb": "70"}
    assert (answer["show"]["title"], answer["show"]["year"]) == ("Lantern Street", 2021)
    assert answer["episode"]["title"] == "Low Tide"


@pytest.mark.parametrize(
    ("kind", "query", "found"),
    [
        ("movie", {"q": "glass harbour"}, [1]),
        ("movie", {"q": "GLASS"}, [1]),
        ("movie", {"q": "harb gla"}, [1]),
        ("movie", {"q": "lantern"}, []),
        ("tv", {"q": "lantern street"}, [10]),
        ("tv", {"q": "moss"}, []),
        ("anime", {"q": "moss"}, [20]),
        ("movie", {}, []),
        ("movie", {"q": ""}, []),
        ("book", {"q": "moss"}, None),
    ],
)
def test_searching_by_text(program, kind, query, found):
    answer = program.ask("GET", f"/search/{kind}", **query)
    rows = answer.json()
    assert answer.status_code == 200 and (rows if rows is None else [each["ids"]["simkl_id"] for each in rows]) == found


def test_what_was_found_has_the_documented_shape(program):
    (film,) = program.get("/search/movie", q="glass")
    assert film.pop("poster") and film == {
        "title": "The Glass Harbour",
        "year": 2018,
        "endpoint_type": "movies",
        "ids": {"simkl_id": 1, "slug": "the-glass-harbour", "tmdb": "990002"},
    }
    (anime,) = program.get("/search/anime", q="moss")
    assert (anime["endpoint_type"], anime["type"], anime["title_romaji"]) == ("anime", "tv", "Moss and Ember")


@pytest.mark.parametrize(
    ("query", "count", "told"),
    [
        ({}, 10, ("1", "10", "7", "61")),
        ({"limit": "50"}, 50, ("1", "50", "2", "61")),
        ({"limit": "500", "page": "2"}, 11, ("2", "50", "2", "61")),
        ({"page": "8"}, 0, ("8", "10", "7", "61")),
        ({"page": "99"}, 0, ("20", "10", "7", "61")),
    ],
)
def test_results_come_in_pages(program, query, count, told):
    answer = program.ask("GET", "/search/movie", q="harbour", **query)
    headers = [answer.headers[f"X-Pagination-{name}"] for name in ("Page", "Limit", "Page-Count", "Item-Count")]
    assert len(answer.json()) == count and tuple(headers) == told


@pytest.mark.parametrize(("sort", "status"), [("rank", 200), ("title", 200), ("beauty", 400)])
def test_an_order_that_there_is_not_is_400(program, sort, status):
    answer = program.ask("GET", "/search/movie", q="glass", sort=sort)
    assert answer.status_code == status
    assert status == 200 or said(answer) == (400, "wrong_parameter")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"imdb": "tt1"}, [("movie", 1)]),
        ({"mal": "31"}, [("anime", 20)]),
        ({"tvdb": "70"}, [("tv", 10)]),
        ({"simkl": "10"}, [("tv", 10)]),
        ({"imdb": "tt404"}, []),
        ({}, []),
    ],
)
def test_searching_by_id(program, query, found):
    answer = program.ask("GET", "/search/id", **query)
    assert answer.status_code == 200
    assert [(each["type"], each["ids"]["simkl"]) for each in answer.json()] == found


@pytest.mark.parametrize(("generation", "answer"), [("v1", 200), ("v2", 401)])
@pytest.mark.parametrize(("method", "path"), [("GET", "/search/tv"), ("GET", "/search/id"), ("POST", "/search/file")])
def test_v2_wants_a_token_for_searching_and_v1_does_not(box, generation, answer, method, path):
    assert Program(box, generation=generation).ask(method, path, token=False).status_code == answer
