"""The same play, told more than once, counts once, and watched again counts again; and marks that are set by hand."""

from __future__ import annotations

import pytest

from tests.fakes.clock import NOON
from tests.fakes.servers import emby, jellyfin
from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer
from tests.unit.web.evenings import BEN, DAY, EPISODE, FILM, HARBOUR, LANTERN, NAMELESS, RESTART, Evening, Step, hold
from tests.unit.web.senders import (
    by_emby,
    by_jellyfin,
    by_other_plugin,
    by_plex,
    by_tautulli,
    finished_by_jellyfin,
    toggled,
)

TABLET = Viewer(ANA.name, ANA.guid, ANA.plex_id, "tablet")


def watched(item: Film | EpisodeFile = FILM, start: int = 0, end: int = 5900) -> list[Step]:
    """An evening at Jellyfin, whose client tells the position every 500 seconds."""
    steps: list[Step] = [by_jellyfin("Start", item, start)]
    for position in range(start + 500, end, 500):
        steps += [500, by_jellyfin("Progress", item, position)]
    steps.append((end - start) % 500 or 500)
    return [*steps, by_jellyfin("Stop", item, end, PlayedToCompletion=end >= 0.9 * item.seconds)]


def at_emby(start: float, end: float) -> list[Step]:
    """A stretch at Emby, which tells no progress."""
    stop = by_emby("stop", position=end, completed=end > 5400)
    return [by_emby("start", position=start), end - start, stop]


def sent_again(event: str) -> list[Step]:
    """One event is sent again because its answer got lost, after a restart of ours as well."""
    steps: list[Step] = []
    for each, position in (("Start", 0), ("Progress", 3000), ("Stop", 5900)):
        sent = by_jellyfin(each, position=position)
        steps += [sent, *([RESTART, sent] if each == event else []), 2950]
    return steps


ONCE = {
    "two hooks of one server": (
        [by_jellyfin("Start"), by_other_plugin("Play"), 5900, finished_by_jellyfin(),
         by_other_plugin("Stop", position=5900), by_other_plugin("Scrobble", position=5900)],
        {"answers": ["started", "position", "queued", "duplicate", "duplicate"], "counted": [HARBOUR]},
    ),
    "Plex and Tautulli": (
        [by_plex("play", EPISODE, 0), by_tautulli("play", EPISODE), 2400,
         by_plex("scrobble", EPISODE), by_tautulli("watched", EPISODE), 200,
         by_plex("stop", EPISODE, 2600), by_tautulli("stop", EPISODE, position=2600)],
        {"counted": [LANTERN]},
    ),
    "the owner and the user at Plex": (
        [step for event, position in (("play", 0), ("scrobble", None), ("stop", 5950))
         for step in (*(by_plex(event, position=position, owner=owner) for owner in (True, False)), 2000)],
        {"counted": [HARBOUR]},
    ),
    "two clients of one user": (
        [*(by_jellyfin("Start", viewer=viewer) for viewer in (ANA, TABLET)), 5900,
         *(finished_by_jellyfin(viewer=viewer) for viewer in (ANA, TABLET))],
        {"counted": [HARBOUR]},
    ),
    "a client that stops at each pause": (
        [*at_emby(0, 1000), 300, *at_emby(1000, 2500), 300, *at_emby(2500, 4000), 300, *at_emby(4000, 5900)],
        {"counted": [HARBOUR]},
    ),
    "played on after the credits were skipped": (
        [by_plex("play", EPISODE, 0), 2400, by_plex("scrobble", EPISODE),
         *(step for position in (0, 2500, None)
           for step in (by_plex("play", EPISODE, position), 60, by_plex("stop", EPISODE, 2630)))],
        {"counted": [LANTERN], "actions": ["stop"]},
    ),
    "the credits a day later": ([*watched(end=5500), DAY, *watched(start=5500, end=5990)], {"counted": [HARBOUR]}),
    "and no progress": ([*at_emby(0, 5500), DAY, *at_emby(5500, 5900)], {"counted": [HARBOUR]}),
    "over two days for the first time": ([*watched(end=3500), DAY, *watched(start=3500)], {"counted": [HARBOUR]}),
    "a restart in between, and one before the stop is repeated": (
        [by_jellyfin("Start"), 3000, by_jellyfin("Progress", position=3000), RESTART, 2900,
         finished_by_jellyfin(), RESTART, finished_by_jellyfin()],
        {"answers": ["started", "position", "queued", "duplicate"], "counted": [HARBOUR]},
    ),
    **{f"{event} is sent again": (sent_again(event), {"counted": [HARBOUR], "actions": ["stop"]})
       for event in ("Start", "Progress", "Stop")},
    "two stops within the hour": (
        [by_plex("stop", position=5900), 1800, by_plex("stop", position=5950)],
        {"answers": ["queued", "duplicate"], "counted": [HARBOUR]},
    ),
    "a pause outlives a restart": (
        [by_jellyfin("Start"), 600, by_plex("pause", position=600), RESTART, 600, by_plex("resume", position=600)],
        {"waiting": [("start", HARBOUR, 10.0)]},
    ),
    "held up, and all at once": ([by_jellyfin("Start"), finished_by_jellyfin(position=5800)], {"counted": [HARBOUR]}),
}  # fmt: skip

AGAIN = {
    "another day": ([*watched(), DAY, *watched()], {"counted": [HARBOUR, HARBOUR]}),
    "at once": ([*watched(), *watched()], {"counted": [HARBOUR, HARBOUR]}),
    "over two days": ([*watched(), DAY, *watched(end=4000), DAY, *watched(start=4000)], {"counted": [HARBOUR] * 2}),
    "over two days without progress": (
        [*at_emby(0, 5900), DAY, *at_emby(0, 4000), 2 * DAY, *at_emby(4000, 5900)], {"counted": [HARBOUR] * 2},
    ),
    "where only stops are sent": (
        [by_plex("stop", position=5900), by_plex("stop", position=5950), 2 * DAY,
         by_plex("stop", position=5900), by_plex("stop", position=5950)],
        {"counted": [HARBOUR, HARBOUR]},
    ),
    "by two people": (
        [by_plex("scrobble", viewer=viewer) for viewer in (ANA, BEN)],
        {"counted": [HARBOUR], "counted_of_ben": [HARBOUR]},
    ),
    "a namesake": ([by_plex("scrobble", Film(year=year)) for year in (2018, 1954)], {"counted": [HARBOUR] * 2}),
    "episodes that follow each other": (
        [step for number in range(1, 4) for step in watched(EpisodeFile(number=number), end=2600)],
        {"counted": [f"Lantern Street 2x0{number}" for number in range(1, 4)]},
    ),
}  # fmt: skip

REMOVED = [("unwatched", LANTERN, 0.0)]


def marked_at_emby(event: str) -> SentHook:
    return emby.form(emby.payload(f"item.{event}", EPISODE))


def unmarked(first: int, last: int, show: str = "Lantern Street", viewer: Viewer = ANA) -> list[SentHook]:
    """Requests about several episodes of a show."""
    return [toggled(EpisodeFile(show, number=number), False, viewer) for number in range(first, last + 1)]


MARKS = {
    "a mark goes along": ([toggled(FILM, True)], {"waiting": [("watched", HARBOUR, 0.0)]}),
    "a mark at Emby goes along": ([marked_at_emby("markplayed")], {"waiting": [("watched", LANTERN, 0.0)]}),
    "what nobody set by hand is no mark": (
        [jellyfin.all_properties(jellyfin.user_data_saved(FILM, reason, True))
         for reason in ("PlaybackFinished", "PlaybackProgress", "Import", "UpdateUserRating")],
        {"waiting": []},
    ),
    "a mark right after the playback is the same play": (
        [by_plex("scrobble", EPISODE), 30, marked_at_emby("markplayed")],
        {"answers": ["queued", "duplicate"], "counted": [LANTERN]},
    ),
    "a season that is marked goes along episode by episode": (
        [toggled(EpisodeFile(number=number), True) for number in range(1, 9)],
        {"counted": [f"Lantern Street 2x0{number}" for number in range(1, 9)]},
    ),
    "an episode that is unmarked is held for a minute": (
        [toggled(EPISODE, False), 58], {"answers": ["unmark_held"], "waiting": []},
    ),
    "an episode that is unmarked goes along after a minute": (
        [toggled(EPISODE, False), 61], {"waiting": REMOVED, "outcomes": ["queued"]},
    ),
    "a held removal outlives a restart": ([toggled(EPISODE, False), RESTART, 61], {"waiting": REMOVED}),
    "four episodes go along and five do not": (
        [*unmarked(1, 4, show="A Short Show"), *unmarked(1, 5), 62],
        {"actions": ["unwatched"] * 4, "outcomes": ["queued"] * 4 + ["not_sent"] * 5},
    ),
    "a show that is unmarked slowly is left alone as well": (
        [step for sent in unmarked(1, 10) for step in (sent, 10)] + [70], {"outcomes": ["not_sent"] * 10},
    ),
    "five episodes of two people are not five of one": (
        [*unmarked(1, 3), *unmarked(1, 3, viewer=BEN), 62], {"outcomes": ["queued"] * 6},
    ),
    "a film that is unmarked stays at Simkl": (
        [toggled(FILM, False), 70], {"answers": ["not_sent"], "waiting": []},
    ),
    "marked again within the minute is marked": (
        [toggled(EPISODE, False), 20, toggled(EPISODE, True), 70], {"waiting": [("watched", LANTERN, 0.0)]},
    ),
    "nothing is removed of what plays": (
        [by_jellyfin("Start", EPISODE), 30, toggled(EPISODE, False), 70],
        {"answers": ["started", "not_sent"], "actions": ["start"]},
    ),
    "nothing is removed of what begins to play within the minute": (
        [toggled(EPISODE, False), 20, by_jellyfin("Start", EPISODE), 60], {"outcomes": ["not_sent", "queued"]},
    ),
    "nothing is removed of what was just played": (
        [by_plex("stop", EPISODE, 2600), 300, toggled(EPISODE, False), 400, toggled(EPISODE, False)],
        {"answers": ["queued", "not_sent", "unmark_held"]},
    ),
    "unmarked and watched again within the hour counts again": (
        [by_plex("stop", EPISODE, 2600), 700, toggled(EPISODE, False), 62, by_plex("stop", EPISODE, 2600)],
        {"counted": [LANTERN, LANTERN]},
    ),
    "a mark of a file that only Simkl can tell is not sent": ([toggled(NAMELESS, True)], {"answers": ["not_sent"]}),
}  # fmt: skip
TABLE = {**ONCE, **{f"watched again: {name}": row for name, row in AGAIN.items()}, **MARKS}


@pytest.mark.parametrize(("steps", "wanted"), TABLE.values(), ids=TABLE.keys())
def test_counting(tmp_path, steps, wanted):
    hold(Evening(tmp_path), steps, wanted)


DATES = {
    "2019-07-01T20:15:00Z": 1_562_012_100.0,
    "1970-01-01T00:00:00Z": NOON,
    "2099-01-01T00:00:00Z": NOON,
    None: NOON,
}


@pytest.mark.parametrize(("date", "at"), DATES.items())
def test_a_mark_has_the_date_that_the_server_has(tmp_path, date, at):
    evening = Evening(tmp_path)
    evening.send(toggled(FILM, True, LastPlayedDate=date))
    (play,) = evening.queue.listing("900001", "waiting")
    assert play.at == at
    assert "rating" in evening.send(toggled(FILM, False)).detail  # what Simkl would do to it
