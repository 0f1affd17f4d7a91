"""Kodi's context menu: a film, an episode, a season or a show is marked, unmarked or rated at Simkl, or removed."""

import pytest

from tests.fakes.kodi import conditions
from tests.frontends.kodi import rating_room
from tests.frontends.kodi.couch import FILM, SHOW, VIEWER
from tests.frontends.kodi.rating_room import choose, nothing_is_queued, plays, reads, stands_on, windows, woken
from tests.frontends.kodi.tv import on_old_and_new_kodi

MARK, UNMARK, REMOVE, RATE = "mark-selected", "unmark-selected", "remove-selected", "rate-selected"
TAKES = "It leaves your Simkl library with its history and rating."
EPISODES = ["0x01", "2x04", "2x05", "1x01", "1x02"]
LITTLE = "Too little information in Kodi's library"
ALL_SEASONS = 4711  # the number that "* All seasons" bears is another season's


@pytest.fixture
def couch(make_couch):
    couch = rating_room.sitting(make_couch)
    seasons = {7: 0, 10: 1, 20: 2, ALL_SEASONS: 2}
    couch.kodi.jsonrpc["VideoLibrary.GetSeasonDetails"] = lambda params: {
        "seasondetails": {"seasonid": params["seasonid"], "season": seasons[params["seasonid"]],
                          "tvshowid": couch.show_id}
    }  # fmt: skip
    return couch


def stand(couch, what):
    """Stand on something of the library."""
    path = f"videodb://tvshows/titles/{couch.show_id}/-1/?tvshowid={couch.show_id}"
    items = {
        "film": lambda: stands_on(couch, "movie", couch.film),
        "episode": lambda: stands_on(couch, "episode", couch.first),
        "one of two in a file": lambda: stands_on(couch, "episode", couch.double[1]),
        "anime": lambda: stands_on(couch, "episode", couch.anime),
        "season": lambda: stands_on(couch, "season", 20, season=2),
        "specials": lambda: stands_on(couch, "season", 7, path.replace("/-1/", "/0/"), season=0),
        "show": lambda: stands_on(couch, "tvshow", couch.show_id, season=3, episode=5),
        "all seasons": lambda: stands_on(couch, "season", ALL_SEASONS, path, season=-1),
        "all seasons of nothing": lambda: stands_on(couch, "season", ALL_SEASONS, season=-1),
        "a film that is gone": lambda: stands_on(couch, "movie", 999),
        "a show that is gone": lambda: stands_on(couch, "tvshow", 999),
        "a set of films": lambda: stands_on(couch, "set", 1),
        "nothing": lambda: stands_on(couch, "", -1),
    }
    items[what]()


def of_show(*numbers):
    return [f"{SHOW.title} {number}" for number in numbers]


MARKED = {
    "film": ([FILM.title], FILM.title),
    "episode": (of_show("2x04"), f"{SHOW.title} 2x04"),
    "one of two in a file": (of_show("1x02"), f"{SHOW.title} 1x02"),
    "anime": (["Moon Kitchen 03"], "Moon Kitchen 03"),
    "season": (of_show("2x04", "2x05"), 2),
    "specials": (of_show("0x01"), f"{SHOW.title} 0x01"),
    "show": (of_show(*EPISODES), 5),
    "all seasons": (of_show(*EPISODES), 5),
}


@pytest.mark.parametrize(("what", "marked", "told"), [(what, *each) for what, each in MARKED.items()], ids=MARKED)
def test_exactly_what_is_chosen_is_marked_whatever_is_left_out(couch, what, marked, told):
    couch.kodi.settings.values.update(track_movies=False, track_shows=False, minimum_minutes=60)
    couch.kodi.settings.values.update(exclude_folder_1="/films/", exclude_folder_2="/shows/")
    stand(couch, what)
    choose(couch, MARK)
    found = plays(couch)
    assert [play.label for play in found] == marked
    assert {(play.action, play.at) for play in found} == {("watched", couch.wall())}
    toast = (
        f"{told} will be marked as watched: {SHOW.title}" if told in (2, 5) else f"Will be marked as watched: {told}"
    )
    assert couch.toasts() == [toast] and woken(couch)


@on_old_and_new_kodi
def test_simkl_gets_a_show_in_one_call_and_the_queue_knows_all_its_ids(couch):
    stand(couch, "show")
    choose(couch, MARK)
    [first] = [play for play in plays(couch) if play.ref == f"episode/{couch.first}"]
    assert first.item.stored() == {
        "kind": "show", "title": SHOW.title, "year": 2021, "ids": dict(SHOW.ids), "season": 2, "episode": 4,
        "episode_ids": {"tvdb": "8002004"},
    }  # fmt: skip
    couch.restart(real_wait=0.0)
    couch.service(20)
    assert set(couch.marks()) == set(of_show(*EPISODES))
    assert [call.episodes for call in couch.box.history_calls] == [5]
    assert couch.queued() == [] and couch.box.malformed == []


GONE = ["a film that is gone", "a show that is gone", "all seasons of nothing", "a set of films", "nothing"]


@pytest.mark.parametrize(
    ("linked", "what", "args", "told"),
    [
        *((True, what, args, LITTLE) for what in GONE for args in (MARK, RATE)),
        *((False, "show", args, "Not linked") for args in (MARK, RATE, UNMARK, REMOVE)),
    ],
)
def test_what_the_library_does_not_know_and_a_missing_link_are_told_and_nothing_is_queued(
    couch, linked, what, args, told
):
    if not linked:
        couch.remember(owner="", linked=False)
    stand(couch, what)
    choose(couch, args)
    assert couch.toasts() == [told] and nothing_is_queued(couch)
    assert windows(couch) == couch.kodi.dialogs == []


def test_a_queue_that_cannot_be_written_is_told(couch):
    rating_room.break_queue(couch)
    stand(couch, "film")
    choose(couch, MARK)
    assert couch.toasts() == ["The queue cannot be used"]


ABOUT_A_SHOW = "How do you like this show?"


@pytest.mark.parametrize(
    ("what", "question", "title"),
    [
        ("film", "How was it?", FILM.title), ("show", ABOUT_A_SHOW, SHOW.title), ("episode", ABOUT_A_SHOW, SHOW.title),
        ("season", ABOUT_A_SHOW, SHOW.title), ("anime", ABOUT_A_SHOW, "Moon Kitchen"),
    ],
)  # fmt: skip
def test_a_film_is_rated_and_of_all_else_the_show(couch, what, question, title):
    stand(couch, what)
    choose(couch, RATE, lambda screen: reads(screen) == (question, title, "Good"), "select")
    [play] = plays(couch)
    assert (play.action, play.rating, play.label) == ("rating", 7, title)
    assert play.item.ids and play.item.season is None and play.item.episode is None
    if what == "episode":
        couch.restart(real_wait=0.0)
        couch.service(20)
        assert [(rated.title, rated.rating) for rated in couch.box.ratings[VIEWER].values()] == [(SHOW.title, 7)]


# marks that are taken away: of episodes without a question, of a title with one


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
    choose(couch, MARK)
    couch.kodi.answers = [True]
    choose(couch, REMOVE)
    couch.restart(real_wait=0.0)
    couch.service(30)
    assert (couch.marks(), couch.queued(), couch.box.malformed) == ({}, [], [])
    assert couch.sent("/sync/history/remove")[-1]["shows"][0].keys() == {"title", "year", "ids"}


# when Kodi offers it


def offered(couch, media, number=1, season="", linked="true"):
    """Return the labels that Kodi shows for an item; a show's season is the number of its seasons."""
    kodi = couch.kodi
    kodi.properties[10000]["simkl.linked"] = linked
    kodi.info_labels.update({"ListItem.DBType": media, "ListItem.Season": season})
    kodi.conditions["Integer.IsGreater(ListItem.DBID,0)"] = number > 0
    with couch.inside():
        items = [item for item in kodi.addon.context_items if conditions.holds(item.visible, None)]
        return [kodi.strings.get(item.label) for item in items]


MARK_IT, UNMARK_IT, REMOVE_IT, RATE_IT = (
    "Mark watched on Simkl", "Mark unwatched on Simkl", "Remove from Simkl", "Rate on Simkl",
)  # fmt: skip


OFFERED = {
    "a film": ({"media": "movie"}, [MARK_IT, REMOVE_IT, RATE_IT]),
    "an episode": ({"media": "episode", "season": "2"}, [MARK_IT, UNMARK_IT, RATE_IT]),
    "a show": ({"media": "tvshow", "season": "3"}, [MARK_IT, UNMARK_IT, REMOVE_IT, RATE_IT]),
    "specials": ({"media": "season", "season": "0"}, [MARK_IT, UNMARK_IT]),
    "all seasons": ({"media": "season"}, [MARK_IT, UNMARK_IT]),
    "a set": ({"media": "set"}, []),
    "a file": ({"media": "", "number": -1}, []),
    "a film of an add-on": ({"media": "movie", "number": -1}, []),
    "a music video": ({"media": "musicvideo"}, []),
    "without a link": ({"media": "movie", "linked": ""}, []),
}


def test_kodi_offers_it_where_it_makes_sense(couch):
    assert {name: offered(couch, **item) for name, (item, _) in OFFERED.items()} == {
        name: labels for name, (_, labels) in OFFERED.items()
    }


@pytest.mark.parametrize(("linked", "said"), [(True, ["true", None]), (False, [None, None])])
def test_the_service_says_that_there_is_a_link_until_it_is_gone(make_couch, linked, said):
    couch = make_couch(linked=linked)
    seen = []
    couch.at(1, lambda: seen.append(couch.kodi.properties[10000].get("simkl.linked")))
    couch.at(2, couch.remember, owner="", linked=False)
    couch.at(100, lambda: seen.append(couch.kodi.properties[10000].get("simkl.linked")))  # it looks once a minute
    couch.service(101)
    assert seen == said
