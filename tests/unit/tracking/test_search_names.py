"""Which name Simkl is asked about, how much of the path goes with it, and which answers are believed."""

import pytest

from lib.simkl.api.media import MOVIE, SHOW, Item
from lib.tracking.file_names import parse_file_name
from lib.tracking.search_names import is_believable, search_names
from tests.unit.tracking.cases import cases
from tests.unit.tracking.watching import file, found, reason


@cases("path, name", {
    "a show's folder, a season's folder": ("/tv/Lantern Street/Season 2/S02E04.mkv", "Lantern Street S02E04.mkv"),
    "a season in German": ("/tv/Lantern Street/Staffel 2/Episode 4.mkv", "Lantern Street S02E04.mkv"),
    "S02 as a folder": ("smb://nas/Lantern Street/S02/2x04.mkv", "Lantern Street 2x04.mkv"),
    "only the number of the episode": ("/tv/Lantern Street/Season 2/04.mkv", "Lantern Street S02E04.mkv"),
    "from the web": ("http://nas/Lantern%20Street/Season%202/S02E04.mkv", "Lantern Street S02E04.mkv"),
    "a name that has its show": ("/tv/LS/Season 2/Lantern.Street.S02E04.mkv", "Lantern.Street.S02E04.mkv"),
    "a file of a Blu-ray": ("/films/The Glass Harbour (2018)/BDMV/STREAM/00800.m2ts", "The Glass Harbour (2018)"),
    "a Blu-ray as Kodi opens it": ("bluray://%2ffilms%2fGlass%20Harbour%2f/BDMV/PLAYLIST/00800.mpls", "Glass Harbour"),
    "the second disc": ("/films/Glass Harbour/Disc 2/VIDEO_TS/VIDEO_TS.IFO", "Glass Harbour"),
    "movie.mkv": ("/films/The Glass Harbour (2018)/movie.mkv", "The Glass Harbour (2018).mkv"),
    "1917 in its folder": ("/films/1917 (2019)/1917.mkv", "1917 (2019).mkv"),
    "a release from the web": ("https://cdn.example/x/The.Glass.Harbour.2018.mkv?t=1", "The.Glass.Harbour.2018.mkv"),
    "a title that is a number, with its year": ("/in/1917.2019.1080p.mkv", "1917.2019.1080p.mkv"),
    "a file on Windows": ("D:\\in\\Glass Harbour 2018.AVI", "Glass Harbour 2018.AVI"),
    "a question in a name on a share": ("nfs://nas/in/Who Am I? (2014).mkv", "Who Am I? (2014).mkv"),
    "a percent sign on a disk": ("/in/100%25 Wolf.mkv", "100%25 Wolf.mkv"),
    "blanks, a token and headers": ("https://x/Glass%20Harbour.mkv?t=1&x=/b.mkv|UA=x/1.mkv", "Glass Harbour.mkv"),
    "a film in two parts": ("stack:///in/Harbour.cd1.avi , /in/Harbour.cd2.avi", "Harbour.cd1.avi"),
    "in an archive": ("rar://%2fin%2fgh18.rar/Glass.Harbour.2018.mkv", "Glass.Harbour.2018.mkv"),
    "the image of a disc": ("bluray://udf%3a%2f%2f%252fin%252fGlassHarbour.iso%2f/BDMV/00800.mpls", "GlassHarbour.iso"),
    "a Blu-ray's other file": ("smb://nas/in/Glass Harbour/BDMV/MovieObject.bdmv", "Glass Harbour"),
    "a DVD without a folder of its own": ("/films/Glass Harbour/VIDEO_TS.IFO", "Glass Harbour"),
    "a server's stream": ("http://nas:8096/Videos/12/stream.mkv", ""),
    "a number": ("/MediaItems/1917.mkv", ""),
    "a disc that lies in no folder": ("/VIDEO_TS/VIDEO_TS.IFO", ""),
    "a playlist of a stream": ("https://cdn.example/live/index.m3u8|Referer=x", ""),
    "an address without a file": ("https://cdn.example/watch?v=Glass.Harbour.mkv", ""),
    "an id of a video site": ("https://cdn.example/dQw4w9WgXcQ12.mp4", ""),
    "video.mp4": ("/storage/emulated/0/Download/video.mp4", ""),
    "movie.mkv in a folder of films": ("/films/movie.mkv", ""),
    "a camera's counter": ("/photos/2021/IMG_1234.mov", ""),
    "a bare episode in a folder of everything": ("/Downloads/S02E04.mkv", ""),
    "the counter of a ripper": ("/rips/title_t00.mkv", ""),
    "a DVD in a folder of films": ("/movies/VIDEO_TS/VTS_01_1.VOB", ""),
    "an add-on": ("plugin://plugin.video.x/The.Glass.Harbour.2018.mkv", ""),
})  # fmt: skip
def test_the_folder_helps_where_the_name_says_too_little_and_what_names_nothing_is_not_asked_for(path, name):
    assert search_names(file(path)) == ((name,) if name else ())
    assert bool(reason(file(path))) is not bool(name)


AGAINST_TITLES = {
    ("/videos/Harbour.mkv", "Birthday at the lake"): False,
    ("/MediaItems/1917 (2019).mkv", "Birthday at the lake"): False,
    ("http://nas/The.Glass.Harbour.mkv", "Ben's first steps"): False,
    ("/in/The.Glass.Harbour.2018.mkv", "The Glass Harbour"): True,
    ("/in/The.Glass.Harbour.2018.mkv", "The.Glass.Harbour.2018.mkv"): True,
    ("/in/TheGlassHarbour.mkv", "The Glass Harbour"): True,
}


def test_a_name_is_not_believed_against_the_title():
    assert {told: bool(search_names(file(told[0], title=told[1]))) for told in AGAINST_TITLES} == AGAINST_TITLES


SERVED = {"media": "movie", "year": 2024, "address": "upnp://x/22"}


@cases("facts", {
    "a release as the label of an add-on": file("plugin://plugin.video.x/play?id=7", title="The.Harbour.2018.WEB-DL"),
    "a release from Kodi's own UPnP client": file("http://nas/22.mkv", title="The.Glass.Harbour.2018.1080p", **SERVED),
    "a resolved address that says nothing": file("https://cdn.example/7f3a", title="The.Glass.Harbour.2018.BluRay"),
})  # fmt: skip
def test_a_release_name_as_a_title_is_asked_for_as_a_file_name(facts):
    assert (found(facts).items, found(facts).file) == ((), facts.title)


TWO = ["S02E04", "S02E05"]


@pytest.mark.parametrize(("name", "numbers"), {
    "Lantern.Street.S02E04E05.1080p.mkv": TWO,
    "Lantern Street S02E04-E06.mkv": [*TWO, "S02E06"],
    "Lantern Street - S02E04-05 - Low Tide.mkv": TWO,
    "Lantern Street 2x04x05.mkv": TWO,
    "Lantern Street 2x04-2x05.mkv": TWO,
    "S02E04E05.mkv": TWO,
    "Lantern.Street.S02E04-1080p.mkv": TWO[:1],
    "Lantern Street S02E04-720p.mkv": TWO[:1],
}.items())  # fmt: skip
def test_a_file_of_several_episodes_is_each_of_them_and_a_resolution_is_none(name, numbers):
    identity = found(file(f"/tv/Lantern Street/Season 2/{name}"))
    assert identity.parts == len(numbers)
    assert all(number in identity.name_of_part(part) for part, number in enumerate(numbers))
    assert all("street" in each.lower() for each in identity.files)


HARBOUR, LANTERN = Item(MOVIE, "The Glass Harbour", 2018), Item(SHOW, "Lantern Street", 2021, season=2, episode=4)


@cases("answer, name, title, year, believed", {
    "the film": (HARBOUR, "The.Glass.Harbour.2018.mkv", "", 0, True),
    "the film, years apart": (HARBOUR, "The.Glass.Harbour.1998.mkv", "", 0, False),
    "a year that is of the title": (Item(MOVIE, "Wonder Woman 1984", 2020), "Wonder.Woman.1984.mkv", "", 0, True),
    "by its year, in another language": (HARBOUR, "Der.Glashafen.2018.mkv", "", 0, True),
    "the title speaks against it": (HARBOUR, "Glass Harbour.mkv", "Birthday at the lake", 0, False),
    "the title speaks for it": (HARBOUR, "Glass Harbour.mkv", "The Glass Harbour", 0, True),
    "another title, the year is right": (HARBOUR, "Harbour.mkv", "Der Glashafen", 2018, True),
    "the year of the library is another": (HARBOUR, "Glass Harbour.mkv", "The Glass Harbour", 1990, False),
    "a film for an episode's name": (HARBOUR, "The Glass Harbour S01E01.mkv", "", 0, False),
    "an extra": (HARBOUR, "The Glass Harbour trailer.mkv", "", 0, False),
    "an episode": (LANTERN, "Lantern.Street.S02E04.mkv", "Low Tide", 0, True),
    "an episode, in another language": (LANTERN, "Laternengasse.S02E04.mkv", "Ebbe", 0, True),
    "an episode for another name": (LANTERN, "Holiday at the sea.mkv", "", 0, False),
    "nothing to compare": (Item(MOVIE, ids=(("simkl", "5"),)), "Harbour.mkv", "", 0, True),
})  # fmt: skip
def test_an_answer_is_believed_only_where_it_agrees(answer, name, title, year, believed):
    assert is_believable(answer, name, title, year) is believed


PARSED = {
    "Lantern.Street.S02E04.1080p.WEB.mkv": ("Lantern Street", 2, 4),
    "Lantern Street - 2x04 - Low Tide.avi": ("Lantern Street", 2, 4),
    "[Group] Moss and Ember - s01e11 [720p].mkv": ("Moss and Ember", 1, 11),
    "Lantern_Street_(2021)_S01E01.mp4": ("Lantern Street", 1, 1),
    "1917.2019.1080p.mkv": ("1917", None, None),
    "S01E02.mkv": ("S01E02", 1, 2),
    "holiday": ("holiday", None, None),
}


def test_the_name_of_a_file_is_taken_apart():
    assert {name: parse_file_name(name) for name in PARSED} == PARSED
