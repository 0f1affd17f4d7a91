"""Taking marks away at Simkl from the context menu: episodes without a question, a film with one."""

import pytest

from tests.frontends.kodi.couch import FILM, SHOW
from tests.frontends.kodi.rating_room import choose, nothing_is_queued, plays, sitting, stands_on, woken

UNMARK, REMOVE = "unmark-selected", "remove-selected"
TAKES = "It leaves your Simkl library with its history and rating."


@pytest.fixture
def couch(make_couch):
    return sitting(make_couch)


def test_an_episode_is_marked_unwatched_without_a_question(couch):
    stands_on(couch, "episode", couch.first)
    choose(couch, UNMARK)
    assert [(play.action, play.label) for play in plays(couch)] == [("unwatched", f"{SHOW.title} 2x04")]
    assert couch.toasts() == [f"Will be marked as unwatched: {SHOW.title} 2x04"] and woken(couch)
    assert couch.kodi.dialogs == []


def test_a_whole_show_is_marked_unwatched_episode_by_episode(couch):
    stands_on(couch, "tvshow", couch.show_id)
    choose(couch, UNMARK)
    assert {play.action for play in plays(couch)} == {"unwatched"}
    assert couch.toasts() == [f"5 will be marked as unwatched: {SHOW.title}"]


@pytest.mark.parametrize("media, title", [("movie", FILM.title), ("tvshow", SHOW.title)])
def test_what_leaves_the_library_at_simkl_is_asked_about(couch, media, title):
    stands_on(couch, media, couch.film if media == "movie" else couch.show_id)
    couch.kodi.answers = [False, True]
    choose(couch, REMOVE)
    assert nothing_is_queued(couch) and couch.toasts() == []
    choose(couch, REMOVE)
    question = couch.kodi.dialogs[-1]
    assert (question.heading, question.message) == (f"Remove {title}?", TAKES)
    [play] = plays(couch)
    assert (play.action, play.label) == ("removed", title)
    assert couch.toasts() == [f"Will be removed from Simkl: {title}"]


def test_a_whole_show_leaves_the_library_at_simkl(couch):
    stands_on(couch, "tvshow", couch.show_id)
    choose(couch, "mark-selected")
    couch.kodi.answers = [True]
    choose(couch, REMOVE)
    couch.restart(real_wait=0.0)
    couch.service(30)
    assert (couch.marks(), couch.queued(), couch.box.malformed) == ({}, [], [])
    assert couch.sent("/sync/history/remove")[-1]["shows"][0].keys() == {"title", "year", "ids"}


@pytest.mark.parametrize("args", [UNMARK, REMOVE])
def test_without_a_link_nothing_is_asked(make_couch, args):
    couch = make_couch(linked=False)
    stands_on(couch, "tvshow", couch.show_id)
    choose(couch, args)
    assert couch.toasts() == ["Not linked"] and couch.kodi.dialogs == []
