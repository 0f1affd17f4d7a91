"""Scrobbles, as Simkl's pages `api-reference/scrobble` and `guides/scrobble` say."""

from __future__ import annotations

import pytest

from tests.fakes.tracking_program import (
    EPISODE,
    EPISODE_ID,
    FILM,
    FILM_ID,
    OTHER,
    OTHER_ID,
    USER,
    Program,
    marked,
    said,
    tracking_box,
)

A_MINUTE, AN_HOUR = 60, 3600
FILM_LASTS = 104 * A_MINUTE


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


def test_an_answer_carries_the_matched_title_with_every_id(program):
    answer = program.scrobble("start", {"show": {"ids": {"tvdb": 980001}}, "episode": EPISODE["episode"]}, 41.5)
    ids = {"simkl": 9000001, "slug": "lantern-street", "imdb": "tt9900001", "tmdb": "990001", "tvdb": "980001"}
    assert (answer.status_code, answer.json()) == (201, {
        "id": 0,
        "action": "start",
        "progress": 41.5,
        "show": {"title": "Lantern Street", "year": 2021, "ids": ids},
        "episode": {"season": 2, "number": 4, "title": "Low Tide"},
    })  # fmt: skip


def test_an_answer_about_anime_says_both_numbers_and_the_type(program):
    answer = program.scrobble("stop", {"anime": {"ids": {"mal": 99001}}, "episode": {"number": 15}}, 90).json()
    assert answer["anime"]["anime_type"] == "tv"
    assert answer["episode"] == {"season": 1, "number": 15, "title": "Part 3", "tvdb_season": 2, "tvdb_number": 3}


@pytest.mark.parametrize(
    ("action", "progress", "query", "answered", "watched"),
    [
        pytest.param("start", 99, {}, "start", False, id="a start marks nothing at any progress"),
        pytest.param("pause", 99, {}, "pause", False, id="a pause marks nothing at any progress"),
        pytest.param("stop", 79.99, {}, "pause", False, id="a stop below 80 is a pause"),
        pytest.param("stop", 80, {}, "scrobble", True, id="a stop at 80 is watched"),
        pytest.param("stop", 100, {}, "scrobble", True, id="a stop at the end is watched"),
        pytest.param("stop", None, {}, "pause", False, id="without a progress it is 0"),
        pytest.param("stop", 50, {"min_progress": "50"}, "scrobble", True, id="the mark can be lower"),
        pytest.param("stop", 94, {"min_progress": "95"}, "pause", False, id="the mark can be higher"),
        pytest.param("stop", 80, {"min_progress": "49"}, "scrobble", True, id="a mark under 50 counts for nothing"),
        pytest.param("stop", 80, {"min_progress": "100.0"}, "scrobble", True, id="a mark that is not whole neither"),
        pytest.param("checkin", None, {}, "checkin", False, id="a checkin is not watched yet"),
    ],
)
def test_the_80_percent_rule(box, program, action, progress, query, answered, watched):
    assert said(program.scrobble(action, FILM, progress, **query)) == (201, answered)
    assert marked(box) == ({FILM_ID} if watched else set())


def test_what_was_scrobbled_is_on_record(box, program):
    program.scrobble("start", EPISODE, 12.34, min_progress="90")
    program.scrobble("stop", EPISODE, 81)
    program.scrobble("stop", {"show": {"title": "Nobody's Show"}, "episode": {"season": 1, "number": 2}}, 99)
    program.scrobble("pause", {}, 5)
    first = box.scrobbles[0]
    assert (first.kind, first.title, first.simkl, first.season, first.episode) == (
        "show",
        "Lantern Street",
        *EPISODE_ID,
    )
    assert (first.progress, first.min_progress, first.user, first.at) == (12.34, 90, USER, box.clock())
    assert [(each.action, each.answered, each.status) for each in box.scrobbles] == [
        ("start", "start", 201),
        ("stop", "scrobble", 201),
        ("stop", "id_err", 404),
        ("pause", "empty_field", 400),
    ]
    unknown = box.scrobbles[2]
    assert (unknown.title, unknown.simkl, unknown.season, unknown.episode) == ("Nobody's Show", None, 1, 2)


def test_a_mark_of_a_stop_has_the_time_of_the_stop(box, program):
    box.advance(90)
    program.scrobble("stop", FILM, 90)
    mark = box.watched[USER][FILM_ID]
    assert (mark.watched_at, mark.times, mark.routes) == ("2026-10-05T20:01:30Z", 1, ("/scrobble/stop",))


@pytest.mark.parametrize(
    ("later", "answer"),
    [(0, (409, "already_watched")), (AN_HOUR - 1, (409, "already_watched")), (AN_HOUR, (201, "scrobble"))],
)
def test_a_repeated_stop_is_409_for_an_hour_and_records_nothing_later_either(box, program, later, answer):
    program.scrobble("stop", FILM, 90)
    box.advance(later)
    assert said(program.scrobble("stop", FILM, 95)) == answer
    assert box.watched[USER][FILM_ID].times == 1


def test_a_409_says_when_it_was_watched_and_when_it_ends_and_does_not_last_longer_for_it(box, program):
    program.scrobble("stop", FILM, 90)
    box.advance(1800)
    answer = program.scrobble("stop", FILM, 90).json()
    assert answer["watched_at"] == "2026-10-05T15:00:00-05:00"
    assert answer["expires_at"] == "2026-10-05T16:00:00-05:00"
    box.advance(1800)
    assert said(program.scrobble("stop", FILM, 90)) == (201, "scrobble")


@pytest.mark.parametrize(
    ("item", "progress"), [(OTHER, 90), (EPISODE, 90), (FILM, 30)], ids=["another film", "an episode", "below the mark"]
)
def test_the_hour_is_one_of_one_item_and_of_watched_stops(program, item, progress):
    program.scrobble("stop", FILM, 90)
    assert program.scrobble("stop", item, progress).status_code == 201


def test_users_do_not_see_each_others_hour(box, program):
    box.add_user("second_viewer", 900002)
    program.scrobble("stop", FILM, 90)
    assert said(Program(box, "second_viewer").scrobble("stop", FILM, 90)) == (201, "scrobble")
    assert marked(box) == marked(box, "second_viewer") == {FILM_ID}


@pytest.mark.parametrize(
    ("before", "after", "next_item", "query", "watched"),
    [
        pytest.param([("start", 85)], 0, OTHER, {}, True, id="a session past the mark is finished by the next start"),
        pytest.param([("start", 50)], 0, OTHER, {}, False, id="one before the mark is not"),
        pytest.param([("start", 50)], FILM_LASTS * 0.35, OTHER, {}, True, id="it goes on by the clock"),
        pytest.param([("start", 50)], FILM_LASTS * 0.51, OTHER, {}, False, id="it is gone after its runtime"),
        pytest.param([("start", 60)], 0, OTHER, {"min_progress": "60"}, True, id="the mark of the next start counts"),
        pytest.param([("start", 85)], 0, OTHER, {"min_progress": "90"}, False, id="also if it is higher"),
        pytest.param([("start", 85), ("pause", 90)], 0, OTHER, {}, False, id="a paused one is not finished"),
        pytest.param([("start", 85), ("stop", 10)], 0, OTHER, {}, False, id="a stopped one is not finished"),
        pytest.param([("start", 85)], 0, FILM, {}, False, id="the same item goes on"),
        pytest.param(
            [("start", 85), ("start", 20)], 0, OTHER, {}, False, id="a start replaces the session of its item"
        ),
        pytest.param([("checkin", None)], FILM_LASTS * 0.85, OTHER, {}, True, id="a checkin is finished as well"),
    ],
)
@pytest.mark.parametrize("action", ["start", "checkin"])
def test_the_next_start_or_checkin_finishes_the_session_before(
    box, program, before, after, next_item, query, watched, action
):
    for told, progress in before:
        program.scrobble(told, FILM, progress)
    box.advance(after)
    program.scrobble(action, next_item, 0, **query)
    assert marked(box) == ({FILM_ID} if watched else set())
    if watched:
        assert box.watched[USER][FILM_ID].routes == ("auto-finish",)


def test_somebody_elses_start_finishes_nothing(box, program):
    box.add_user("second_viewer", 900002)
    program.scrobble("start", FILM, 90)
    Program(box, "second_viewer").scrobble("start", OTHER, 0)
    assert marked(box) == marked(box, "second_viewer") == set()


def test_the_next_episode_of_a_show_finishes_the_one_before(box, program):
    program.scrobble("start", EPISODE, 90)
    program.scrobble("start", {**EPISODE, "episode": {"season": 2, "number": 5}}, 0)
    assert marked(box) == {EPISODE_ID}


def test_a_checkin_is_watched_when_its_runtime_is_over(box, program):
    program.scrobble("checkin", FILM)
    box.advance(FILM_LASTS - 1)
    assert marked(box) == set()
    box.advance(1)
    assert box.watched[USER][FILM_ID].routes == ("checkin",)


def test_a_stop_overrides_a_checkin(box, program):
    program.scrobble("checkin", FILM)
    program.scrobble("stop", FILM, 20)
    box.advance(FILM_LASTS)
    assert marked(box) == set()


@pytest.mark.parametrize(
    ("account", "watched_before", "days", "query", "status", "times"),
    [
        ("pro", True, 3, {}, None, 1),
        ("pro", True, 3, {"allow_rewatch": "yes"}, "completed", 2),
        ("vip", True, 1, {"allow_rewatch": "yes"}, "too_soon", 1),
        ("free", True, 3, {"allow_rewatch": "yes"}, "pro_required", 1),
        ("pro", False, 0, {"allow_rewatch": "yes"}, "first_watch", 1),
    ],
)
def test_a_rewatch_is_recorded_on_wish_for_those_who_pay(box, account, watched_before, days, query, status, times):
    box.add_user("somebody", 900003, account)
    program = Program(box, "somebody")
    if watched_before:
        program.scrobble("stop", FILM, 90)
        box.advance(days * 86_400)
    answer = program.scrobble("stop", FILM, 90, **query).json()
    assert answer.get("rewatch_status") == status
    assert box.watched["somebody"][FILM_ID].times == times
    assert marked(box) == set() and OTHER_ID not in marked(box, "somebody")
