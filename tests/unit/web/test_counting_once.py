"""The same play, told more than once, counts once; and what is watched again counts again."""

from __future__ import annotations

import pytest

from tests.fakes.servers import jellyfin_webhooks, tautulli
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer
from tests.unit.web.receiving import EPISODE, FILM, Evening

HARBOUR, LANTERN = "The Glass Harbour", "Lantern Street 2x04"
DAY = 86_400.0


@pytest.fixture
def evening(tmp_path):
    return Evening(tmp_path)


def watch(
    evening: Evening, item: Film | EpisodeFile = FILM, start: float = 0, end: float = 5900, **more: object
) -> None:
    """Watch with a client of Jellyfin that tells the position every 100 seconds."""
    evening.jellyfin("PlaybackStart", item, position=start, **more)
    for position in range(int(start) + 100, int(end), 100):
        evening.wait(100, step=50)
        evening.jellyfin("PlaybackProgress", item, position=position, **more)
    evening.wait(end - start - 100 * (int(end - start) // 100), step=50)
    evening.jellyfin("PlaybackStop", item, position=end, PlayedToCompletion=end >= 0.9 * item.seconds, **more)


def test_two_hooks_of_the_same_server(evening):
    evening.jellyfin("PlaybackStart")
    evening.send(jellyfin_webhooks.default_format("Play", FILM))
    evening.wait(5900, step=10)
    first = evening.jellyfin("PlaybackStop", position=5900, PlayedToCompletion=True)
    second = evening.send(jellyfin_webhooks.default_format("Stop", FILM, position=5900))
    third = evening.send(jellyfin_webhooks.default_format("Scrobble", FILM, position=5900))
    assert [each.outcome.value for each in (first, second, third)] == ["queued", "duplicate", "duplicate"]
    assert evening.counted() == [HARBOUR]


def test_plex_and_tautulli_both(evening):
    evening.plex("play", EPISODE, position=0)
    evening.send(tautulli.post(tautulli.rendered("play", EPISODE)))
    evening.wait(2400, step=10)
    evening.plex("scrobble", EPISODE)
    evening.send(tautulli.post(tautulli.rendered("watched", EPISODE)))
    evening.wait(200, step=10)
    evening.plex("stop", EPISODE, position=2600)
    evening.send(tautulli.post(tautulli.rendered("stop", EPISODE, position=2600)))
    assert evening.counted() == [LANTERN]


def test_the_owner_and_the_user_at_plex_both_send_it(evening):
    for event, position in (("play", 0), ("scrobble", None), ("stop", 5950)):
        for owner in (True, False):
            evening.plex(event, position=position, owner=owner)
        evening.wait(2000, step=100)
    assert evening.counted() == [HARBOUR]


def test_two_clients_of_one_user(evening):
    tablet = Viewer(ANA.name, ANA.guid, ANA.plex_id, "tablet")
    for viewer in (ANA, tablet):
        evening.jellyfin("PlaybackStart", viewer=viewer)
    evening.wait(5900, step=10)
    for viewer in (ANA, tablet):
        evening.jellyfin("PlaybackStop", position=5900, PlayedToCompletion=True, viewer=viewer)
    assert evening.counted() == [HARBOUR]


def test_a_client_that_stops_at_each_pause(evening):
    for start, end in ((0, 1000), (1000, 2500), (2500, 4000), (4000, 5900)):
        evening.emby("start", position=start)
        evening.wait(end - start, step=10)
        evening.emby("stop", position=end, completed=end > 5400)
        evening.wait(300, step=50)
    assert evening.counted() == [HARBOUR]


def test_a_play_after_the_credits_were_skipped(evening):
    evening.plex("play", EPISODE, position=0)
    evening.wait(2400, step=10)
    evening.plex("scrobble", EPISODE)
    for position in (0, 2500, None):
        evening.plex("play", EPISODE, position=position)
        evening.wait(60)
        evening.plex("stop", EPISODE, position=2630)
    assert evening.counted() == [LANTERN]
    assert all(action != "start" for action, *_ in evening.waiting()[1:])


def test_the_credits_on_the_next_day(evening):
    watch(evening, end=5500)
    evening.clock.now += DAY
    watch(evening, start=5500, end=5990)
    assert evening.counted() == [HARBOUR]


def test_the_credits_on_the_next_day_without_any_progress(evening):
    evening.emby("start", position=0)
    evening.wait(5500, step=10)
    evening.emby("stop", position=5500, completed=True)
    evening.clock.now += DAY
    evening.emby("start", position=5500)
    evening.wait(400, step=10)
    evening.emby("stop", position=5900, completed=True)
    assert evening.counted() == [HARBOUR]


def test_an_evening_with_a_restart_in_between(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(3000, step=10)
    evening.jellyfin("PlaybackProgress", position=3000)
    evening.start()
    evening.wait(2900, step=10)
    evening.jellyfin("PlaybackStop", position=5900, PlayedToCompletion=True)
    evening.start()
    again = evening.jellyfin("PlaybackStop", position=5900, PlayedToCompletion=True)
    assert (evening.counted(), again.outcome.value) == ([HARBOUR], "duplicate")


@pytest.mark.parametrize("event", ["PlaybackStart", "PlaybackProgress", "PlaybackStop"])
def test_an_event_that_is_sent_again_because_the_answer_got_lost(evening, event):
    """The sender that saw no answer may send it again, after a restart of ours as well."""
    position = {"PlaybackStart": 0, "PlaybackProgress": 3000, "PlaybackStop": 5900}
    for kind, at in position.items():
        evening.jellyfin(kind, position=at)
        if kind == event:
            evening.start()
            evening.jellyfin(kind, position=at)
        evening.wait(2950, step=10)
    assert evening.counted() == [HARBOUR]
    starts = [play for play in evening.waiting() if play[0] == "start"]
    assert starts == []


def test_a_pause_is_told_after_a_restart_as_well(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(600, step=10)
    evening.jellyfin("PlaybackProgress", position=600)
    evening.start()
    evening.plex("pause", position=603)
    assert evening.waiting() == [("pause", HARBOUR, 10.05)]


def test_watched_again_another_day(evening):
    watch(evening)
    evening.clock.now += DAY
    watch(evening)
    assert evening.counted() == [HARBOUR, HARBOUR]


def test_watched_again_at_once(evening):
    watch(evening)
    watch(evening)
    assert evening.counted() == [HARBOUR, HARBOUR]


def test_watched_again_over_two_days(evening):
    watch(evening)
    evening.clock.now += DAY
    watch(evening, end=4000)
    evening.clock.now += DAY
    watch(evening, start=4000)
    assert evening.counted() == [HARBOUR, HARBOUR]


def test_watched_again_over_two_days_at_a_server_without_progress(evening):
    for day, (start, end) in enumerate(((0, 5900), (0, 4000), (4000, 5900))):
        evening.clock.now += day * DAY
        evening.emby("start", position=start)
        evening.wait(end - start, step=10)
        evening.emby("stop", position=end, completed=end > 5400)
    assert evening.counted() == [HARBOUR, HARBOUR]


def test_watched_over_two_days_for_the_first_time(evening):
    watch(evening, end=3500)
    evening.clock.now += DAY
    watch(evening, start=3500)
    assert evening.counted() == [HARBOUR]


def test_watched_again_where_only_stops_are_sent(evening):
    for _ in range(2):
        evening.plex("stop", position=5900)
        evening.plex("stop", position=5950)
        evening.clock.now += 2 * DAY
    assert evening.counted() == [HARBOUR, HARBOUR]


def test_the_same_film_of_two_people_counts_for_each(evening):
    evening.plex("scrobble", viewer=Viewer("ana"))
    evening.plex("scrobble", viewer=Viewer("ben"))
    assert (evening.counted("ana"), evening.counted("ben")) == ([HARBOUR], [HARBOUR])


def test_two_films_of_one_name_are_two(evening):
    evening.plex("scrobble", Film(year=2018))
    evening.plex("scrobble", Film(year=1954))
    assert evening.counted() == [HARBOUR, HARBOUR]


def test_episodes_that_follow_each_other_are_counted_each(evening):
    for number in range(1, 6):
        watch(evening, EpisodeFile(number=number), end=2600)
    assert evening.counted() == [f"Lantern Street 2x0{number}" for number in range(1, 6)]


def test_a_stop_within_three_seconds_counts_nothing(evening):
    evening.jellyfin("PlaybackStart", position=5800)
    evening.wait(1)
    verdict = evening.jellyfin("PlaybackStop", position=5801, PlayedToCompletion=True)
    assert (verdict.outcome.value, evening.counted()) == ("not_sent", [])


def test_events_that_were_held_up_and_come_at_once(evening):
    evening.jellyfin("PlaybackStart", position=0)
    evening.jellyfin("PlaybackStop", position=5800, PlayedToCompletion=True)
    assert evening.counted() == [HARBOUR]


def test_two_stops_within_the_hour_are_one_play(evening):
    evening.plex("stop", position=5900)
    evening.wait(1800, step=10)
    assert evening.plex("stop", position=5950).outcome.value == "duplicate"
    assert evening.counted() == [HARBOUR]


def test_a_pause_outlives_a_restart(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(600, step=10)
    evening.plex("pause", position=600)
    evening.start()
    evening.wait(600, step=10)
    evening.plex("resume", position=600)
    assert evening.waiting() == [("start", HARBOUR, 10.0)]
