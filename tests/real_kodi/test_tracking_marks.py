"""Marks that a person sets and takes away by hand in Kodi's library arrive at Simkl as batches, each once."""

import pytest

from tests.real_kodi.library_items import FILMS
from tests.real_kodi.tracked import KUMO, PAPER, catalogue

BOX = {"catalogue": catalogue()}

VIDEOS = 10025  # Kodi's window of videos
FILM = FILMS[0]
SEASON_1 = [episode.number for episode in PAPER.episodes if episode.season == 1]


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


def calls(viewer):
    return [
        (call.path.removeprefix("/sync/"), call.movies, call.shows, call.episodes)
        for call in viewer.tv.box.history_calls
    ]  # fmt: skip


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


def test_a_film_marked_by_hand_is_one_line_of_the_history_and_taken_away_again(viewer, toggle):
    box, films = viewer.tv.box, "videodb://movies/titles/"
    toggle(films, FILM.title)
    box.wait_for(lambda: box.history_calls)
    toggle(films, FILM.title)
    box.wait_for(lambda: len(box.history_calls) == 2)
    assert calls(viewer) == [("history", 1, 0, 0), ("history/remove", 1, 0, 0)]
    assert [mark.simkl for mark in box.unwatched] != []


def test_a_season_marked_by_hand_is_one_batch_of_its_episodes_and_so_is_taking_it_away(viewer, toggle):
    box, before = viewer.tv.box, len(viewer.tv.box.history_calls)
    show = f"videodb://tvshows/titles/{viewer.library.show_id(viewer.kodi, PAPER)}/"
    for count in (1, 2):
        toggle(show, "Season 1")
        box.wait_for(lambda count=count: len(box.history_calls) == before + count)
    added, removed = box.history_calls[before:]
    assert calls(viewer)[before:] == [("history", 0, 1, len(SEASON_1)), ("history/remove", 0, 1, len(SEASON_1))]
    assert seasons_of(added) == seasons_of(removed) == {1: SEASON_1}


def test_a_mark_in_bulk_over_json_rpc_is_one_batch_too(viewer):
    box, before = viewer.tv.box, len(viewer.tv.box.history_calls)
    for episode in KUMO.episodes:
        id_ = viewer.library.episode_id(viewer.kodi, KUMO, episode.season, episode.number)
        viewer.kodi.rpc("VideoLibrary.SetEpisodeDetails", episodeid=id_, playcount=1)
    box.wait_for(lambda: len(box.history_calls) > before)
    assert calls(viewer)[before:] == [("history", 0, 1, len(KUMO.episodes))]


def test_after_all_this_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    tv, arrivals = with_library.tv, with_library.arrivals
    tv.kodi.quit()
    assert len(tv.box.history_calls) == 5
    assert tv.box.scrobbles == []
    [marks] = tv.box.watched.values()
    assert {mark.title for mark in marks.values()} == {KUMO.title}
    arrivals.sound()
    assert tv.complaints() == []
    assert tv.leaked() == []
