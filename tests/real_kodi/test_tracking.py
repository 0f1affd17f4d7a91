"""What is watched in a real Kodi arrives at Simkl call by call, under the right name; and what is no title does not."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.real_kodi.library import FILMS, HARBOUR, KUMO, PAPER, SHORT, catalogue, video
from tests.real_kodi.tv import ADDON_ID
from tests.real_kodi.viewer import start, stop

BOX = {"catalogue": catalogue()}

STRANGER = "Nobody.Knows.This.S01E04.mkv"
PAST_THE_START = 3.3  # seconds played; what is tracked has queued its start by then
NUMBER_TOO_LONG = "9" * 5000  # Python reads no more than 4,300 digits
NO_TITLES = {
    "the last part of an address": "stream.mkv",
    "a number": "20240117.mkv",
    "a sample": "The.Paper.Detectives.S02E03.720p-sample.mkv",
    "an extra": f"{FILMS[0].name}/Extras/How it was made.mkv",
    "a trailer": f"{FILMS[0].name}-trailer.mkv",
}


class _Quiet(SimpleHTTPRequestHandler):
    """A web server of files that writes no log."""

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """Return how to put a video outside the library, each in a folder of its own: Kodi remembers what is in one."""
    return lambda name, *seconds: video(tmp_path_factory.mktemp("outside") / name, *seconds)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Return how to put a video on a web server, as a media server has it: its address."""
    folder = tmp_path_factory.mktemp("served")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield lambda name: f"http://127.0.0.1:{server.server_port}/{video(folder / name).relative_to(folder)}"
        server.shutdown()
        thread.join()


def asked_by_name(viewer):
    return [request.body["file"] for request in viewer.tv.box.requests if request.path == "/search/file"]


def described(film):
    return {"mediatype": "movie", "title": film.title, "year": film.year}


def test_another_one_opened_over_it_stops_it_where_it_was_and_a_stop_after_the_mark_counts(viewer):
    first, second = FILMS[4:6]
    viewer.watch(first)
    viewer.expect(start(first))
    viewer.seek(95)
    viewer.watch(second)
    viewer.expect(stop(first, 95), start(second))
    viewer.stop_at(second, 85)
    assert [viewer.playcount(film) for film in (first, second)] == [1, 0]


def test_the_next_of_a_list_by_hand_stops_the_one_before(viewer):
    special, first = HARBOUR.part(0, 1), HARBOUR.part(1, 2)
    viewer.play_list(*map(viewer.library.file, (special, first)))
    viewer.expect(start(special))
    viewer.seek(30)
    viewer.next()
    viewer.expect(stop(special, 30), start(first))
    viewer.stop_at(first, 95)


def test_a_file_of_two_episodes_counts_each_at_its_share_and_what_simkl_has_got_is_listed_the_newest_first(viewer):
    tv, first, second = viewer.tv, PAPER.part(1, 1), PAPER.part(1, 2)
    viewer.watch(first)
    viewer.expect(start(first, 4))
    viewer.seek(49.5)
    viewer.expect(stop(first, 100), start(second, 3))
    viewer.seek(95)
    viewer.stop()
    viewer.expect(stop(second, 90))
    assert viewer.playcount(second) > 0
    menu = tv.open_menu()
    tv.choose("Sent")
    tv.wait(lambda: tv.menu() not in ([], menu), "the list of what was sent")
    tv.picture("sent", still=True)
    sent = [row.replace("[B]", "").replace("[/B]", "").partition("  ") for row in tv.menu()]
    assert [title for title, _, _ in sent[:2]] == [f"{PAPER.title} 1x02", f"{PAPER.title} 1x01"]
    assert [said.rpartition(", ")[2] for _, _, said in sent[:2]] == ["marked as watched", "marked as watched"]


def test_a_name_that_simkl_does_not_know_is_said_once_kept_for_the_person_and_not_asked_again(viewer, outside):
    tv, file = viewer.tv, outside(STRANGER)
    asked = asked_by_name(viewer)
    tv.wait_for_no_notification()
    viewer.play_file(file)
    viewer.kodi.wait_for_notification("Other.not_recognised")
    assert not tv.notified()
    viewer.stop()
    tv.wait(tv.notified, "a word about it, now that nothing plays")
    tv.picture("tracking-not-recognised", still=True)
    tv.wait(lambda: [play.action for play in viewer.aside()] == ["stop"], "the stop kept aside")
    kept = viewer.aside()
    viewer.play_file(file)
    tv.wait(lambda: viewer.aside() != kept, "the newer one in its place")
    viewer.stop()
    tv.wait(lambda: [play.action for play in viewer.aside()] == ["stop"], "its stop in its place")
    assert [(play.label, play.why) for play in viewer.aside()] == [(STRANGER, "not_found")]
    assert asked_by_name(viewer) == [*asked, STRANGER]
    assert "Other.not_recognised" not in [each["method"] for each in viewer.kodi.notifications]


def test_ids_that_an_addon_gives_are_those_of_the_show_for_an_episode(viewer, outside):
    ids = json.dumps({"tmdb": int(PAPER.ids["tmdb"])})
    tags = {"mediatype": "episode", "title": "x", "showtitle": "Another Name", "season": 1, "episode": 4}
    viewer.watch_from_addon(outside("a.mkv"), tags=tags, window={"script.trakt.ids": ids})
    viewer.expect(start(PAPER.part(1, 4)))
    viewer.stop_at(PAPER.part(1, 4), 85)


def test_ids_that_an_addon_gives_for_a_film_do_not_stick_to_what_plays_next(viewer, outside):
    film, episode = FILMS[6], KUMO.part(1, 1)
    viewer.watch_from_addon(outside("b.mkv"), window={"script.simkl.ids": json.dumps({"simkl": film.simkl})})
    viewer.expect(start(film))
    viewer.watch(episode)
    viewer.expect(stop(film, 2), start(episode))
    viewer.stop()
    viewer.expect(stop(episode, 2))


def test_an_id_under_another_name_is_sent(viewer, outside):
    tags = {"mediatype": "movie", "title": "x"}
    viewer.watch_from_addon(outside("d.mkv"), tags=tags, ids={"unknown": FILMS[2].ids["imdb"]})
    viewer.expect(start(FILMS[2]))
    viewer.stop()
    viewer.expect(stop(FILMS[2], 2))


def test_an_id_of_5000_digits_stops_nothing(viewer, outside):
    film, episode = FILMS[3], KUMO.part(1, 2)
    told = ["scrobble", "start", "type=movie", f"tmdb={NUMBER_TOO_LONG}"]
    viewer.kodi.rpc("Addons.ExecuteAddon", addonid=ADDON_ID, params=told)
    ids = f'{{"tmdb": {NUMBER_TOO_LONG}}}'
    window = {"script.trakt.ids": ids, "script.simkl.ids": ids}
    viewer.watch_from_addon(outside("e.mkv"), tags=described(film), window=window)
    viewer.expect(start(film))
    viewer.stop()
    viewer.expect(stop(film, 2))
    viewer.watch(episode)
    viewer.expect(start(episode))
    viewer.stop()
    viewer.expect(stop(episode, 2))


@pytest.mark.parametrize("name", NO_TITLES.values(), ids=NO_TITLES)
def test_what_is_no_title_is_not_tracked(viewer, outside, served, name):
    asked = asked_by_name(viewer)
    viewer.play_file(served(name) if name == "stream.mkv" else outside(name))
    viewer.past(PAST_THE_START)
    viewer.stop()
    assert (viewer.waiting(), asked_by_name(viewer)) == ([], asked)


def test_what_an_addon_excludes_and_what_is_too_short_is_not_tracked(viewer, outside):
    excluded = {"script.simkl.exclude": "true"}
    viewer.watch_from_addon(outside("c.mkv"), tags=described(FILMS[1]), properties=excluded)
    viewer.past(PAST_THE_START)
    viewer.watch(FILMS[8])
    viewer.past(PAST_THE_START)
    viewer.stop()
    assert viewer.waiting() == []


def test_a_film_from_its_beginning_to_its_end_is_worth_two_calls(viewer, outside):
    film = FILMS[7]
    viewer.watch_from_addon(outside("f.mkv", SHORT), tags=described(film), settings={"minimum_minutes": "0"})
    viewer.wait_for_end()
    viewer.expect(start(film, 22, near=20), stop(film, 100))


def test_after_all_this_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    with_library.kodi.quit()
    with_library.nothing_else_arrived()
    assert with_library.tv.box.history_calls == []
