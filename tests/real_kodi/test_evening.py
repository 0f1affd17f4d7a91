"""The sign-in and an evening in front of the TV, in each version of Kodi that the add-on promises to work in."""

from tests.real_kodi import versions
from tests.real_kodi.library import video
from tests.real_kodi.library_items import FILMS
from tests.real_kodi.python_api import names_in, wrong_in_stubs
from tests.real_kodi.tracked import HARBOUR, KUMO, Part, catalogue
from tests.real_kodi.tv import OK_DIALOG, WHO

VERSIONS = versions.VERSIONS
BOX = {"catalogue": catalogue(), "codes": ["K7Q0O"]}

LINKED = "Linked as sample_viewer"


def test_it_is_the_kodi_that_was_asked_for(tv, version):
    assert tv.kodi.infolabel("System.BuildVersion").startswith(f"{version.major}.")


def test_the_stubs_hold_what_its_python_modules_hold(tv, version):
    names = names_in(tv.kodi)
    assert len(names) > 1000
    assert wrong_in_stubs(version.major, names) == []


def test_the_code_is_read_and_scanned_from_the_screen_and_the_approval_links(tv, version):
    code = tv.ask_to_link()
    name = f"{version}-sign-in"
    seen, qr = tv.wait_to_read(code, name), tv.wait_to_scan(name)
    tv.box.approve(code)
    tv.wait_for_label(WHO, LINKED)
    tv.wait_for_home()
    assert (len(seen.tiles), qr.text) == (5, f"{tv.box.url}/pin/{code}")
    assert tv.account()["access_token"] == tv.box.tokens[0].token


def test_simkl_is_asked_whether_the_link_is_good(linked):
    menu = linked.open_menu()
    linked.choose(menu[0])
    assert "Simkl accepts this link." in linked.wait_for_dialog(OK_DIALOG)


def test_a_film_paused_resumed_and_stopped_keeps_its_place(viewer):
    story = viewer.arrivals.of("paused, sought, resumed and stopped before the mark")
    viewer.watch(FILMS[0])
    viewer.started(story)
    viewer.pause()
    story.next()
    viewer.seek(40)
    viewer.resume()
    story.next()
    viewer.jump_and_stop(60, story)
    assert [each.title for each in viewer.tv.box.playbacks] == [FILMS[0].title]


def test_an_episode_stopped_where_kodi_marks_it_too_counts_once(viewer):
    episode = Part(KUMO, 1, 3)
    viewer.watch_to(episode, 95, viewer.arrivals.of("an anime stopped where Kodi marks too"))
    assert viewer.playcount(episode) == 1


def test_the_next_episode_counts_the_one_before_and_the_last_ends_by_itself(viewer):
    first = viewer.arrivals.of("next in a list by itself")
    last = viewer.arrivals.of("the last of a list, to its end")
    viewer.play_list(*(viewer.file(Part(HARBOUR, 1, number)) for number in (2, 3)))
    viewer.started(first)
    viewer.kodi.forget_notifications()
    viewer.seek_before_end(2)
    viewer.wait_for_start()
    first.rest()
    viewer.started(last)
    viewer.kodi.forget_notifications()
    viewer.seek_before_end(2)
    viewer.wait_for_end()
    last.rest()


def test_a_file_outside_the_library_is_recognised_by_its_name(viewer, tmp_path):
    story = viewer.arrivals.of("a file outside the library")
    viewer.play_file(video(tmp_path / "The.Paper.Detectives.S02E02.mkv"))
    viewer.started(story)
    viewer.jump_and_stop(85, story)


def test_a_mark_by_hand_is_one_line_of_the_history(viewer):
    box, before = viewer.tv.box, len(viewer.tv.box.history_calls)
    viewer.mark(FILMS[1])
    box.wait_for(lambda: len(box.history_calls) > before)
    [call] = box.history_calls[before:]
    assert (call.path, call.movies) == ("/sync/history", 1)


def test_a_film_that_is_unticked_in_kodi_stays_at_simkl(viewer):
    viewer.mark(FILMS[1], playcount=0)  # the end of the evening looks at Simkl


def test_quit_while_a_film_plays_it_is_watched(viewer):
    story = viewer.arrivals.of("quit while it plays")
    viewer.watch(FILMS[5])
    viewer.started(story)
    viewer.seek(85)
    viewer.kodi.quit()
    viewer.kodi.start()
    story.rest()


def test_at_the_end_of_the_evening_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    tv, arrivals = with_library.tv, with_library.arrivals
    tv.kodi.quit()
    arrivals.nothing_else(FILMS[1])
    arrivals.sound()
    assert [call.path for call in tv.box.history_calls] == ["/sync/history"]
    assert tv.complaints() == []
    assert tv.leaked() == []
