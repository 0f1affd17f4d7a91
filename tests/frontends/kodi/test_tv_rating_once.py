"""The question about a rating does not nag: once for a film, once for a season, and never where it cannot be sent."""

import pytest

from tests.frontends.kodi.couch import FILM, SHOW, VIEWER
from tests.frontends.kodi.rating_room import SLOW, ask, choose, plays, reads, sitting, stands_on
from tests.frontends.kodi.tv import has_focus

NEVER = "Not again for this show"


def questions(couch):
    """Return how often the service has had a rating asked for."""
    return sum(call.name == "RunScript" and call.args[1] == "rate" for call in couch.kodi.builtins)


@pytest.fixture
def couch(make_couch):
    couch = make_couch()
    couch.kodi.settings.values.update(ask_rating=True, ask_rating_shows=True)
    return couch


def watch(couch, begin, *args):
    couch.at(1, begin, *args)
    couch.at(239, couch.kodi.playback.stop)
    couch.service(300)
    found = questions(couch)
    couch.restart()
    couch.kodi.settings.values.update(ask_rating=True, ask_rating_shows=True)
    return found


def test_a_film_is_asked_about_once_though_it_is_watched_again(couch):
    assert [watch(couch, couch.play_film) for _ in range(2)] == [1, 0]


def test_a_show_is_asked_about_when_a_season_ends_and_not_after_each_episode(couch):
    assert [watch(couch, couch.play_episode, number) for number in (couch.first, couch.second, couch.second)] == [
        0,
        1,
        0,
    ]


def test_the_last_episode_in_a_file_of_two_ends_the_season_as_well(couch):
    assert watch(couch, couch.play_episode, couch.double[0]) == 1


def test_specials_have_no_end(couch):
    assert watch(couch, couch.play_episode, couch.special) == 0


def test_what_simkl_does_not_know_is_not_asked_about(couch):
    facts = {"mediatype": "movie", "title": "A Film Nobody Knows", "year": 1999}
    start = couch.kodi.playback.start
    couch.at(1, lambda: start("plugin://x/1", 240.0, {"imdb": "tt0000009"}, "plugin://plugin.x/1", **facts))
    couch.at(239, couch.kodi.playback.stop)
    couch.service(300)
    assert questions(couch) == 0


def test_nothing_is_asked_while_the_link_is_refused(couch):
    couch.at(2, couch.remember, refused=True)
    couch.at(3, couch.play_film)
    couch.at(239, couch.kodi.playback.stop)
    couch.service(300)
    assert questions(couch) == 0


# --- the window


EPISODE = {"kind": "show", "title": SHOW.title, "season": 2, "episode": 5}


def test_what_was_given_last_is_preset(make_couch):
    couch = sitting(make_couch)
    ask(couch, lambda screen: reads(screen)[2] == "Good", "right", "right", "select")
    couch.kodi.windows.clear()
    ask(couch, lambda screen: reads(screen)[2] == "Excellent", "select", **EPISODE)
    assert [play.rating for play in plays(couch)] == [9, 9]


def test_not_again_for_this_show_is_one_step_down_and_rates_nothing(make_couch):
    couch = sitting(make_couch)
    ask(couch, "down", has_focus(NEVER), "select", **EPISODE)
    assert couch.state().never_ask != () and couch.toasts() == []
    assert not (couch.data / "queue.db").exists() or plays(couch) == []


def test_a_film_offers_no_such_button(make_couch):
    couch = sitting(make_couch)
    ask(couch, "down", lambda screen: screen.focus == 407, "select")
    assert [play.rating for play in plays(couch)] == [7]


def test_a_show_that_was_rated_from_the_context_menu_is_not_asked_about_any_more(make_couch):
    couch = sitting(make_couch, SLOW)
    stands_on(couch, "tvshow", couch.show_id)
    choose(couch, "rate-selected", "select")
    couch.restart(real_wait=0.0)
    couch.kodi.settings.values.update(ask_rating_shows=True)
    assert watch(couch, couch.play_episode, couch.second) == 0
    assert [one.title for one in couch.box.ratings[VIEWER].values()] == [SHOW.title]


def test_a_rating_given_offline_is_said_to_be_sent_later(make_couch):
    couch = sitting(make_couch)
    couch.box.stop_listening()
    ask(couch, "select")
    assert couch.toasts() == [f"Rating 7 will be sent: {FILM.title}"]
