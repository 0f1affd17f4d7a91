"""How a title is found and searched for (`conventions/standard-media-objects`, `guides/anime`, `search*`)."""

import pytest

from tests.fakes.program import USER, Program, linked, said, simkl, table
from tests.fakes.simkl import Movie, Show

TITLES = [
    Movie("The Pale Coast", 2001, simkl=1, ids={"imdb": "tt1", "tmdb": "7"}),
    Movie("The Pale Coast", 2020, simkl=2, ids={"imdb": "tt2"}),
    Movie("Élan & Dust", 2010, simkl=3),
    Show("Seven Lanes", 2015, simkl=10, ids={"tvdb": "70", "tmdb": "7"}, seasons={0: 1, 1: 2, 2: [1, 2, 4]},
         episode_ids={(2, 4): {"tvdb": "704"}, (1, 2): {"anidb": "602"}}),
    Show("Tin Stars", 2012, simkl=20, ids={"mal": "31", "tvdb": "80"}, seasons={0: 1, 1: 12, 2: 12}, anime=True,
         episode_ids={(2, 3): {"anidb": "6203"}}),
    Show("Tin Stars: Return", 2016, simkl=21, ids={"mal": "32", "tvdb": "80"}, seasons={3: range(1, 14)}, anime=True),
    Movie("Tin Stars: The Film", 2018, simkl=22, ids={"mal": "33", "tmdb": "9"}, anime=True),
]  # fmt: skip
FILES = [
    *(Movie(f"Harbour Number {n}", 2000 + n, simkl=100 + n) for n in range(60)),
    Movie("The Glass Harbour", 2018, simkl=1, ids={"imdb": "tt1", "tmdb": "990002"}),
    Show("Lantern Street", 2021, simkl=10, ids={"tvdb": "70"}, seasons={0: 1, 1: 2, 2: 10},
         titles={(2, 4): "Low Tide"}),
    Show("Moss and Ember", 2019, simkl=20, ids={"mal": "31", "tvdb": "80"}, seasons={1: 12, 2: 12}, anime=True),
]  # fmt: skip
NUMBERED = [100 + number for number in sorted(range(60), key=str)]
LANES, TVDB_80, MAL_31 = {"ids": {"tmdb": 7}}, {"ids": {"tvdb": 80}}, {"ids": {"mal": 31}}
FILM, LANTERN, LOW_TIDE = ("movie", 1, None, None), ("show", 10, None, None), ("episode", 10, 2, 4)


@pytest.fixture
def box():
    return simkl(catalogue=TITLES)


@pytest.fixture
def library():
    return linked(simkl(catalogue=FILES))


@table(("sent", "found"), {
    "by simkl": ({"ids": {"simkl": 2}}, 2),
    "simkl beats other ids": ({"ids": {"simkl": "2", "imdb": "tt1"}}, 2),
    "a wrong simkl too": ({"ids": {"simkl": 99, "imdb": "tt1"}, "title": "The Pale Coast"}, None),
    "simkl of another kind": ({"ids": {"simkl": 10}}, None),
    "ids beat the title": ({"ids": {"imdb": "TT1"}, "title": "The Pale Coast", "year": 2020}, 1),
    "the first id that resolves counts": ({"ids": {"imdb": "tt2", "tmdb": 7}}, 2),
    "ids that do not are ignored": ({"ids": {"tvdb": "none", "tmdb": 7}}, 1),
    "title and year": ({"ids": {"imdb": "tt99"}, "title": "The Pale Coast", "year": 2020}, 2),
    "the title alone": ({"title": "the pale coast"}, 1),
    "the title with a year that fits none": ({"title": "The Pale Coast", "year": 2019}, 1),
    "whatever accents and signs it has": ({"title": "elan dust"}, 3),
    "a show is no film": ({"title": "Seven Lanes"}, None),
    "an anime film is a film": ({"ids": {"mal": 33}}, 22),
})  # fmt: skip
def test_a_film_is_found(program, sent, found):
    answer = program.scrobble("start", {"movie": sent}, 1)
    assert said(answer) == ((201, "start") if found else (404, "id_err"))
    assert answer.json.get("movie", {}).get("ids", {}).get("simkl") == found


@table(("kind", "title", "episode", "found"), {
    "season and number": ("show", LANES, {"season": 2, "number": 4}, (10, 2, 4)),
    "a number that the season lacks": ("show", LANES, {"season": 2, "number": 3}, None),
    "a special": ("show", LANES, {"season": 0, "number": 1}, (10, 0, 1)),
    "a special that there is not": ("show", LANES, {"season": 0, "number": 2}, None),
    "its id wins": ("show", LANES, {"season": 1, "number": 1, "ids": {"tvdb": 704}}, (10, 2, 4)),
    "anidb is an id too": ("show", LANES, {"ids": {"anidb": "602"}}, (10, 1, 2)),
    "a stale id is 404": ("show", LANES, {"season": 1, "number": 1, "ids": {"tvdb": 1}}, None),
    "a show is no anime": ("anime", LANES, {"number": 1}, None),
    "anime as a show by TVDB's numbers": ("show", TVDB_80, {"season": 2, "number": 3}, (20, 1, 15)),
    "the entry that has the season": ("show", TVDB_80, {"season": 3, "number": 13}, (21, 1, 13)),
    "a special of an anime": ("show", TVDB_80, {"season": 0, "number": 1}, (20, 0, 1)),
    "anime by a plain number": ("anime", MAL_31, {"number": 15}, (20, 1, 15)),
    "each entry starts at 1": ("anime", {"ids": {"mal": "32"}}, {"number": 1}, (21, 1, 1)),
    "a plain number past the end": ("anime", MAL_31, {"number": 25}, None),
    "no seasons in its own numbers": ("anime", MAL_31, {"season": 2, "number": 3}, None),
    "anime by the episode's id": ("anime", MAL_31, {"ids": {"anidb": 6203}}, (20, 1, 15)),
    "an anime film without an episode": ("anime", {"ids": {"mal": 33}}, None, (22, None, None)),
})  # fmt: skip
def test_an_episode_is_found(box, program, kind, title, episode, found):
    answer = program.scrobble("stop", {kind: title, **({"episode": episode} if episode else {})}, 90)
    assert answer.status_code == (201 if found else 404)
    assert list(box.watched[USER]) == ([found] if found else [])


# searching


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("The Glass Harbour (2018).mkv", FILM),
        ("The.Glass.Harbour.2018.1080p.WEB.x264-GROUP.mkv", FILM),
        (r"D:\Films\The Glass Harbour [2018].avi", FILM),
        ("Lantern.Street.2021.S02E04.1080p.WEB.mkv", LOW_TIDE),
        ("Lantern Street - 2x04 - Low Tide.mkv", LOW_TIDE),
        ("Lantern Street S07E01.mkv", LANTERN),
        ("Moss and Ember S02E03.mkv", ("episode", 20, 2, 3)),
        ("[Group] Moss and Ember - 15.mkv", ("episode", 20, 2, 3)),
        ("Lantern.Street.S02E03E04.mkv", ("episode", 10, 2, 3)),
    ],
)
def test_a_file_is_recognised(library, file, found):
    answer = library.post("/search/file", {"file": file}).json
    title, episode = answer.get("movie") or answer.get("show"), answer.get("episode", {})
    assert (answer["type"], title["ids"]["simkl"], episode.get("season"), episode.get("episode")) == found


@table(("kind", "query", "found"), {
    "their beginnings": ("movie", {"q": "HARB gla"}, [1]),
    "another kind": ("movie", {"q": "lantern"}, []),
    "an anime is no show": ("tv", {"q": "moss"}, []),
    "ten of many": ("movie", {"q": "number"}, NUMBERED[:10]),
    "fifty at most": ("movie", {"q": "number", "limit": "500"}, NUMBERED[:50]),
    "no such kind": ("book", {"q": "moss"}, None),
})  # fmt: skip
def test_searching_by_text(library, kind, query, found):
    answer = library.get(f"/search/{kind}", **query)
    assert answer.status_code == 200 and (answer.json and [each["ids"]["simkl_id"] for each in answer.json]) == found


@pytest.mark.parametrize(("method", "path"), [("GET", "/search/tv"), ("POST", "/search/file")])
def test_v2_wants_a_token_for_searching_and_v1_does_not(box, method, path):
    found = [Program(box, client_id).ask(method, path).status_code for client_id in ("v1-public", "v2-public")]
    assert found == [200, 401]
