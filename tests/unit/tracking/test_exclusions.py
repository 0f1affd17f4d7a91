"""What is never tracked, and what only looks like it: trailers, extras, samples, and what a person has left out."""

import itertools

import pytest

from lib.tracking.extras import share_of_file
from lib.tracking.media_info import MediaInfo
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.trailers import is_trailer_address, is_trailer_title
from tests.unit.tracking.cases import cases
from tests.unit.tracking.watching import episode, file, film, found, reason

NO_STREAMS = TrackingPreferences(streams=False)
ADDON_LEFT_OUT = TrackingPreferences(addons=("plugin.video.x",))
BY_ADDON = {"file": "plugin://plugin.video.y/play/?video_id=1", "library_id": 0}
FOLDER = "/films/The Glass Harbour (2018)"


@cases("facts, why", {
    "name-trailer": (film(file="/films/Glass Harbour/The Glass Harbour-trailer.mkv"), "a trailer"),
    "a trailer that plays as the film": (film(**BY_ADDON, title="The Glass Harbour (Trailer)"), "a trailer"),
    "the second trailer": (film(file="/films/The Glass Harbour-trailer2.mkv"), "a trailer"),
    "a trailer behind a blank": (film(file=f"{FOLDER}/The Glass Harbour trailer.mkv"), "a trailer"),
    "the player says that it is a trailer": (film(is_trailer=True), "a trailer"),
    "the player says that it is of that kind": (film(media="trailer"), "a trailer"),
    "a trailer by its title alone": (film(title="Trailer", library_id=0), "a trailer"),
    "an add-on's trailer": (film(file="plugin://plugin.video.x/trailer?id=5"), "a trailer"),
    "an add-on's trailer, once resolved": (film(address="plugin://plugin.video.x/trailer?id=5"), "a trailer"),
    "a music video": (MediaInfo("/music/a.mkv", "musicvideo", 3, "Song"), "a music video"),
    "a recording": (file("PVR://recordings/tv/active/The Glass Harbour.pvr"), "live TV"),
    "a channel out of the net": (MediaInfo("http://tv.example/1.ts", "channel"), "live TV"),
    "what the add-on excludes": (film(excluded=True), "excluded by the add-on that plays it"),
    "a sample of a release": (file("/in/The.Glass.Harbour.2018/Sample/sample-the.glass.harbour.2018.mkv"), "a sample"),
    "a sample inside the name": (file("/in/the.glass.harbour.2018.sample.1080p.mkv"), "a sample"),
    "sample.mkv": (film(file=f"{FOLDER}/sample.mkv"), "a sample"),
    "an episode's extra": (episode(file="/shows/L/Season 2/Lantern Street S02E04-behindthescenes.mkv"), "an extra"),
    "deleted scenes in words": (film(file="/films/The Glass Harbour-deleted scenes.mkv"), "an extra"),
    "behind the scenes with a dash": (film(file="/films/The Glass Harbour - Behind the Scenes.mkv"), "an extra"),
    "an extra from a server": (film(file="https://x.example/Harbour%20(2018)/Extras/a.mkv"), "an extra"),
    "an episode of a show called Trailer Park": (episode(file="/shows/Trailer Park Life/S01E01.mkv"), ""),
    "a folder far above": (film(file="/trailers/films/The Glass Harbour.mkv"), ""),
    "trailer inside the name": (film(file="/films/The trailer that was lost.mkv"), ""),
    "a bracket in the address": (film(file="smb://[nas/films/a.mkv", title="The Glass Harbour"), ""),
    "Sample This": (film(file="/films/Sample This (2012)/Sample.This.2012.1080p.mkv", title="Sample This"), ""),
    "a show called Extras": (episode(file="/shows/Extras/Season 1/Extras S01E01.mkv", show_title="Extras"), ""),
    "a show called Extras, without a season": (episode(file="/shows/Extras/S01E01.mkv", show_title="Extras"), ""),
    "a film called The Interview": (film(file="/films/The Interview/The Interview.mkv", title="The Interview"), ""),
    "The Big Short, with dashes": (film(file="/films/the-big-short.mkv", title="The Big Short"), ""),
    "a short film among others": (file("/films/Shorts/The Lamp (2012).mkv"), ""),
    "an episode called Deleted": (episode(file="/shows/Lantern Street/Lantern Street - S02E04 - Deleted.mkv"), ""),
    "an episode with dashes": (episode(file="/shows/lantern-street-s02e04-interview.mkv"), ""),
    "The Big Short, in its folder": (file("/films/The Big Short (2015)/the-big-short.mkv"), ""),
    "a group called Scene": (film(file="/films/The.Glass.Harbour.2018.1080p.x264-SCENE.mkv"), ""),
})  # fmt: skip
def test_what_is_never_tracked_and_what_only_looks_like_it(facts, why):
    assert reason(facts) == why


@cases("is_inside, path, folders", {
    "a folder with a slash behind, far below": (True, "/films/x/y/z/a.mkv", ("/films/x/",)),
    "a share": (True, "smb://nas/films/a.mkv", ("smb://nas/films/",)),
    "a drive, with the other slashes": (True, "D:\\films\\a.mkv", ("D:/films",)),
    "the file itself": (True, "/films/a.mkv", ("/films/a.mkv",)),
    "a film in two parts": (True, "stack:///films/a cd1.avi , /films/a cd2.avi", ("/films/",)),
    "parts with a comma in the name": (True, "stack:///Oh,, yes/a cd1.avi , /Oh,, yes/a cd2.avi", ("/Oh, yes/",)),
    "in a zip": (True, "zip://smb%3a%2f%2fnas%2ffilms%2fa.zip/x/a.mkv", ("smb://nas/films/",)),
    "an archive that is excluded itself": (True, "zip://%2ffilms%2fa.zip/a.mkv", ("zip://%2ffilms%2fa.zip/",)),
    "a Blu-ray": (True, "bluray://%2ffilms%2fHarbour%2f/BDMV/PLAYLIST/00800.mpls", ("/films/",)),
    "a Blu-ray's image": (True, "bluray://udf%3a%2f%2f%252ffilms%252fH.iso%2f/BDMV/PLAYLIST/00800.mpls", ("/films/",)),
    "a source of several folders": (True, "/shows/a.mkv", ("multipath://%2ffilms%2f/%2fshows%2f/",)),
    "outside: nothing is excluded": (False, "/films/a.mkv", ()),
    "outside: a folder that begins alike": (False, "/films2/a.mkv", ("/films/",)),
    "outside: a file that begins alike": (False, "/films/a.mkv.mkv", ("/films/a.mkv",)),
    "outside: an empty line in the settings": (False, "/films/a.mkv", ("", "/")),
    "outside: a film in two parts": (False, "stack:///films/a cd1.avi , /films/a cd2.avi", ("/shows/",)),
    "outside: in a zip": (False, "zip://%2ffilms%2fa.zip/a.mkv", ("/films/x/", "zip://%2ffilms%2fb.zip/")),
    "outside: in an archive of no name": (False, "zip:///films/a.mkv", ("/films/",)),
    "outside: a source of several folders": (False, "/films2/a.mkv", ("multipath://%2ffilms%2f/%2fshows%2f/",)),
})  # fmt: skip
def test_only_what_is_in_an_excluded_folder_is_left_out(is_inside, path, folders):
    assert reason(film(file=path), TrackingPreferences(folders=folders)) == "in an excluded folder" * is_inside


def stream(path, library_id=0):
    return film(file=path, library_id=library_id)


SCHEMES = ("http", "https", "RTMP", "rtsp", "mms", "udp", "rtp")


@cases("facts, preferences, why", {
    "an excluded add-on": (film(addon="plugin.video.x"), ADDON_LEFT_OUT, "from an excluded add-on"),
    "another add-on": (film(addon="plugin.video.xy"), ADDON_LEFT_OUT, ""),
    "no add-on": (film(), ADDON_LEFT_OUT, ""),
    **{each: (stream(f"{each}://cdn.example/a"), NO_STREAMS, "a stream") for each in SCHEMES},
    "a stream in parts": (stream("stack://http://cdn.example/1.mkv , http://x/2.mkv"), NO_STREAMS, "a stream"),
    "a stream, wanted": (stream("https://cdn.example/a.mkv"), TrackingPreferences(), ""),
    "a stream that is in the library": (stream("https://cdn.example/a.mkv", 7), NO_STREAMS, ""),
    "a file is no stream": (stream("/films/a.mkv"), NO_STREAMS, ""),
})  # fmt: skip
def test_sources_can_be_left_out(facts, preferences, why):
    assert reason(facts, preferences) == why


# Kodi's string 20410 in the languages that it has
WORDS = (
    "Trailer", "Lokprent", "العرض الدعائي", "Трэйлер", "Трейлър", "Najava", "Upoutávka", "Hysbysiad", "Τρέιλερ",
    "Tráiler", "Avance", "Treiler", "Trailerra", "تیزر", "Traileri", "Bande-annonce", "קדימון", "Najava filma",
    "Filmajánló", "Stikla", "トレーラー", "예고편", "Anonsas", "Rullītis", "Tauaru", "Трејлер", "Treler",
    "Trejler", "ကြော်ငြာ", "Zwiastun", "Secvențe", "Трейлер", "Upútavka", "Napovednik", "Најава", "டிரெய்லர்",
    "ตัวอย่างภาพยนต์", "Fragman", "Giới thiệu", "预告片", "預告片",
)  # fmt: skip
FORMS = ("{} ({})", "{} [{}]", "{} - {}", "{} – {}", "{}: {}", "{} | {}", "{} ({} 2)", "{} - {} #1", "{} {} 2")
TRAILERS = (
    "The Glass Harbour (Official Trailer)", "The Glass Harbour - Official Trailer #2 (2018)",
    "The Glass Harbour Official Trailer", "Official Trailer", "Trailer 2", "Trailer: The Glass Harbour",
    "The Glass Harbour | Teaser Trailer | HD", "Le Port de verre - Bande-annonce VF",
    "Le Port de verre (Bande annonce officielle)", "El puerto (Tráiler oficial)",
    "Der Glashafen - Trailer (Deutsch)", "The Glass Harbour-trailer", "The Glass Harbour -Trailer",
    *(form.format("The Glass Harbour", case(word)) for form in FORMS for word in WORDS for case in (str, str.upper)),
)  # fmt: skip
FILMS = (
    "Trailer Park", "Trailer Park Boys: The Movie", "The Trailer", "Trailer", "The Glass Harbour",
    "The Glass Harbour (Trailer Cut)", "The trailer that was lost", "Trailer-Park", "Avance hacia el sur",
    "Stikla", "Najava smrti", "Fragman 12 gün", "Boat Trailers of Ohio", "Extras", "1917", "The Secret (Part 2)",
    "Mission: Avancer",
)  # fmt: skip
ADDRESSES = (
    "plugin://plugin.video.x/trailer?id=5", "plugin://plugin.video.x/play_trailer/5",
    "plugin://plugin.video.x/?action=trailer&id=5", "plugin://plugin.video.x/?mode=play_trailer",
    "plugin://plugin.video.x/?id=5&istrailer=true", "plugin://plugin.video.x/?trailer=1",
    "plugin://plugin.video.x/movies/5/Trailers/1", "plugin://plugin.video.trailers/play?id=5",
    "plugin://plugin.video.x/?type=Trailer", "plugin://script.trailer.player/?id=1",
)  # fmt: skip
OTHER_ADDRESSES = (
    "plugin://plugin.video.x/play?title=Trailer+Park", "plugin://plugin.video.x/play?title=Trailer",
    "plugin://plugin.video.x/?trailer=0", "plugin://plugin.video.x/?istrailer=false",
    "plugin://plugin.video.x/play/trailer-park-boys", "plugin://plugin.video.x/?q=trailer",
    "plugin://plugin.video.x/?id=5&trailer=", "/films/trailer", "https://cdn.example/trailer",
    "plugin://[broken/?trailer=1", "",
)  # fmt: skip


def test_the_titles_and_addresses_of_trailers_are_told_from_those_of_films_in_every_language():
    assert [title for title in TRAILERS if not is_trailer_title(title)] == []
    assert [title for title in FILMS if is_trailer_title(title) or reason(film(title=title))] == []
    assert [address for address in ADDRESSES if not is_trailer_address(address)] == []
    assert [address for address in OTHER_ADDRESSES if is_trailer_address(address)] == []


ENDINGS = (
    "behindthescenes", "deleted", "deletedscene", "featurette", "interview", "scene", "short", "other", "clip",
    "extra", "sample", "trailer",
)  # fmt: skip
FOLDERS = (
    "Behind The Scenes", "Deleted Scenes", "Featurettes", "Interviews", "Scenes", "Shorts", "Trailers", "Other",
    "Extras", "Samples", "Sample", "Clips", "backdrops", "Proof", "Subs", "Trailer",
)  # fmt: skip


def test_what_an_ending_or_its_folder_names_as_an_extra_is_not_the_film():
    for ending, name, case in itertools.product(ENDINGS, ("The.Glass.Harbour.2018", "X"), (str.lower, str.title)):
        assert reason(film(file=f"{FOLDER}/{name}-{case(ending)}.mkv"))
        assert reason(file(f"/downloads/{name}-{case(ending)}.avi"))
    for folder, name, case in itertools.product(FOLDERS, ("The Glass Harbour", "X"), (str, str.upper)):
        path = f"{FOLDER}/{case(folder)}/{name}.mkv"
        assert reason(film(file=path)) and reason(file(path)) and reason(film(file=path.replace("/", "\\")))


@cases("known", {
    "CD2 of two": ("/films/Harbour.cd2.avi", "Harbour", (0.5, 1.0)),
    "DVD 1 in brackets": ("/films/Harbour (DVD1).avi", "", (0.0, 0.5)),
    "pt2 behind the year": ("/films/Harbour (2018) pt2.avi", "", (0.5, 1.0)),
    "Part 1 that is of the title": ("/films/The Hallows Part 1.mkv", "The Hallows: Part 1", (0.0, 1.0)),
    "Part 1 before the year": ("/films/The.Hallows.Part.1.2010.mkv", "", (0.0, 1.0)),
    "an image of a disc": ("/films/Lantern Street Disc 1.iso", "", (0.0, 1.0)),
    "a VOB of a gigabyte": ("/films/Harbour/VIDEO_TS/VTS_01_1.VOB", "", (0.0, 0.2)),
    "a VOB that is long": ("/films/Harbour/VIDEO_TS/VTS_01_1.VOB", "", (0.0, 1.0), 5400.0),
})  # fmt: skip
def test_a_half_is_half(known):
    path, title, share, *length = known
    assert share_of_file(path, title, *length) == pytest.approx(share)


def test_the_share_is_told_with_what_is_identified_and_both_halves_as_one_are_all_of_it():
    assert found(film(file="stack:///films/Harbour CD1.avi , /films/Harbour CD2.avi")).share == (0.0, 1.0)
    assert found(film(file="/films/Harbour CD1.avi")).share == (0.0, 0.5)
