"""An evening in front of a media server, and what Simkl is to hear of it."""

import pytest

from tests.fakes.servers import emby, jellyfin_webhooks, plex
from tests.fakes.servers.common import ANA, EpisodeFile, Film, Viewer
from tests.unit.web.evenings import BEN, EPISODE, HARBOUR, LANTERN, NAMELESS, Evening, hold
from tests.unit.web.senders import by_emby, by_jellyfin, by_other_plugin, by_plex, by_tautulli, finished_by_jellyfin

STRANGER = Viewer("zoe", "1d9e6679-7425-40de-944b-e07fc1f90ae8", 444444, "tv-3")
NEXT, NEXT_LABEL = EpisodeFile(number=5), "Lantern Street 2x05"
SEVERAL = EpisodeFile(last=6, seconds=7920)
ENDLESS = Film(seconds=0)


def started(progress: float, label: str = HARBOUR) -> dict:
    return {"waiting": [("start", label, pytest.approx(progress, abs=0.02))]}


TOLD = {
    "a start is told once it has played for three seconds": (
        [by_jellyfin("Start"), 4], {**started(0.05), "answers": ["started"], "outcomes": ["queued"]},
    ),
    "progress is never forwarded": (
        [by_jellyfin("Start"), 4, *(by_jellyfin("Progress", position=at) for at in range(10, 3000, 300))],
        started(0.05),
    ),
    "from start to end": (
        [by_jellyfin("Start"), 2990, by_jellyfin("Progress", position=2990), 3000, finished_by_jellyfin(position=5990)],
        {"waiting": [("stop", HARBOUR, 100.0)], "outcomes": ["superseded", "position", "queued"]},
    ),
    "a pause is found in the progress": (
        [by_jellyfin("Start"), 60, *[by_jellyfin("Progress", position=60, paused=True)] * 2],
        {"answers": ["started", "queued", "position"], "waiting": [("pause", HARBOUR, 1.0)]},
    ),
    "going on is found in the progress": (
        [by_jellyfin("Start"), 60, by_jellyfin("Progress", position=60, paused=True), 600,
         by_jellyfin("Progress", position=61)],
        started(1.02),
    ),
    "skipping through a list tells nothing": (
        [step for number in range(1, 6) for step in (
            by_jellyfin("Start", EpisodeFile(number=number)), 1, by_jellyfin("Stop", EpisodeFile(number=number), 1))],
        {"waiting": []},
    ),
    "a stop within three seconds counts nothing": (
        [by_jellyfin("Start", position=5800), 1, finished_by_jellyfin(position=5801)],
        {"answers": ["started", "not_sent"], "waiting": []},
    ),
    "stopped in the middle is a place to go on from": (
        [by_plex("play", position=0), 3000, by_plex("stop", position=3000)],
        {"waiting": [("stop", HARBOUR, 50.0)], "counted": []},
    ),
    "a stop that is all there is keeps the place": (
        [by_plex("stop", position=3000)], {"answers": ["queued"], "waiting": [("stop", HARBOUR, 50.0)]},
    ),
    "a position that comes after the stop begins nothing": (
        [by_jellyfin("Start"), 60, by_jellyfin("Stop", position=60), by_jellyfin("Progress", position=59), 10],
        {"answers": ["started", "queued", "position"], "actions": ["stop"]},
    ),
    "a beginning that was missed": (
        [by_plex("pause", position=600), by_plex("resume", position=600), 5],
        {"answers": ["started", "position"], **started(10.05)},
    ),
}  # fmt: skip

WATCHED = {
    "Plex says so": ([by_plex("scrobble")], {"answers": ["queued"], "counted": [HARBOUR]}),
    "a position near the end": ([by_plex("stop", position=5500)], {"counted": [HARBOUR]}),
    "Emby says so": ([by_emby("stop", position=5400, completed=True)], {"counted": [HARBOUR]}),
    "Tautulli says so": ([by_tautulli("watched")], {"counted": [HARBOUR]}),
    "Jellyfin's other plugin says so": ([by_other_plugin("Scrobble", position=5500)], {"counted": [HARBOUR]}),
    "and in the format of Plex": ([jellyfin_webhooks.plex_format("Scrobble", Film())], {"counted": [HARBOUR]}),
    "played for so long": ([by_jellyfin("Start"), 5400, finished_by_jellyfin(position=0)], {"counted": [HARBOUR]}),
    "of a length that nobody knows, Plex says so": (
        [by_plex("play", ENDLESS, 0), 600, by_plex("stop", ENDLESS, 600), by_plex("scrobble", ENDLESS)],
        {"counted": [HARBOUR]},
    ),
    "several episodes in a file": (
        [by_jellyfin("Start", SEVERAL),
         *(step for at in range(300, 7860, 300) for step in (300, by_jellyfin("Progress", SEVERAL, at))),
         finished_by_jellyfin(SEVERAL, 7880)],
        {"counted": [LANTERN, NEXT_LABEL, "Lantern Street 2x06"]},
    ),
    "the first of several episodes in a file": (
        [by_jellyfin("Start", SEVERAL), 2700, by_jellyfin("Progress", SEVERAL, 2700), 300,
         by_jellyfin("Stop", SEVERAL, 3000)],
        {"counted": [LANTERN]},
    ),
    "the session of Emby shows the next episode already": (
        [by_emby("start", EPISODE, position=0), 2600, by_emby("start", NEXT, position=0),
         by_emby("stop", EPISODE, position=2630, completed=True, state_position=2)],
        {"counted": [LANTERN]},
    ),
    "a late stop does not end the next episode": (
        [by_emby("start", EPISODE, position=0), 2600, by_emby("start", NEXT, position=0), 10,
         by_emby("stop", EPISODE, position=2630, completed=True), 2600,
         by_emby("stop", NEXT, position=2630, completed=True)],
        {"counted": [LANTERN, NEXT_LABEL]},
    ),
    "a session of two users": (
        [finished_by_jellyfin(viewer=viewer) for viewer in (ANA, Viewer("ben", BEN.guid, BEN.plex_id, ANA.device))],
        {"counted": [HARBOUR], "counted_of_ben": [HARBOUR]},
    ),
}  # fmt: skip

NOT_WATCHED = {
    "no position": [by_plex("stop")],
    "completed at Emby, no position": [by_emby("stop", completed=True)],
    "completed at Jellyfin, no position": [finished_by_jellyfin(position=0)],
    "beyond the end": [by_plex("stop", position=20_000)],
    "completed without a position after five minutes": [by_jellyfin("Start"), 300, finished_by_jellyfin(position=0)],
    "a position that is only guessed": [by_plex("play", position=0), 5900, by_plex("stop")],
    "a client that dies": [by_plex("play", position=0), 12_000],
    "of a length that nobody knows": [by_plex("play", ENDLESS, 0), 600, by_plex("stop", ENDLESS, 600)],
    "several episodes in a file, and no position": [by_jellyfin("Start", SEVERAL), 2700],
    "what the next one ended": [by_emby("start", EPISODE, position=0), 2600, by_emby("start", NEXT, position=0)],
}  # fmt: skip
TABLE = {
    **TOLD,
    **{f"watched: {name}": row for name, row in WATCHED.items()},
    **{f"not watched: {name}": ([*steps, 20_000], {"counted": []}) for name, steps in NOT_WATCHED.items()},
}


@pytest.fixture
def evening(tmp_path):
    return Evening(tmp_path)


@pytest.mark.parametrize(("steps", "wanted"), TABLE.values(), ids=TABLE.keys())
def test_an_evening(evening, steps, wanted):
    hold(evening, steps, wanted)


def test_what_is_lost_is_followed_no_longer_and_keeps_a_place_below_the_threshold(evening):
    evening.play(by_plex("play", position=0), 5900, by_plex("stop"))
    assert evening.waiting()[0][2] < 80
    evening.play(by_plex("play", EPISODE, 0), 2 * 86_400)
    assert evening.receiver.playing == 0


@pytest.mark.parametrize("late", [by_jellyfin("Stop", EPISODE, 60), by_jellyfin("Progress", EPISODE, 59)])
def test_what_comes_late_of_an_episode_does_not_end_the_next(evening, late):
    evening.play(by_jellyfin("Start", EPISODE), 60, by_jellyfin("Start", NEXT), 5, late)
    assert evening.waiting()[-1][:2] == ("start", NEXT_LABEL)


def test_what_goes_along_of_an_episode_and_of_a_file_that_only_simkl_can_tell(evening):
    named_by_episode, named_by_show = by_plex("scrobble", EPISODE), by_other_plugin("Scrobble", NEXT, position=2600)
    evening.play(named_by_episode, named_by_show, by_emby("stop", NAMELESS, position=5900, completed=True))
    first, second, third = evening.queue.listing("900001", "waiting")
    assert (dict(first.item.ids), dict(first.item.episode_ids)) == ({}, {"tvdb": "8000001"})
    assert dict(second.item.ids) == {"tvdb": "980001", "imdb": "tt9900001", "tmdb": "990001"}
    assert (second.item.title, second.item.season, second.item.episode) == ("Lantern Street", 2, 5)
    assert (third.item, third.file) == (None, "The.Glass.Harbour.2018.1080p.mkv")


def test_nothing_is_sent_of_a_user_who_is_not_linked(evening):
    verdict, carl = evening.play(finished_by_jellyfin(viewer=STRANGER), by_plex("scrobble", viewer=Viewer("carl")))
    assert (verdict.outcome.value, verdict.user_name, verdict.account) == ("not_linked", "zoe", "")
    assert (carl.outcome.value, carl.account) == ("account_missing", "carl")
    assert evening.queue.newest() == 0
    zoe = next(each for each in evening.receiver.users.listing() if each.user_name == "zoe")
    assert (zoe.user_id, zoe.last_label) == ("1d9e6679742540de944be07fc1f90ae8", HARBOUR)


def test_libraries_kinds_folders_and_short_ones_can_be_left_out(tmp_path):
    evening = Evening(
        tmp_path, exclude_libraries=("films",), exclude_folders=("/tv/Lantern Street",), kinds=("movies",)
    )
    verdicts = evening.play(
        by_plex("scrobble"),
        by_emby("stop", EPISODE, position=2630, completed=True),
        by_plex("scrobble", EPISODE),
        finished_by_jellyfin(Film("Short", seconds=100), 99),
        by_plex("scrobble", Film(title="", year=None, ids={}), librarySectionTitle="Others"),
    )
    assert {each.outcome.value for each in verdicts} == {"excluded"}
    assert [each.detail for each in verdicts] == [
        "The library Films is excluded.", "Not tracked: in an excluded folder.",
        "Not tracked: of a kind that is not tracked: show.", "Shorter than 3 minutes.",
        "Not tracked: neither ids nor a title nor the name of a file.",
    ]  # fmt: skip
    assert evening.queue.newest() == 0


def test_each_kind_of_request_has_a_verdict_and_its_sender_is_remembered(evening):
    unread, unknown = plex.form(b"{"), plex.form(b"{}")
    others = emby.form(emby.test_of_connection()), by_plex("rate"), by_jellyfin("Start", ItemType="Audio")
    evening.play(by_jellyfin("Start"), by_plex("play"))
    verdicts = evening.play(*others, unread, unknown)
    kept = evening.receiver.deliveries.latest(limit=len(verdicts))
    assert [each.outcome.value for each in verdicts] == [
        "test", "not_playback", "not_media", "not_readable", "not_recognised",
    ]  # fmt: skip
    assert [each.id for each in kept] == [each.id for each in reversed(verdicts)]
    assert all(each.sentence.endswith(".") for each in kept)
    assert evening.receiver.deliveries.last_of_server("home") == kept[0]
    seen = {each.sender: (each.version, each.name) for each in evening.receiver.senders.listing("home")}
    assert seen == {"jellyfin": ("10.11.6", "nas"), "plex": ("", "nas"), "emby": ("4.9.5.0", "nas")}


def test_a_start_wakes_the_delivery_of_its_owner_alone(evening):
    evening.play(by_jellyfin("Start", viewer=BEN), 5)
    assert (evening.waiting("ana"), len(evening.waiting("ben")), evening.woken) == ([], 1, ["900002"])
