"""A mark is dropped only where it is known which playback has caused it, and that Simkl hears of that or shall not."""

import pytest

from lib.tracking.echoes import Echoes, PlaybackResult
from lib.tracking.events import PlayerEvent, PlayerEventKind
from tests.unit.tracking.cases import cases

COUNTED, LEFT_OUT, NOTHING = PlaybackResult.COUNTED, PlaybackResult.LEFT_OUT, PlaybackResult.NOTHING
STOPPED, ENDED = PlayerEventKind.STOPPED, PlayerEventKind.ENDED
REF, TOTAL = "movie/7", 1000.0


def began():
    echoes = Echoes()
    echoes.began(REF, PlayerEvent(PlayerEventKind.STARTED, 0.0, 0.0, TOTAL))
    return echoes


def played(until, result=COUNTED, what=STOPPED):
    """Play an item up to a second, without pause from 0; return what knows of it."""
    echoes = began()
    echoes.feed(PlayerEvent(PlayerEventKind.PROGRESSED, until - 0.5, until - 0.5, TOTAL))
    echoes.over(PlayerEvent(what, until), result)
    return echoes


# how far it was played, what came of it, how long after its end the mark comes, and whether it is an echo
@cases("until, result, after, is_echo", {
    "before the stop is told": (960, COUNTED, -0.2, True),
    "half a minute late": (960, COUNTED, 30, True),
    "after what was left out": (960, LEFT_OUT, 0.2, True),
    "by hand after what was left out": (960, LEFT_OUT, 20, False),
    "by hand after a stop at 50 %": (500, COUNTED, 3, False),
    "by hand while it played, then stopped early": (300, LEFT_OUT, -60, False),
    "by hand after 88 %": (880, LEFT_OUT, 3, False),
    "by hand 20 s after 88 %": (880, COUNTED, 20, False),
    "sought to the end": (960, NOTHING, 0.2, False),
    "long after": (960, COUNTED, 61, False),
    "after the natural end": (1000, COUNTED, 0.2, True),
    "after the natural end, sought to": (1000, NOTHING, 0.2, False),
})  # fmt: skip
def test_a_mark_is_told_by_its_cause_and_one_of_something_else_is_by_hand(until, result, after, is_echo):
    echoes = played(until, result, ENDED if until == TOTAL else STOPPED)
    assert echoes.is_echo(REF, until + after) is is_echo
    assert not any(echoes.is_echo(ref, until + after) for ref in ("movie/8", "episode/7", ""))


@pytest.mark.parametrize("happens", [Echoes.claim, Echoes.unmarked, Echoes.forget])
def test_after_the_first_mark_or_once_it_was_taken_away_or_has_left_the_library_a_mark_is_by_hand(happens):
    echoes = played(960)
    assert echoes.is_echo(REF, 961) and echoes.has_played(REF, 961)
    happens(echoes, REF)
    assert not echoes.is_echo(REF, 962)
    assert echoes.has_played(REF, 962) is (happens is not Echoes.forget)


def test_what_is_not_followed_second_by_second_is_known_by_its_start_pauses_and_seeks():
    echoes = began()
    echoes.feed(PlayerEvent(PlayerEventKind.PAUSED, 300.0, 300.0))
    echoes.feed(PlayerEvent(PlayerEventKind.RESUMED, 5000.0))
    echoes.over(PlayerEvent(STOPPED, 5300.0), LEFT_OUT)
    assert not echoes.is_echo(REF, 5300.1), "600 of 1000 s were played"
    echoes.began(REF, PlayerEvent(PlayerEventKind.STARTED, 6000.0, 0.0, TOTAL))
    echoes.feed(PlayerEvent(PlayerEventKind.SEEKED, 6010.0, 890.0))
    echoes.over(PlayerEvent(STOPPED, 6030.0), LEFT_OUT)
    assert echoes.is_echo(REF, 6030.1)


def test_what_plays_or_has_played_within_ten_minutes_is_known():
    assert began().has_played(REF, 100) and not began().has_played("", 100)
    assert [played(960, NOTHING).has_played(REF, now) for now in (960, 1559, 1561)] == [True, True, False]
