"""Any order of events, times, positions gives a legal order of calls, and one watched mark for an episode at most."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.playback import Playback, ScrobbleCall
from tests.trials import trials

ENDS = (PlayerEventKind.STOPPED, PlayerEventKind.ENDED)
GOING = tuple(what for what in PlayerEventKind if what not in ENDS)

# One row: what happens, seconds since the row before, where the player is then, and the length it tells. Most rows are
# what players really tell, since rows that are only wild seldom play for three seconds; some are wild in all four.
playing = st.sampled_from([1.0, 3.0, 5.0, 5.0, 9.0]).map(lambda s: (PlayerEventKind.PROGRESSED, s, ("by", s), None))
pausing = st.sampled_from(
    [(what, 0.5, ("by", 0.0), None) for what in (PlayerEventKind.PAUSED, PlayerEventKind.RESUMED)]
)
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


parts = st.integers(1, 3)
thresholds = st.integers(50, 100)


@pytest.mark.chance
@settings(deadline=None, max_examples=trials(300))
@given(histories(), parts, thresholds)
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
    event(f"{min(len(told), 5)} calls")
    assert {call.part for call in told} <= set(range(parts))
    for part in range(parts):
        calls = [call for call in told if call.part == part]
        for earlier, call in zip([STOP, *(each.action for each in calls)], calls):
            assert call.action in {STOP: {START}, START: {PAUSE, STOP}, PAUSE: {START, STOP}}[earlier], calls
        marked = [number for number, call in enumerate(calls) if call.action == STOP and call.progress >= threshold]
        event(f"{len(marked)} marks")
        assert marked in ([], [len(calls) - 1])
    running: int | None = None
    for call in told:
        assert running in (None, call.part)
        running = None if call.action == STOP else call.part
        assert 0 <= call.progress <= 100
        assert call.progress == round(call.progress, 2)
