"""Ratings, resume points, activities, as Simkl's pages `add-ratings`, `api-reference/playback`, `guides/sync` say."""

from __future__ import annotations

import pytest

from tests.fakes.tracking_program import (
    EPISODE,
    FILM,
    FILM_ID,
    HARBOUR,
    MOSS,
    OTHER,
    STREET,
    USER,
    Program,
    marked,
    said,
    tracking_box,
)

WHEN = "2026-10-01T19:30:00Z"
UNKNOWN = {"title": "Nobody's Film", "ids": {"imdb": "tt0"}}
A_DAY = 86_400


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


def test_ratings_are_set_and_put_what_was_on_no_list_on_one(box, program):
    rows = {"movies": [{**HARBOUR, "rating": 8, "rated_at": WHEN}], "shows": [{**STREET, "rating": 6}]}
    answer = program.post("/sync/ratings", {**rows, "anime": [{**MOSS, "rating": 10}]})
    added = answer.json()["added"]
    assert (answer.status_code, added["movies"], added["shows"]) == (201, 1, 2)
    assert [each["response"]["status"] for each in added["statuses"]] == ["completed", "watching", "watching"]
    found = {simkl: (each.rating, each.rated_at) for simkl, each in box.ratings[USER].items()}
    now = "2026-10-05T20:00:00Z"
    assert found == {9000002: (8, WHEN), 9000001: (6, now), 9000003: (10, now)} and marked(box) == set()


@pytest.mark.parametrize("rating", [0, 11, -1, 7.5, "8", True, None])
def test_a_rating_out_of_range_is_not_found_and_still_201(box, program, rating):
    answer = program.post("/sync/ratings", {"movies": [{**HARBOUR, "rating": rating}]})
    assert answer.status_code == 201 and answer.json()["not_found"]["movies"] == [{**HARBOUR, "rating": rating}]
    assert box.ratings[USER] == {} and len(box.malformed) == 1


def test_ratings_are_removed_by_ids_and_the_marks_stay(box, program):
    program.history(movies=[{**HARBOUR, "rating": 8}])
    answer = program.post("/sync/ratings/remove", {"movies": [HARBOUR], "shows": [UNKNOWN, STREET]})
    assert answer.status_code == 201
    assert answer.json() == {"deleted": {"movies": 1, "shows": 1}, "not_found": {"movies": [], "shows": [UNKNOWN]}}
    assert box.ratings[USER] == {} and marked(box) == {FILM_ID}


def test_a_resume_point_has_the_documented_shape(box, program):
    number = program.scrobble("pause", EPISODE, 41.4).json()["id"]
    (point,) = program.get("/sync/playback")
    assert point.pop("show")["ids"]["simkl"] == 9000001
    assert point == {
        "id": number,
        "progress": 41,
        "paused_at": "2026-10-05T20:00:00Z",
        "type": "episode",
        "episode": {"season": 2, "number": 4, "title": "Low Tide", "tvdb_season": 2, "tvdb_number": 4},
    }
    assert (box.playbacks[0].progress, box.playbacks[0].simkl, box.playbacks[0].episode) == (41.4, 9000001, 4)


@pytest.mark.parametrize(
    ("scrobbles", "left"),
    [
        ([("pause", FILM, 20)], [20]),
        ([("stop", FILM, 79)], [79]),
        ([("stop", FILM, 80)], []),
        ([("start", FILM, 20)], []),
        ([("pause", FILM, 20), ("pause", FILM, 10)], [10]),
        ([("pause", FILM, 20), ("start", FILM, 20)], []),
        ([("pause", FILM, 20), ("stop", FILM, 90)], []),
        ([("pause", FILM, 20), ("start", OTHER, 1)], [20]),
        ([("pause", EPISODE, 20), ("pause", {**EPISODE, "episode": {"season": 2, "number": 5}}, 30)], [30]),
    ],
    ids=["a pause", "a stop below", "a stop above", "a start", "one a title", "a start clears", "a stop clears",
         "another title's does not", "one a show"],
)  # fmt: skip
def test_what_leaves_a_resume_point(box, program, scrobbles, left):
    for told in scrobbles:
        program.scrobble(*told)
    assert [each["progress"] for each in program.get("/sync/playback")] == left
    assert [each.progress for each in box.playbacks] == left


@pytest.mark.parametrize(("account", "days"), [("free", 7), ("pro", 30), ("vip", 90)])
def test_how_long_a_resume_point_lives(box, account, days):
    box.add_user("somebody", 900003, account)
    program = Program(box, "somebody")
    program.scrobble("pause", FILM, 20)
    box.advance(days * A_DAY - 1)
    assert len(program.get("/sync/playback")) == 1
    box.advance(1)
    assert program.get("/sync/playback") == [] == box.playbacks


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("", {}, ["movie", "episode"]),
        ("/movies", {}, ["movie"]),
        ("/episodes", {}, ["episode"]),
        ("", {"limit": "1"}, ["movie"]),
        ("", {"date_from": "2026-10-05T20:00:00Z"}, ["movie"]),
        ("", {"date_to": "2026-10-05T20:00:00Z"}, ["episode"]),
        ("/10900001", {}, ["movie", "episode"]),
    ],
)
def test_resume_points_are_listed_by_kind_and_date_newest_first(box, program, path, query, found):
    program.scrobble("pause", EPISODE, 20)
    box.advance(60)
    program.scrobble("pause", FILM, 20)
    assert [each["type"] for each in program.get("/sync/playback" + path, **query)] == found


@pytest.mark.parametrize(
    ("watched_at", "query", "shown"),
    [
        ("2026-10-05T20:00:00Z", {}, 0),
        ("2026-10-05T19:59:59Z", {}, 1),
        ("2026-10-05T20:00:00Z", {"hide_watched": "false"}, 1),
    ],
    ids=["watched after the pause", "watched before it: seen again", "hidden ones on request"],
)
def test_a_leftover_of_something_watched_is_hidden(program, watched_at, query, shown):
    program.scrobble("pause", FILM, 20)
    program.history(movies=[{**HARBOUR, "watched_at": watched_at}])
    assert len(program.get("/sync/playback", **query)) == shown


def test_resume_points_are_shown_to_their_user_only_on_any_verb(box, program):
    box.add_user("second_viewer", 900002)
    program.scrobble("pause", FILM, 20)
    assert Program(box, "second_viewer").get("/sync/playback") == []
    assert len(program.post(f"/sync/playback/{box.playbacks[0].id}", {}).json()) == len(box.playbacks) == 1


def test_a_resume_point_is_deleted_once_and_by_its_user_only(box, program):
    box.add_user("second_viewer", 900002)
    number = program.scrobble("pause", FILM, 20).json()["id"]
    path = f"/sync/playback/{number}"
    assert said(Program(box, "second_viewer").ask("DELETE", path)) == (404, "empty")
    first = program.ask("DELETE", path)
    assert (first.status_code, first.content, box.playbacks) == (204, b"", [])
    assert said(program.ask("DELETE", path)) == (404, "empty")


@pytest.mark.parametrize(("method", "path"), [("GET", "foo"), ("DELETE", "0"), ("DELETE", "foo")])
def test_a_bad_path_of_resume_points_is_404(program, method, path):
    assert said(program.ask(method, f"/sync/playback/{path}")) == (404, "url_failed")


def test_nothing_has_moved_for_a_new_user(program):
    moved = program.get("/sync/activities")
    assert set(moved) == {"all", "settings", "tv_shows", "anime", "movies", "custom_lists"}
    assert "watching" not in moved["movies"] and "hold" in moved["anime"]
    assert set(moved["movies"].values()) == set(moved["tv_shows"].values()) == {None} and moved["all"] is None


@pytest.mark.parametrize(
    ("path", "body", "kind", "what"),
    [
        ("/sync/history", {"movies": [HARBOUR]}, "movies", {"completed"}),
        ("/sync/history", {"shows": [{**STREET, "episodes": [{"number": 1}]}]}, "tv_shows", {"watching"}),
        ("/sync/history", {"shows": [{**MOSS, "episodes": [{"number": 1}]}]}, "anime", {"watching"}),
        ("/sync/ratings", {"shows": [{**STREET, "rating": 8}]}, "tv_shows", {"rated_at", "watching"}),
        ("/scrobble/pause", {"progress": 20, **FILM}, "movies", {"playback"}),
        ("/scrobble/stop", {"progress": 90, **EPISODE}, "tv_shows", {"watching"}),
    ],
)
def test_a_change_moves_its_own_time_and_all(box, program, path, body, kind, what):
    box.advance(5)
    program.post(path, body)
    moved = program.get("/sync/activities")
    now = "2026-10-05T20:00:05Z"
    assert {name for name, at in moved[kind].items() if at == now} == {"all", *what} and moved["all"] == now
    assert all(moved[each]["all"] is None for each in {"movies", "tv_shows", "anime"} - {kind})


def test_a_removal_moves_its_own_time(program):
    program.history(movies=[HARBOUR])
    program.remove(movies=[HARBOUR])
    assert program.get("/sync/activities")["movies"]["removed_from_list"] == "2026-10-05T20:00:00Z"
