"""Kodi's context menu: a film, an episode, a season or a show is marked, unmarked or rated at Simkl, or removed."""

import pytest

from tests.fakes.kodi import conditions
from tests.frontends.kodi import rating_steps
from tests.frontends.kodi.couch import FILM, SHOW
from tests.frontends.kodi.rating_steps import choose, plays, reads, stands_on, woken
from tests.frontends.kodi.tv import on_old_and_new_kodi

MARK, UNMARK, REMOVE, RATE = "mark-selected", "unmark-selected", "remove-selected", "rate-selected"
EPISODES = ["0x01", "2x04", "2x05", "1x01", "1x02"]
LITTLE = "Too little information in Kodi's library"
ALL_SEASONS = 4711  # the number that "* All seasons" bears is another season's


@pytest.fixture
def couch(make_couch):
    couch = rating_steps.sitting(make_couch)
    seasons = {7: 0, 10: 1, 20: 2, ALL_SEASONS: 2}
    couch.kodi.jsonrpc["VideoLibrary.GetSeasonDetails"] = lambda params: {
        "seasondetails": {**params, "season": seasons[params["seasonid"]], "tvshowid": couch.show_id}
    }
    return couch


def stand(couch, what):
    """Stand on something of the library."""
    path = f"videodb://tvshows/titles/{couch.show_id}/-1/?tvshowid={couch.show_id}"
    arguments = {
        "film": ("movie", couch.film),
        "episode": ("episode", couch.first),
        "one of two in a file": ("episode", couch.double[1]),
        "anime": ("episode", couch.anime),
        "season": ("season", 20),
        "specials": ("season", 7, path.replace("/-1/", "/0/")),
        "show": ("tvshow", couch.show_id),
        "all seasons": ("season", ALL_SEASONS, path),
        "all seasons of nothing": ("season", ALL_SEASONS),
        "a film that is gone": ("movie", 999),
        "a show that is gone": ("tvshow", 999),
        "a set of films": ("set", 1),
        "nothing": ("", -1),
    }
    numbers = {"season": {"season": 2}, "specials": {"season": 0}, "show": {"season": 3, "episode": 5}}
    stands_on(couch, *arguments[what], **numbers.get(what, {"season": -1} if "all seasons" in what else {}))


def of_show(*numbers):
    return [f"{SHOW.title} {number}" for number in numbers]


def one(label):
    return [label], f"Will be marked as watched: {label}"


MARKED = {
    "film": one(FILM.title),
    "episode": one(f"{SHOW.title} 2x04"),
    "one of two in a file": one(f"{SHOW.title} 1x02"),
    "anime": one("Moon Kitchen 03"),
    "season": (of_show("2x04", "2x05"), f"2 will be marked as watched: {SHOW.title}"),
    "specials": one(f"{SHOW.title} 0x01"),
    "show": (of_show(*EPISODES), f"5 will be marked as watched: {SHOW.title}"),
    "all seasons": (of_show(*EPISODES), f"5 will be marked as watched: {SHOW.title}"),
}


@pytest.mark.parametrize(("what", "marked", "told"), [(what, *each) for what, each in MARKED.items()], ids=MARKED)
def test_exactly_what_is_chosen_is_marked_whatever_is_left_out(couch, what, marked, told):
    couch.kodi.settings.values.update(track_movies=False, track_shows=False, minimum_minutes=60)
    couch.kodi.settings.values.update(exclude_folder_1="/films/", exclude_folder_2="/shows/")
    stand(couch, what)
    choose(couch, MARK)
    assert [(play.action, play.label, play.at) for play in plays(couch)] == [
        ("watched", label, couch.wall()) for label in marked
    ]
    assert couch.toasts() == [told] and woken(couch)


@on_old_and_new_kodi
def test_simkl_gets_a_show_in_one_call_and_removes_it_in_one_and_the_queue_knows_all_its_ids(couch):
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
    couch.restart(real_wait=rating_steps.SLOW)
    stand(couch, "show")
    couch.kodi.answers = [True]
    choose(couch, REMOVE)
    couch.restart(real_wait=0.0)
    couch.service(20)
    assert (couch.marks(), couch.queued(), couch.box.malformed) == ({}, [], [])
    assert couch.sent("/sync/history/remove")[-1]["shows"][0].keys() == {"title", "year", "ids"}


GONE = ["a film that is gone", "a show that is gone", "all seasons of nothing", "a set of films", "nothing"]


@pytest.mark.parametrize(("what", "args", "told"), [
    *((what, args, LITTLE) for what in GONE for args in (MARK, RATE)),
    *(("show", args, "Not linked") for args in (MARK, RATE, UNMARK, REMOVE)),
])  # fmt: skip
def test_what_the_library_does_not_know_and_a_missing_link_are_told_and_nothing_is_queued(couch, what, args, told):
    if told != LITTLE:
        couch.remember(owner="", linked=False)
    stand(couch, what)
    choose(couch, args)
    assert couch.toasts() == [told] and plays(couch) == []
    assert couch.kodi.windows == couch.kodi.dialogs == []


@pytest.mark.parametrize(("what", "title"), [
    ("film", FILM.title), ("anime", "Moon Kitchen"), *((what, SHOW.title) for what in ("show", "episode", "season")),
])  # fmt: skip
def test_a_film_is_rated_and_of_all_else_the_show(couch, what, title):
    question = "How was it?" if what == "film" else "How do you like this show?"
    stand(couch, what)
    choose(couch, RATE, lambda screen: reads(screen) == (question, title, "Good"), "select")
    [play] = plays(couch)
    assert (play.action, play.rating, play.label) == ("rating", 7, title)
    assert play.item.ids and play.item.season is None and play.item.episode is None


# marks that are taken away: of episodes without a question, of a title with one


@pytest.mark.parametrize(("what", "count"), [("episode", 1), ("show", 5)])
def test_episodes_are_marked_unwatched_without_a_question(couch, what, count):
    stand(couch, what)
    choose(couch, UNMARK)
    assert [play.action for play in plays(couch)] == ["unwatched"] * count and woken(couch)
    told = {1: "Will be marked as unwatched: Lantern Street 2x04", 5: "5 will be marked as unwatched: Lantern Street"}
    assert (couch.toasts(), couch.kodi.dialogs) == ([told[count]], [])


@pytest.mark.parametrize(("what", "title"), [("film", FILM.title), ("show", SHOW.title)])
def test_what_leaves_the_library_at_simkl_is_asked_about(couch, what, title):
    stand(couch, what)
    couch.kodi.answers = [False, True]
    choose(couch, REMOVE)
    assert plays(couch) == [] and couch.toasts() == []
    choose(couch, REMOVE)
    question = couch.kodi.dialogs[-1]
    told = "It leaves your Simkl library with its history and rating."
    assert (question.heading, question.message) == (f"Remove {title}?", told)
    assert [(play.action, play.label) for play in plays(couch)] == [("removed", title)]
    assert couch.toasts() == [f"Will be removed from Simkl: {title}"]


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


@pytest.mark.parametrize(("item", "labels"), [
    ({"media": "movie"}, [MARK_IT, REMOVE_IT, RATE_IT]),
    ({"media": "episode", "season": "2"}, [MARK_IT, UNMARK_IT, RATE_IT]),
    ({"media": "tvshow", "season": "3"}, [MARK_IT, UNMARK_IT, REMOVE_IT, RATE_IT]),
    ({"media": "season", "season": "0"}, [MARK_IT, UNMARK_IT]),
    ({"media": "season"}, [MARK_IT, UNMARK_IT]),
    ({"media": "set"}, []),
    ({"media": "", "number": -1}, []),
    ({"media": "movie", "number": -1}, []),
    ({"media": "musicvideo"}, []),
    ({"media": "movie", "linked": ""}, []),
])  # fmt: skip
def test_kodi_offers_it_where_it_makes_sense(couch, item, labels):
    assert offered(couch, **item) == labels


@pytest.mark.parametrize("linked", [True, False])
def test_the_service_says_that_there_is_a_link_until_it_is_gone(make_couch, linked):
    couch, seen = make_couch(linked=linked), []
    couch.kodi.properties[10000]["simkl.linked"] = "true"  # as a Kodi leaves it that is ended by force
    couch.at(2, lambda: seen.append(couch.kodi.properties[10000].get("simkl.linked")))
    couch.at(3, couch.remember, owner="", linked=False)
    couch.at(100, lambda: seen.append(couch.kodi.properties[10000].get("simkl.linked")))  # it looks once a minute
    couch.service(101)
    assert seen == ["true" if linked else None, None]
