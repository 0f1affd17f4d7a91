"""What is it? Which of the many who tell something is believed, and whose ids are whose."""

from lib.tracking.media_info import MediaInfo
from tests.unit.tracking.cases import cases
from tests.unit.tracking.told import episode, film, found, item

PLUGIN = "plugin://plugin.video.x/play/5"
LIBRARY = {"imdb": "tt9900002", "tmdb": 990002}
SHOW_IDS = {"imdb": "tt9900001", "tmdb": 990001, "tvdb": 980001}


def given(*texts, **changes):
    """Return a film of which an add-on has set ids in these texts."""
    return film(**{"ids": {}, "given": texts, **changes})



@cases("facts, ids", {
    "an episode whose show has none: not its own": (episode(show_ids={}), None),
    "the add-on's before the library's": (film(given=('{"imdb": "tt1"}',)), {"imdb": "tt1", "tmdb": 990002}),
    "the add-on's before the library's show": (episode(given=('{"tmdb": 1}',)), {**SHOW_IDS, "tmdb": 1}),
    "script.simkl.ids before script.trakt.ids": (given('{"tmdb": 1}', '{"tmdb": 2}'), {"tmdb": 1}),
    "script.trakt.ids add what script.simkl.ids lack":
        (given('{"simkl": 9000002}', '{"tmdb": 2, "slug": "the-glass-harbour-2018"}'), {"simkl": 9000002, "tmdb": 2}),
    "an empty id of the first does not hide that of the second":
        (given('{"imdb": "", "tmdb": 0, "tvdb": null}', '{"imdb": "tt2", "tmdb": 2}'), {"imdb": "tt2", "tmdb": 2}),
    "an empty id of the add-on does not hide the library's": (film(given=('{"imdb": "", "tmdb": -1}',)), LIBRARY),
    "names that players give to ids": (
        film(ids={"imdbnumber": "tt1", "TheMovieDB": "4", "thetvdb": "5", "MyAnimeList": "6"}),
        {"imdb": "tt1", "tmdb": 4, "tvdb": 5, "mal": 6},
    ),
    "ids that Simkl does not take, zero and minus one":
        (film(ids={"unknown": "1", "slug": "x", "tmdbset": "2", "imdb": "-1", "tmdb": "0", "tvdb": " "}), None),
    "odd types": (given('{"imdb": ["tt1"], "tmdb": {"id": 5}, "tvdb": true, "mal": 1.5, "simkl": null}'), None),
    "JSON that is broken": (film(given=('{"imdb": "tt99', "", "None", "[" * 200_000)), LIBRARY),
    "JSON that is no object": (film(given=("[1]", '"tt1"', "5", "null")), LIBRARY),
    "a broken first and a good second": (given("{", '{"tmdb": 2}'), {"tmdb": 2}),
})  # fmt: skip
def test_who_is_believed_about_ids(facts, ids):
    assert item(facts).title_object().get("ids") == ids


LANTERN, SENT = {"title": "Lantern Street", "year": 2021}, {"season": 2, "number": 4}
HARBOUR = {"title": "The Glass Harbour", "year": 2018}
NAMED = {"title": "Lantern Street"}
BARE = {"ids": {}, "show_title": "", "show_year": 0}
MAL, MAL_AND_TVDB = {"mal": "99001"}, {"mal": "99001", "tvdb": "980003"}
BOTH_SENT = {"title": "Lantern Street", "ids": {"tvdb": 980003, "mal": 99001}}


@cases("facts, sent", {
    "a film": (film(), {"movie": {**HARBOUR, "ids": LIBRARY}}),
    "a film by title and year only": (film(ids={}), {"movie": HARBOUR}),
    "a film by ids only": (film(title="", year=0, ids={"tmdb": "990002"}), {"movie": {"ids": {"tmdb": 990002}}}),
    "an episode": (episode(ids={}), {"show": {**LANTERN, "ids": SHOW_IDS}, "episode": SENT}),
    "an episode's own ids: tvdb and anidb only, in their own place": (
        episode(show_ids={}, ids={"tvdb": "970004", "anidb": "98004", "imdb": "tt9970004", "tmdb": "970994"}),
        {"show": LANTERN, "episode": {**SENT, "ids": {"tvdb": 970004, "anidb": 98004}}},
    ),
    "the year of an episode is not its show's":
        (episode(ids={}, show_ids={}, show_year=0), {"show": NAMED, "episode": SENT}),
    "a show by ids only":
        (episode(**BARE, show_ids={"tvdb": "980001"}), {"show": {"ids": {"tvdb": 980001}}, "episode": SENT}),
    "a special":
        (episode(ids={}, show_ids={}, season=0, episode=0), {"show": LANTERN, "episode": {"season": 0, "number": 0}}),
    "a season that nobody tells is the first":
        (episode(show_ids={}, season=None), {"show": LANTERN, "episode": {"season": 1, "number": 4}}),
    "an anime by ids of anime sites": (
        episode(**BARE, show_ids={**MAL, "anidb": "98001"}, season=1, episode=7),
        {"anime": {"ids": {"mal": 99001, "anidb": 98001}}, "episode": {"number": 7}},
    ),
    "an anime that the add-on names by its MAL id": (
        MediaInfo(PLUGIN, show_title="Paper Moons", episode=7, given=('{"mal": 99001}',)),
        {"anime": {"title": "Paper Moons", "ids": {"mal": 99001}}, "episode": {"number": 7}},
    ),
    "an anime with ids of a TV site: as TV numbers it": (
        episode(ids={}, show_year=0, show_ids=MAL_AND_TVDB, season=1, episode=30),
        {"show": BOTH_SENT, "episode": {"season": 1, "number": 30}},
    ),
    "the second season of an anime: its number would be wrong elsewhere":
        (episode(ids={}, show_year=0, show_ids=MAL), {"show": {**NAMED, "ids": {"mal": 99001}}, "episode": SENT}),
    "an add-on that tells show, season and episode, and no kind": (
        MediaInfo(PLUGIN, title="Low Tide", show_title="Lantern Street", season=2, episode=4),
        {"show": NAMED, "episode": SENT},
    ),
    "an add-on that tells the show's ids and numbers, no kind and no name of the show": (
        MediaInfo(PLUGIN, title="Low Tide", season=2, episode=4, given=('{"tmdb": 990001}',)),
        {"show": {"ids": {"tmdb": 990001}}, "episode": SENT},
    ),
    "an add-on that sets ids and nothing else plays a film": (
        MediaInfo(PLUGIN, title="The Glass Harbour", given=('{"imdb": "tt1"}',)),
        {"movie": {"title": "The Glass Harbour", "ids": {"imdb": "tt1"}}},
    ),
    "a film of a franchise that carries the name of a show":
        (film(ids={}, show_title="Lantern Street"), {"movie": HARBOUR}),
})  # fmt: skip
def test_what_simkl_gets(facts, sent):
    assert item(facts).scrobbled() == sent


def test_the_library_is_told_by_its_own_number_and_the_picture_comes_along():
    assert [found(facts).ref for facts in (film(), episode())] == ["movie/7", "episode/12"]
    assert [found(film(library_id=number)).ref for number in (0, -1)] == ["", ""]
    assert found(film(art="image://poster")).art == "image://poster"
