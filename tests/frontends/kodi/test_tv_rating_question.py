"""The question about a rating does not nag: once for a film, once for a season, and never where it cannot be sent."""

import pytest

from tests.frontends.kodi.couch import FILM, OTHER_FILM, SHOW, VIEWER, Couch
from tests.frontends.kodi.rating_steps import choose, rated_item, sitting, stands_on


def questions(couch):
    """Return how often the service has had a rating asked for."""
    return sum(call.name == "RunScript" and call.args[1] == "rate" for call in couch.kodi.builtins)


@pytest.fixture
def couch(make_couch):
    """The Kodi of a person who is asked about films and shows."""
    couch = make_couch()
    couch.kodi.settings.values.update(ask_rating=True, ask_rating_shows=True)
    return couch


def watch(couch, begin, *args):
    """Return how often a rating is asked for when this is watched after a new start."""
    couch.restart(real_wait=0.0)
    couch.plan(1, 239, lambda: begin(*args))
    couch.service(245)
    return questions(couch)


def test_a_film_is_asked_about_once_and_a_show_when_a_season_ends_and_specials_have_no_end(couch):
    assert [watch(couch, couch.play_film) for again in (False, True)] == [1, 0]
    numbers = (couch.first, couch.special, couch.second, couch.second, couch.double[0])
    assert [watch(couch, couch.play_episode, number) for number in numbers] == [0, 0, 1, 0, 1]


def test_a_file_that_simkl_recognised_is_asked_about_by_what_it_is(couch):
    assert watch(couch, lambda: couch.kodi.playback.start("/x/The Glass Harbour (2018).mkv", 240.0)) == 1
    assert rated_item(couch).title == FILM.title


def unknown(couch):
    facts = {"mediatype": "movie", "title": "A Film Nobody Knows", "year": 1999}
    couch.kodi.playback.start("plugin://x/1", 240.0, {"imdb": "tt0000009"}, "plugin://x/1", **facts)


@pytest.mark.parametrize(("play", "refused"), [(unknown, False), (Couch.play_film, True)])
def test_what_simkl_does_not_know_or_would_not_take_is_not_asked_about(couch, play, refused):
    assert watch(couch, lambda: play(couch) or couch.remember(refused=refused)) == 0


def test_nobody_is_asked_while_the_next_one_plays_and_then_about_the_last_one_of_two(couch):
    couch.plan(1, 478)
    couch.at(239, couch.play_other_film)
    couch.at(477, lambda: questions(couch) == 0 or pytest.fail("asked over a film"))
    couch.service(490)
    assert rated_item(couch).title == OTHER_FILM.title


def test_music_that_plays_on_after_a_film_is_no_reason_not_to_ask(couch, monkeypatch):
    def plays_video(player):
        return not (couch.kodi.playback.file or ".flac").endswith(".flac")

    monkeypatch.setattr("tests.fakes.kodi.api_player.Player.isPlayingVideo", plays_video)
    couch.at(1, couch.play_film)
    couch.at(241, couch.kodi.playback.end_and_start, "/music/a.flac", 3000.0)
    couch.service(300)
    assert questions(couch) == 1


def test_a_show_that_was_rated_from_the_context_menu_is_not_asked_about_any_more(make_couch):
    couch = sitting(make_couch)
    stands_on(couch, "tvshow", couch.show_id)
    choose(couch, "rate-selected", "select")
    couch.kodi.settings.values.update(ask_rating=True, ask_rating_shows=True)
    assert watch(couch, couch.play_episode, couch.second) == 0
    assert [one.title for one in couch.box.ratings[VIEWER].values()] == [SHOW.title]
