"""A mark is dropped only where it is known which playback has caused it, and that Simkl hears of that or shall not."""

from __future__ import annotations

import pytest

from lib.tracking.echoes import Echoes, PlaybackResult
from lib.tracking.events import PlayerEvent, PlayerEventKind

COUNTED, LEFT_OUT, NOTHING = PlaybackResult.COUNTED, PlaybackResult.LEFT_OUT, PlaybackResult.NOTHING
STOPPED, ENDED = PlayerEventKind.STOPPED, PlayerEventKind.ENDED
REF, TOTAL = "movie/7", 1000.0


def played(until, result=COUNTED, what=STOPPED, total=TOTAL, ref=REF, told=True):
    """Play an item up to a second, without pause from 0; return what knows of it."""
    echoes = Echoes()
    echoes.began(ref, PlayerEvent(PlayerEventKind.STARTED, 0.0, 0.0, total))
    if told:
        echoes.feed(PlayerEvent(PlayerEventKind.PROGRESSED, until - 0.5, until - 0.5, total))
    echoes.over(PlayerEvent(what, until), result)
    return echoes


@pytest.mark.parametrize(
    ("until", "result", "what", "after", "is_echo"),
    [
        (900, COUNTED, STOPPED, 0.2, True),
        (960, COUNTED, STOPPED, -0.2, True),
        (960, COUNTED, STOPPED, 30, True),
        (1000, COUNTED, ENDED, 0.2, True),
        (960, LEFT_OUT, STOPPED, 0.2, True),
        (960, LEFT_OUT, STOPPED, 20, False),
        (500, COUNTED, STOPPED, 3, False),
        (500, LEFT_OUT, STOPPED, 3, False),
        (300, LEFT_OUT, STOPPED, -60, False),
        (880, LEFT_OUT, STOPPED, 3, False),
        (880, COUNTED, STOPPED, 20, False),
        (960, NOTHING, STOPPED, 0.2, False),
        (1000, NOTHING, ENDED, 0.2, False),
        (960, COUNTED, STOPPED, 61, False),
    ],
    ids=[
        "after a stop at 90 %", "before the stop is told", "half a minute late", "after the natural end",
        "after what was left out", "by hand after what was left out", "by hand after a stop at 50 %",
        "by hand after what was left out at 50 %", "by hand while it played, then stopped early", "by hand after 88 %",
        "by hand 20 s after 88 %", "sought to the end", "played by an external player", "long after",
    ],
)  # fmt: skip
def test_a_mark_is_told_by_its_cause(until, result, what, after, is_echo):
    assert played(until, result, what).is_echo(REF, until + after) is is_echo


def test_a_playback_causes_one_mark_and_the_second_is_by_hand():
    echoes = played(960)
    assert echoes.is_echo(REF, 961)
    echoes.claim(REF)
    assert not echoes.is_echo(REF, 962)


def test_a_mark_after_it_was_taken_away_is_by_hand():
    echoes = played(960)
    echoes.unmarked(REF)
    assert not echoes.is_echo(REF, 970)


@pytest.mark.parametrize("ref", ["movie/8", "episode/7", ""])
def test_a_mark_of_something_else_is_by_hand(ref):
    assert not played(960).is_echo(ref, 960.1)


def test_an_item_that_has_left_the_library_leaves_its_number_to_another_one():
    echoes = played(960)
    echoes.forget(REF)
    assert not echoes.is_echo(REF, 961)
    assert not echoes.has_played(REF, 961)


def test_what_is_not_followed_second_by_second_is_known_by_its_start_pauses_and_seeks():
    echoes = Echoes()
    echoes.began(REF, PlayerEvent(PlayerEventKind.STARTED, 0.0, 0.0, TOTAL))
    echoes.feed(PlayerEvent(PlayerEventKind.PAUSED, 300.0, 300.0))
    echoes.feed(PlayerEvent(PlayerEventKind.RESUMED, 5000.0))
    echoes.over(PlayerEvent(STOPPED, 5300.0), LEFT_OUT)
    assert not echoes.is_echo(REF, 5300.1), "600 of 1000 s were played"
    echoes.began(REF, PlayerEvent(PlayerEventKind.STARTED, 6000.0, 0.0, TOTAL))
    echoes.feed(PlayerEvent(PlayerEventKind.SEEKED, 6010.0, 890.0))
    echoes.over(PlayerEvent(STOPPED, 6030.0), LEFT_OUT)
    assert echoes.is_echo(REF, 6030.1)


@pytest.mark.parametrize(("now", "has"), [(100, True), (960, True), (1559, True), (1561, False)])
def test_what_plays_or_has_played_within_ten_minutes_is_known(now, has):
    if now < 960:
        echoes = Echoes()
        echoes.began(REF, PlayerEvent(PlayerEventKind.STARTED, 0.0, 0.0, TOTAL))
    else:
        echoes = played(960, NOTHING)
    assert echoes.has_played(REF, now) is has
    assert not echoes.has_played("", now)
