"""Marks by hand: with the date of the library, taken away with care, and told from those that a playback has caused."""

import time as system_time

import pytest

from lib.simkl.api.media import MOVIE, SHOW, Item
from lib.tracking.echoes import Echoes, PlaybackResult
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.library_marks import HeldUnmarks, library_date, removals_by_person
from lib.tracking.media_info import MediaInfo
from lib.tracking.play import Play
from tests.unit.tracking.cases import HARBOUR, cases, lantern
from tests.unit.tracking.sending import DAY, NOON
from tests.unit.tracking.watching import episode, film

ZONES = ["UTC", "America/New_York", "Asia/Kolkata"]
SUMMER_2019 = 1_562_012_100.0


@pytest.fixture(params=ZONES)
def local(request, monkeypatch):
    """Return how Kodi's library writes a time, in each zone."""
    monkeypatch.setenv("TZ", request.param)
    system_time.tzset()
    yield lambda seconds: system_time.strftime("%Y-%m-%d %H:%M:%S", system_time.localtime(seconds))
    monkeypatch.undo()
    system_time.tzset()


def test_the_date_of_the_library_arrives_as_that_instant_and_that_of_this_moment_as_this_moment(local):
    for at in (SUMMER_2019, 946_900_000.0, NOON - DAY, NOON - 300):
        assert library_date(local(at), NOON) == at
    for ago in (-100, 0, 100):
        assert library_date(local(NOON - ago), NOON) is None


UNKNOWN_DATES = (
    "", " ", "1999-12-30 23:00:00", "0000-00-00 00:00:00", "2031-01-01 12:00:00", "9999-99-99 99:99:99", "2019-07-01",
)  # fmt: skip


def test_without_a_date_or_before_2000_or_in_the_future_the_date_is_unknown():
    assert {library_date(text, NOON) for text in UNKNOWN_DATES} == {0.0}


def unmark(number, season=1):
    return Play("unwatched", lantern(number, season), NOON)


def labels(plays):
    return [play.label.rpartition(" ")[2] for play in plays]


def run(*steps, until=400.0):
    """Take marks away at times; return what is sent and what is left alone, in the end."""
    held, sent, left = HeldUnmarks(), [], []
    for now in range(int(until)):
        for at, act in steps:
            if at == now:
                act(held, float(now))
        settled = held.settle(float(now))
        sent += labels(settled.to_send)
        left += labels(settled.left_alone)
    assert held.next_due(until) is None
    return sent, left


def hold(*numbers, season=1):
    return lambda held, now: [held.hold(unmark(number, season), now) for number in numbers]


def withdraw(held, now):
    held.withdraw(unmark(1).key)


ONE_TO_FIVE = [f"1x0{number}" for number in range(1, 6)]


# what happens at which second, what is sent in the end, and what is left alone
@cases("steps, sent, left", {
    "five": ([(5, hold(1, 2, 3, 4, 5))], [], ONE_TO_FIVE),
    "five within a minute": ([(5 + 10 * each, hold(each)) for each in range(1, 6)], [], ONE_TO_FIVE),
    "one a minute": ([(5 + 61 * each, hold(each)) for each in range(1, 5)], ONE_TO_FIVE[:4], []),
    "five of two seasons":
        ([(5, hold(1, 2, 3)), (6, hold(1, 2, season=2))], [], ["1x01", "1x02", "1x03", "2x01", "2x02"]),
    "a whole season of two": ([(5, HeldUnmarks.whole_season), (5, hold(1, 2))], [], ["1x01", "1x02"]),
    "the season is told afterwards": ([(5, hold(1)), (6, HeldUnmarks.whole_season)], [], ["1x01"]),
    "a season a minute before": ([(5, HeldUnmarks.whole_season), (80, hold(1))], ["1x01"], []),
    "marked again": ([(5, hold(1)), (20, withdraw)], [], []),
    "and taken away again": ([(5, hold(1)), (20, withdraw), (30, hold(1))], ["1x01"], []),
    "one five times": ([(5, hold(1, 1, 1, 1, 1))], ["1x01"], []),
})  # fmt: skip
def test_one_episode_goes_along_and_five_of_a_show_or_a_whole_season_leave_simkl_alone(steps, sent, left):
    assert run(*steps) == (sent, left)


def test_nothing_is_sent_before_its_minute_is_over_unless_the_player_ends_or_longer_if_it_could_not_be_queued():
    for ends in (False, True):
        held = HeldUnmarks()
        held.hold(unmark(1), 0.0)
        assert (held.settle(59.0).to_send, held.next_due(59.0)) == ([], 1.0)
        due = held.settle(59.0 if ends else 60.0, ends).to_send
        assert labels(due) == ["1x01"]
        held.put_back(due, 65.0)
        assert (held.settle(64.0).to_send, held.settle(65.0).to_send) == ([], due)


def test_a_person_who_confirms_it_removes_episodes_or_the_whole_title():
    one, two = episode(), episode(season=2, episode=5)
    assert [(each.action, each.label) for each in removals_by_person([one, two], False, NOON)] == [
        ("unwatched", "Lantern Street 2x04"), ("unwatched", "Lantern Street 2x05"),
    ]  # fmt: skip
    [whole_show] = removals_by_person([one, two], True, NOON)
    assert (whole_show.action, whole_show.item.kind, whole_show.label) == ("removed", SHOW, "Lantern Street")
    for is_whole in (True, False):
        [each] = removals_by_person([film()], is_whole, NOON)
        assert (each.action, each.item) == ("removed", Item(MOVIE, HARBOUR.title, 2018, each.item.ids))
    assert removals_by_person([MediaInfo(media="movie")], True, NOON) == []


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


@cases("until, result, after, is_echo", {
    "before the stop is told": (960, COUNTED, -0.2, True),
    "after what was left out": (960, LEFT_OUT, 0.2, True),
    "half a minute late": (960, COUNTED, 30, True),
    "by hand after what was left out": (960, LEFT_OUT, 20, False),
    "by hand after a stop at 50 %": (500, COUNTED, 3, False),
    "by hand while it played, then stopped early": (300, LEFT_OUT, -60, False),
    "by hand after 88 %": (880, LEFT_OUT, 3, False),
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
