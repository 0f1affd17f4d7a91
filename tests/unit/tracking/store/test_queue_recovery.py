"""What plays is on the disk, and a sudden death is made good; and what Simkl has from us already is known."""

from __future__ import annotations

import pytest

from lib.tracking.library_marks import marks_to_send
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import DAY, HARBOUR, HOUR, KITES, LANTERN, OWNER, film, lantern

REF = "movie/7"


@pytest.fixture
def queue(tmp_path):
    queue = PlayQueue(tmp_path / "queue.db", FakeClock())
    yield queue
    queue.close()


def stop(item=HARBOUR, progress=92.5, **more):
    return Play("stop", item, NOON, progress, **more)


def mark(action="watched", item=HARBOUR, at=NOON + HOUR, ref=REF):
    return Play(action, item, at, ref=ref)


def has_got(queue, *plays, now=NOON):
    """Have Simkl get plays."""
    queue.add(OWNER, plays)
    queue.delivered(OWNER, queue.line(OWNER, now), now)


def test_what_plays_is_known_to_the_next_start_and_put_into_the_line_as_its_stop(queue, tmp_path):
    kept = stop(LANTERN, threshold=90, file="b.mkv", title="Low Tide", ref="episode/3", art="a.jpg")
    queue.add(OWNER, [Play("start", LANTERN, NOON, 1.0)], kept)
    queue.close()
    again = PlayQueue(tmp_path / "queue.db", FakeClock())
    assert again.now_playing(OWNER) == kept
    assert again.recover(OWNER) == kept
    assert [(each.action, each.progress, each.at, each.threshold) for each in again.line(OWNER, NOON)] == [
        ("stop", 92.5, NOON, 90)
    ]
    assert again.now_playing(OWNER) is None
    assert again.recover(OWNER) is None
    assert again.waiting(OWNER) == 1


def test_a_file_without_ids_that_plays_is_recovered_too(queue):
    queue.save_now_playing(OWNER, stop(None, file="x.mkv"))
    assert queue.recover(OWNER) == stop(None, file="x.mkv")


def test_the_stop_and_the_end_of_playing_are_on_the_disk_together_or_not_at_all(queue, tmp_path):
    queue.save_now_playing(OWNER, stop())
    other = PlayQueue(tmp_path / "queue.db", FakeClock())
    seen = []
    with queue.database.changing() as connection:
        connection.set_trace_callback(
            lambda statement: statement == "COMMIT" and seen.append((other.waiting(OWNER), other.now_playing(OWNER)))
        )
    seen.clear()
    queue.add(OWNER, [stop()], None)
    assert seen == [(0, stop())], "somebody could see one without the other"
    assert (other.waiting(OWNER), other.now_playing(OWNER)) == (1, None)
    queue.save_now_playing(OWNER, stop(KITES))
    seen.clear()
    queue.recover(OWNER)
    assert seen == [(1, stop(KITES))]
    assert (other.waiting(OWNER), other.now_playing(OWNER)) == (2, None)
    other.close()


def test_a_mark_by_hand_leaves_what_plays_alone(queue):
    queue.save_now_playing(OWNER, stop())
    queue.add(OWNER, [mark(item=KITES)])
    assert queue.now_playing(OWNER) == stop()
    queue.save_now_playing(OWNER, None)
    assert queue.now_playing(OWNER) is None


def test_what_somebody_else_plays_is_not_recovered(queue):
    queue.save_now_playing("900002", stop())
    assert queue.recover(OWNER) is None
    assert queue.now_playing("900002") == stop()


@pytest.mark.parametrize(
    ("before", "by_hand", "is_sent"),
    [
        ([], mark(), True),
        ([stop(ref=REF)], mark(), False),
        ([stop()], mark(ref=""), False),
        ([stop(KITES, ref=REF)], mark(), False),
        ([stop(KITES)], mark(ref=""), True),
        ([stop(progress=50.0, ref=REF)], mark(), True),
        ([mark()], mark(), False),
        ([mark(), mark("unwatched")], mark(), True),
        ([mark(), mark("unwatched", KITES)], mark(), True),
        ([mark(), mark("unwatched"), mark()], mark(), False),
        ([stop(ref=REF)], mark("unwatched"), True),
        ([mark("unwatched")], mark("unwatched"), True),
    ],
    ids=[
        "nothing before", "played: by its name in the library", "played: the same film", "played under other ids",
        "another film was played", "played, but not to the mark", "marked before", "marked and unmarked",
        "unmarked under other ids", "marked, unmarked, marked", "unmarked after playing", "unmarked twice",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["waiting", "at Simkl"])
def test_a_mark_that_simkl_has_from_us_is_not_sent_again(queue, before, by_hand, is_sent, where):
    for play in before:
        if where == "waiting":
            queue.add(OWNER, [play])
        else:
            has_got(queue, play)
    assert marks_to_send([by_hand], queue, OWNER) == ([by_hand] if is_sent else [])


def test_a_mark_whose_removal_waits_is_sent_although_simkl_got_it_meanwhile(queue):
    queue.add(OWNER, [mark()])
    on_its_way = queue.line(OWNER, NOON)
    queue.add(OWNER, [mark("unwatched")])
    queue.delivered(OWNER, on_its_way, NOON)
    assert marks_to_send([mark()], queue, OWNER) == [mark()]


@pytest.mark.parametrize(("later", "is_sent"), [(HOUR, False), (23 * HOUR, False), (25 * HOUR, True), (9 * DAY, True)])
def test_what_simkl_got_is_remembered_for_a_day(queue, later, is_sent):
    has_got(queue, stop(ref=REF))
    again = mark(at=NOON + later)
    assert marks_to_send([again], queue, OWNER) == ([again] if is_sent else [])


def test_what_is_remembered_does_not_pile_up(queue):
    for day in range(5):
        has_got(queue, stop(film(day)), now=NOON + day * 2 * DAY)
    assert queue.database.read("SELECT count(*) FROM sent")[0][0] == 1


def test_of_several_marks_of_the_same_thing_the_last_one_counts(queue):
    marks = [mark(), mark(item=KITES, ref="movie/8"), mark("unwatched"), mark(item=KITES, ref="movie/8", at=NOON + 9)]
    assert marks_to_send(marks, queue, OWNER) == [marks[2], marks[3]]


ONE, TWO = (Play("watched", lantern(number), NOON + HOUR, ref="episode/31") for number in (1, 2))


@pytest.mark.parametrize("where", ["waiting", "at Simkl"])
def test_of_a_double_file_whose_first_episode_counted_the_second_can_be_marked(queue, where):
    played = stop(ONE.item, ref=ONE.ref)
    if where == "waiting":
        queue.add(OWNER, [played])
    else:
        has_got(queue, played)
    assert marks_to_send([ONE, TWO], queue, OWNER) == [TWO]


def test_the_marks_of_somebody_else_are_not_ours(queue):
    has_got(queue, stop(ref=REF))
    assert marks_to_send([mark()], queue, "900002") == [mark()]
    assert queue.was_marked(OWNER, HARBOUR.key)
    assert not queue.was_marked("900002", HARBOUR.key, REF)
