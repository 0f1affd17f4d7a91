"""The question about a rating is never over a film, waits for nobody, and is asked in any skin."""

import pytest

from tests.fakes.kodi import UserScript
from tests.frontends.kodi import rating_room
from tests.frontends.kodi.couch import FILM
from tests.frontends.kodi.rating_room import ask, choose, nothing_is_queued, plays, sitting, stands_on, windows
from tests.frontends.kodi.tv import BOUND, addon_without

PATIENCE, SECOND = 30, 1


@pytest.fixture
def couch(make_couch):
    """A linked Kodi on which half a minute is over soon."""
    return sitting(make_couch, rating_room.BRISK)


def after(couch, seconds):
    """Return a look that comes true so many seconds from now."""
    when = couch.now() + seconds
    couch.kodi.at(when, couch.kodi.changed)
    return lambda screen: couch.now() >= when


@pytest.mark.parametrize("music", [False, True])
def test_music_is_no_reason_not_to_ask_nor_a_film_that_ends_at_the_moment_of_a_look(couch, monkeypatch, music):
    if music:
        couch.play_film()
    word = rating_room.word_for(couch)
    with couch.inside():
        import xbmc

        monkeypatch.setattr(xbmc.Player, "isPlayingVideo", lambda self: not music)
        couch.kodi.user = UserScript(["select"])
        couch.kodi.run(["plugin.py", "rate", word])
    assert [play.rating for play in plays(couch)] == [7]


@pytest.mark.parametrize(("second", "happens"), [(5, "something plays"), (3, "Kodi ends"), (PATIENCE, "nothing")])
def test_it_closes_within_a_second(couch, second, happens):
    if happens != "nothing":
        couch.at(second, couch.kodi.abort if happens == "Kodi ends" else couch.play_film)
    ask(couch)
    assert second <= couch.now() <= second + SECOND
    assert windows(couch) and nothing_is_queued(couch) and couch.toasts() == []


def test_a_key_gives_another_half_a_minute(couch):
    ask(couch, after(couch, 25), "left")
    assert 25 + PATIENCE <= couch.now() <= 25 + PATIENCE + 2 * SECOND
    assert nothing_is_queued(couch)


def test_while_something_plays_nothing_opens(couch):
    couch.play_film()
    ask(couch)
    assert windows(couch) == [] and nothing_is_queued(couch)


def test_what_ends_behind_a_list_closes_nothing(couch):
    couch.play_film()
    stands_on(couch, "movie", couch.other_film)
    couch.at(2, couch.kodi.playback.stop)
    choose(couch, "rate-selected", after(couch, 10), "select")
    assert [play.label for play in plays(couch)] == ["Salt Letters"]


def test_what_plays_behind_a_list_stays_and_the_next_one_closes(couch):
    couch.play_film()
    stands_on(couch, "movie", couch.other_film)
    couch.at(10, couch.kodi.playback.pause)
    couch.at(15, couch.play_other_film)
    choose(couch, "rate-selected")
    assert 15 <= couch.now() <= 15 + SECOND
    assert windows(couch) and nothing_is_queued(couch)


def test_an_internal_error_of_the_wait_closes_the_window_and_is_logged(couch, monkeypatch):
    word = rating_room.word_for(couch)
    with couch.inside():
        import lib.kodi.rating.auto_close

        monkeypatch.setattr(lib.kodi.rating.auto_close.Worker, "stopping", lambda self: 1 / 0)
        couch.kodi.run(["plugin.py", "rate", word])
    assert windows(couch) and "internal error" in couch.kodi.log_text()


# where the window cannot be made


@pytest.fixture
def plain(make_couch, tmp_path):
    return sitting(make_couch, rating_room.SLOW, addon_folder=addon_without("simkl-rate.xml", tmp_path / "addon"))


@pytest.mark.parametrize(("answer", "ratings"), [(8, [9]), (-1, [])])
def test_without_a_window_a_plain_list_is_offered(plain, answer, ratings):
    plain.kodi.answers = [answer]
    ask(plain)
    [dialog] = plain.kodi.dialogs
    assert (dialog.kind, dialog.heading) == ("select", f"How was it? {FILM.title}")
    assert (dialog.details[0], dialog.details[9], len(dialog.details)) == ("1  Terrible", "10  Masterpiece", 10)
    assert [play.rating for play in plays(plain)] == ratings if ratings else nothing_is_queued(plain)
    assert plain.toasts() == [f"Rating {rating} will be sent: {FILM.title}" for rating in ratings]


def test_a_plain_list_closes_when_something_plays(plain):
    class UntilClosed(list):
        """An answer that comes when the list is closed from elsewhere."""

        def pop(self, index):
            with plain.kodi.changes:
                assert plain.kodi.changes.wait_for(self._closed, BOUND), "the list stays open"
            return super().pop(index)

        def _closed(self):
            return any(call.args == ("selectdialog",) for call in plain.kodi.builtins)

    plain.at(2, plain.play_film)
    plain.kodi.answers = UntilClosed([-1])
    ask(plain)
    assert 2 <= plain.now() <= 2 + SECOND
    assert nothing_is_queued(plain)
