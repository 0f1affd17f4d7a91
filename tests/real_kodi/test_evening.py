"""The sign-in and an evening in front of the TV, in each version of Kodi that the add-on promises to work in."""

from tests.real_kodi import versions
from tests.real_kodi.library import FILMS, HARBOUR, KUMO, PAPER, catalogue, video
from tests.real_kodi.python_api import names_in, wrong_in_stubs
from tests.real_kodi.tv import OK_DIALOG
from tests.real_kodi.viewer import pause, start, stop

VERSIONS = versions.VERSIONS
BOX = {"catalogue": catalogue(), "codes": ["K7Q0O"]}


def test_it_is_the_kodi_that_was_asked_for_and_the_stubs_hold_what_its_python_modules_hold(tv, version):
    assert tv.kodi.infolabel("System.BuildVersion").startswith(f"{version.major}.")
    names = names_in(tv.kodi)
    assert len(names) > 1000
    assert wrong_in_stubs(version.major, names) == []


def test_the_code_is_read_and_scanned_from_the_screen_and_the_approval_links(tv, version):
    code = tv.ask_to_link()
    name = f"{version}-sign-in"
    seen, qr = tv.wait_to_read(code, name), tv.wait_to_scan(name)
    tv.box.approve(code)
    tv.wait_until_linked()
    assert (len(seen.tiles), qr.text) == (5, f"{tv.box.url}/pin/{code}")


def test_simkl_is_asked_whether_the_link_is_good(linked):
    menu = linked.open_menu()
    linked.choose(menu[0])
    said = linked.wait_for_dialog(OK_DIALOG)
    linked.picture("status-good")
    assert said == f"Simkl Link\n{menu[0]}\nSimkl accepts this link.\nValid until you remove the app at Simkl."


def test_a_film_paused_resumed_and_stopped_keeps_its_place(viewer):
    film = FILMS[0]
    viewer.watch(film)
    viewer.expect(start(film))
    viewer.pause()
    viewer.expect(pause(film, 2))
    viewer.seek(40)
    viewer.resume()
    viewer.expect(start(film, 40))
    viewer.stop_at(film, 60)
    assert [each.title for each in viewer.tv.box.playbacks] == [film.title]


def test_an_episode_stopped_where_kodi_marks_it_too_counts_once(viewer):
    episode = KUMO.part(1, 3)
    viewer.watch_to(episode, 95)
    assert viewer.playcount(episode) == 1


def test_the_next_episode_counts_the_one_before_and_the_last_ends_by_itself(viewer):
    first, last = HARBOUR.part(1, 2), HARBOUR.part(1, 3)
    viewer.play_list(*map(viewer.library.file, (first, last)))
    viewer.expect(start(first))
    viewer.play_the_end()
    viewer.wait_for_start()
    viewer.expect(stop(first, 100), start(last))
    viewer.play_the_end()
    viewer.wait_for_end()
    viewer.expect(stop(last, 100))


def test_a_file_outside_the_library_is_recognised_by_its_name(viewer, tmp_path):
    viewer.play_file(video(tmp_path / "The.Paper.Detectives.S02E02.mkv"))
    viewer.expect(start(PAPER.part(2, 2)))
    viewer.stop_at(PAPER.part(2, 2), 85)


def test_a_mark_by_hand_is_one_line_of_the_history(viewer):
    box, before = viewer.tv.box, len(viewer.tv.box.history_calls)
    viewer.mark(FILMS[1])
    box.wait_for(lambda: len(box.history_calls) > before)
    [call] = box.history_calls[before:]
    assert (call.path, call.movies) == ("/sync/history", 1)


def test_a_film_that_is_unticked_in_kodi_stays_at_simkl(viewer):
    viewer.mark(FILMS[1], playcount=0)  # the end of the evening looks at Simkl


def test_quit_while_a_film_plays_it_is_watched(viewer):
    viewer.watch(FILMS[5])
    viewer.expect(start(FILMS[5]))
    viewer.seek(85)
    viewer.kodi.restart()
    viewer.expect(stop(FILMS[5], 85))


def test_at_the_end_of_the_evening_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    with_library.kodi.quit()
    with_library.nothing_else_arrived(FILMS[1])
    assert [call.path for call in with_library.tv.box.history_calls] == ["/sync/history"]
