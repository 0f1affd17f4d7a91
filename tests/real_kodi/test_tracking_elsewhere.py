"""What a real Kodi plays from outside its library arrives at Simkl under the right name, or not at all."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.real_kodi.library import video
from tests.real_kodi.library_items import FILMS
from tests.real_kodi.tracked import KUMO, PAPER, SHORT, Part, catalogue, simkl_id
from tests.real_kodi.tv import ADDON_ID

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
    story = viewer.arrivals.of("ids of an add-on for an episode")
    ids = json.dumps({"tmdb": int(PAPER.ids["tmdb"])})
    tags = {"mediatype": "episode", "title": "x", "showtitle": "Another Name", "season": 1, "episode": 4}
    viewer.watch_from_addon(outside("a.mkv"), tags=tags, window={"script.trakt.ids": ids})
    viewer.started(story)
    viewer.jump_and_stop(85, story)


def test_ids_that_an_addon_gives_for_a_film_do_not_stick_to_what_plays_next(viewer, outside):
    film = viewer.arrivals.of("ids of an add-on for a film")
    episode = viewer.arrivals.of("a library item opened over that")
    ids = json.dumps({"simkl": simkl_id(FILMS[6])})
    viewer.watch_from_addon(outside("b.mkv"), window={"script.simkl.ids": ids})
    viewer.started(film)
    viewer.watch(Part(KUMO, 1, 1))
    film.rest()
    viewer.started(episode)
    viewer.leave(episode)


def test_an_id_under_another_name_is_sent(viewer, outside):
    story = viewer.arrivals.of("an id of another name")
    tags = {"mediatype": "movie", "title": "x"}
    viewer.watch_from_addon(outside("d.mkv"), tags=tags, ids={"unknown": FILMS[2].ids["imdb"]})
    viewer.started(story)
    viewer.leave(story)


def test_an_id_of_5000_digits_stops_nothing(viewer, outside):
    first = viewer.arrivals.of("an id of 5,000 digits, and a title")
    second = viewer.arrivals.of("a library item after that")
    told = ["scrobble", "start", "type=movie", f"tmdb={NUMBER_TOO_LONG}"]
    viewer.kodi.rpc("Addons.ExecuteAddon", addonid=ADDON_ID, params=told)
    tags = {"mediatype": "movie", "title": FILMS[3].title, "year": FILMS[3].year}
    ids = f'{{"tmdb": {NUMBER_TOO_LONG}}}'
    viewer.watch_from_addon(outside("e.mkv"), tags=tags, window={"script.trakt.ids": ids, "script.simkl.ids": ids})
    viewer.started(first)
    viewer.leave(first)
    viewer.watch(Part(KUMO, 1, 2))
    viewer.started(second)
    viewer.leave(second)


@pytest.mark.parametrize("name", NO_TITLES.values(), ids=NO_TITLES)
def test_what_is_no_title_is_not_tracked(viewer, outside, served, name):
    asked = asked_by_name(viewer)
    if name == "stream.mkv":
        viewer.open({"file": served(name)})
    else:
        viewer.play_file(outside(name))
    viewer.past(PAST_THE_START)
    viewer.stop()
    assert (viewer.waiting(), asked_by_name(viewer)) == ([], asked)


def test_what_an_addon_excludes_and_what_is_too_short_is_not_tracked(viewer, outside):
    tags = {"mediatype": "movie", "title": FILMS[1].title, "year": FILMS[1].year}
    viewer.watch_from_addon(outside("c.mkv"), tags=tags, properties={"script.simkl.exclude": "true"})
    viewer.past(PAST_THE_START)
    viewer.watch(FILMS[8])
    viewer.past(PAST_THE_START)
    viewer.stop()
    assert viewer.waiting() == []


def test_a_film_from_its_beginning_to_its_end_is_worth_two_calls(viewer, outside):
    story = viewer.arrivals.of("from its beginning to its end")
    tags = {"mediatype": "movie", "title": FILMS[7].title, "year": FILMS[7].year}
    viewer.watch_from_addon(outside("f.mkv", SHORT), tags=tags, settings={"minimum_minutes": "0"})
    viewer.wait_for_end()
    story.rest()


def test_after_all_this_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    with_library.kodi.quit()
    with_library.nothing_else_arrived()
    assert with_library.tv.box.history_calls == []
