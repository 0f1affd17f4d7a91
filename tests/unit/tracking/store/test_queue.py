"""The queue: its order, what gives way to what, what is put aside, what plays, and what Simkl has from us already."""

from dataclasses import replace

import pytest

from lib.tracking.library_marks import marks_to_send
from lib.tracking.play import NOT_FOUND, REJECTED, Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.unit.tracking.cases import HARBOUR, KITES, LANTERN, MOSS, cases, film, lantern
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER

SOMEBODY_ELSE = "900002"
DATED = 1_561_982_400.0  # 2019-07-01T12:00:00Z


def play(action, item=HARBOUR, at=NOON, **more):
    return Play(action, item, at, **{"progress": 100.0 if action == "stop" else 10.0, **more})


def add(queue, *plays):
    """Put plays in one after the other; return what is in the line then."""
    for each in plays:
        queue.add(OWNER, [each])
    return in_line(queue)


def in_line(queue, owner=OWNER):
    return [(each.action, each.label) for each in queue.line(owner, NOON)]


def test_a_play_comes_back_as_it_was_put_in_from_another_start_of_the_program(queue, tmp_path):
    put = [
        play("stop", LANTERN, progress=96.25, threshold=90, file="b.mkv", title="Tide", ref="episode/12", art="a.jpg"),
        play("rating", MOSS, rating=9),
        play("watched", lantern(0, season=0, episode_ids=(("anidb", "77"),))),
        play("stop", None, file="Some.Film.2001.mkv"),
    ]
    queue.add(OWNER, put)
    again = PlayQueue(tmp_path / "queue.db", FakeClock()).line(OWNER, NOON)
    assert [replace(each, id=0) for each in again] == put
    assert [each.key for each in again] == [each.key for each in put]
    queue.done([each.id for each in again])
    queue.add(OWNER, put)
    ids = [each.id for each in [*again, *queue.line(OWNER, NOON)]]
    assert ids == sorted(set(ids)), "a number is never given twice"


def test_plays_stand_in_the_order_in_which_they_came_whatever_their_time_and_the_head_is_read(queue):
    queue.add(OWNER, [play("watched", film(number), NOON - (number * 7) % 50) for number in range(70)])
    assert [each.label for each in queue.line(OWNER, NOON)] == [f"Film {number}" for number in range(50)]
    assert [each.label for each in queue.line(OWNER, NOON, most=2)] == ["Film 0", "Film 1"]
    assert queue.waiting(OWNER) == 70


@pytest.mark.parametrize(
    ("came", "left"),
    [
        ("start pause", "pause"), ("start pause start", "start"), ("start stop", "stop"), ("start pause stop", "stop"),
        ("stop start", "stop start"), ("watched start", "watched start"), ("start watched", "start watched"),
        ("start rating", "start rating"), ("start unwatched", "start unwatched"), ("stop stop", "stop stop"),
        ("unwatched start", "unwatched start"),
    ],
)  # fmt: skip
def test_a_live_state_gives_way_to_a_newer_one_and_a_mark_to_nothing(queue, came, left):
    assert [action for action, _ in add(queue, *map(play, came.split()))] == left.split()


@pytest.mark.parametrize("newer", ["start", "stop"])
@pytest.mark.parametrize("threshold", [50, 100])
def test_a_stop_exactly_at_the_threshold_gives_way_to_nothing(queue, newer, threshold):
    counts = play("stop", progress=float(threshold), threshold=threshold)
    found = add(queue, counts, play(newer, progress=5.0, threshold=threshold))
    assert found == [("stop", "The Glass Harbour"), (newer, "The Glass Harbour")]


@pytest.mark.parametrize("newer", ["start", "pause", "stop"])
def test_a_place_to_resume_from_gives_way_to_a_newer_state_of_the_same_item_and_a_live_state_to_any(queue, newer):
    plays = play("stop", progress=30.0), play("stop", KITES, progress=40.0), play("start", LANTERN)
    found = add(queue, *plays, play(newer, progress=50.0))
    assert found == [("stop", "A Winter of Kites"), (newer, "The Glass Harbour")]


@pytest.mark.parametrize(("age", "lives"), [(-600, 1), (0, 1), (600, 1), (-601, 0), (601, 0), (DAY, 0)])
def test_a_live_state_is_live_for_ten_minutes_and_a_watched_mark_never_dies(queue, age, lives):
    old = play("stop", KITES, at=NOON - 4000 * DAY), play("watched", LANTERN, at=0.0)
    assert [action for action, _ in add(queue, *old, play("pause", at=NOON - age))][2:] == ["pause"] * lives
    assert queue.waiting(OWNER) == 2 + lives


def test_each_owner_has_a_line_of_their_own(queue):
    queue.add(SOMEBODY_ELSE, [play("start", KITES)])
    assert add(queue, play("start")) == [("start", "The Glass Harbour")]
    assert in_line(queue, SOMEBODY_ELSE) == [("start", "A Winter of Kites")]
    queue.retry(SOMEBODY_ELSE, [each.id for each in queue.line(OWNER, NOON)])
    assert queue.waiting(OWNER) == queue.waiting(SOMEBODY_ELSE) == 1


def test_what_is_put_aside_is_out_of_the_line_and_not_lost_and_tried_again_it_stands_where_it_stood(queue):
    add(queue, *(play("stop", film(number)) for number in range(3)))
    one, two, _ = queue.line(OWNER, NOON)
    queue.failed([two], 20_000)
    queue.move_to_dead_letters([one.id], NOT_FOUND, "not_found")
    queue.move_to_dead_letters([two.id], REJECTED, "bad_request")
    assert in_line(queue) == [("stop", "Film 2")]
    assert [(each.label, each.state, each.why) for each in queue.listing(OWNER, NOT_FOUND, REJECTED)] == [
        ("Film 0", NOT_FOUND, "not_found"), ("Film 1", REJECTED, "bad_request"),
    ]  # fmt: skip
    queue.retry(OWNER, [two.id])
    assert in_line(queue) == [("stop", "Film 1"), ("stop", "Film 2")]
    assert (queue.get(two.id).why, queue.get(two.id).failed_days) == ("", 0)
    queue.done([one.id])
    assert queue.get(one.id) is None


@pytest.mark.parametrize(("aside", "progress"), [("start", 0.3), ("stop", 30.0)])
def test_what_is_put_aside_gives_way_to_nothing_newer(queue, aside, progress):
    add(queue, play(aside, progress=progress))
    queue.move_to_dead_letters([each.id for each in queue.line(OWNER, NOON)], REJECTED, "bad_request")
    add(queue, *(play(action, item) for item in (HARBOUR, KITES) for action in ("start", "stop")))
    assert [(each.action, each.progress) for each in queue.listing(OWNER, REJECTED)] == [(aside, progress)]


def mark(action="watched", item=HARBOUR, at=NOON + HOUR, ref="movie/7", **more):
    return Play(action, item, at, ref=ref, **more)


def has_got(queue, *plays, now=NOON):
    """Have Simkl get plays."""
    queue.add(OWNER, plays)
    queue.delivered(OWNER, queue.line(OWNER, now), now)


def test_what_plays_is_known_to_the_next_start_and_put_into_the_line_as_its_stop(queue, tmp_path):
    kept = Play("stop", LANTERN, NOON, 92.5, 90, file="b.mkv", title="Low Tide", ref="episode/3", art="a.jpg")
    queue.add(OWNER, [Play("start", LANTERN, NOON, 1.0)], kept)
    queue.close()
    again = PlayQueue(tmp_path / "queue.db", FakeClock())
    assert again.now_playing(OWNER) == kept
    assert again.recover(OWNER) == kept
    [play] = again.line(OWNER, NOON)
    assert (play.action, play.progress, play.at, play.threshold) == ("stop", 92.5, NOON, 90)
    assert again.now_playing(OWNER) is None
    assert again.recover(OWNER) is None
    assert again.waiting(OWNER) == 1


def test_the_stop_and_the_end_of_playing_are_on_the_disk_together_or_not_at_all(queue, tmp_path):
    queue.save_now_playing(OWNER, play("stop"))
    other = PlayQueue(tmp_path / "queue.db", FakeClock())
    seen = []
    with queue.database.changing() as connection:
        connection.set_trace_callback(
            lambda statement: statement == "COMMIT" and seen.append((other.waiting(OWNER), other.now_playing(OWNER)))
        )
    seen.clear()
    queue.add(OWNER, [play("stop")], None)
    assert seen == [(0, play("stop"))], "somebody could see one without the other"
    assert (other.waiting(OWNER), other.now_playing(OWNER)) == (1, None)
    queue.save_now_playing(OWNER, play("stop", KITES))
    seen.clear()
    queue.recover(OWNER)
    assert seen == [(1, play("stop", KITES))]
    assert (other.waiting(OWNER), other.now_playing(OWNER)) == (2, None)
    other.close()


def test_a_mark_by_hand_leaves_what_plays_alone_and_what_somebody_else_plays_is_not_recovered(queue):
    file = play("stop", None, file="x.mkv")
    queue.save_now_playing(OWNER, file)
    queue.save_now_playing("900002", play("stop"))
    queue.add(OWNER, [mark(item=KITES)])
    assert queue.now_playing(OWNER) == file
    queue.save_now_playing(OWNER, None)
    assert queue.now_playing(OWNER) is None
    assert queue.recover(OWNER) is None
    assert queue.recover("900002") == play("stop")


def dated(action="watched", date=DATED, **more):
    return mark(action, library_date=date, **more)


# what Simkl has got before, the mark by hand, and whether it is sent
@cases("before, by_hand, is_sent", {
    "nothing before": ([], mark(), True),
    "played before": ([play("stop", ref="movie/7")], mark(), True),
    "marked before": ([mark()], mark(), True),
    "marked and unmarked": ([mark(), mark("unwatched")], mark(), True),
    "unmarked after playing": ([play("stop", ref="movie/7")], mark("unwatched"), True),
    "the very same": ([dated()], dated(), False),
    "the very same without a date": ([dated(date=0.0)], dated(date=0.0), False),
    "with another date": ([dated()], dated(date=DATED + 1), True),
    "after it was unmarked": ([dated(), mark("unwatched")], dated(), True),
    "another film of that number": ([dated(item=KITES)], dated(), True),
    "played another day": ([play("stop", ref="movie/7")], dated(), True),
    "nearly a day later": ([dated(at=NOON)], dated(at=NOON + 23 * HOUR), False),
    "more than a day later": ([dated(at=NOON)], dated(at=NOON + 25 * HOUR), True),
})  # fmt: skip
def test_only_the_very_same_mark_of_the_same_person_with_the_same_date_is_not_sent_again(
    queue, before, by_hand, is_sent
):
    for play in before:
        has_got(queue, play)
        assert queue.was_marked(OWNER, play.key, NOON) is (play.action != "unwatched")
        assert not queue.was_marked("900002", play.key, NOON)
    assert marks_to_send([by_hand], queue, OWNER) == ([by_hand] if is_sent else [])
    assert marks_to_send([by_hand], queue, "900002") == [by_hand]


def test_the_last_hundred_that_were_sent_are_kept_and_no_more_after_a_day(queue):
    queue.add(OWNER, [play("stop", film(number)) for number in range(130)])
    while plays := queue.line(OWNER, NOON):
        queue.delivered(OWNER, plays, NOON)
    assert len(queue.sent.latest(OWNER, 500)) == 130
    has_got(queue, play("stop", film(130)), now=NOON + 2 * DAY)
    latest = queue.sent.latest(OWNER, 500)
    assert [latest[0].play.label, latest[-1].play.label, len(latest)] == ["Film 130", "Film 31", 100]


def test_of_several_marks_of_the_same_thing_the_last_one_counts(queue):
    marks = [mark(), mark(item=KITES, ref="movie/8"), mark("unwatched"), mark(item=KITES, ref="movie/8", at=NOON + 9)]
    assert marks_to_send(marks, queue, OWNER) == [marks[2], marks[3]]
