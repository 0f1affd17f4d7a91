"""What is it? A person tells what Simkl did not recognise, and it is remembered."""

import pytest

from lib.simkl.api.media import Item
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED
from lib.tracking.store.match_cache import MatchCache
from tests.frontends.kodi.test_tv_lists import WHAT_IS_IT
from tests.frontends.kodi.tracked import CARTOON, HARBOUR, MISSPELT, NOW, watched

FILM, SHOW, ANIME, BACK = 0, 1, 2, -1
STREET = Item("show", "Lantern Street", 2021, (("simkl", "9000001"), ("tmdb", "990001")), 2, 4)


def asked(tv, waiting, play, *answers, others=()):
    """Have a person say what a play is; return the play's key."""
    [id_, *_] = waiting.put(play, *others)
    tv.kodi.answers = [WHAT_IS_IT, *answers]
    tv.script("play", str(id_))
    assert tv.kodi.answers == []
    return play.key


def remembered(waiting, key):
    with waiting.queue() as queue:
        found = MatchCache(queue.database).lookup(key, NOW)
    return None if found is None else found.item


def presets(tv):
    return [dialog.details for dialog in tv.kodi.dialogs if dialog.kind == "input"]


def test_an_episode_of_a_show_by_another_name(tv, waiting):
    key = asked(tv, waiting, watched(MISSPELT, state=NOT_FOUND), "Lantern", 0, "2", "4")
    name, title, season, episode = tv.kodi.dialogs[1:]
    assert [each.kind for each in (name, title, season, episode)] == ["input", "select", "input", "input"]
    assert (name.heading, title.heading) == ("Name of the film or the show", "What is it?")
    assert (season.heading, episode.heading) == ("Season (0 for specials)", "Episode")
    assert (presets(tv), tv.paths()[-1]) == (["Lantern Streeet", "2", "4"], "/search/tv")
    offered = [(each.getLabel(), each.getLabel2()) for each in title.details]
    assert offered == [("Lantern Street", "2021"), ("None of these: search again", "")]
    assert remembered(waiting, key) == STREET
    assert waiting.states() == [("Lantern Streeet 2x04", QUEUED)]
    assert (waiting.woken, tv.toasts()[-1]) == (1, "Remembered: Lantern Street 2x04")


# name: (what was played, what the person answers, what is preset, the path that is searched, what is remembered)
SAID = {
    "a film needs no numbers": (
        watched(HARBOUR, state=NOT_FOUND), ("glass", 0), ["The Glass Harbour"], "/search/movie",
        ("movie", "The Glass Harbour", None, None),
    ),
    "anime is numbered by itself and shows its other name": (
        watched(CARTOON, state=NOT_FOUND), ("moss", 0, "7"), ["Moss And Embers", "7"], "/search/anime",
        ("anime", "Moss and Ember", None, 7),
    ),
    "a file says what it can and the kind is asked": (
        watched(None, file="Lantern.Street.S02E04.1080p.WEB.mkv", state=NOT_FOUND),
        ("Lantern Street", SHOW, 0, "2", "4"), ["Lantern Street", "2", "4"], "/search/tv",
        ("show", "Lantern Street", 2, 4),
    ),
    "specials are season zero": (
        watched(None, file="extra.mkv", state=NOT_FOUND), ("Lantern", SHOW, 0, "0", "1"), ["extra", "1", ""],
        "/search/tv", ("show", "Lantern Street", 0, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("play", "answers", "preset", "path", "wanted"), SAID.values(), ids=SAID.keys())
def test_what_a_person_says_is_remembered(tv, waiting, play, answers, preset, path, wanted):
    key = asked(tv, waiting, play, *answers)
    assert (presets(tv), tv.paths()[-1]) == (preset, path)
    item = remembered(waiting, key)
    assert (item.kind, item.title, item.season, item.episode) == wanted
    assert item.ids


def test_nothing_found_and_none_of_these_lead_to_another_name_and_another_kind(tv, waiting):
    answers = ("Lantern", "winter", FILM, 1, "Lantern Street", SHOW, 0, "1", "8")
    key = asked(tv, waiting, watched(HARBOUR, state=NOT_FOUND), *answers)
    told = [dialog.message for dialog in tv.kodi.dialogs if dialog.kind == "ok"]
    assert told == ["Simkl found nothing called Lantern. Try another name, perhaps the original title."]
    assert presets(tv)[:2] == ["The Glass Harbour", "Lantern"]
    assert [path for path in tv.paths() if "search" in path] == ["/search/movie", "/search/movie", "/search/tv"]
    assert remembered(waiting, key).episode == 8


LEFT = {
    "an empty name": (MISSPELT, ("  ",)),
    "no title": (MISSPELT, ("Lantern", BACK)),
    "no season": (MISSPELT, ("Lantern", 0, "")),
    "no episode": (MISSPELT, ("Lantern", 0, "2", "")),
    "no kind": (None, ("x", BACK)),
}


@pytest.mark.parametrize(("item", "answers"), LEFT.values(), ids=LEFT)
def test_who_leaves_a_question_has_said_nothing(tv, waiting, item, answers):
    key = asked(tv, waiting, watched(item, file="x.mkv", state=NOT_FOUND), *answers)
    assert remembered(waiting, key) is None
    assert [state for _, state in waiting.states()] == [NOT_FOUND]


def other(season, episode):
    return watched(Item("show", "Lantern Streeet", 2021, (), season, episode), state=NOT_FOUND)


def test_other_episodes_of_the_show_are_answered_too_if_the_numbers_stay_and_so_is_the_next_one(tv, waiting):
    others = [other(2, 5), other(1, 8), watched(MISSPELT, NOW - 60, state=REJECTED), watched(CARTOON, state=NOT_FOUND)]
    asked(tv, waiting, watched(MISSPELT, state=NOT_FOUND), "Lantern", 0, "2", "4", others=others)
    assert remembered(waiting, others[0].key) == Item("show", "Lantern Street", 2021, STREET.ids, 2, 5)
    assert [state for _, state in waiting.states()] == [QUEUED, QUEUED, QUEUED, QUEUED, NOT_FOUND]
    with waiting.queue() as queue:
        found = MatchCache(queue.database).known(other(2, 6), NOW)
    assert found is not None and found.item == Item("show", "Lantern Street", 2021, STREET.ids, 2, 6)


@pytest.mark.parametrize(
    ("answers", "known"),
    [((0, "2", "5"), None), ((0, "3", "4"), None), ((1, "moss", ANIME, 0, "4"), ("anime", 5))],
    ids=["another episode", "another season", "an anime, which starts anew with each season"],
)
def test_other_episodes_are_left_alone_where_the_numbers_do_not_stay(tv, waiting, answers, known):
    others = [other(2, 5), other(1, 8)]
    asked(tv, waiting, watched(MISSPELT, state=NOT_FOUND), "Lantern", *answers, others=others)
    same, elsewhere = (remembered(waiting, each.key) for each in others)
    assert (same and (same.kind, same.episode), elsewhere) == (known, None)
    assert waiting.states()[2] == ("Lantern Streeet 1x08", NOT_FOUND)


WRONG = {
    "no network": (lambda tv: tv.box.stop_listening(), "No connection to Simkl."),
    "broken settings": (lambda tv: tv.write_settings("accounts: ["), "The settings file cannot be used"),
    "unlinked meanwhile": (lambda tv: tv.write_settings(""), "Not linked"),
}


@pytest.mark.parametrize(("trouble", "says"), WRONG.values(), ids=WRONG)
def test_what_goes_wrong_is_told_in_words(tv, waiting, trouble, says):
    trouble(tv)
    asked(tv, waiting, watched(MISSPELT, state=NOT_FOUND), "Lantern")
    assert tv.kodi.dialogs[-1].message.startswith(says)
    assert waiting.states() == [("Lantern Streeet 2x04", NOT_FOUND)]
    assert [bar.open for bar in tv.kodi.progress] in ([], [False])
