"""Marks that somebody sets or takes away in a server's library."""

from __future__ import annotations

import pytest

from tests.fakes.clock import NOON
from tests.fakes.servers import emby, jellyfin
from tests.fakes.servers.request import SentHook
from tests.fakes.servers.titles import ANA, EpisodeFile, Viewer
from tests.unit.web.evenings import BEN, EPISODE, FILM, HARBOUR, LANTERN, NAMELESS, RESTART, Evening, hold
from tests.unit.web.senders import by_jellyfin, by_plex, toggled

REMOVED = [("unwatched", LANTERN, 0.0)]


def at_emby(event: str) -> SentHook:
    return emby.form(emby.payload(f"item.{event}", EPISODE))


def unmarked(first: int, last: int, show: str = "Lantern Street", viewer: Viewer = ANA) -> list[SentHook]:
    """Requests about several episodes of a show."""
    return [toggled(EpisodeFile(show, number=number), False, viewer) for number in range(first, last + 1)]


TABLE = {
    "a mark goes along": ([toggled(FILM, True)], {"waiting": [("watched", HARBOUR, 0.0)]}),
    "a mark at Emby goes along": ([at_emby("markplayed")], {"waiting": [("watched", LANTERN, 0.0)]}),
    "what nobody set by hand is no mark": (
        [jellyfin.all_properties(jellyfin.user_data_saved(FILM, reason, True))
         for reason in ("PlaybackFinished", "PlaybackProgress", "Import", "UpdateUserRating")],
        {"waiting": []},
    ),
    "a mark right after the playback is the same play": (
        [by_plex("scrobble", EPISODE), 30, at_emby("markplayed")],
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


@pytest.mark.parametrize(("steps", "wanted"), TABLE.values(), ids=TABLE.keys())
def test_marks(tmp_path, steps, wanted):
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
