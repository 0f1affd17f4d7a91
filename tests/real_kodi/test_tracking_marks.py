"""Marks set by hand in Kodi's library arrive at Simkl, each once; of those taken away only what is meant there too."""

import time

import pytest

from lib.system.timestamps import format_utc
from tests.real_kodi.library import FILMS, KUMO, PAPER, catalogue

BOX = {"catalogue": catalogue()}

FILM, LONG_AGO, LEFT, SCANNED = FILMS[:4]
CLOUDS = [KUMO.part(*place) for place in KUMO.episodes]
UNTICKED = CLOUDS[1]
SEASON_1 = [PAPER.part(*place) for place in PAPER.episodes if place[0] == 1]


@pytest.fixture
def toggle(viewer):
    """Return how to go to an entry of a list of the library with the remote, and to mark it or not any more."""

    def toggle(folder, label):
        tv, kodi = viewer.tv, viewer.kodi
        kodi.send(f"ActivateWindow(videos,{folder},return)")
        tv.wait(lambda: kodi.infolabel("Container.FolderPath") == folder and kodi.infolabel("ListItem.Label"), folder)
        entries = int(kodi.infolabel("Container.NumItems"))
        for _ in range(entries + 1):
            if kodi.infolabel("ListItem.Label") == label:
                break
            before = kodi.infolabel("Container.CurrentItem")
            kodi.key("Down")
            tv.wait(lambda before=before: kodi.infolabel("Container.CurrentItem") != before, "the next entry")
        assert kodi.infolabel("ListItem.Label") == label
        kodi.action("togglewatched")

    return toggle


def after(viewer, do):
    """Do something, wait until a line of the history has arrived, and return what has."""
    box, before = viewer.tv.box, len(viewer.tv.box.history_calls)
    do()
    box.wait_for(lambda: len(box.history_calls) > before)
    return box.history_calls[before:]


def sizes(history_calls):
    return [(call.path.removeprefix("/sync/"), call.movies, call.shows, call.episodes) for call in history_calls]


def titles_of(history_calls):
    return [film["title"] for call in history_calls for film in call.body["movies"]]


def seasons_of(call):
    [show] = call.body["shows"]
    return {season["number"]: [each["number"] for each in season["episodes"]] for season in show["seasons"]}


def test_a_code_can_be_scanned_in_a_kodi_that_has_scanned_its_library(viewer):
    tv = viewer.tv
    code = tv.ask_to_link()
    tv.wait_to_read(code, "sign-in-after-a-scan")
    qr = tv.wait_to_scan("sign-in-after-a-scan")
    tv.kodi.key("Back")
    tv.wait_for_home()
    assert qr.text == f"{tv.box.url}/pin/{code}"


def test_a_film_marked_by_hand_is_one_line_of_the_history_and_stays_at_simkl_when_it_is_unticked(viewer, toggle):
    films = "videodb://movies/titles/"
    after(viewer, lambda: toggle(films, FILM.title))
    toggle(films, FILM.title)
    viewer.tv.wait(lambda: "the mark of a film was taken away" in viewer.kodi.log(), "the log telling of it")
    assert sizes(viewer.tv.box.history_calls) == [("history", 1, 0, 0)]


def test_a_season_marked_by_hand_is_one_batch_of_its_episodes_and_stays_at_simkl_too(viewer, toggle):
    before = len(viewer.tv.box.history_calls)
    show = f"videodb://tvshows/titles/{viewer.library.show_id(PAPER)}/"
    after(viewer, lambda: toggle(show, "Season 1"))
    viewer.kodi.forget_notifications()
    toggle(show, "Season 1")
    viewer.kodi.wait_for_notification("VideoLibrary.OnUpdate", lambda params: params["data"].get("playcount") == 0)
    arrived = viewer.tv.box.history_calls[before:]
    assert sizes(arrived) == [("history", 0, 1, len(SEASON_1))]
    assert seasons_of(arrived[0]) == {1: [part.number for part in SEASON_1]}


def test_a_mark_in_bulk_over_json_rpc_is_one_batch_too(viewer):
    arrived = after(viewer, lambda: [viewer.mark(part) for part in CLOUDS])
    assert sizes(arrived) == [("history", 0, 1, len(CLOUDS))]


def test_one_episode_is_unticked(viewer):
    unwatched = viewer.tv.box.unwatched
    viewer.tv.stays(lambda: not unwatched, 4, "the season left alone")  # what comes within 3 s counts as part of it
    viewer.mark(UNTICKED, playcount=0)  # which Simkl hears of after a minute: the last test of this file looks for it


def test_a_mark_by_hand_three_seconds_after_a_stop_half_way_arrives(viewer):
    viewer.watch_to(LEFT, 50)
    viewer.tv.stays(lambda: viewer.playcount(LEFT) == 0, 3, f"{LEFT.title} not marked by Kodi itself")
    assert titles_of(after(viewer, lambda: viewer.mark(LEFT))) == [LEFT.title]


def test_a_mark_with_a_date_of_years_ago_arrives_as_that_instant(viewer):
    [call] = after(viewer, lambda: viewer.mark(LONG_AGO, lastplayed="2019-07-01 20:15:00"))
    local = time.mktime((2019, 7, 1, 20, 15, 0, 0, 0, -1))
    [film] = call.body["movies"]
    assert (film["title"], film["watched_at"]) == (LONG_AGO.title, format_utc(local))


def test_marks_that_are_set_while_the_library_is_scanned_arrive(viewer):
    with viewer.library.held_up_scan():
        assert titles_of(after(viewer, lambda: viewer.mark(SCANNED))) == [SCANNED.title]
        viewer.kodi.wait_for_notification("VideoLibrary.OnUpdate", lambda params: params["data"].get("transaction"))


def test_after_all_this_only_one_episode_was_taken_away_and_nothing_was_complained_about(with_library):
    tv = with_library.tv
    tv.box.wait_for(lambda: tv.box.unwatched, 90)
    tv.kodi.quit()
    [removed] = [call for call in tv.box.history_calls if call.path == "/sync/history/remove"]
    assert (seasons_of(removed), len(tv.box.unwatched)) == ({UNTICKED.season: [UNTICKED.number]}, 1)
    with_library.nothing_else_arrived(
        FILM, LEFT, LONG_AGO, SCANNED, *SEASON_1, *(part for part in CLOUDS if part != UNTICKED)
    )
