"""Taking marks away at Simkl from the context menu: episodes without a question, a film with one."""

import pytest

from tests.frontends.kodi.couch import FILM, SHOW
from tests.frontends.kodi.rating_room import choose, nothing_is_queued, plays, sitting, stands_on, woken

UNMARK, REMOVE = "unmark-selected", "remove-selected"
TAKES = "It leaves your Simkl library with its history and rating."


@pytest.fixture
def couch(make_couch):
    return sitting(make_couch)


def all_seasons(couch):
    path = f"videodb://tvshows/titles/{couch.show_id}/-1/?tvshowid={couch.show_id}"
    stands_on(couch, "season", 4711, path, season=-1)


def test_an_episode_is_marked_unwatched_without_a_question(couch):
    stands_on(couch, "episode", couch.first)
    choose(couch, UNMARK)
    assert [(play.action, play.label) for play in plays(couch)] == [("unwatched", f"{SHOW.title} 2x04")]
    assert couch.toasts() == [f"Will be marked as unwatched: {SHOW.title} 2x04"] and woken(couch)
    assert couch.kodi.dialogs == []


@pytest.mark.parametrize("where", ["the show", "all seasons"])
def test_a_whole_show_is_marked_unwatched_episode_by_episode(couch, where):
    if where == "the show":
        stands_on(couch, "tvshow", couch.show_id)
    else:
        all_seasons(couch)
    choose(couch, UNMARK)
    assert {play.action for play in plays(couch)} == {"unwatched"}
    assert couch.toasts() == [f"5 will be marked as unwatched: {SHOW.title}"]


def test_what_leaves_the_library_at_simkl_is_asked_about(couch):
    stands_on(couch, "movie", couch.film)
    couch.kodi.answers = [True]
    choose(couch, REMOVE)
    [question] = couch.kodi.dialogs
    assert (question.heading, question.message) == (f"Remove {FILM.title}?", TAKES)
    [play] = plays(couch)
    assert (play.action, play.label) == ("unwatched", FILM.title)
    assert [toast.partition(": ")[0] for toast in couch.toasts()] == ["Will be removed from Simkl"]


def test_who_says_no_keeps_it(couch):
    stands_on(couch, "movie", couch.film)
    couch.kodi.answers = [False]
    choose(couch, REMOVE)
    assert nothing_is_queued(couch) and couch.toasts() == []


@pytest.mark.parametrize("args", [UNMARK, REMOVE])
def test_without_a_link_nothing_is_asked(make_couch, args):
    couch = make_couch(linked=False)
    stands_on(couch, "tvshow", couch.show_id)
    choose(couch, args)
    assert couch.toasts() == ["Not linked"] and couch.kodi.dialogs == []
