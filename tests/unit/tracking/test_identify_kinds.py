"""Films, shows and anime can each be switched off; what only a file's name tells; files with several episodes."""

from __future__ import annotations

import pytest

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.tracking.identify import kind_for_person
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from lib.tracking.preferences import TrackingPreferences
from tests.unit.tracking.told import episode, file, film, found, reason

NO_FILMS, NO_SHOWS, NO_ANIME = (TrackingPreferences(**{kind: False}) for kind in ("movies", "shows", "anime"))
ANIME_ONLY, NOTHING = TrackingPreferences(False, False), TrackingPreferences(False, False, False)
MAL = {"mal": "99001"}
BY_MAL = episode(show_ids=MAL, season=1)
BY_MAL_AND_TVDB = episode(show_ids={**MAL, "tvdb": "980003"})
ANIME_FILM = film(genres=("Drama", " Anime "))
UNKNOWN = file("/downloads/The.Glass.Harbour.2018.mkv")
UNTRACKED = "of a kind that is not tracked"

KINDS = {
    "a film": (film(), NO_FILMS, f"{UNTRACKED}: movie"),
    "a film, shows off": (film(), NO_SHOWS, ""),
    "an episode": (episode(), NO_SHOWS, f"{UNTRACKED}: show"),
    "an episode, anime off": (episode(), NO_ANIME, ""),
    "anime by its ids": (BY_MAL, NO_ANIME, f"{UNTRACKED}: anime"),
    "anime by its ids, shows off": (BY_MAL, NO_SHOWS, ""),
    "anime by one id of several": (BY_MAL_AND_TVDB, NO_ANIME, f"{UNTRACKED}: anime"),
    "an anime film by its genre": (ANIME_FILM, NO_ANIME, f"{UNTRACKED}: anime"),
    "an anime film by its genre, films off": (ANIME_FILM, NO_FILMS, ""),
    "animation is not anime": (film(genres=("Animation",)), NO_ANIME, ""),
    "an unknown file, anime alone": (UNKNOWN, ANIME_ONLY, ""),
    "an unknown file, all off": (UNKNOWN, NOTHING, UNTRACKED),
}


@pytest.mark.parametrize(("facts", "preferences", "why"), KINDS.values(), ids=KINDS.keys())
def test_kinds_can_be_switched_off(facts, preferences, why):
    assert reason(facts, preferences) == why


@pytest.mark.parametrize("kind", [MOVIE, SHOW])
@pytest.mark.parametrize(
    ("ids", "genres", "is_anime"),
    [
        ({"simkl": "9000003", "imdb": "tt1", "tvdb": "980003"}, ("Drama", "Animation"), False),
        ({"tvdb": "980003", "mal": "99001"}, (), True), ({"anidb": "98001"}, (), True), ({"anilist": "1"}, (), True),
        ({"kitsu": "1"}, (), True), ({}, ("Drama", "ANIME "), True),
    ],
    ids=["ids of others", "mal", "anidb", "anilist", "kitsu", "genre"],
)  # fmt: skip
def test_what_has_an_id_of_an_anime_site_or_the_genre_is_anime_and_all_else_what_it_says(kind, ids, genres, is_anime):
    assert kind_for_person(Item(kind, ids=tuple(ids.items())), genres) == (ANIME if is_anime else kind)


# name: (what is told, the name that Simkl is asked about)
NAMES = {
    "a file on Windows": (file("D:\\in\\Glass Harbour 2018.AVI"), "Glass Harbour 2018.AVI"),
    "a question in a name on a share": (file("nfs://nas/in/Who Am I? (2014).mkv"), "Who Am I? (2014).mkv"),
    "a bar in a name on a disk": (file("/in/Face|Off.mkv"), "Face|Off.mkv"),
    "a percent sign on a disk": (file("/in/100%25 Wolf.mkv"), "100%25 Wolf.mkv"),
    "an address with blanks, a token and headers": (
        file("https://cdn.example/in/Glass%20Harbour.mkv?token=1&x=/b.mkv|User-Agent=x/1.mkv"), "Glass Harbour.mkv",
    ),
    "a film in two parts": (file("stack:///in/Harbour.cd1.avi , /in/Harbour.cd2.avi"), "Harbour.cd1.avi"),
    "a file in an archive": (file("rar://%2fin%2fgh18.rar/Glass.Harbour.2018.mkv"), "Glass.Harbour.2018.mkv"),
    "the image of a disc": (
        file("bluray://udf%3a%2f%2f%252fin%252fGlassHarbour.iso%2f/BDMV/PLAYLIST/00800.mpls"), "GlassHarbour.iso",
    ),
    "a Blu-ray": (file("/films/Glass Harbour (2018)/BDMV/index.bdmv"), "Glass Harbour (2018)"),
    "a Blu-ray's other file": (file("smb://nas/in/Glass Harbour/BDMV/MovieObject.bdmv"), "Glass Harbour"),
    "a DVD on Windows": (file("D:\\in\\Glass Harbour\\video_ts\\video_ts.ifo"), "Glass Harbour"),
    "a DVD without a folder of its own": (file("/films/Glass Harbour/VIDEO_TS.IFO"), "Glass Harbour"),
    "a title that is the file's name": (file("/in/Harbour 2018.mkv", media="movie", title="Harbour 2018.mkv"), ""),
    "a title, but nobody says that it is a film": (file("/in/Holiday.mkv", title="Holiday"), ""),
    "an episode without a show": (episode(show_title="", show_ids={}), "Lantern Street S02E04.mkv"),
    "ids and numbers that do not tell whose": (file("/in/L S02E04.mkv", ids={"tvdb": "1"}, season=2, episode=4), ""),
    "a number of a season, ids of who knows what": (file("/in/L S02.mkv", given=('{"tmdb": 1}',), season=2), ""),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "name"), NAMES.values(), ids=NAMES.keys())
def test_what_cannot_be_told_is_asked_by_the_name_of_the_file(facts, name):
    identity = found(facts)
    assert (identity.items, identity.file, identity.parts) == ((), name or facts.file[len("/in/") :], 1)


NAMELESS = {
    "nothing at all": MediaInfo(),
    "an add-on that tells no ids": file("plugin://plugin.video.x/play/Glass.Harbour.2018.mkv", title="Glass Harbour"),
    "an address without a file": file("https://cdn.example/watch?v=Glass.Harbour.mkv"),
    "a folder": file("/films/Glass Harbour/"),
    "a disc that lies in no folder": file("/VIDEO_TS/VIDEO_TS.IFO"),
    "a playlist of a stream": file("https://cdn.example/live/index.m3u8|Referer=x"),
    "a page": file("https://cdn.example/get.php?file=a.mkv"),
}


@pytest.mark.parametrize("facts", NAMELESS.values(), ids=NAMELESS.keys())
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


@pytest.mark.parametrize(
    ("facts", "sent"),
    [
        (episode(show_ids=MAL, episodes=(EpisodeInfo(1, 7), EpisodeInfo(1, 8))), [{"number": 7}, {"number": 8}]),
        (episode(ids={}, episodes=(EpisodeInfo(2, 4), EpisodeInfo(2, 5))).alone(), [{"season": 2, "number": 4}]),
    ],
    ids=["an anime is numbered as anime", "one of them alone"],
)
def test_the_numbers_of_several_episodes(facts, sent):
    assert [each.scrobbled()["episode"] for each in found(facts).items] == sent
