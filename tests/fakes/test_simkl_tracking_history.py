"""History, as Simkl's pages `api-reference/simkl/add-to-history` and its neighbours say."""

from __future__ import annotations

import pytest

from tests.fakes.tracking_program import (
    EPISODE,
    EPISODE_ID,
    FERRY,
    FILM_ID,
    HARBOUR,
    MOSS,
    STREET,
    USER,
    Program,
    marked,
    said,
    season,
    tracking_box,
)

WHEN = "2026-10-01T19:30:00Z"
UNKNOWN = {"title": "Nobody's Film", "ids": {"imdb": "tt0"}}


@pytest.fixture(scope="module")
def running():
    with tracking_box(account_type="pro") as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def program(box):
    return Program(box)


def street(*seasons, **more):
    return {"shows": [{**STREET, "seasons": list(seasons), **more}]}


def ferry(**more):
    return {"shows": [{**FERRY, **more}]}


def moss(**more):
    return {"shows": [{**MOSS, **more}]}


WHOLE_STREET = {(9000001, s, n) for s, last in ((1, 8), (2, 10)) for n in range(1, last + 1)}
WHOLE_FERRY = {(9000005, 1, n) for n in range(1, 7)}
MOSS_2 = {(9000003, 1, n) for n in range(13, 25)}


@pytest.mark.parametrize(
    ("sent", "watched", "status"),
    [
        pytest.param({"movies": [HARBOUR]}, {FILM_ID}, "completed", id="a film"),
        pytest.param({"movies": [{**HARBOUR, "status": "plantowatch"}]}, set(), "plantowatch", id="a film for later"),
        pytest.param({"movies": [{**HARBOUR, "status": "watching"}]}, {FILM_ID}, "completed", id="films are complete"),
        pytest.param(street(season(2, 4)), {EPISODE_ID}, "watching", id="an episode"),
        pytest.param(street(season(0, 1)), {(9000001, 0, 1)}, "watching", id="a special"),
        pytest.param(street(season(0)), {(9000001, 0, 1), (9000001, 0, 2)}, "watching", id="a season whole"),
        pytest.param(street(season(1), season(2)), WHOLE_STREET, "completed", id="all seasons complete a show"),
        pytest.param({"shows": [STREET]}, WHOLE_STREET, "completed", id="a show whole, without specials"),
        pytest.param(ferry(), WHOLE_FERRY, "watching", id="a show on air is not completed"),
        pytest.param(ferry(status="completed"), WHOLE_FERRY, "watching", id="whatever is said"),
        pytest.param(ferry(status="hold"), set(), "hold", id="a status fills nothing"),
        pytest.param(ferry(episodes=[{"number": 3}]), {(9000005, 1, 3)}, "watching", id="episodes are season 1's"),
        pytest.param(moss(episodes=[{"number": 15}]), {(9000003, 1, 15)}, "watching", id="anime by plain number"),
        pytest.param(
            {"anime": [{**MOSS, "seasons": [season(1, 15)]}]}, {(9000003, 1, 15)}, "watching", id="in anime[]"
        ),
        pytest.param(
            moss(seasons=[season(2, 3)], use_tvdb_anime_seasons=True),
            {(9000003, 1, 15)},
            "watching",
            id="anime by TVDB's numbers",
        ),
        pytest.param(
            moss(seasons=[season(2)], use_tvdb_anime_seasons=True), MOSS_2, "watching", id="a season of TVDB's"
        ),
        pytest.param(
            street(season(2, 4), use_tvdb_anime_seasons=True), {EPISODE_ID}, "watching", id="TVDB's numbers do no harm"
        ),
    ],
)
def test_how_much_is_marked(box, program, sent, watched, status):
    answer = program.history(**sent)
    assert marked(box) == watched
    (told,) = answer["added"]["statuses"]
    assert told["response"]["status"] == status and not any(answer["not_found"].values())
    episodes = {key for key in watched if key[2] is not None}
    assert answer["added"]["episodes"] == len(episodes)


def test_an_answer_counts_and_says_what_each_became(program):
    answer = program.history(movies=[HARBOUR], shows=[{**STREET, "seasons": [season(2, 4)]}], anime=[MOSS])
    statuses = answer["added"].pop("statuses")
    assert answer == {
        "added": {"movies": 1, "shows": 2, "episodes": 25},
        "not_found": {"movies": [], "shows": [], "episodes": []},
    }
    assert [each["response"] for each in statuses] == [
        {"status": "completed", "simkl_type": "movie", "anime_type": None},
        {"status": "watching", "simkl_type": "tv", "anime_type": None},
        {"status": "completed", "simkl_type": "anime", "anime_type": "tv"},
    ]
    assert [each["request"]["type"] for each in statuses] == ["movie", "show", "anime"]
    assert statuses[0]["request"]["ids"] == HARBOUR["ids"]


@pytest.mark.parametrize(
    ("sent", "missing", "watched"),
    [
        pytest.param({"movies": [HARBOUR, UNKNOWN]}, {"movies": [UNKNOWN]}, {FILM_ID}, id="a film, as it was sent"),
        pytest.param({"shows": [UNKNOWN]}, {"shows": [UNKNOWN]}, set(), id="a show"),
        pytest.param({"anime": [UNKNOWN]}, {"shows": [UNKNOWN]}, set(), id="an anime, among the shows"),
        pytest.param(
            street(season(2, 4, 77)),
            {"episodes": [{**STREET, "seasons": [season(2, 77)]}]},
            {EPISODE_ID},
            id="an episode, with its show",
        ),
        pytest.param(
            moss(seasons=[season(2, 3)]),
            {"episodes": [{**MOSS, "seasons": [season(2, 3)]}]},
            set(),
            id="TVDB's numbers of an anime without the word",
        ),
    ],
)
def test_what_is_not_found_comes_back_and_the_rest_is_done(box, program, sent, missing, watched):
    answer = program.post("/sync/history", sent)
    assert answer.status_code == 201 and marked(box) == watched
    assert {name: rows for name, rows in answer.json()["not_found"].items() if rows} == missing


def test_an_empty_body_adds_nothing_and_is_201(program):
    answer = program.post("/sync/history", {})
    nothing = {"movies": 0, "shows": 0, "episodes": 0, "statuses": []}
    assert (answer.status_code, answer.json()["added"]) == (201, nothing)


def test_the_time_of_a_mark_is_the_one_that_was_sent_nearest_to_it(box, program):
    rows = [{"number": 1, "watched_at": "2026-10-03T00:00:00Z"}, {"number": 2}]
    seasons = [{"number": 1, "episodes": rows}, {"number": 2, "watched_at": "2026-10-02T00:00:00Z"}]
    program.history(shows=[{**STREET, "watched_at": WHEN, "seasons": seasons}], movies=[HARBOUR])
    times = {key: mark.watched_at for key, mark in box.watched[USER].items()}
    assert times[9000001, 1, 1] == "2026-10-03T00:00:00Z" and times[9000001, 1, 2] == WHEN
    assert times[9000001, 2, 9] == "2026-10-02T00:00:00Z" and times[FILM_ID] == "2026-10-05T20:00:00Z"


def test_a_duplicate_changes_nothing_and_is_remembered_as_a_repeat(box, program):
    program.history(movies=[{**HARBOUR, "watched_at": WHEN}])
    again = program.history(movies=[{**HARBOUR, "watched_at": "2026-10-04T19:30:00Z"}])
    mark = box.watched[USER][FILM_ID]
    assert again["added"]["movies"] == 0 and not again["not_found"]["movies"]
    assert (mark.times, mark.watched_at) == (1, WHEN)
    assert mark.repeats == (("/sync/history", "2026-10-04T19:30:00Z"),)


def test_a_scrobble_and_a_mark_of_the_same_watch_show_as_a_repeat(box, program):
    program.scrobble("stop", EPISODE, 90)
    program.history(**street(season(2, 4)))
    mark = box.watched[USER][EPISODE_ID]
    assert (mark.times, mark.routes) == (1, ("/scrobble/stop",)) and len(mark.repeats) == 1


@pytest.mark.parametrize(("account", "times"), [("free", 1), ("pro", 2)])
def test_a_rewatch_is_for_those_who_pay(box, account, times):
    box.add_user("somebody", 900003, account)
    program = Program(box, "somebody")
    program.history(movies=[{**HARBOUR, "watched_at": WHEN}])
    program.post("/sync/history", {"movies": [HARBOUR]}, allow_rewatch="yes")
    assert box.watched["somebody"][FILM_ID].times == times


def test_a_list_that_there_is_not_is_400_and_nothing_is_done(box, program):
    answer = program.post("/sync/history", {"movies": [HARBOUR, {**HARBOUR, "status": "loved"}]})
    assert said(answer) == (400, "wrong_parameter") and marked(box) == set()


EVERYTHING = {"movies": [HARBOUR], "shows": [STREET, {**MOSS, "rating": 7}]}


@pytest.mark.parametrize(
    ("sent", "deleted", "gone"),
    [
        pytest.param({"movies": [HARBOUR]}, (1, 0, 0), {FILM_ID}, id="a film"),
        pytest.param(street(season(2, 4)), (0, 0, 1), {EPISODE_ID}, id="an episode"),
        pytest.param(street(season(2, 4, 77)), (0, 0, 1), {EPISODE_ID}, id="an episode that is not is passed over"),
        pytest.param(street(season(0, 1)), (0, 0, 0), set(), id="nor one that was not watched"),
        pytest.param(street(season(1)), (0, 0, 8), {k for k in WHOLE_STREET if k[1] == 1}, id="a season"),
        pytest.param({"shows": [STREET]}, (0, 1, 0), WHOLE_STREET, id="a show whole"),
        pytest.param(moss(episodes=[{"number": 15}]), (0, 0, 1), {(9000003, 1, 15)}, id="an anime's, in shows[]"),
        pytest.param({"anime": [MOSS]}, (0, 0, 0), set(), id="anime[] is ignored"),
    ],
)
def test_how_much_is_removed(box, program, sent, deleted, gone):
    program.history(**EVERYTHING)
    before = marked(box)
    answer = program.remove(**sent)
    assert answer == {
        "deleted": dict(zip(("movies", "shows", "episodes"), deleted)),
        "not_found": {"movies": [], "shows": []},
    }
    assert before - marked(box) == gone == {(each.simkl, each.season, each.episode) for each in box.unwatched}


def test_removing_a_title_takes_its_rating_along_and_removing_episodes_does_not(box, program):
    program.history(movies=[{**HARBOUR, "rating": 9}], **moss(rating=7))
    program.remove(movies=[HARBOUR], **moss(episodes=[{"number": 1}]))
    assert {simkl: each.rating for simkl, each in box.ratings[USER].items()} == {9000003: 7}


def test_what_cannot_be_removed_because_it_is_not_known_comes_back(program):
    assert program.remove(movies=[UNKNOWN], shows=[STREET])["not_found"] == {"movies": [UNKNOWN], "shows": []}


def test_a_mark_that_comes_back_goes_on_counting(box, program):
    for call in (program.history, program.remove, program.history):
        call(movies=[HARBOUR])
    assert box.watched[USER][FILM_ID].times == 2


def test_calls_are_on_record_with_what_they_named(box, program):
    program.history(movies=[HARBOUR], shows=[{**STREET, "seasons": [season(1, 1, 2), season(2)]}], anime=[MOSS])
    program.remove(movies=[HARBOUR])
    first, second = box.history_calls
    assert (first.path, first.movies, first.shows, first.episodes) == ("/sync/history", 1, 2, 2)
    assert first.user == USER and first.body["movies"] == [HARBOUR] and first.answer["added"]["movies"] == 1
    assert (second.path, second.movies) == ("/sync/history/remove", 1)
