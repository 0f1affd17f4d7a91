"""An evening in front of a media server, and what Simkl is to hear of it."""

from __future__ import annotations

import pytest

from tests.fakes.servers import emby, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer
from tests.unit.web.receiving import BEN, EPISODE, FILM, STRANGER, Evening

HARBOUR, LANTERN = "The Glass Harbour", "Lantern Street 2x04"


@pytest.fixture
def evening(tmp_path):
    return Evening(tmp_path)


def test_a_film_from_start_to_end(evening):
    started = evening.jellyfin("PlaybackStart")
    assert (started.outcome.value, evening.waiting()) == ("started", [])
    evening.wait(4)
    assert evening.waiting() == [("start", HARBOUR, pytest.approx(0.05, abs=0.02))]
    assert evening.outcome(started) == "queued"
    for position in range(10, 5990, 10):
        evening.wait(10, step=10)
        assert evening.jellyfin("PlaybackProgress", position=position).outcome.value == "position"
    evening.wait(10)
    stopped = evening.jellyfin("PlaybackStop", position=5990, PlayedToCompletion=True)
    assert evening.waiting() == [("stop", HARBOUR, 100.0)]
    assert (stopped.outcome.value, evening.outcome(started)) == ("queued", "superseded")


def test_progress_is_never_forwarded(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(4)
    before = evening.queue.newest()
    for position in range(10, 3000, 10):
        evening.clock.now += 10
        evening.jellyfin("PlaybackProgress", position=position)
    assert evening.queue.newest() == before


def test_a_pause_is_found_in_the_progress(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(60)
    assert evening.jellyfin("PlaybackProgress", position=60, paused=True).outcome.value == "queued"
    assert evening.jellyfin("PlaybackProgress", position=60, paused=True).outcome.value == "position"
    assert evening.waiting() == [("pause", HARBOUR, 1.0)]
    evening.wait(600)
    evening.jellyfin("PlaybackProgress", position=61)
    assert evening.waiting() == [("start", HARBOUR, pytest.approx(1.02, abs=0.01))]


def test_skipping_through_a_list_tells_nothing(evening):
    for number in range(1, 6):
        evening.jellyfin("PlaybackStart", EpisodeFile(number=number))
        evening.wait(1)
        evening.jellyfin("PlaybackStop", EpisodeFile(number=number), position=1)
    assert evening.waiting() == []


def test_stopped_in_the_middle_is_a_place_to_go_on_from(evening):
    evening.plex("play", position=0)
    evening.wait(3000)
    evening.plex("stop", position=3000)
    assert evening.waiting() == [("stop", HARBOUR, 50.0)]
    assert evening.counted() == []


@pytest.mark.parametrize(
    "stop",
    [
        lambda evening: evening.plex("scrobble"),
        lambda evening: evening.plex("stop", position=5500),
        lambda evening: evening.emby("stop", position=5400, completed=True),
        lambda evening: evening.jellyfin("PlaybackStop", position=5400),
        lambda evening: evening.send(tautulli.post(tautulli.rendered("watched", FILM))),
        lambda evening: evening.send(jellyfin_webhooks.default_format("Scrobble", FILM, position=5500)),
        lambda evening: evening.send(jellyfin_webhooks.plex_format("Scrobble", FILM)),
    ],
)
def test_the_end_alone_is_enough(evening, stop):
    assert stop(evening).outcome.value == "queued"
    assert evening.counted() == [HARBOUR]


@pytest.mark.parametrize(
    "stop",
    [
        lambda evening: evening.plex("stop"),
        lambda evening: evening.emby("stop", completed=True),
        lambda evening: evening.jellyfin("PlaybackStop", position=0, PlayedToCompletion=True),
        lambda evening: evening.plex("stop", position=20_000),
    ],
    ids=["no position", "completed at Emby, no position", "completed at Jellyfin, no position", "beyond the end"],
)
def test_what_nobody_saw_is_not_watched(evening, stop):
    stop(evening)
    evening.wait(20_000, step=100)
    assert evening.counted() == []


def test_a_guessed_position_never_counts(evening):
    evening.plex("play", position=0)
    evening.wait(5900)
    evening.plex("stop")
    assert evening.counted() == []
    assert evening.waiting()[0][2] < 80


def test_completed_without_a_position_counts_where_it_played_for_so_long(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(5400)
    evening.jellyfin("PlaybackStop", position=0, PlayedToCompletion=True)
    assert evening.counted() == [HARBOUR]


def test_completed_without_a_position_after_five_minutes_does_not_count(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(300)
    evening.jellyfin("PlaybackStop", position=0, PlayedToCompletion=True)
    assert evening.counted() == []


def test_a_client_that_dies_is_not_watched(evening):
    evening.plex("play", position=0)
    evening.wait(12_000, step=60)
    assert evening.counted() == []
    assert evening.receiver.playing == 0


def test_the_next_episode_in_the_session_of_emby_does_not_unfinish_the_last(evening):
    evening.emby("start", EPISODE, position=0)
    evening.wait(2600)
    following = EpisodeFile(number=5, rating_key="502", guid="33aa22bb-d9cb-469f-a165-708677289511")
    evening.emby("start", following, position=0)
    evening.emby("stop", EPISODE, position=2630, completed=True, state_position=2)
    assert evening.counted() == [LANTERN]
    evening.wait(10)
    assert evening.waiting()[-1][:2] == ("start", "Lantern Street 2x05")


def test_a_stop_that_comes_late_does_not_end_the_next_episode(evening):
    evening.emby("start", EPISODE, position=0)
    evening.wait(2600)
    evening.emby("start", EpisodeFile(number=5), position=0)
    evening.wait(10)
    evening.emby("stop", EPISODE, position=2630, completed=True)
    evening.wait(2600)
    evening.emby("stop", EpisodeFile(number=5), position=2630, completed=True)
    assert evening.counted() == [LANTERN, "Lantern Street 2x05"]


def test_several_episodes_in_a_file_are_each_counted(evening):
    several = EpisodeFile(last=6, seconds=7920)
    evening.jellyfin("PlaybackStart", several)
    for position in range(60, 7860, 60):
        evening.wait(60, step=20)
        evening.jellyfin("PlaybackProgress", several, position=position)
    evening.jellyfin("PlaybackStop", several, position=7880, PlayedToCompletion=True)
    assert evening.counted() == [LANTERN, "Lantern Street 2x05", "Lantern Street 2x06"]


def test_of_several_episodes_only_those_that_played(evening):
    several = EpisodeFile(last=6, seconds=7920)
    evening.jellyfin("PlaybackStart", several)
    evening.wait(2700, step=10)
    assert evening.counted() == []
    evening.jellyfin("PlaybackProgress", several, position=2700)
    evening.wait(300, step=10)
    evening.jellyfin("PlaybackStop", several, position=3000)
    assert evening.counted() == [LANTERN]


def test_an_episode_has_its_own_ids_and_the_show_has_none_of_them(evening):
    evening.plex("scrobble", EPISODE)
    (play,) = evening.queue.listing("900001", "waiting")
    assert play.item is not None
    assert (play.item.ids, dict(play.item.episode_ids)) == ((), {"tvdb": "8000001"})
    assert (play.item.title, play.item.season, play.item.episode) == ("Lantern Street", 2, 4)


def test_the_ids_of_the_show_go_along_where_the_payload_has_them(evening):
    evening.send(jellyfin_webhooks.default_format("Scrobble", EPISODE, position=2600))
    (play,) = evening.queue.listing("900001", "waiting")
    assert play.item is not None
    assert dict(play.item.ids) == {"tvdb": "980001", "imdb": "tt9900001", "tmdb": "990001"}


def test_nothing_is_sent_of_a_user_who_is_not_linked(evening):
    verdict = evening.jellyfin("PlaybackStop", position=5990, PlayedToCompletion=True, viewer=STRANGER)
    assert (verdict.outcome.value, verdict.user_name, verdict.account) == ("not_linked", "zoe", "")
    assert evening.queue.newest() == 0
    (seen,) = evening.receiver.users.listing()
    assert (seen.user_name, seen.user_id, seen.last_label) == ("zoe", "1d9e6679742540de944be07fc1f90ae8", HARBOUR)


def test_nothing_is_sent_of_an_account_that_is_not_linked_to_simkl(evening):
    verdict = evening.plex("scrobble", viewer=Viewer("carl"))
    assert (verdict.outcome.value, verdict.account) == ("account_missing", "carl")
    assert evening.queue.newest() == 0


def test_a_session_of_two_users_counts_for_both(evening):
    for viewer in (ANA, Viewer("ben", BEN.guid, BEN.plex_id, ANA.device)):
        evening.jellyfin("PlaybackStop", position=5990, PlayedToCompletion=True, viewer=viewer)
    assert (evening.counted("ana"), evening.counted("ben")) == ([HARBOUR], [HARBOUR])


def test_libraries_kinds_folders_and_short_ones_can_be_left_out(tmp_path):
    left_out = {"exclude_libraries": ("films",), "exclude_folders": ("/tv/Lantern Street",), "kinds": ("movies",)}
    evening = Evening(tmp_path, **left_out)
    by_library = evening.plex("scrobble")
    by_folder = evening.emby("stop", EPISODE, position=2630, completed=True)
    by_kind = evening.plex("scrobble", EPISODE)
    short = evening.jellyfin("PlaybackStop", Film("Short", seconds=100), position=99, PlayedToCompletion=True)
    details = [each.detail for each in (by_library, by_folder, by_kind, short)]
    assert [each.outcome.value for each in (by_library, by_folder, by_kind, short)] == ["excluded"] * 4
    assert details == [
        "The library Films is excluded.", "Not tracked: in an excluded folder.",
        "Not tracked: of a kind that is not tracked: show.", "Shorter than 3 minutes.",
    ]  # fmt: skip
    assert evening.queue.newest() == 0


def test_a_title_that_is_missing_altogether_is_told_of(evening):
    verdict = evening.plex("scrobble", Film(title="", year=None, ids={}))
    assert verdict.outcome.value == "excluded"
    assert verdict.detail == "Not tracked: neither ids nor a title nor the name of a file."


def test_each_kind_of_request_has_a_verdict(evening):
    verdicts = [
        evening.send(emby.form(emby.test_of_connection())),
        evening.plex("rate"),
        evening.jellyfin("PlaybackStart", ItemType="Audio"),
        evening.send(plex.form(b"{")),
        evening.send(plex.form(b"{}")),
    ]
    kept = evening.receiver.deliveries.latest()
    assert [each.outcome.value for each in verdicts] == [
        "test", "not_playback", "not_media", "not_readable", "not_recognised",
    ]  # fmt: skip
    assert [each.id for each in kept] == [each.id for each in reversed(verdicts)]
    assert all(each.sentence.endswith(".") for each in kept)
    assert evening.receiver.deliveries.last_of_server("home") == kept[0]


def test_senders_are_remembered_with_their_versions(evening):
    evening.jellyfin("PlaybackStart")
    evening.plex("play")
    seen = {each.sender: (each.version, each.name) for each in evening.receiver.senders.listing("home")}
    assert seen == {"jellyfin": ("10.11.6", "nas"), "plex": ("", "nas")}


def test_a_time_that_plays_on_is_only_told_by_who_is_linked(evening):
    evening.jellyfin("PlaybackStart", viewer=BEN)
    evening.wait(5)
    assert (evening.waiting("ana"), len(evening.waiting("ben")), evening.woken) == ([], 1, ["900002"])


def test_a_position_that_comes_after_the_stop_begins_nothing(evening):
    evening.jellyfin("PlaybackStart")
    evening.wait(60)
    evening.jellyfin("PlaybackStop", position=60)
    late = evening.jellyfin("PlaybackProgress", position=59)
    evening.wait(10)
    assert (late.outcome.value, late.detail) == ("position", "It has stopped already.")
    assert [action for action, *_ in evening.waiting()] == ["stop"]


def test_a_position_of_the_former_episode_does_not_end_the_next(evening):
    following = EpisodeFile(number=5)
    evening.jellyfin("PlaybackStart", EPISODE)
    evening.wait(60)
    evening.jellyfin("PlaybackStart", following)
    evening.wait(5)
    evening.jellyfin("PlaybackStop", EPISODE, position=60)
    evening.jellyfin("PlaybackProgress", EPISODE, position=59)
    assert evening.waiting()[-1][:2] == ("start", "Lantern Street 2x05")


def test_a_beginning_that_was_missed(evening):
    assert evening.plex("pause", position=600).outcome.value == "started"
    evening.plex("resume", position=600)
    evening.wait(5)
    assert evening.waiting() == [("start", HARBOUR, pytest.approx(10.0, abs=0.2))]


def test_a_stop_that_is_all_there_is_keeps_the_place(evening):
    assert evening.plex("stop", position=3000).outcome.value == "queued"
    assert evening.waiting() == [("stop", HARBOUR, 50.0)]


def test_a_length_that_nobody_knows(evening):
    endless = Film(seconds=0)
    evening.plex("play", endless, position=0)
    evening.wait(600, step=10)
    evening.plex("stop", endless, position=600)
    assert evening.counted() == []
    evening.plex("scrobble", endless)
    assert evening.counted() == [HARBOUR]


def test_a_playback_that_ended_by_itself_is_still_counted_when_its_end_is_told(evening):
    evening.emby("start", EPISODE, position=0)
    evening.wait(2600, step=10)
    evening.emby("start", EpisodeFile(number=5), position=0)
    assert evening.counted() == []
    evening.emby("stop", EPISODE, position=2635, completed=True)
    assert evening.counted() == [LANTERN]


def test_a_file_that_only_simkl_can_tell(evening):
    nameless = Film(title="", year=None, ids={}, path="/films/The.Glass.Harbour.2018.1080p.mkv")
    assert evening.emby("stop", nameless, position=5900, completed=True).outcome.value == "queued"
    (play,) = evening.queue.listing("900001", "waiting")
    assert (play.item, play.file) == (None, "The.Glass.Harbour.2018.1080p.mkv")
