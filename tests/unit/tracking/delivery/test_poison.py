"""A play that Simkl fails on each time does not hold up the others, and is not lost; an outage costs nothing more."""

import pytest

from lib.simkl.api.media import MOVIE, Item, clean_ids
from tests.unit.tracking.cases import HARBOUR, HARBOUR_KEY, KITES, KITES_KEY, cases, film, films, id_text
from tests.unit.tracking.sending import DAY, HOUR, before_each_request, fail_on

A_WHILE = 5 + 10 + 20 + 40 + 80
BROKEN = Item(MOVIE, "The Broken Reel", 1999, clean_ids({"imdb": "tt8000077"}))


@pytest.fixture
def breaking(line, box):
    """Simkl breaks on each request with the broken reel in it; whatever is appended here, too."""
    texts = [b"tt8000077"]
    fail_on(box, texts, status=500)
    return texts


def test_one_that_simkl_breaks_on_lets_the_next_one_pass_after_a_while(line, time, breaking):
    line.put("rating", BROKEN, rating=7)
    line.put("stop", HARBOUR, ago=HOUR)
    started = time.now
    while HARBOUR_KEY not in line.watched:
        assert line.run() > 0
        assert time.now - started <= A_WHILE + 320, "the one behind waits for ever"
        time.now += line.delivery.step() or 0
    assert time.now - started >= A_WHILE
    assert (line.waiting, line.news.refusals) == (1, [])


def test_nobody_waits_for_it_again_and_alone_it_is_tried_as_before(line, time, breaking):
    line.put("rating", BROKEN, rating=7)
    line.run(longest=160)
    for number in range(6):
        time.now += 600
        tries = len(line.posts)
        line.put("stop", film(number), ago=HOUR)
        line.delivery.retry_now()
        assert line.run() == 5
        assert (len(line.watched), len(line.posts) - tries <= 3) == (number + 1, True)
    line.run(longest=640)
    assert line.delivery.step() == 900


def test_in_a_batch_it_is_found_all_the_others_arrive_and_it_does_too_once_simkl_is_mended(line, time, breaking):
    line.put_all("stop", [*films(10), BROKEN, *films(30)[10:]], ago=HOUR)
    line.run(longest=320)
    assert (line.watched_once(), len(line.posts) < 30) == (30, True)
    assert [play.label for play in line.queue.line("900001", time.wall())] == ["The Broken Reel"]
    breaking.clear()
    time.now += 900
    assert (line.run(), line.watched_once()) == (None, 31)
    assert {mark.watched_at for mark in line.watched.values()} == {"2026-11-24T11:00:00Z"}


def test_what_came_after_it_for_the_same_film_keeps_its_place(line, time, breaking):
    breaking[:] = [b"Harbour"]
    line.put("watched", HARBOUR, ago=HOUR)
    line.put("unwatched", HARBOUR, ago=HOUR)
    line.put("watched", KITES, ago=HOUR)
    line.run(longest=320)
    assert (set(line.watched), line.waiting) == ({KITES_KEY}, 2)
    breaking.clear()
    time.now += 900
    assert line.run() is None
    assert line.posts[-2:] == ["/sync/history", "/sync/history/remove"]
    assert set(line.watched) == {KITES_KEY}


def test_an_outage_asks_no_more_often_and_loses_nothing(line, time, breaking):
    breaking[:] = [b""]
    line.put_all("stop", films(20), ago=HOUR)
    ends = time.now + 3 * HOUR
    while time.now < ends:
        line.delivery.step()
        time.now += line.delivery.step() or 1
    assert len(line.posts) <= 9 + 3 * 4, "asked more often than every fifteen minutes"
    breaking.clear()
    line.run(longest=900)
    assert (line.watched_once(), line.waiting) == (20, 0)


def test_several_that_simkl_breaks_on_hold_up_nobody_else(line, time, breaking):
    breaking[:] = map(id_text, range(5))
    line.put_all("stop", films(10), ago=HOUR)
    ends = time.now + DAY
    while len(line.watched) < 5:
        assert time.now < ends, f"only {len(line.watched)} after a day"
        time.now += line.delivery.step()
    assert line.waiting == 5


def test_new_plays_do_not_shorten_the_while(line, time, breaking):
    line.put("rating", BROKEN, rating=7)
    line.put("stop", HARBOUR, ago=HOUR)
    for _ in range(20):
        line.delivery.retry_now()
        line.delivery.step()
        time.now += 2
    assert line.watched == {}


@cases("item, fault, options", {
    "a file whose name it breaks on": (None, "status", {"status": 500}),
    "a firewall": (BROKEN, "answer", {"status": 403, "html": True}),
    "an odd success": (BROKEN, "answer", {"status": 201, "body": {"odd": True}}),
    "an empty success": (BROKEN, "answer", {"status": 201, "body": None}),
})  # fmt: skip
def test_one_with_answers_that_say_nothing_holds_up_nobody(line, box, item, fault, options):
    fail_on(box, [b"tt8000077", b"Evil.mkv"], fault, **options)
    line.put("stop", item, ago=HOUR, file="/films/Evil.mkv")
    line.put("stop", HARBOUR, ago=HOUR)
    line.run(longest=320)
    assert (set(line.watched), line.waiting) == ({HARBOUR_KEY}, 1)


def test_a_batch_that_simkl_never_answers_in_time_is_sent_in_halves(line, box):
    def act(body):
        box.clear_faults()
        if body.count(b"watched_at") > 10:
            box.order("lost_answer")

    before_each_request(box, act)
    line.put_all("stop", films(30), ago=HOUR)
    assert (line.run(longest=320), line.watched_once(), line.waiting) == (None, 30, 0)


@pytest.mark.parametrize("asks", [False, True], ids=["there is no network", "Simkl asks to wait"])
def test_nothing_passes_while(line, box, asks):
    line.put_all("stop", [HARBOUR, KITES], ago=HOUR)
    if asks:
        box.order("status", status=503, retry_after=60, times=9)
    else:
        box.stop_listening()
        assert line.run(longest=640) == 900
        box.listen_again()
    line.run(longest=900)
    assert [len(each.fields["movies"]) for each in box.requests] == [2] * (10 if asks else 1)
