"""What plays is on the disk, and a sudden death is made good; and what Simkl has from us already is known."""

from lib.tracking.library_marks import marks_to_send
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.unit.tracking.cases import cases
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER
from tests.unit.tracking.titles import HARBOUR, KITES, LANTERN, film

REF = "movie/7"


def stop(item=HARBOUR, progress=92.5, **more):
    return Play("stop", item, NOON, progress, **more)


def mark(action="watched", item=HARBOUR, at=NOON + HOUR, ref=REF, **more):
    return Play(action, item, at, ref=ref, **more)


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
    [play] = again.line(OWNER, NOON)
    assert (play.action, play.progress, play.at, play.threshold) == ("stop", 92.5, NOON, 90)
    assert again.now_playing(OWNER) is None
    assert again.recover(OWNER) is None
    assert again.waiting(OWNER) == 1


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


def test_a_mark_by_hand_leaves_what_plays_alone_and_what_somebody_else_plays_is_not_recovered(queue):
    file = stop(None, file="x.mkv")
    queue.save_now_playing(OWNER, file)
    queue.save_now_playing("900002", stop())
    queue.add(OWNER, [mark(item=KITES)])
    assert queue.now_playing(OWNER) == file
    queue.save_now_playing(OWNER, None)
    assert queue.now_playing(OWNER) is None
    assert queue.recover(OWNER) is None
    assert queue.recover("900002") == stop()


DATED = 1_561_982_400.0  # 2019-07-01T12:00:00Z


def dated(action="watched", date=DATED, **more):
    return mark(action, library_date=date, **more)


# what Simkl has got before, the mark by hand, and whether it is sent
@cases("before, by_hand, is_sent", {
    "nothing before": ([], mark(), True),
    "played before": ([stop(ref=REF)], mark(), True),
    "marked before": ([mark()], mark(), True),
    "marked and unmarked": ([mark(), mark("unwatched")], mark(), True),
    "unmarked after playing": ([stop(ref=REF)], mark("unwatched"), True),
    "the very same": ([dated()], dated(), False),
    "the very same without a date": ([dated(date=0.0)], dated(date=0.0), False),
    "with another date": ([dated()], dated(date=DATED + 1), True),
    "after it was unmarked": ([dated(), mark("unwatched")], dated(), True),
    "another film of that number": ([dated(item=KITES)], dated(), True),
    "played another day": ([stop(ref=REF)], dated(), True),
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
    queue.add(OWNER, [stop(film(number)) for number in range(130)])
    while plays := queue.line(OWNER, NOON):
        queue.delivered(OWNER, plays, NOON)
    assert len(queue.sent.latest(OWNER, 500)) == 130
    has_got(queue, stop(film(130)), now=NOON + 2 * DAY)
    latest = queue.sent.latest(OWNER, 500)
    assert [latest[0].play.label, latest[-1].play.label, len(latest)] == ["Film 130", "Film 31", 100]


def test_of_several_marks_of_the_same_thing_the_last_one_counts(queue):
    marks = [mark(), mark(item=KITES, ref="movie/8"), mark("unwatched"), mark(item=KITES, ref="movie/8", at=NOON + 9)]
    assert marks_to_send(marks, queue, OWNER) == [marks[2], marks[3]]
