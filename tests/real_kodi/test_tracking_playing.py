"""What is watched from the library of a real Kodi arrives at Simkl as the table says, call by call and in time."""

from tests.real_kodi.library_items import FILMS
from tests.real_kodi.tracked import HARBOUR, PAPER, Part, catalogue, now

BOX = {"catalogue": catalogue()}

IN_TIME = 2.0  # seconds from an event to its call, as the median, on a busy machine; `make bench` measures it
EARLY = 0.05  # seconds; the player's time is told in frames


def test_a_film_that_is_paused_sought_resumed_and_stopped_before_the_mark_keeps_its_place(viewer):
    story = viewer.arrivals.of("paused, sought, resumed and stopped before the mark")
    viewer.watch(FILMS[0])
    viewer.started(story)
    paused = now()
    viewer.pause()
    story.next("pause", paused)
    viewer.seek(40)
    resumed = now()
    viewer.resume()
    story.next("resume", resumed)
    viewer.jump_and_stop(60, story)
    assert [each.title for each in viewer.tv.box.playbacks] == [FILMS[0].title]


def test_another_one_opened_over_it_stops_it_where_it_was_and_a_stop_after_the_mark_counts(viewer):
    first = viewer.arrivals.of("another film opened over it")
    second = viewer.arrivals.of("the film that was opened over one")
    viewer.watch(FILMS[4])
    viewer.started(first)
    viewer.seek(95)
    viewer.watch(FILMS[5])
    first.rest()
    viewer.started(second)
    viewer.jump_and_stop(85, second)
    assert [viewer.playcount(film) for film in FILMS[4:6]] == [1, 0]


def test_the_next_of_a_list_stops_the_one_before(viewer):
    first, second = (viewer.arrivals.of(f"next in a list by {how}") for how in ("hand, after a special", "itself"))
    viewer.play_list(*(viewer.file(Part(HARBOUR, *number)) for number in [(0, 1), (1, 2)]))
    viewer.started(first)
    viewer.seek(30)
    viewer.next()
    first.rest()
    viewer.started(second)
    viewer.kodi.forget_notifications()
    viewer.seek_before_end(2)
    viewer.wait_for_end()
    second.rest()


def test_a_file_of_two_episodes_counts_each_at_its_share(viewer):
    story = viewer.arrivals.of("a file of two episodes")
    viewer.watch(Part(PAPER, 1, 1))
    viewer.started(story)
    viewer.seek(49.5)
    story.next()
    story.next()
    viewer.jump_and_stop(95, story)
    assert viewer.playcount(Part(PAPER, 1, 2)) > 0


def test_what_simkl_has_got_is_listed_the_newest_first(viewer):
    tv = viewer.tv
    menu = tv.open_menu()
    tv.choose("Sent")
    tv.wait(lambda: tv.menu() not in ([], menu), "the list of what was sent")
    tv.picture("sent", still=True)
    sent = [row.replace("[B]", "").replace("[/B]", "").partition("  ") for row in tv.menu()]
    assert [title for title, _, _ in sent[:2]] == [f"{PAPER.title} 1x02", f"{PAPER.title} 1x01"]
    assert [said.rpartition(", ")[2] for _, _, said in sent[:2]] == ["marked as watched", "marked as watched"]


def test_each_call_arrives_in_time(with_library):
    arrivals = with_library.arrivals
    assert arrivals.median("start") <= IN_TIME
    assert arrivals.median("pause", "resume", "stop") <= IN_TIME
    assert min(arrivals.delays["start"]) >= -EARLY


def test_after_all_this_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    with_library.kodi.quit()
    with_library.nothing_else_arrived()
    assert with_library.tv.box.history_calls == []
