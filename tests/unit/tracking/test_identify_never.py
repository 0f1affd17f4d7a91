"""What is never tracked, and what only looks like it."""

from __future__ import annotations

import pytest

from lib.tracking.media_info import MediaInfo
from lib.tracking.preferences import TrackingPreferences
from tests.unit.tracking.told import episode, file, film, reason

NO_STREAMS = TrackingPreferences(streams=False)
ADDON_LEFT_OUT = TrackingPreferences(addons=("plugin.video.x",))
EXCLUDED = "excluded by the add-on that plays it"
BY_ADDON = {"file": "plugin://plugin.video.y/play/?video_id=1", "library_id": 0}

NEVER = {
    "name-trailer": (film(file="/films/Glass Harbour/The Glass Harbour-trailer.mkv"), "a trailer"),
    "Trailer.mp4 on Windows": (film(file="C:\\films\\Glass Harbour\\Trailer.mp4"), "a trailer"),
    "the folder trailers": (film(file="/films/Glass Harbour/trailers/First look.mkv"), "a trailer"),
    "a trailer in the net, with a token": (film(file="https://cdn.example/h-trailer.mp4?t=1|UA=x"), "a trailer"),
    "a trailer that plays as the film": (film(**BY_ADDON, title="The Glass Harbour (Trailer)"), "a trailer"),
    "a music video": (MediaInfo("/music/a.mkv", "musicvideo", 3, "Song"), "a music video"),
    "live TV": (MediaInfo("pvr://channels/tv/All channels/1.pvr", "channel", title="News"), "live TV"),
    "a recording of live TV": (file("PVR://recordings/tv/active/Film.pvr"), "live TV"),
    "a channel out of the net": (MediaInfo("http://tv.example/1.ts", "channel"), "live TV"),
    "what the add-on excludes": (film(excluded=True), EXCLUDED),
}

ONLY_LOOKS_LIKE_IT = {
    "an episode of a show called Trailer Park": episode(file="/shows/Trailer Park Life/S01E01.mkv"),
    "a file called My Trailer": film(file="/films/My Trailer.mkv"),
    "a folder far above": film(file="/trailers/films/The Glass Harbour.mkv"),
    "trailer inside the name": film(file="/films/The trailer that was lost.mkv"),
    "a question in the name": film(file="nfs://nas/films/Which -trailer? Part 2.mkv"),
    "a title with brackets": film(title="The Glass Harbour (Trailer Cut)"),
    "a bracket in the address": film(file="smb://[nas/films/a.mkv", title="The Glass Harbour"),
}


@pytest.mark.parametrize(("facts", "why"), NEVER.values(), ids=NEVER.keys())
def test_it_is_never_tracked(facts, why):
    assert reason(facts) == why


@pytest.mark.parametrize("facts", ONLY_LOOKS_LIKE_IT.values(), ids=ONLY_LOOKS_LIKE_IT.keys())
def test_it_is_tracked_all_the_same(facts):
    assert reason(facts) == ""


# what plays, and the folders that are left out
INSIDE = {
    "a folder with a slash behind, far below": ("/films/x/y/z/a.mkv", "/films/x/"),
    "the second of two": ("/films/a.mkv", "/shows/", "/films/"),
    "a share": ("smb://nas/films/a.mkv", "smb://nas/films/"),
    "a whole server": ("nfs://nas/films/a.mkv", "nfs://nas/"),
    "a drive, with the other slashes": ("D:\\films\\a.mkv", "D:/films"),
    "an add-on as a source": ("plugin://plugin.video.x/play?id=1", "plugin://plugin.video.x/"),
    "the file itself": ("/films/a.mkv", "/films/a.mkv"),
    "a film in two parts": ("stack:///films/a cd1.avi , /films/a cd2.avi", "/films/"),
    "parts with a comma in the name": ("stack:///Oh,, yes/a cd1.avi , /Oh,, yes/a cd2.avi", "/Oh, yes/"),
    "in a zip": ("zip://smb%3a%2f%2fnas%2ffilms%2fa.zip/x/a.mkv", "smb://nas/films/"),
    "an archive that is excluded itself": ("zip://%2ffilms%2fa.zip/a.mkv", "zip://%2ffilms%2fa.zip/"),
    "a Blu-ray": ("bluray://%2ffilms%2fHarbour%2f/BDMV/PLAYLIST/00800.mpls", "/films/"),
    "a Blu-ray's image": ("bluray://udf%3a%2f%2f%252ffilms%252fH.iso%2f/BDMV/PLAYLIST/00800.mpls", "/films/"),
    "a source of several folders": ("/shows/a.mkv", "multipath://%2ffilms%2f/%2fshows%2f/"),
    "a source of several shares": ("smb://nas/films/a.mkv", "multipath://smb%3a%2f%2fnas%2ffilms%2f/"),
}
OUTSIDE = {
    "nothing is excluded": ("/films/a.mkv",),
    "a folder that begins alike": ("/films2/a.mkv", "/films/"),
    "a file that begins alike": ("/films/a.mkv.mkv", "/films/a.mkv"),
    "an empty line in the settings": ("/films/a.mkv", "", "/"),
    "above the folder": ("/films/a.mkv", "/films/x/"),
    "a film in two parts": ("stack:///films/a cd1.avi , /films/a cd2.avi", "/shows/"),
    "in a zip": ("zip://%2ffilms%2fa.zip/a.mkv", "/films/x/", "zip://%2ffilms%2fb.zip/"),
    "in an archive of no name": ("zip:///films/a.mkv", "/films/"),
    "a source of several folders": ("/films2/a.mkv", "multipath://%2ffilms%2f/%2fshows%2f/"),
}


PLACES = [*((each, "in an excluded folder") for each in INSIDE.values()), *((each, "") for each in OUTSIDE.values())]


@pytest.mark.parametrize(("told", "why"), PLACES, ids=[*INSIDE, *(f"outside: {name}" for name in OUTSIDE)])
def test_only_what_is_in_an_excluded_folder_is_left_out(told, why):
    assert reason(film(file=told[0]), TrackingPreferences(folders=told[1:])) == why


def stream(path, library_id=0):
    return film(file=path, library_id=library_id)


SOURCES = {
    "an excluded add-on": (film(addon="plugin.video.x"), ADDON_LEFT_OUT, "from an excluded add-on"),
    "another add-on": (film(addon="plugin.video.xy"), ADDON_LEFT_OUT, ""),
    "no add-on": (film(), ADDON_LEFT_OUT, ""),
    **{
        f"a stream by {scheme}": (stream(f"{scheme}://cdn.example/a"), NO_STREAMS, "a stream")
        for scheme in ("http", "https", "RTMP", "rtsp", "mms", "udp", "rtp")
    },
    "a stream in parts": (stream("stack://http://cdn.example/1.mkv , http://x/2.mkv"), NO_STREAMS, "a stream"),
    "a stream, wanted": (stream("https://cdn.example/a.mkv"), TrackingPreferences(), ""),
    "a stream that is in the library": (stream("https://cdn.example/a.mkv", 7), NO_STREAMS, ""),
    "a share is no stream": (stream("smb://nas/a.mkv"), NO_STREAMS, ""),
    "a file is no stream": (stream("/films/a.mkv"), NO_STREAMS, ""),
}


@pytest.mark.parametrize(("facts", "preferences", "why"), SOURCES.values(), ids=SOURCES.keys())
def test_sources_can_be_left_out(facts, preferences, why):
    assert reason(facts, preferences) == why
