"""Marks that somebody sets or takes away in a server's library."""

from __future__ import annotations

import pytest

from tests.fakes.clock import NOON
from tests.fakes.servers import emby, jellyfin
from tests.fakes.servers.titles import EpisodeFile, Film
from tests.unit.web.receiving import BEN, EPISODE, FILM, Evening

HARBOUR, LANTERN = "The Glass Harbour", "Lantern Street 2x04"


@pytest.fixture
def evening(tmp_path):
    return Evening(tmp_path)


def emby_marks(evening: Evening, event: str, item: EpisodeFile) -> str:
    return evening.send(emby.form(emby.payload(f"item.{event}", item))).outcome.value


def test_a_mark_goes_along(evening):
    evening.toggle(FILM, True)
    assert evening.waiting() == [("watched", HARBOUR, 0.0)]


def test_a_mark_at_emby_goes_along(evening):
    assert emby_marks(evening, "markplayed", EPISODE) == "queued"
    assert evening.waiting() == [("watched", LANTERN, 0.0)]


@pytest.mark.parametrize("reason", ["PlaybackFinished", "PlaybackProgress", "Import", "UpdateUserRating"])
def test_what_nobody_set_by_hand_is_no_mark(evening, reason):
    evening.send(jellyfin.all_properties(jellyfin.user_data_saved(FILM, reason, True)))
    assert evening.queue.newest() == 0


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("2019-07-01T20:15:00Z", 1_562_012_100.0),
        ("1970-01-01T00:00:00Z", NOON),
        ("2099-01-01T00:00:00Z", NOON),
        (None, NOON),
    ],
)
def test_a_mark_has_the_date_that_the_server_has(evening, date, at):
    evening.toggle(FILM, True, LastPlayedDate=date)
    (play,) = evening.queue.listing("900001", "waiting")
    assert play.at == at


def test_a_mark_right_after_the_playback_is_the_same_play(evening):
    evening.plex("scrobble", EPISODE)
    evening.wait(30)
    assert emby_marks(evening, "markplayed", EPISODE) == "duplicate"
    assert evening.counted() == [LANTERN]


def test_a_season_that_is_marked_goes_along_episode_by_episode(evening):
    for number in range(1, 9):
        evening.toggle(EpisodeFile(number=number), True)
    assert len(evening.counted()) == 8


def test_an_episode_that_is_unmarked_goes_along_after_a_minute(evening):
    verdict = evening.toggle(EPISODE, False)
    assert (verdict.outcome.value, evening.waiting()) == ("unmark_held", [])
    evening.wait(58)
    assert evening.waiting() == []
    evening.wait(3)
    assert evening.waiting() == [("unwatched", LANTERN, 0.0)]
    assert evening.outcome(verdict) == "queued"


def test_a_held_removal_outlives_a_restart(evening):
    evening.toggle(EPISODE, False)
    evening.start()
    evening.wait(61)
    assert evening.waiting() == [("unwatched", LANTERN, 0.0)]


def test_four_episodes_go_along_and_five_do_not(evening):
    for number in range(1, 5):
        evening.toggle(EpisodeFile(show="A Short Show", number=number), False)
    verdicts = [evening.toggle(EpisodeFile(number=number), False) for number in range(1, 6)]
    evening.wait(62)
    assert [label for _, label, _ in evening.waiting()] == [f"A Short Show 2x0{number}" for number in range(1, 5)]
    assert {evening.outcome(each) for each in verdicts} == {"not_sent"}


def test_a_show_that_is_unmarked_slowly_is_left_alone_as_well(evening):
    verdicts = []
    for number in range(1, 11):
        verdicts.append(evening.toggle(EpisodeFile(number=number), False))
        evening.wait(10)
    evening.wait(70)
    assert [evening.outcome(each) for each in verdicts] == ["not_sent"] * 10


def test_five_episodes_of_two_people_are_not_five_of_one(evening):
    for number in range(1, 4):
        evening.toggle(EpisodeFile(number=number), False)
        evening.toggle(EpisodeFile(number=number), False, BEN)
    evening.wait(62)
    assert (len(evening.waiting("ana")), len(evening.waiting("ben"))) == (3, 3)


def test_a_film_that_is_unmarked_stays_at_simkl(evening):
    verdict = evening.toggle(FILM, False)
    evening.wait(70)
    assert (verdict.outcome.value, evening.waiting()) == ("not_sent", [])
    assert "rating" in verdict.detail


def test_marked_again_within_the_minute_is_marked(evening):
    evening.toggle(EPISODE, False)
    evening.wait(20)
    evening.toggle(EPISODE, True)
    evening.wait(70)
    assert evening.waiting() == [("watched", LANTERN, 0.0)]


def test_nothing_is_removed_of_what_plays(evening):
    evening.jellyfin("PlaybackStart", EPISODE)
    evening.wait(30)
    verdict = evening.toggle(EPISODE, False)
    evening.wait(70)
    assert verdict.outcome.value == "not_sent"
    assert all(action != "unwatched" for action, *_ in evening.waiting())


def test_nothing_is_removed_of_what_begins_to_play_within_the_minute(evening):
    verdict = evening.toggle(EPISODE, False)
    evening.wait(20)
    evening.jellyfin("PlaybackStart", EPISODE)
    evening.wait(60)
    assert evening.outcome(verdict) == "not_sent"


def test_nothing_is_removed_of_what_was_just_played(evening):
    evening.plex("stop", EPISODE, position=2600)
    evening.wait(300, step=10)
    assert evening.toggle(EPISODE, False).outcome.value == "not_sent"
    evening.wait(400, step=10)
    assert evening.toggle(EPISODE, False).outcome.value == "unmark_held"


def test_unmarked_and_watched_again_within_the_hour_counts_again(evening):
    evening.plex("stop", EPISODE, position=2600)
    evening.wait(700, step=10)
    evening.toggle(EPISODE, False)
    evening.wait(62)
    evening.plex("stop", EPISODE, position=2600)
    assert evening.counted() == [LANTERN, LANTERN]


def test_a_mark_of_a_file_that_only_simkl_can_tell_is_not_sent(evening):
    nameless = Film(title="", year=None, ids={}, path="/films/The.Glass.Harbour.2018.1080p.mkv")
    assert evening.toggle(nameless, True).outcome.value == "not_sent"
