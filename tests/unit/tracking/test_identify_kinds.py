"""Films, shows and anime can each be switched off; what only a file's name tells; files with several episodes."""

from dataclasses import replace

import pytest

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.tracking.identify import kind_for_person
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from lib.tracking.preferences import TrackingPreferences
from tests.unit.tracking.cases import cases
from tests.unit.tracking.watching import episode, file, film, found, reason

NO_FILMS, NO_SHOWS, NO_ANIME = (TrackingPreferences(**{kind: False}) for kind in ("movies", "shows", "anime"))
ANIME_ONLY, NOTHING = TrackingPreferences(False, False), TrackingPreferences(False, False, False)
MAL = {"mal": "99001"}
BY_MAL = episode(show_ids=MAL, season=1)
BY_MAL_AND_TVDB = episode(show_ids={**MAL, "tvdb": "980003"})
ANIME_FILM = film(genres=("Drama", " Anime "))
UNKNOWN = file("/downloads/The.Glass.Harbour.2018.mkv")
UNTRACKED = "of a kind that is not tracked"


@cases("facts, preferences, why", {
    "a film": (film(), NO_FILMS, f"{UNTRACKED}: movie"),
    "an episode": (episode(), NO_SHOWS, f"{UNTRACKED}: show"),
    "anime by its ids": (BY_MAL, NO_ANIME, f"{UNTRACKED}: anime"),
    "anime by one id of several": (BY_MAL_AND_TVDB, NO_ANIME, f"{UNTRACKED}: anime"),
    "an anime film by its genre": (ANIME_FILM, NO_ANIME, f"{UNTRACKED}: anime"),
    "an anime film by its genre, films off": (ANIME_FILM, NO_FILMS, ""),
    "animation is not anime": (film(genres=("Animation",)), NO_ANIME, ""),
    "an unknown file, anime alone": (UNKNOWN, ANIME_ONLY, ""),
    "an unknown file, all off": (UNKNOWN, NOTHING, UNTRACKED),
})  # fmt: skip
def test_kinds_can_be_switched_off(facts, preferences, why):
    assert reason(facts, preferences) == why


@pytest.mark.parametrize("kind", [MOVIE, SHOW])
@cases("ids, genres, is_anime", {
    "ids of others": ({"simkl": "9000003", "imdb": "tt1", "tvdb": "980003"}, ("Drama", "Animation"), False),
    "mal": ({"tvdb": "980003", "mal": "99001"}, (), True),
    "anidb": ({"anidb": "98001"}, (), True),
    "anilist": ({"anilist": "1"}, (), True),
    "kitsu": ({"kitsu": "1"}, (), True),
    "genre": ({}, ("Drama", "ANIME "), True),
})  # fmt: skip
def test_what_has_an_id_of_an_anime_site_or_the_genre_is_anime_and_all_else_what_it_says(kind, ids, genres, is_anime):
    assert kind_for_person(Item(kind, ids=tuple(ids.items())), genres) == (ANIME if is_anime else kind)


@cases("facts, name", {
    "a bar in a name on a disk": (file("/in/Face|Off.mkv"), "Face|Off.mkv"),
    "a title that is the file's name": (file("/in/Harbour.mkv", media="movie", title="Harbour.mkv"), "Harbour.mkv"),
    "a title, but nobody says that it is a film": (file("/in/Holiday.mkv", title="Holiday"), "Holiday.mkv"),
    "an episode without a show": (episode(show_title="", show_ids={}), "Lantern Street S02E04.mkv"),
    "ids that do not tell whose": (file("/in/L S2E4.mkv", ids={"tvdb": "1"}, season=2, episode=4), "L S2E4.mkv"),
    "a season, ids of who knows what": (file("/in/L S2.mkv", given=('{"tmdb": 1}',), season=2), "L S2.mkv"),
})  # fmt: skip
def test_what_cannot_be_told_is_asked_by_the_name_of_the_file(facts, name):
    identity = found(facts)
    assert (identity.items, identity.file, identity.parts) == ((), name, 1)


@cases("facts", {
    "nothing at all": MediaInfo(),
    "an add-on that tells no ids": file("plugin://plugin.video.x/play/Glass.Harbour.2018.mkv", title="Glass Harbour"),
    "a folder": file("/films/Glass Harbour/"),
    "a page": file("https://cdn.example/get.php?file=a.mkv"),
})  # fmt: skip
def test_what_has_no_name_either_is_left_alone(facts):
    assert reason(facts) == "neither ids nor a title nor the name of a file"


def test_each_episode_of_a_file_is_told_with_its_show_and_its_own_ids_and_the_name_of_the_file():
    facts = episode(
        episodes=(EpisodeInfo(2, 4, {"tvdb": "970004", "imdb": "tt1"}), EpisodeInfo(2, 5), EpisodeInfo(0, 1))
    )
    identity = found(facts)
    assert (identity.parts, identity.file) == (3, "Lantern Street S02E04.mkv")
    assert [each.scrobbled()["episode"] for each in identity.items] == [
        {"season": 2, "number": 4, "ids": {"tvdb": 970004}}, {"season": 2, "number": 5}, {"season": 0, "number": 1},
    ]  # fmt: skip
    assert {(each.title, each.ids) for each in identity.items} == {("Lantern Street", identity.items[0].ids)}
    of_an_anime = found(replace(facts, show_ids=MAL, episodes=(EpisodeInfo(1, 7), EpisodeInfo(1, 8))))
    assert [each.scrobbled()["episode"] for each in of_an_anime.items] == [{"number": 7}, {"number": 8}]
    [alone] = found(replace(facts, ids={}).alone()).items
    assert alone.scrobbled()["episode"] == {"season": 2, "number": 4}
