"""What a program does wrong is answered as Simkl answers it, and kept where a test finds it."""

import pytest

from tests.fakes.program import EPISODE, FILM, HARBOUR, MOSS, STREET, USER, marked, said, table

PLACE = {"season": 2, "number": 4}
WHEN = "2026-10-05T20:00:00Z"
STARTED, EMPTY, UNKNOWN = (201, "start"), (400, "empty_field"), (404, "id_err")


def film(**changes):
    return {"movie": {**HARBOUR, **changes}}


def ids(**ids):
    return film(ids=ids)


@table(("body", "query", "answer", "why"), {
    "no body": (None, {}, EMPTY, "no JSON object"),
    "a list": ([FILM], {}, EMPTY, "no JSON object"),
    "no media object": ({"progress": 5}, {}, EMPTY, "no media object"),
    "an empty media object": ({"movie": {}}, {}, EMPTY, "movie is not an object"),
    "a show without an episode": ({"show": STREET}, {}, EMPTY, "a show without an episode"),
    "two media objects": ({**FILM, "show": STREET}, {}, STARTED, "more than one media object"),
    "a film's episode": ({**FILM, "episode": PLACE}, {}, STARTED, "a movie with an episode"),
    "progress below 0": ({**FILM, "progress": -1}, {}, STARTED, "not from 0 to 100"),
    "progress above 100": ({**FILM, "progress": 100.01}, {}, STARTED, "not from 0 to 100"),
    "three decimals": ({**FILM, "progress": 33.333}, {}, STARTED, "more than two decimals"),
    "progress as text": ({**FILM, "progress": "50"}, {}, STARTED, "not a number"),
    "a mark below 50": (FILM, {"min_progress": "49"}, STARTED, "min_progress=49"),
    "half a mark": (FILM, {"min_progress": "80.5"}, STARTED, "min_progress=80.5"),
    "the mark in the body": ({**FILM, "min_progress": 90}, {}, STARTED, "in the body"),
    "a rewatch on start": (FILM, {"allow_rewatch": "yes"}, STARTED, "allow_rewatch on start"),
    "an odd id": (ids(imdb="tt9900002", kodi=3), {}, STARTED, "called kodi"),
    "an empty id": (ids(imdb=""), {}, STARTED, "imdb id is ''"),
    "the year as text": (film(year="2018"), {}, STARTED, "year is '2018'"),
    "nothing to find it by": ({"movie": {"year": 2018}}, {}, UNKNOWN, "neither ids nor title"),
    "an imdb id of an episode": ({"show": STREET, "episode": {**PLACE, "ids": {"imdb": "tt5"}}}, {}, UNKNOWN,
                                 "no episode id is called imdb"),
    "a show's plain number": ({"show": STREET, "episode": {"number": 4}}, {}, STARTED, "without a season"),
    "a number as text": ({"show": STREET, "episode": {**PLACE, "number": "4"}}, {}, UNKNOWN, "number is '4'"),
})  # fmt: skip
def test_a_malformed_scrobble(box, program, body, query, answer, why):
    assert said(program.post("/scrobble/start", body, **query)) == answer
    (noted,) = box.malformed
    assert why in noted.why and (noted.path, noted.user) == ("/scrobble/start", USER)


def test_nothing_is_wrong_with_a_scrobble_or_a_mark_that_is_right(box, program):
    special, by_id = {"season": 0, "number": 1}, {"ids": {"tvdb": 970204}}
    both_ids = {**STREET, "ids": {"simkl": 9000001, "tvdb": "980001"}}
    for item, progress in [
        (FILM, 0), (FILM, 33.33), (FILM, 29.07), (FILM, 100.0), ({**FILM, "episode": None}, 5), (EPISODE, 5),
        ({"show": both_ids, "episode": by_id}, 5), ({"anime": MOSS, "episode": {"number": 7}}, 5),
        ({"show": STREET, "episode": special}, 5),
    ]:  # fmt: skip
        assert program.scrobble("start", item, progress, min_progress="100").status_code == 201
    shows = [{**STREET, "use_tvdb_anime_seasons": True, "seasons": [{"number": 2, "episodes": [{"number": 4}]}]}]
    for when in (WHEN, "2026-10-05T20:00:00.000Z", "1970-01-01T00:00:01Z"):
        program.history(movies=[{**HARBOUR, "watched_at": when, "rating": 8}], shows=shows)
    assert box.malformed == []


def marks(**changes):
    return {"movies": [{**HARBOUR, **changes}]}


@table(("body", "why"), {
    "a list": ([HARBOUR], "no JSON object"),
    "a list nobody knows": ({"movie": [HARBOUR]}, "there is no such list"),
    "no list": ({"movies": HARBOUR}, "movies is not a list"),
    "nothing to find it by": ({"movies": [{"year": 2018}]}, "neither ids nor title"),
    "no ISO 8601": (marks(watched_at="2026-10-05 20:00"), "watched_at is"),
    "no zone": (marks(watched_at="2026-10-05T20:00:00"), "watched_at is"),
    "not UTC": (marks(watched_at="2026-10-05T20:00:00+02:00"), "watched_at is"),
    "an episode's": ({"shows": [{**STREET, "episodes": [{"number": 1, "watched_at": "x"}]}]}, "watched_at"),
    "a rating of 11": (marks(rating=11), "rating is 11"),
})  # fmt: skip
def test_a_malformed_mark(box, program, body, why):
    assert program.post("/sync/history", body).status_code == 201
    (noted,) = box.malformed
    assert why in noted.why and noted.path == "/sync/history"


def test_a_body_that_does_not_say_it_is_json_is_noted(box, program):
    answer = program.post("/scrobble/start", {"data": '{"movie": {"title": "x"}}'})
    assert said(answer) == UNKNOWN and [each.why for each in box.malformed] == ["Content-Type ''"]


@pytest.mark.parametrize(("path", "body"), [("/scrobble/stop", {**FILM, "progress": 90}), ("/sync/history", marks())])
def test_a_write_that_comes_as_a_get_is_taken_if_it_has_a_body_and_noted(box, program, path, body):
    assert said(program.ask("GET", path)) == (404, "url_failed") and box.malformed == []
    assert program.ask("GET", path, body).status_code == 201 and len(marked(box)) == 1
    assert [each.why for each in box.malformed] == ["GET with a body"]


def test_a_removal_in_a_list_of_anime_and_a_rating_of_an_episode_are_noted(box, program):
    program.history(anime=[{**MOSS, "episodes": [{"number": 1}]}])
    program.remove(anime=[MOSS])
    program.post("/sync/ratings", {"shows": [{**STREET, "rating": 8, "episodes": [{"number": 1}]}]})
    ignored, rating = box.malformed
    assert len(marked(box)) == 1 and "anime[] is ignored" in ignored.why
    assert rating.why == "a rating of seasons or episodes"
