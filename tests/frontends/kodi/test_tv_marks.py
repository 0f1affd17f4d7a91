"""Marks that a person sets or removes in Kodi's library reach Simkl, and those that playing sets are sent once."""

import time

import pytest

from tests.frontends.kodi.couch import FILM, OTHER_FILM, VIEWER

FIRST, SECOND = "Lantern Street 2x04", "Lantern Street 2x05"
BOTH = {"Lantern Street 1x01": 1, "Lantern Street 1x02": 1}
ONCE, NOTHING = {FILM.title: 1}, {}
LEFT_OUT = {"script.simkl.exclude": "true"}


def film_of_no_length(couch):
    couch.kodi.library.entry("movie", couch.film)["runtime"] = 0.0
    couch.play_film()


DOES = {
    "film": lambda couch: couch.play_film(),
    "film of no length": film_of_no_length,
    "film, left out": lambda couch: couch.kodi.playback.start_from_library("movie", couch.film, properties=LEFT_OUT),
    "other film": lambda couch: couch.play_other_film(),
    "episode": lambda couch: couch.play_episode(couch.first),
    "seek to the end": lambda couch: couch.kodi.playback.seek(238.0),
    "stop": lambda couch: couch.kodi.playback.stop(),
    "end": lambda couch: couch.kodi.playback.end(),
    "mark": lambda couch: couch.kodi.library.mark("movie", couch.film),
    "mark, in a scan": lambda couch: couch.kodi.library.mark("movie", couch.film, transaction=True),
    "unmark": lambda couch: couch.kodi.library.mark("movie", couch.film, 0),
    "mark first": lambda couch: couch.kodi.library.mark("episode", couch.first),
    "unmark first": lambda couch: couch.kodi.library.mark("episode", couch.first, 0),
    "mark second": lambda couch: couch.kodi.library.mark("episode", couch.second),
    "mark one of two": lambda couch: couch.kodi.library.mark("episode", couch.double[1]),
    "mark season": lambda couch: couch.kodi.library.mark_season(couch.show_id, 2),
    "unmark season": lambda couch: couch.kodi.library.mark_season(couch.show_id, 2, 0),
    "mark show": lambda couch: couch.kodi.library.mark_show(couch.show_id),
    "unmark show": lambda couch: couch.kodi.library.mark_show(couch.show_id, 0),
    "scan": lambda couch: couch.kodi.library.scanned("movie", couch.other_film),
    "network gone": lambda couch: couch.box.stop_listening(),
    "network back": lambda couch: couch.box.listen_again(),
}


def go_through(couch, *acts, until):
    """Have a person and Kodi do things at their seconds, and run the service."""
    for second, act in acts:
        couch.at(second, DOES[act], couch)
    couch.service(until)


def test_a_film_marked_by_hand_is_marked_at_simkl_with_its_time(couch):
    go_through(couch, (10, "mark"), until=20)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.routes, mark.watched_at) == (FILM.title, ("/sync/history",), "2026-03-05T18:00:10Z")
    assert couch.toasts() == ["Watched on Simkl: The Glass Harbour"]


# name: (what happens, until when the service runs, what is watched at Simkl, how many calls of its history there were)
BY_HAND = {
    "after a stop at 5 %": ([(1, "film"), (13, "stop"), (14, "mark")], 20, ONCE, 1),
    "after what was left out was stopped in the middle": (
        [(1, "film, left out"), (12, "stop"), (21, "mark")], 50, ONCE, 1,
    ),
    "while it plays, though it is stopped early": ([(1, "film"), (30, "mark"), (40, "stop")], 50, ONCE, 1),
    "by a remote during a scan": ([(9, "scan"), (10, "mark, in a scan"), (11, "scan")], 20, ONCE, 1),
    "while the network is gone": ([(5, "network gone"), (10, "mark"), (600, "network back")], 2000, ONCE, 1),
    "of one episode of a double file marks both as Kodi does": ([(10, "mark one of two")], 20, BOTH, 1),
    "of several that keep coming until they cease": (
        [(10, "mark first"), (10.5, "mark second"), (11, "mark")], 20, {FIRST: 1, SECOND: 1, FILM.title: 1}, 1,
    ),
    "taken away and set again within the minute": (
        [(1, "film"), (231, "stop"), (240, "unmark"), (250, "mark")], 260, ONCE, 1,
    ),
}  # fmt: skip


BY_KODI = {
    "set by Kodi after the end": ([(1, "film"), (241, "end")], 250, ONCE, 0),
    "set by Kodi when the next one is opened": ([(1, "film"), (231, "other film"), (240, "stop")], 250, ONCE, 0),
    "set by Kodi on what an add-on wants left out": ([(1, "film, left out"), (241, "end")], 250, NOTHING, 0),
    "set by Kodi after an external player": ([(1, "film of no length"), (30, "end")], 50, ONCE, 1),
    "set by Kodi after a film was sought to its end": (
        [(1, "film"), (2, "seek to the end"), (3.5, "stop")], 50, ONCE, 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("acts", "until", "marks", "calls"), [*BY_HAND.values(), *BY_KODI.values()], ids=[*BY_HAND, *BY_KODI]
)
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


@pytest.mark.parametrize(
    ("last_played", "told"),
    [("2019-07-01 12:00:00", "2019-07-01T12:00:00Z"), (" ", "1970-01-01T00:00:01Z")],
    ids=["2019", "without a date"],
)
def test_a_mark_arrives_with_the_date_of_the_library(couch, monkeypatch, last_played, told):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    couch.at(10, lambda: couch.kodi.library.mark("movie", couch.film, lastplayed=last_played))
    couch.service(20)
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == told


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


def test_a_film_whose_mark_is_taken_away_stays_at_simkl_with_its_rating(couch):
    go_through(couch, (10, "mark"), (20, "unmark"), until=100)
    assert (couch.marks(), couch.sent("/sync/history/remove")) == (ONCE, [])


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
