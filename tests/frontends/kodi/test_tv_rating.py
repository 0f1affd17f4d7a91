"""The rating window: 1 to 10 in a row, 7 at first. It is never over a film, waits for nobody, and works in any skin."""

import threading

import pytest

from tests.fakes.kodi import Do
from tests.fakes.kodi.api_windows import WindowXMLDialog
from tests.frontends.kodi import rating_steps
from tests.frontends.kodi.couch import FILM, OTHER_FILM, SHOW, VIEWER
from tests.frontends.kodi.rating_steps import ask, choose, plays, rated_item, reads, sitting, stands_on, woken
from tests.frontends.kodi.screen import boxes, has_focus
from tests.frontends.kodi.tv import BOUND, addon_without, on_old_and_new_kodi

WORDS = ["Terrible", "Bad", "Poor", "Weak", "So-so", "Okay", "Good", "Very good", "Excellent", "Masterpiece"]
EPISODE = {"kind": "show", "title": SHOW.title, "season": 2, "episode": 4}
HALF_A_MINUTE, SECOND = 30, 1


@pytest.fixture
def couch(make_couch):
    """A linked Kodi on which time nearly stands still while a person acts."""
    return sitting(make_couch)


def test_what_was_watched_is_rated_and_simkl_gets_it(make_couch):
    couch = make_couch()
    couch.kodi.settings.values["ask_rating"] = True
    couch.watch(couch.play_film, (240, "end"))
    assert dict(rated_item(couch).ids)["imdb"] == "tt9900001"
    [asked] = [call.args for call in couch.kodi.builtins if call.name == "RunScript"]
    couch.restart(real_wait=rating_steps.SLOW)
    couch.script(*asked[1:], user=["right", "right", "select"])
    assert couch.toasts() == [f"Rating 9 will be sent: {FILM.title}"]
    couch.restart(real_wait=0.0)
    couch.service(30)
    [rated] = couch.box.ratings[VIEWER].values()
    assert (rated.title, rated.rating) == (FILM.title, 9)
    assert [data["rating"] for _, message, data in couch.kodi.announced if message == "rated"] == [9]


@pytest.mark.parametrize(
    ("keys", "rating"),
    [(["up", "down"], 7), (["right"] * 5, 10), (["left"] * 9 + ["right"], 2), (["right", "filled again"], 8)],
    ids=["up and down lead nowhere", "not beyond the best", "not beyond the worst", "a window that Kodi fills twice"],
)
def test_left_and_right_choose_and_select_rates_and_that_is_preset_the_next_time(couch, keys, rating):
    again = Do(lambda: couch.kodi.top().window.onInit())
    ask(couch, *(again if key == "filled again" else key for key in keys), "select")
    [play] = plays(couch)
    assert (play.action, play.rating, play.label, play.at) == ("rating", rating, FILM.title, couch.wall())
    assert couch.toasts() == [f"Rating {rating} will be sent: {FILM.title}"] and woken(couch)
    couch.kodi.windows.clear()
    ask(couch, lambda screen: reads(screen)[2] == WORDS[rating - 1], "back")


@on_old_and_new_kodi
def test_each_number_is_a_picture_and_has_a_word_and_the_bar_ends_under_it(couch):
    def shows(rating):
        def look(screen):
            bar, button = screen.control(rating_steps.BAR), screen.control(rating_steps.FIRST - 1 + rating)
            ends = bar.getX() + bar.getWidth() == button.getX() + button.getWidth()
            return screen.focus == button.getId() and reads(screen)[2] == WORDS[rating - 1] and ends

        return look

    def shows_digits(screen):
        return [chr(int(picture[-8:-4], 16)) for *_, picture in sorted(boxes(screen, "/glyphs/"))] == [*"12345678910"]

    walk = [step for rating in range(2, 11) for step in ("right", shows(rating))]
    ask(couch, shows_digits, shows(7), *["left"] * 6, shows(1), *walk, "back")
    dark = [one for one in couch.kodi.windows[0].window._controls if one._visible_if == ["Control.HasFocus(407)"]]
    assert [one._texture for one in dark] == ["simkl/glyphs/u0037.png"]


@pytest.mark.parametrize(("item", "title"), [
    ({}, FILM.title), (EPISODE, SHOW.title), ({"kind": "anime", "title": "Moon Kitchen", "episode": 3}, "Moon Kitchen"),
])  # fmt: skip
def test_an_episode_asks_about_its_show(couch, item, title):
    question = "How do you like this show?" if item else "How was it?"
    ask(couch, lambda screen: reads(screen) == (question, title, "Good"), "select", **item)
    [play] = plays(couch)
    assert play.item.stored() == {"kind": item.get("kind", "movie"), "title": title, "ids": {"imdb": "tt9900001"}}
    assert couch.toasts() == [f"Rating 7 will be sent: {title}"]


@pytest.mark.parametrize(("art", "icon"), [("image://poster.jpg/", "image://poster.jpg/"), ("", "icon.png")])
def test_the_poster_is_shown_and_comes_with_the_note_or_our_icon_does(couch, art, icon):
    ask(couch, lambda screen: screen.image(rating_steps.POSTER) == art, "select", art=art)
    assert [note.icon[-len(icon) :] for note in couch.kodi.notifications] == [icon]


@pytest.mark.parametrize("key", ["back", "previous_menu", "stop"])
def test_back_is_no_rating(couch, key):
    ask(couch, "right", key)
    assert couch.now() < 10, "it closed by itself"
    assert plays(couch) == [] and couch.toasts() == [] and not woken(couch)


def test_not_again_for_this_show_is_one_step_down_and_rates_nothing(couch):
    ask(couch, "down", has_focus("Not again for this show"), "select", **EPISODE)
    assert couch.state().never_ask != () and couch.toasts() == [] and plays(couch) == []


def test_without_a_link_nothing_is_asked_and_a_queue_that_cannot_be_written_is_told(make_couch, couch):
    rating_steps.break_queue(couch)
    ask(couch, "select")
    assert couch.toasts() == ["The queue cannot be used"]
    couch = make_couch(linked=False)
    couch.remember(owner="", linked=False)
    ask(couch)
    assert couch.toasts() == ["Not linked"] and couch.kodi.windows == []


NO_ITEMS = {
    "nothing": [], "no base64": ["x"], "an empty list": ["W10"], "numbers": ["WzEsMl0"], "no kind": ["W3t9LCIiXQ"],
    "no text": ["//8"],
}  # fmt: skip


@pytest.mark.parametrize("words", NO_ITEMS.values(), ids=NO_ITEMS)
def test_what_the_service_did_not_pack_is_logged_and_nothing_opens(couch, words):
    assert couch.script("rate", *words) in (None, 0)
    assert couch.kodi.windows == [] and couch.toasts() == []
    assert "nothing to rate" in couch.kodi.log_text()


# it gives way to what plays, and closes by itself


@pytest.fixture
def brisk(make_couch):
    """A linked Kodi on which half a minute is over soon."""
    return sitting(make_couch, rating_steps.BRISK)


@pytest.fixture
def closed_at(brisk, monkeypatch):
    """When the window was told to close, in seconds; time goes on until the thread that shows it has noticed."""
    times, close = [], WindowXMLDialog.close
    monkeypatch.setattr(WindowXMLDialog, "close", lambda self: (times.append(brisk.now()), close(self))[1])
    return times


def after(couch, seconds, *steps):
    """Return the steps of a person who begins so many seconds from now; until they are done no time passes."""
    when, done = couch.now() + seconds, threading.Event()

    def stand_still():
        couch.kodi.changed()
        with couch.kodi.changes:
            assert couch.kodi.changes.wait_for(lambda: done.is_set() or couch.kodi.top() is None, BOUND)

    couch.kodi.at(when, stand_still)
    ends = [] if "select" in steps else [Do(lambda: (done.set(), couch.kodi.changed()))]
    return [lambda screen: couch.now() >= when, *steps, *ends]


@pytest.mark.parametrize("music", [False, True])
def test_music_is_no_reason_not_to_ask_nor_a_film_that_ends_at_the_moment_of_a_look(couch, monkeypatch, music):
    if music:
        couch.play_film()
    monkeypatch.setattr("tests.fakes.kodi.api_player.Player.isPlayingVideo", lambda self: not music)
    ask(couch, "select")
    assert [play.rating for play in plays(couch)] == [7]


@pytest.mark.parametrize(("second", "happens"), [(5, "something plays"), (3, "Kodi ends"), (HALF_A_MINUTE, "nothing")])
def test_it_closes_within_a_second(brisk, closed_at, second, happens):
    if happens != "nothing":
        brisk.at(second, brisk.kodi.abort if happens == "Kodi ends" else brisk.play_film)
    ask(brisk)
    assert second <= (closed_at or [brisk.now()])[0] <= second + SECOND
    assert brisk.kodi.windows and plays(brisk) == [] and brisk.toasts() == []


def test_a_key_gives_another_half_a_minute(brisk, closed_at):
    ask(brisk, *after(brisk, 25, "left"))
    assert 25 + HALF_A_MINUTE <= closed_at[0] <= 25 + HALF_A_MINUTE + SECOND
    assert plays(brisk) == []


def test_nothing_opens_over_a_film_and_what_ends_behind_a_list_closes_nothing_and_the_next_film_does(brisk, closed_at):
    brisk.play_film()
    ask(brisk)
    assert brisk.kodi.windows == [] and plays(brisk) == []
    stands_on(brisk, "movie", brisk.other_film)
    brisk.at(2, brisk.kodi.playback.pause)
    brisk.at(4, brisk.kodi.playback.stop)
    choose(brisk, "rate-selected", *after(brisk, 10, "select"))
    assert [play.label for play in plays(brisk)] == [OTHER_FILM.title]
    brisk.at(5, brisk.play_film)
    began = brisk.now()
    closed_at.clear()
    choose(brisk, "rate-selected")
    assert 5 <= closed_at[0] - began <= 5 + SECOND and len(plays(brisk)) == 1


def test_an_internal_error_of_the_wait_closes_the_window_and_is_logged(brisk, monkeypatch):
    monkeypatch.setattr("lib.kodi.rating.auto_close.Worker.stopping", lambda self: 1 / 0)
    with brisk.inside():
        brisk.kodi.run(["plugin.py", "rate", rating_steps.word_for(brisk)])
    assert brisk.kodi.windows and "internal error" in brisk.kodi.log_text()


# where the window cannot be made


@pytest.fixture
def plain(make_couch, tmp_path):
    return sitting(make_couch, rating_steps.SLOW, addon_folder=addon_without("simkl-rate.xml", tmp_path / "addon"))


@pytest.mark.parametrize(("answer", "ratings"), [(8, [9]), (-1, [])])
def test_without_a_window_a_plain_list_is_offered(plain, answer, ratings):
    plain.kodi.answers = [answer]
    ask(plain)
    [dialog] = plain.kodi.dialogs
    assert (dialog.kind, dialog.heading) == ("select", f"How was it? {FILM.title}")
    assert (dialog.details[0], dialog.details[9], len(dialog.details)) == ("1  Terrible", "10  Masterpiece", 10)
    assert [play.rating for play in plays(plain)] == ratings
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
    assert 2 <= plain.now() <= 2 + SECOND and plays(plain) == []
