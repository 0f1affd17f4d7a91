"""What every tracking route has in common: the token, the write lock, the limits, faults, and what a test can read."""

from __future__ import annotations

import threading

import pytest
import requests

from tests.fakes.tracking_program import (
    EPISODE,
    FILM,
    FILM_ID,
    HARBOUR,
    OTHER,
    USER,
    Program,
    marked,
    said,
    tracking_box,
)

WRITES = [
    ("POST", "/scrobble/start", {"progress": 1, **FILM}),
    ("POST", "/scrobble/pause", {"progress": 1, **FILM}),
    ("POST", "/scrobble/stop", {"progress": 1, **FILM}),
    ("POST", "/scrobble/checkin", FILM),
    ("POST", "/sync/history", {"movies": [HARBOUR]}),
    ("POST", "/sync/history/remove", {"movies": [HARBOUR]}),
    ("POST", "/sync/ratings", {"movies": [{**HARBOUR, "rating": 8}]}),
    ("POST", "/sync/ratings/remove", {"movies": [HARBOUR]}),
    ("DELETE", "/sync/playback/10900001", None),
]
READS = [("GET", "/sync/playback", None), ("GET", "/sync/activities", None)]


@pytest.fixture(scope="module")
def running():
    with tracking_box(client_ids=["first"], v2_client_ids=["v2"]) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def program(box):
    return Program(box)


def asked(*wanted):
    return pytest.mark.parametrize(("method", "path", "body"), wanted, ids=[f"{each[0]} {each[1]}" for each in wanted])


@asked(*WRITES, *READS)
@pytest.mark.parametrize(("generation", "error"), [("v1", "user_token_failed"), ("v2", "user_token_required")])
def test_nothing_goes_without_a_token(box, generation, error, method, path, body):
    answer = Program(box, generation=generation).ask(method, path, body, token=False)
    assert said(answer) == (401, error) and box.scrobbles == [] and marked(box) == set()


@asked(*WRITES)
def test_a_token_that_may_only_read_writes_nothing(box, method, path, body):
    program = Program(box, generation="v2")
    box.tokens[0].scope = "media:read"
    assert said(program.ask(method, path, body)) == (403, "insufficient_scope")
    assert program.ask("GET", "/sync/playback").json() == []


@asked(*WRITES, *READS)
def test_an_unknown_app_is_412(program, method, path, body):
    assert said(program.ask(method, path, body, client_id="nobody")) == (412, "client_id_failed")


@pytest.mark.parametrize(("generation", "length"), [("v1", 64), ("v2", 43)])
def test_a_token_is_given_without_a_dance(box, generation, length):
    box.add_user("second_viewer", 900002)
    token = box.give_token("second_viewer", generation)
    assert len(token) == length and [each.user.name for each in box.tokens] == ["second_viewer"]


@pytest.mark.parametrize("wrong", [{"user_name": "nobody"}, {"generation": "v3"}, {"client_id": "nobody"}])
def test_a_token_for_nobody_is_an_error(box, wrong):
    with pytest.raises(LookupError):
        box.give_token(**wrong)


@asked(*WRITES)
def test_an_ordered_lock_refuses_a_write_once_and_nothing_has_happened(box, program, method, path, body):
    program.scrobble("pause", OTHER, 5)
    before = len(box.scrobbles)
    box.order("write_lock", path=path)
    assert said(program.ask(method, path, body)) == (400, "RATE_LIMIT")
    assert box.requests[-1].fault == "write_lock" and len(box.scrobbles) == before and box.history_calls == []
    assert len(box.playbacks) == 1
    assert program.ask(method, path, body).status_code < 300


def test_the_lock_can_be_said_in_the_words_of_the_sync_guide(box, program):
    box.order("write_lock", error="rate_limit")
    answer = program.post("/sync/history", {"movies": [HARBOUR]})
    assert said(answer) == (400, "rate_limit") and "error_description" in answer.json()


def test_a_write_waits_for_another_one_of_its_user_and_gives_up_after_20_seconds(box, program):
    answers = []
    with box.writing():
        waiting = threading.Thread(target=lambda: answers.append(program.scrobble("stop", FILM, 90)))
        waiting.start()
        box.wait_for(lambda: box.waiting_writes)
        box.advance(19.9)
        waiting.join(0.1)
        assert answers == []
        box.advance(0.1)
        waiting.join(60)
    assert said(answers[0]) == (400, "RATE_LIMIT") and marked(box) == set()


def test_a_write_that_waited_goes_on_when_the_other_one_ends(box, program):
    box.add_user("second_viewer", 900002)
    answers = []
    with box.writing():
        waiting = threading.Thread(target=lambda: answers.append(program.scrobble("stop", FILM, 90)))
        waiting.start()
        box.wait_for(lambda: box.waiting_writes)
        assert said(Program(box, "second_viewer").scrobble("stop", FILM, 90)) == (201, "scrobble")
        assert program.get("/sync/playback") == [] and answers == []
    waiting.join(60)
    assert said(answers[0]) == (201, "scrobble")


def test_many_writes_at_once_are_all_recorded_once(box):
    items = [{"shows": [{"ids": {"tvdb": 980001}, "seasons": [{"number": s, "episodes": [{"number": n}]}]}]}
             for s, last in ((1, 8), (2, 10)) for n in range(1, last + 1)]  # fmt: skip
    programs = [Program(box) for _ in items]
    threads = [threading.Thread(target=p.post, args=("/sync/history", item)) for p, item in zip(programs, items)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(marked(box)) == len(items) == len(box.history_calls)
    assert {each.times for each in box.watched[USER].values()} == {1}


@pytest.mark.parametrize(("gap", "noted"), [(0.99, 1), (1.0, 0)])
def test_posts_less_than_a_second_apart_are_noted_by_user(box, program, gap, noted):
    box.add_user("second_viewer", 900002)
    program.scrobble("start", FILM, 1)
    Program(box, "second_viewer").scrobble("start", FILM, 1)
    program.get("/sync/playback")
    box.advance(gap)
    program.post("/sync/history", {"movies": [HARBOUR]})
    assert [(each.path, each.user) for each in box.too_many_posts] == [("/sync/history", USER)] * noted


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_one_post_a_second_is_enforced_while_limits_are(generation):
    with tracking_box(limits=True, v2_client_ids=["v2"]) as box:
        program = Program(box, generation=generation)
        answers = [said(program.scrobble("start", FILM, 1)), said(program.scrobble("pause", FILM, 1))]
        assert answers == [(201, "start"), (429, "rate_limit")] and len(box.scrobbles) == 1
        box.advance(1)
        assert program.post("/sync/history", {"movies": [HARBOUR]}).status_code == 201


def test_tracking_draws_on_the_requests_of_the_day():
    with tracking_box(v2_client_ids=["v2"], user_quota=2) as box:
        program = Program(box, generation="v2")
        program.scrobble("start", FILM, 1)
        assert program.post("/sync/history", {}).headers["X-RateLimit-Remaining"] == "0"
        refusal = program.scrobble("stop", FILM, 90)
        assert said(refusal) == (429, "user_limit_exceeded") and int(refusal.headers["Retry-After"]) > 0
        assert marked(box) == set()


@asked(*WRITES[:1], WRITES[2], WRITES[4], WRITES[5], WRITES[6])
def test_a_lost_answer_comes_after_it_was_processed(box, program, method, path, body):
    box.order("lost_answer", path=path)
    with pytest.raises(requests.ConnectionError):
        program.ask(method, path, body)
    assert len(box.scrobbles) + len(box.history_calls) == 1


@pytest.mark.parametrize("fault", ["reset", "status"])
def test_other_faults_come_in_place_of_it(box, program, fault):
    box.order(fault, path="/scrobble", **({"status": 503} if fault == "status" else {}))
    try:
        assert program.scrobble("stop", FILM, 90).status_code == 503
    except requests.ConnectionError:
        assert fault == "reset"
    assert box.scrobbles == []
    assert said(program.scrobble("stop", FILM, 90)) == (201, "scrobble")


@asked(*WRITES, *READS, ("POST", "/search/file", {"file": "x.mkv"}), ("GET", "/search/tv?q=x", None))
def test_wrong_types_can_be_ordered_for_every_answer(box, program, method, path, body):
    right = program.ask(method, path, body).json()
    box.reset()
    box.order("wrong_types")
    wrong = Program(box).ask(method, path, body).json()
    assert wrong != right and isinstance(wrong, dict)


def test_a_test_in_another_process_reads_the_same(box, program):
    program.scrobble("stop", EPISODE, 90.123)
    program.scrobble("pause", FILM, 30)
    program.post("/sync/history", {"movies": [{**HARBOUR, "rating": 8}]})
    program.remove(movies=[{"ids": {"imdb": "tt9900004"}}])
    state = requests.get(box.url + "/_box/state", timeout=60).json()
    assert [each["answered"] for each in state["scrobbles"]] == ["scrobble", "pause"]
    assert [(each["user"], each["simkl"], each["times"]) for each in state["watched"]] == [
        (USER, 9000001, 1), (USER, 9000002, 1)
    ]  # fmt: skip
    assert state["ratings"][0]["rating"] == 8 and state["playbacks"][0]["progress"] == 30
    assert len(state["history_calls"]) == 2 and len(state["too_many_posts"]) == 3
    assert "more than two decimals" in state["malformed"][0]["why"]
    requests.post(box.url + "/_box/reset", timeout=60)
    assert (box.scrobbles, box.history_calls, box.playbacks, box.too_many_posts, box.malformed) == ([], [], [], [], [])
    assert (box.watched, box.ratings, box.unwatched) == ({USER: {}}, {USER: {}}, [])


def test_waiting_for_a_watch_needs_no_sleeping_even_if_its_answer_is_lost(box, program):
    looked, lost = threading.Event(), threading.Event()

    def watched():
        looked.set()
        return FILM_ID in box.watched[USER]

    def stop():
        with pytest.raises(requests.ConnectionError):
            program.scrobble("stop", FILM, 90)
        lost.set()

    box.order("lost_answer")
    waiter = threading.Thread(target=box.wait_for, args=(watched, 8))
    with box.writing():
        threading.Thread(target=stop).start()
        box.wait_for(lambda: box.waiting_writes)
        waiter.start()
        assert looked.wait(60)
    assert lost.wait(60)
    waiter.join(2)
    assert not waiter.is_alive()
