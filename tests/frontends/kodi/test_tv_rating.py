"""The rating window: 1 to 10 in a row, 7 at first, and what is chosen goes to Simkl."""

import pytest

from tests.fakes.kodi import Do
from tests.frontends.kodi import rating_room
from tests.frontends.kodi.couch import FILM, SHOW, VIEWER
from tests.frontends.kodi.rating_room import ask, nothing_is_queued, plays, rated_item, reads, sitting, windows, woken
from tests.frontends.kodi.tv import boxes, on_old_and_new_kodi

WORDS = ["Terrible", "Bad", "Poor", "Weak", "So-so", "Okay", "Good", "Very good", "Excellent", "Masterpiece"]


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
    couch.restart(real_wait=rating_room.SLOW)
    couch.script(*asked[1:], user=["right", "right", "select"])
    assert couch.toasts() == [f"Rating 9 will be sent: {FILM.title}"]
    couch.restart(real_wait=0.0)
    couch.service(30)
    [rated] = couch.box.ratings[VIEWER].values()
    assert (rated.title, rated.rating) == (FILM.title, 9)
    assert [data["rating"] for _, message, data in couch.kodi.announced if message == "rated"] == [9]


@pytest.mark.parametrize(
    ("keys", "rating"),
    [(["up", "down"], 7), (["right"] * 5, 10), (["left"] * 9 + ["right"], 2)],
    ids=["up and down lead nowhere", "not beyond the best", "not beyond the worst"],
)  # fmt: skip
def test_left_and_right_choose_and_select_rates(couch, keys, rating):
    ask(couch, *keys, "select")
    [play] = plays(couch)
    assert (play.action, play.rating, play.label, play.at) == ("rating", rating, FILM.title, couch.wall())
    assert woken(couch)
    assert couch.toasts() == [f"Rating {rating} will be sent: {FILM.title}"]


@on_old_and_new_kodi
def test_each_number_has_a_word_and_the_bar_ends_under_it(couch):
    def shows(rating):
        def look(screen):
            bar, button = screen.control(rating_room.BAR), screen.control(rating_room.FIRST - 1 + rating)
            ends = bar.getX() + bar.getWidth() == button.getX() + button.getWidth()
            return screen.focus == button.getId() and reads(screen)[2] == WORDS[rating - 1] and ends

        return look

    walk = [step for rating in range(2, 11) for step in ("right", shows(rating))]
    ask(couch, shows(7), *["left"] * 6, shows(1), *walk, "back")


@pytest.mark.parametrize(
    ("item", "question", "title"),
    [
        ({}, "How was it?", FILM.title),
        ({"kind": "show", "title": SHOW.title, "season": 2, "episode": 4}, "How do you like this show?", SHOW.title),
        ({"kind": "anime", "title": "Moon Kitchen", "episode": 3}, "How do you like this show?", "Moon Kitchen"),
    ],
    ids=["a film", "an episode", "an episode of an anime"],
)
def test_an_episode_asks_about_its_show(couch, item, question, title):
    ask(couch, lambda screen: reads(screen) == (question, title, "Good"), "select", **item)
    [play] = plays(couch)
    assert play.item.stored() == {"kind": item.get("kind", "movie"), "title": title, "ids": {"imdb": "tt9900001"}}
    assert couch.toasts() == [f"Rating 7 will be sent: {title}"]


def test_the_numbers_are_pictures_and_the_chosen_one_is_dark(couch):
    def digits(screen):
        shown = sorted(boxes(screen, "/glyphs/"))
        return [chr(int(picture[-8:-4], 16)) for *_, picture in shown]

    ask(couch, lambda screen: digits(screen) == [*"12345678910"], "select")
    dark = [one for one in couch.kodi.windows[0].window._controls if one._visible_if == ["Control.HasFocus(407)"]]
    assert [one._texture for one in dark] == ["simkl/glyphs/u0037.png"]


@pytest.mark.parametrize(("art", "icon"), [("image://poster.jpg/", "image://poster.jpg/"), ("", "icon.png")])
def test_the_poster_is_shown_and_comes_with_the_note_or_our_icon_does(couch, art, icon):
    ask(couch, lambda screen: screen.image(rating_room.POSTER) == art, "select", art=art)
    assert [note.icon[-len(icon) :] for note in couch.kodi.notifications] == [icon]


@pytest.mark.parametrize("key", ["back", "previous_menu", "stop"])
def test_back_is_no_rating(couch, key):
    ask(couch, "right", key)
    assert couch.now() < 10, "it closed by itself"
    assert nothing_is_queued(couch) and couch.toasts() == [] and not woken(couch)


def test_a_window_that_kodi_fills_twice_stays_as_the_person_left_it(couch):
    ask(couch, "right", Do(lambda: couch.kodi.top().window.onInit()), "select")
    assert [play.rating for play in plays(couch)] == [8]


def test_without_a_link_nothing_is_asked_and_a_queue_that_cannot_be_written_is_told(make_couch, couch):
    rating_room.break_queue(couch)
    ask(couch, "select")
    assert couch.toasts() == ["The queue cannot be used"]
    couch = make_couch(linked=False)
    couch.remember(owner="", linked=False)
    ask(couch)
    assert couch.toasts() == ["Not linked"] and windows(couch) == []


@pytest.mark.parametrize(
    "words",
    [[], ["x"], ["W10"], ["WzEsMl0"], ["W3t9LCIiXQ"], ["//8"]],
    ids=["nothing", "no base64", "an empty list", "numbers", "no kind", "no text"],
)
def test_what_the_service_did_not_pack_is_logged_and_nothing_opens(couch, words):
    assert couch.script("rate", *words) in (None, 0)
    assert windows(couch) == [] and couch.toasts() == []
    assert "nothing to rate" in couch.kodi.log_text()
