"""Marks that a person sets or removes in Kodi's library reach Simkl, and those that playing sets are sent once."""

import json
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from lib.kodi.library.marks import LibraryMarks
from lib.tracking.echoes import Echoes
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.database import QueueError
from tests.frontends.kodi.couch import FILM, LONG_SHOW, OTHER_FILM, VIEWER, change_queue
from tests.frontends.kodi.tv import Tv

FIRST, SECOND = "Lantern Street 2x04", "Lantern Street 2x05"
BOTH = {"Lantern Street 1x01": 1, "Lantern Street 1x02": 1}
ONCE = {FILM.title: 1}
LEFT_OUT = {"script.simkl.exclude": "true"}


def does(couch):
    """Return what a person and Kodi can do, by its name."""
    library, playback = couch.kodi.library, couch.kodi.playback
    return {
        "film": couch.play_film,
        "film of no length": lambda: library.entry("movie", couch.film).update(runtime=0.0) or couch.play_film(),
        "film, left out": lambda: playback.start_from_library("movie", couch.film, properties=LEFT_OUT),
        "other film": couch.play_other_film,
        "episode": lambda: couch.play_episode(couch.first),
        "seek to the end": lambda: playback.seek(238.0),
        "stop": playback.stop,
        "end": playback.end,
        "mark": lambda: library.mark("movie", couch.film),
        "mark, in a scan": lambda: library.mark("movie", couch.film, transaction=True),
        "unmark": lambda: library.mark("movie", couch.film, 0),
        "mark first": lambda: library.mark("episode", couch.first),
        "unmark first": lambda: library.mark("episode", couch.first, 0),
        "mark second": lambda: library.mark("episode", couch.second),
        "mark one of two": lambda: library.mark("episode", couch.double[1]),
        "mark season": lambda: library.mark_season(couch.show_id, 2),
        "unmark season": lambda: library.mark_season(couch.show_id, 2, 0),
        "mark show": lambda: library.mark_show(couch.show_id),
        "unmark show": lambda: library.mark_show(couch.show_id, 0),
        "scan": lambda: library.scanned("movie", couch.other_film),
        "network gone": couch.box.stop_listening,
        "network back": couch.box.listen_again,
    }


def go_through(couch, *acts, until):
    """Have a person and Kodi do things at their seconds, and run the service."""
    for second, act in acts:
        couch.at(second, does(couch)[act])
    couch.service(until)


# name: (what happens, until when the service runs, what is watched at Simkl, how many calls of its history there were)
MARKS = {
    "after a stop at 5 %": ([(1, "film"), (13, "stop"), (14, "mark")], 20, ONCE, 1),
    "after what was left out was stopped": ([(1, "film, left out"), (12, "stop"), (21, "mark")], 50, ONCE, 1),
    "while it plays, though it is stopped early": ([(1, "film"), (30, "mark"), (40, "stop")], 50, ONCE, 1),
    "by a remote during a scan": ([(9, "scan"), (10, "mark, in a scan"), (11, "scan")], 20, ONCE, 1),
    "while the network is gone": ([(5, "network gone"), (10, "mark"), (600, "network back")], 2000, ONCE, 1),
    "of one episode of a double file marks both as Kodi does": ([(10, "mark one of two")], 20, BOTH, 1),
    "of several that keep coming until they cease": (
        [(10, "mark first"), (10.5, "mark second"), (11, "mark")], 20, {FIRST: 1, SECOND: 1, FILM.title: 1}, 1,
    ),
    "set again within the minute": ([(1, "film"), (231, "stop"), (240, "unmark"), (250, "mark")], 260, ONCE, 1),
    "taken away from a film": ([(10, "mark"), (20, "unmark")], 100, ONCE, 1),
    "set by Kodi after the end": ([(1, "film"), (241, "end")], 250, ONCE, 0),
    "set by Kodi when the next one is opened": ([(1, "film"), (231, "other film"), (240, "stop")], 250, ONCE, 0),
    "set by Kodi on what an add-on wants left out": ([(1, "film, left out"), (241, "end")], 250, {}, 0),
    "set by Kodi after an external player": ([(1, "film of no length"), (30, "end")], 50, ONCE, 1),
    "set by Kodi after a seek to the end": ([(1, "film"), (2, "seek to the end"), (3.5, "stop")], 50, ONCE, 1),
}  # fmt: skip


@pytest.mark.parametrize(("acts", "until", "marks", "calls"), MARKS.values(), ids=MARKS)
def test_a_mark_by_hand_arrives_and_one_of_kodis_own_only_where_nothing_else_told_of_it(
    couch, acts, until, marks, calls
):
    go_through(couch, *acts, until=until)
    assert (couch.marks(), len(couch.sent("/sync/history"))) == (marks, calls)
    assert couch.sent("/sync/history/remove") == []


@pytest.mark.parametrize("setting", ["library_marks", "track_movies"])
def test_marks_of_the_library_or_of_a_kind_can_be_switched_off(couch, setting):
    couch.kodi.settings.values[setting] = False
    go_through(couch, (10, "mark"), until=20)
    assert couch.paths() == [] and couch.queued() == []


@pytest.mark.parametrize(("more", "told"), [
    ({}, "2026-03-05T18:00:10Z"), ({"lastplayed": "2019-07-01 12:00:00"}, "2019-07-01T12:00:00Z"),
    ({"lastplayed": " "}, "1970-01-01T00:00:01Z"),
])  # fmt: skip
def test_a_mark_arrives_with_the_date_of_the_library(couch, monkeypatch, more, told):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    couch.at(10, lambda: couch.kodi.library.mark("movie", couch.film, **more))
    couch.service(20)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.routes, mark.watched_at) == (FILM.title, ("/sync/history",), told)


def test_a_new_film_with_the_number_of_a_deleted_one_is_marked_too(couch):
    def replaced():
        couch.kodi.notify("xbmc", "VideoLibrary.OnRemove", f'{{"id": {couch.film}, "type": "movie"}}')
        couch.kodi.library.remove("movie", couch.film)
        assert couch.kodi.library.add_film(OTHER_FILM.title, 2020, {"imdb": "tt9900002"}) == couch.film

    couch.at(232, replaced)
    go_through(couch, (1, "film"), (231, "stop"), (240, "mark"), until=250)
    assert set(couch.marks()) == {FILM.title, OTHER_FILM.title}


def test_many_marks_at_once_are_one_batch(couch):
    go_through(couch, (10, "mark season"), (20, "mark show"), until=20)
    assert len(couch.sent("/sync/history")) == 1 and len(couch.queued()) == 3  # the last second's are not lost
    assert couch.marks() == {FIRST: 1, SECOND: 1}
    assert couch.toasts() == ["2 marked as watched: Lantern Street"]


# marks that are taken away


def test_one_episode_whose_mark_is_taken_away_is_taken_away_at_simkl_after_a_minute(couch):
    go_through(couch, (10, "mark first"), (12, "mark second"), (20, "unmark first"), until=100)
    assert couch.marks() == {SECOND: 1}
    [call] = couch.sent("/sync/history/remove")
    [show] = call["shows"]
    assert [each["number"] for season in show["seasons"] for each in season["episodes"]] == [4]
    assert couch.toasts()[-1] == f"Unwatched on Simkl: {FIRST}"


@pytest.mark.parametrize("what", ["season", "show"])
def test_a_season_or_a_show_that_is_taken_away_to_see_it_again_stays_at_simkl_and_that_is_told_once(couch, what):
    acts = [(again + later, act) for again in (100, 300) for later, act in ((0, f"unmark {what}"), (90, "mark show"))]
    go_through(couch, (10, "mark show"), *acts, until=500)
    assert couch.sent("/sync/history/remove") == []
    assert len(couch.marks()) == 5
    assert [each for each in couch.toasts() if "Remove from Simkl" in each] == [
        "Marks of a show removed in Kodi: Simkl stays as it is. To remove them there: context menu, Remove from Simkl"
    ]


def test_an_add_on_that_sets_the_play_count_to_0_while_it_plays_takes_nothing_away(couch):
    couch.kodi.library.entry("episode", couch.first)["playcount"] = 1
    go_through(couch, (1, "episode"), (30, "unmark first"), (230, "stop"), (240, "unmark first"), until=320)
    assert (couch.marks(), couch.sent("/sync/history/remove")) == ({FIRST: 1}, [])


# a long show that is marked at once: in batches, between which the player is heard, and none of them is lost


@pytest.fixture
def show(couch):
    """A show of 120 episodes in Kodi's library; its number there."""
    show = couch.kodi.library.add_show(LONG_SHOW.title, LONG_SHOW.year, dict(LONG_SHOW.ids))
    for number in range(120):
        couch.kodi.library.add_episode(show, 1 + number // 60, 1 + number % 60)
    return show


def test_a_long_show_that_is_marked_at_once_arrives_in_three_calls_and_kodi_is_asked_once_in_a_batch(couch, show):
    asked, library = [], couch.kodi.library

    def remembering(name, answer):
        return lambda params: asked.append((name, params["tvshowid"], params.get("season"))) or answer(**params)

    for name, answer in (("Episodes", library.list_episodes), ("TVShowDetails", library.show_details)):
        couch.kodi.jsonrpc[f"VideoLibrary.Get{name}"] = remembering(name, answer)
    couch.at(10, library.mark_show, show)
    couch.service(30)
    assert len(couch.marks()) == 120 and couch.queued() == []
    assert len(couch.sent("/sync/history")) <= 3
    assert {season for _, _, season in asked} == {None, 1, 2}
    assert 1 < max(Counter(asked).values()) <= 3  # and anew in the next batch of 50


@pytest.fixture
def heard(couch):
    """The marks that are heard; the queue; and how many plays are told of at once."""
    told = []
    notifier = SimpleNamespace(queued=lambda plays: told.append(len(plays)))
    with couch.inside(), couch.queue() as queue:
        yield LibraryMarks(queue, "900001", Echoes(), notifier, TrackingPreferences, couch.clock), queue, told


NO_MARKS = {
    "no count": {"item": {"id": 1, "type": "movie"}},
    "an import": {"item": {"id": 1, "type": "movie"}, "playcount": 1, "added": True},
    "after a natural end": {"id": 1, "type": "movie"},
    "a show": {"item": {"id": 3, "type": "tvshow"}, "playcount": 1},
    "a film that is gone": {"item": {"id": 99, "type": "movie"}, "playcount": 1},
    "no number": {"item": {"id": None, "type": "movie"}, "playcount": 1},
    "nonsense": {"item": "odd", "playcount": 1},
}


def test_what_kodi_tells_otherwise_is_no_mark_of_a_person(heard):
    marks, queue, _ = heard
    for name, data in NO_MARKS.items():
        marks.on_update(json.dumps(data))
        marks.settle(ends=True)
        assert queue.owners() == {}, name


@pytest.fixture
def collected(couch, show, heard):
    """The same with the marks of a whole show, not settled yet."""
    for each in couch.kodi.library.episodes(show):
        heard[0].on_update(f'{{"item": {{"id": {each["id"]}, "type": "episode"}}, "playcount": 1}}')
    assert heard[0].next_wake == pytest.approx(1.0)
    couch.kodi.clock.move_to(couch.now() + 1.0)
    return heard


@pytest.mark.parametrize(("ends", "sizes"), [(False, [50, 50, 20]), (True, [50] + [1] * 70)])
def test_one_batch_at_a_time_is_settled_and_at_the_end_all_that_is_left_one_by_one(collected, ends, sizes):
    marks, queue, told = collected
    while marks.next_wake is not None:
        assert marks.next_wake == 0.0
        marks.settle(ends=ends and told != [])
        assert queue.waiting("900001") == sum(told)
    assert told == sizes


def test_marks_that_the_disk_does_not_take_are_settled_the_next_time_and_not_at_once(couch, collected):
    marks, queue, told = collected
    marks.settle()
    change_queue(couch, "ALTER TABLE plays RENAME TO hidden")
    with pytest.raises(QueueError):
        marks.settle()
    change_queue(couch, "ALTER TABLE hidden RENAME TO plays")
    assert marks.next_wake == pytest.approx(5.0)
    marks.settle()
    assert told == [50]
    couch.kodi.clock.move_to(couch.now() + 5.0)
    marks.settle()
    marks.settle()
    assert queue.waiting("900001") == 120


def test_a_pause_in_the_middle_waits_for_one_batch_and_not_for_the_whole_show(couch, show):
    asked = []

    def details(params):
        asked.append(params["episodeid"])
        if len(asked) == 20:
            [player.onPlayBackPaused() for player in couch.kodi.players]
        return couch.kodi.library.episode_details(**params)

    couch.kodi.jsonrpc["VideoLibrary.GetEpisodeDetails"] = details
    couch.at(1, couch.play_film)
    couch.at(10, couch.kodi.library.mark_show, show)
    couch.service(40)
    calls = [path for path in couch.paths() if path in ("/sync/history", "/scrobble/pause")]
    assert calls == ["/sync/history", "/scrobble/pause", "/sync/history", "/sync/history"]


def test_an_internal_error_that_one_mark_leads_to_costs_its_batch_and_no_more(couch, show):
    broken, library = couch.kodi.library.episodes(show)[10]["id"], couch.kodi.library
    couch.kodi.jsonrpc["VideoLibrary.GetEpisodeDetails"] = lambda params: (
        library.episode_details(**params) if params["episodeid"] != broken else 1 / 0
    )
    couch.at(10, library.mark_show, show)
    couch.at(30, library.mark, "movie", couch.film)
    couch.kodi.at(40, couch.kodi.abort)
    Tv.run(couch, "")
    assert couch.kodi.log_text().count("internal error") == 1
    assert couch.marks()[FILM.title] == 1 and len(couch.marks()) == 120 - 50 + 1
