"""What a program does wrong is answered as Simkl answers it, and kept where a test finds it."""

from __future__ import annotations

import pytest
import requests

from tests.fakes.tracking_program import EPISODE, FILM, HARBOUR, MOSS, STREET, USER, Program, marked, said, tracking_box

PLACE = {"season": 2, "number": 4}
WHEN = "2026-10-05T20:00:00Z"


@pytest.fixture(scope="module")
def running():
    with tracking_box() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def program(box):
    return Program(box)


STARTED, EMPTY = (201, "start"), (400, "empty_field")


@pytest.mark.parametrize(
    ("body", "query", "answer", "why"),
    [
        pytest.param(None, {}, EMPTY, "no JSON object", id="no body"),
        pytest.param({}, {}, EMPTY, "no JSON object", id="an empty body"),
        pytest.param([FILM], {}, EMPTY, "no JSON object", id="a list"),
        pytest.param({"progress": 5}, {}, EMPTY, "no media object", id="no media object"),
        pytest.param({"episode": PLACE}, {}, EMPTY, "no media object", id="an episode alone"),
        pytest.param({"movie": {}}, {}, EMPTY, "movie is not an object", id="an empty media object"),
        pytest.param({"show": STREET}, {}, EMPTY, "a show without an episode", id="a show without an episode"),
        pytest.param({"show": STREET, "episode": {}}, {}, EMPTY, "a show without", id="an empty episode"),
        pytest.param({**FILM, "show": STREET}, {}, STARTED, "more than one media object", id="two media objects"),
        pytest.param({**FILM, "episode": PLACE}, {}, STARTED, "a movie with an episode", id="a film's episode"),
        pytest.param({**FILM, "progress": -1}, {}, STARTED, "not from 0 to 100", id="progress below 0"),
        pytest.param({**FILM, "progress": 100.01}, {}, STARTED, "not from 0 to 100", id="progress above 100"),
        pytest.param({**FILM, "progress": 33.333}, {}, STARTED, "more than two decimals", id="three decimals"),
        pytest.param({**FILM, "progress": "50"}, {}, STARTED, "not a number", id="progress as text"),
        pytest.param({**FILM, "progress": True}, {}, STARTED, "not a number", id="progress as a truth"),
        pytest.param(FILM, {"min_progress": "49"}, STARTED, "min_progress=49", id="a mark below 50"),
        pytest.param(FILM, {"min_progress": "101"}, STARTED, "min_progress=101", id="a mark above 100"),
        pytest.param(FILM, {"min_progress": "80.5"}, STARTED, "min_progress=80.5", id="half a mark"),
        pytest.param({**FILM, "min_progress": 90}, {}, STARTED, "in the body", id="the mark in the body"),
        pytest.param(FILM, {"allow_rewatch": "yes"}, STARTED, "allow_rewatch on start", id="a rewatch on start"),
        pytest.param(
            {"movie": {**HARBOUR, "ids": {"imdb": "tt9900002", "kodi": 3}}}, {}, STARTED, "called kodi", id="an odd id"
        ),
        pytest.param(
            {"movie": {**HARBOUR, "ids": {"slug": "x"}}}, {}, STARTED, "slug is not unique", id="a slug that is sent"
        ),
        pytest.param({"movie": {**HARBOUR, "ids": {"imdb": ""}}}, {}, STARTED, "imdb id is ''", id="an empty id"),
        pytest.param({"movie": {**HARBOUR, "year": "2018"}}, {}, STARTED, "year is '2018'", id="the year as text"),
        pytest.param(
            {"movie": {"year": 2018}}, {}, (404, "id_err"), "neither ids nor title", id="nothing to find it by"
        ),
        pytest.param(
            {"show": STREET, "episode": {**PLACE, "ids": {"imdb": "tt5"}}},
            {},
            (404, "id_err"),
            "no episode id is called imdb",
            id="an imdb id of an episode",
        ),
        pytest.param(
            {"show": STREET, "episode": {"number": 4}}, {}, STARTED, "without a season", id="a show's plain number"
        ),
        pytest.param(
            {"show": STREET, "episode": {"season": 2, "number": "4"}}, {}, (404, "id_err"), "number is '4'", id="text"
        ),
    ],
)
def test_a_malformed_scrobble(box, program, body, query, answer, why):
    assert said(program.post("/scrobble/start", body, **query)) == answer
    (noted,) = box.malformed
    assert why in noted.why and (noted.path, noted.user) == ("/scrobble/start", USER)


@pytest.mark.parametrize(
    ("item", "progress"),
    [
        (FILM, 0),
        (FILM, 33.33),
        (FILM, 29.07),
        (FILM, 100.0),
        ({**FILM, "episode": None}, 5),
        (EPISODE, 5),
        ({"show": {**STREET, "ids": {"simkl": 9000001, "tvdb": "980001"}}, "episode": {"ids": {"tvdb": 970204}}}, 5),
        ({"anime": MOSS, "episode": {"number": 7}}, 5),
        ({"show": STREET, "episode": {"season": 0, "number": 1}}, 5),
    ],
)
def test_nothing_is_wrong_with_a_scrobble_that_is_right(box, program, item, progress):
    assert program.scrobble("start", item, progress, min_progress="100").status_code == 201
    assert box.malformed == []


def test_a_body_that_does_not_say_it_is_json_is_noted(box, program):
    query = {"client_id": box.client_id}
    headers = {"Authorization": f"Bearer {program.token}"}
    answer = requests.post(
        box.url + "/scrobble/start", params=query, headers=headers, data='{"movie": {"title": "x"}}', timeout=60
    )
    assert said(answer) == (404, "id_err") and [each.why for each in box.malformed] == ["Content-Type ''"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param([HARBOUR], "no JSON object", id="a list"),
        pytest.param({"movie": [HARBOUR]}, "there is no such list", id="a list nobody knows"),
        pytest.param({"movies": HARBOUR}, "movies is not a list", id="no list"),
        pytest.param({"movies": ["tt1"]}, "movies holds 'tt1'", id="no object"),
        pytest.param({"movies": [{"year": 2018}]}, "neither ids nor title", id="nothing to find it by"),
        pytest.param({"movies": [{**HARBOUR, "watched_at": "2026-10-05 20:00"}]}, "watched_at is", id="no ISO 8601"),
        pytest.param({"movies": [{**HARBOUR, "watched_at": "2026-10-05T20:00:00"}]}, "watched_at is", id="no zone"),
        pytest.param(
            {"movies": [{**HARBOUR, "watched_at": "2026-10-05T20:00:00+02:00"}]}, "watched_at is", id="not UTC"
        ),
        pytest.param({"movies": [{**HARBOUR, "watched_at": 1}]}, "watched_at is 1", id="a number"),
        pytest.param(
            {"shows": [{**STREET, "episodes": [{"number": 1, "watched_at": "x"}]}]}, "watched_at", id="an episode's"
        ),
        pytest.param({"movies": [{**HARBOUR, "rating": 11}]}, "rating is 11", id="a rating of 11"),
        pytest.param({"movies": [{**HARBOUR, "memo": {"text": "x" * 141}}]}, "memo of more than 140", id="a long memo"),
    ],
)
def test_a_malformed_mark(box, program, body, why):
    assert program.post("/sync/history", body).status_code == 201
    (noted,) = box.malformed
    assert why in noted.why and noted.path == "/sync/history"


@pytest.mark.parametrize(
    ("path", "body"), [("/scrobble/stop", {**FILM, "progress": 90}), ("/sync/history", {"movies": [HARBOUR]})]
)
def test_a_write_that_comes_as_a_get_is_taken_if_it_has_a_body_and_noted(box, program, path, body):
    assert said(program.ask("GET", path)) == (404, "url_failed") and box.malformed == []
    assert program.ask("GET", path, body).status_code == 201 and len(marked(box)) == 1
    assert [each.why for each in box.malformed] == ["GET with a body"]


def test_anime_in_a_list_of_its_own_is_ignored_when_removing_and_noted(box, program):
    program.history(anime=[{**MOSS, "episodes": [{"number": 1}]}])
    program.remove(anime=[MOSS])
    assert len(marked(box)) == 1 and "anime[] is ignored" in box.malformed[0].why


def test_a_rating_of_an_episode_is_noted(box, program):
    program.post("/sync/ratings", {"shows": [{**STREET, "rating": 8, "episodes": [{"number": 1}]}]})
    assert [each.why for each in box.malformed] == ["a rating of seasons or episodes"]


@pytest.mark.parametrize("when", [WHEN, "2026-10-05T20:00:00.000Z", "1970-01-01T00:00:01Z"])
def test_nothing_is_wrong_with_a_mark_that_is_right(box, program, when):
    shows = [{**STREET, "use_tvdb_anime_seasons": True, "seasons": [{"number": 2, "episodes": [{"number": 4}]}]}]
    program.history(movies=[{**HARBOUR, "watched_at": when, "rating": 8}], shows=shows)
    assert box.malformed == []
