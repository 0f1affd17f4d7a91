"""One title, 1000 s long (so 1 % is 10 s): what happens, what Simkl is told, and what a session says of itself."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.playback import Playback, ScrobbleCall
from tests.trials import trials
from tests.unit.tracking.cases import cases
from tests.unit.tracking.watching import PlaybackDriver


@cases("happens, told", {
    "nothing 0.1 s before the third second": (lambda p: p.begin().go(2.9, tick=0.1), ""),
    "told at the third second, once": (lambda p: p.begin().go(60), "start 0.3"),
    "from a resume point that comes with the first sample":
        (lambda p: p.feed(PlayerEventKind.STARTED).seek_silently(500).go(4), "start 50.4"),
    "ended by itself after 2 s": (lambda p: p.begin(998).go(2).end(), ""),
    "a pause does not count": (lambda p: p.begin().go(2).pause().idle(60).resume(), ""),
    "a picture that stands still while it loads does not count": (lambda p: p.begin().idle(60), ""),
    "a seek that nobody told does not count": (lambda p: p.begin().go(2).seek_silently(500).go(0).idle(1), ""),
    "paused at the third second, before a sample": (lambda p: p.begin().after(3.5).pause(), ""),
    "told after such a pause": (lambda p: p.begin().after(3.5).pause().resume().go(1), "start 0.45"),
    "at half the speed, three seconds of the film": (lambda p: p.begin().go(6, speed=0.5), "start 0.3"),
    "asleep for hours before the third second": (lambda p: p.begin().go(1).asleep(36000).go(1), ""),
    "pause and resume": (lambda p: p.begin().go(100).pause().idle(60).resume().go(5), "start 0.3, pause 10, start 10"),
    "paused and resumed twice":
        (lambda p: p.begin().go(100).pause().pause().resume().resume(), "start 0.3, pause 10, start 10"),
    "many seeks tell nothing": (lambda p: p.begin().go(9).seek(900).seek(20).seek(500), "start 0.3"),
    "a seek back lowers the progress": (lambda p: p.begin().go(700).seek(100).go(5).stop(), "start 0.3, stop 10.5"),
    "fast forward at 32 times": (lambda p: p.begin().go(10).go(20, speed=32).stop(), "start 0.3, stop 65"),
    "rewound at 32 times": (lambda p: p.begin(900).go(10).go(20, speed=-32).stop(), "start 90.3, stop 27"),
    "asleep for hours while it plays": (lambda p: p.begin().go(100).asleep(36000).go(10).stop(), "start 0.3, stop 11"),
    "asleep for hours, and stopped without a sample":
        (lambda p: p.begin().go(100).stop(after=36000), "start 0.3, stop 11"),
    "the clock steps back": (lambda p: p.begin().go(100).after(-50).go(1).stop(), "start 0.3, stop 5.1"),
    "just before the mark": (lambda p: p.begin().go(799).stop(), "start 0.3, stop 79.9"),
    "the last sample plus what went by since": (lambda p: p.begin().go(100).stop(after=0.73), "start 0.3, stop 10.07"),
    "some seconds after the last sample": (lambda p: p.begin().go(995).end(after=5), "start 0.3, stop 100"),
    "stopped by hand in its last minute: where it was": (lambda p: p.begin().go(990).stop(), "start 0.3, stop 99"),
    "the end, credits cut off": (lambda p: p.begin().go(945).end(), "start 0.3, stop 100"),
    "a stream that breaks and tells that it ended": (lambda p: p.begin().go(400).end(), "start 0.3, stop 40"),
    "sought to the end, where it ends": (lambda p: p.begin().go(100).seek(1000).end(), "start 0.3, stop 100"),
    "ended while paused": (lambda p: p.begin().go(990).pause().end(), "start 0.3, pause 99, stop 100"),
    "a position beyond the length": (lambda p: p.begin().go(100).seek(1300).stop(), "start 0.3, stop 100"),
    "a position before the beginning": (lambda p: p.begin().go(100).seek(-5).stop(), "start 0.3, stop 0"),
    "whatever comes after the end": (
        lambda p: p.begin().go(100).stop().stop().go(50).pause().resume().seek(5).end().begin().go(50),
        "start 0.3, stop 10",
    ),
    "stopped before it began": (lambda p: p.stop(), ""),
})  # fmt: skip
def test_a_start_goes_out_after_three_seconds_of_playing_and_then_each_thing_a_person_does_once(happens, told):
    assert happens(PlaybackDriver()).told == told


@cases("total, at, told", {
    "a film of two hours, in its last 5 %": (7200, 6850, "stop 100"),
    "a film of two hours, before its last 5 %": (7200, 6800, "stop 94.44"),
    "an episode of twenty minutes, in its last minute": (1200, 1141, "stop 100"),
    "a clip of a minute and a half at 40 %": (90, 36, "stop 40"),
    "a clip of a minute, in its last seconds": (60, 55, "stop 100"),
})  # fmt: skip
def test_only_what_ends_near_its_end_has_ended(total, at, told):
    assert PlaybackDriver(total).begin(at - 20).go(20).end().told.split(", ")[1:] == [told]


@pytest.mark.parametrize("total", [None, 0.0, -1.0, 1e-300, 9.2e12, math.inf, math.nan])
def test_nothing_is_told_while_nobody_knows_the_length(total):
    assert PlaybackDriver(total).begin().go(60).pause().resume().seek(5).go(9).stop().told == ""
    assert PlaybackDriver(total).begin().go(60).end().told == ""


@pytest.mark.parametrize(("first", "told"), [(None, "start 6.1, stop 6.1"), (500.0, "start 0.6, stop 6.1")])
def test_the_length_that_is_told_last_counts_from_then_on(first, told):
    played = PlaybackDriver(first).begin().go(60)
    played.total = 1000.0
    assert played.go(1).stop().told == told


def test_a_length_that_is_gone_at_the_stop_is_remembered_and_progress_has_two_decimals():
    assert PlaybackDriver().begin().go(900).feed(PlayerEventKind.STOPPED, 900.0, 0.0).told == "start 0.3, stop 90"
    assert PlaybackDriver(total=7777.0).begin().go(1234).pause().told == "start 0.04, pause 15.87"


def test_a_tick_without_a_position_is_guessed():
    session = Playback()
    session.feed(PlayerEvent(PlayerEventKind.STARTED, 0.0, 0.0, 1000.0))
    assert [call.action for call in session.feed(PlayerEvent(PlayerEventKind.PROGRESSED, 4.0, 4.0))] == ["start"]
    assert session.feed(PlayerEvent(PlayerEventKind.PROGRESSED, 9.0)) == []
    assert (session.position, session.total, session.progress) == (9.0, 1000.0, 0.9)


def test_a_disc_that_begins_with_a_clip_is_told_once_its_film_plays():
    played = PlaybackDriver(total=12.0, shortest=180).begin().go(12)
    assert played.told == "" and played.session.is_short
    played.total = 6000.0
    played.seek_silently(0).go(5)
    assert played.told == "start 0.02" and not played.session.is_short
    played.total = 12.0  # what has begun is not forgotten because the length changes
    assert played.stop().told == "start 0.02, stop 0.08"


def test_it_knows_whether_it_is_paused_begun_and_over_where_it_is_and_which_part_plays():
    played = PlaybackDriver().begin().go(2)
    assert (played.session.began, played.session.paused, played.session.over) == (False, False, False)
    assert (played.session.due_in, played.go(1).session.due_in) == (1.0, None)
    assert played.session.began
    assert played.pause().session.paused
    assert not played.resume().session.paused
    assert played.seek(1300).session.position == 1000.0
    assert played.seek(-5).session.position == 0.0
    assert played.stop().session.over
    for total, place in ((1000.0, (1, 625.0, 1000.0, 25.0)), (None, (0, 625.0, 0.0, 0.0))):
        session = PlaybackDriver(total, parts=2).begin(600).go(25).session
        assert (session.part, session.position, session.total, session.progress) == place


# any order of events, times and positions
ENDS = (PlayerEventKind.STOPPED, PlayerEventKind.ENDED)
GOING = tuple(what for what in PlayerEventKind if what not in ENDS)

# One row: what happens, seconds since the row before, where the player is then, and the length it tells. Most rows are
# what players really tell, since rows that are only wild seldom play for three seconds; some are wild in all four.
playing = st.sampled_from([1.0, 3.0, 5.0, 5.0, 9.0]).map(lambda s: (PlayerEventKind.PROGRESSED, s, ("by", s), None))
pauses = (PlayerEventKind.PAUSED, PlayerEventKind.RESUMED)
pausing = st.sampled_from([(what, 0.5, ("by", 0.0), None) for what in pauses])
seeking = st.floats(-20, 1020).map(lambda place: (PlayerEventKind.SEEKED, 0.5, ("at", place), None))
edges = st.sampled_from([320.0, 330.0, 490.0, 499.0, 660.0, 790.0, 995.0])
nearing = edges.map(lambda place: (PlayerEventKind.PROGRESSED, 1.0, ("at", place), None))
wild = st.tuples(
    st.sampled_from(GOING),
    st.sampled_from([0.0, 40000.0, -5.0]) | st.floats(-10, 100),
    st.tuples(st.just("by"), st.floats(-60, 60)) | st.tuples(st.just("at"), st.floats()) | st.just(("untold", 0.0)),
    st.sampled_from([None, 1000.0, 90.0, 0.0, -1.0]) | st.floats(),
)
rows = st.one_of(playing, playing, playing, pausing, seeking, nearing, wild)


@st.composite
def histories(draw):
    """Return events in the order in which they are fed; an end may come anywhere, and something after it."""
    told = draw(st.lists(rows, min_size=10, max_size=40))
    if draw(st.booleans()):
        end = (draw(st.sampled_from(ENDS)), 1.0, ("untold", 0.0), None)
        told.insert(draw(st.integers(len(told) // 2, len(told))), end)
    at, position, total, events = 0.0, 0.0, draw(st.sampled_from([None, 1000.0, 1000.0, 1000.0])), []
    for what, step, (how, number), new_total in told:
        at += step
        place = {"by": position + number, "at": number, "untold": None}[how]
        events.append(PlayerEvent(what, at, place, new_total or total))
        position = place if place is not None and abs(place) < 1e6 else position  # beyond, nothing moves any more
    return events


@pytest.mark.chance
@settings(deadline=None, max_examples=trials(300))
@given(histories(), st.integers(1, 3), st.integers(50, 100))
def test_calls_are_legal_one_at_a_time_none_after_the_end_and_mark_an_episode_watched_once_at_most(
    events, parts, threshold
):
    session = Playback(parts, threshold)
    told: list[ScrobbleCall] = []
    for each in events:
        before, was_over, calls = session.part, session.over, session.feed(each)
        assert len(calls) <= (not was_over)
        if each.what in (PlayerEventKind.SEEKED, PlayerEventKind.STARTED) and calls:  # these tell nothing by themselves
            assert calls[0].action == STOP and session.part != before
        told += calls
    assert {call.part for call in told} <= set(range(parts))
    for part in range(parts):
        calls = [call for call in told if call.part == part]
        for earlier, call in zip([STOP, *(each.action for each in calls)], calls):
            assert call.action in {STOP: {START}, START: {PAUSE, STOP}, PAUSE: {START, STOP}}[earlier], calls
        marked = [number for number, call in enumerate(calls) if call.action == STOP and call.progress >= threshold]
        assert marked in ([], [len(calls) - 1])
    running: int | None = None
    for call in told:
        assert running in (None, call.part)
        running = None if call.action == STOP else call.part
        assert 0 <= call.progress <= 100
        assert call.progress == round(call.progress, 2)
