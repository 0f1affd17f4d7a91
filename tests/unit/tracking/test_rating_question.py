"""When a rating is asked for: a table of what was watched, what is wanted, and what was asked before."""

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.tracking import rating_question
from tests.unit.tracking.cases import cases

FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900001"),))
EPISODE = Item(SHOW, "Lantern Street", 2021, (("imdb", "tt9910001"),), 2, 10, (("tvdb", "8002010"),))
LATER = Item(SHOW, "Lantern Street", 2021, (("imdb", "tt9910001"),), 3, 8)
ANIME_EPISODE = Item(ANIME, "Moon Kitchen", 2017, (("mal", "99103"),), None, 12)
BOTH, SHOWS = (rating_question.RatingPreferences(*each) for each in ((True, True), (False, True)))
SHOW_KEY = EPISODE.whole_title().key


@cases("item, wanted, asked, never_ask, season_ends, due", {
    "a film": (FILM, BOTH, (), (), False, True),
    "a film where only shows are wanted": (FILM, SHOWS, (), (), False, False),
    "a film that was asked about": (FILM, BOTH, (FILM.key,), (), False, False),
    "the last episode of a season": (EPISODE, BOTH, (), (), True, True),
    "an episode in the middle": (EPISODE, BOTH, (), (), False, False),
    "the same season again": (EPISODE, BOTH, (rating_question.question_key(EPISODE),), (), True, False),
    "the next season": (LATER, BOTH, (rating_question.question_key(EPISODE),), (), True, True),
    "a show that is never to be asked about": (LATER, BOTH, (), (SHOW_KEY,), True, False),
    "the end of an anime": (ANIME_EPISODE, SHOWS, (), (), True, True),
})  # fmt: skip
def test_a_rating_is_asked_for_once(item, wanted, asked, never_ask, season_ends, due):
    assert rating_question.is_question_due(item, wanted, asked, never_ask, season_ends) is due


def test_very_many_questions_are_not_remembered_for_ever():
    keys = ()
    for number in range(rating_question.REMEMBERED_QUESTIONS + 10):
        keys = rating_question.remember_question(keys, f"film {number}")
    keys = rating_question.remember_question(keys, "film 20")
    assert len(keys) == rating_question.REMEMBERED_QUESTIONS
    assert keys[-1] == "film 20" and keys.count("film 20") == 1 and "film 9" not in keys
