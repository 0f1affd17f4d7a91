"""Extras, samples and halves are not the film that they lie beside; a film with such a word in its title is one."""

from __future__ import annotations

import itertools

import pytest

from lib.tracking.extras import share_of_file
from tests.unit.tracking.told import episode, file, film, found, reason

FOLDER = "/films/The Glass Harbour (2018)"
ENDINGS = (
    "behindthescenes", "deleted", "deletedscene", "featurette", "interview", "scene", "short", "other", "clip",
    "extra", "sample", "trailer",
)  # fmt: skip
FOLDERS = (
    "Behind The Scenes", "Deleted Scenes", "Featurettes", "Interviews", "Scenes", "Shorts", "Trailers", "Other",
    "Extras", "Samples", "Sample", "Clips", "backdrops", "Proof", "Subs", "Trailer",
)  # fmt: skip


@pytest.mark.parametrize("capitals", [str.lower, str.title])
def test_what_an_ending_names_as_an_extra_is_not_the_film(capitals):
    for ending, name in itertools.product(ENDINGS, ("The.Glass.Harbour.2018", "X")):
        assert reason(film(file=f"{FOLDER}/{name}-{capitals(ending)}.mkv"))
        assert reason(file(f"/downloads/{name}-{capitals(ending)}.avi"))


@pytest.mark.parametrize("capitals", [str, str.upper])
def test_what_lies_in_a_folder_of_extras_is_not_the_film(capitals):
    for folder, name in itertools.product(FOLDERS, ("The Glass Harbour", "X")):
        path = f"{FOLDER}/{capitals(folder)}/{name}.mkv"
        assert reason(film(file=path)) and reason(file(path)) and reason(film(file=path.replace("/", "\\")))


EXTRAS = {
    "a sample of a release": file("/in/The.Glass.Harbour.2018.1080p/Sample/sample-the.glass.harbour.2018.1080p.mkv"),
    "a sample inside the name": file("/in/the.glass.harbour.2018.sample.1080p.mkv"),
    "a sample behind a dot": film(file="/films/The.Glass.Harbour.sample.mkv"),
    "sample.mkv": film(file="/films/The Glass Harbour (2018)/sample.mkv"),
    "an episode's extra": episode(file="/shows/Lantern Street/Season 2/Lantern Street S02E04-behindthescenes.mkv"),
    "deleted scenes in words": film(file="/films/The Glass Harbour-deleted scenes.mkv"),
    "behind the scenes with a dash": film(file="/films/The Glass Harbour - Behind the Scenes.mkv"),
    "the second trailer": film(file="/films/The Glass Harbour-trailer2.mkv"),
    "a trailer behind a blank": film(file="/films/The Glass Harbour (2018)/The Glass Harbour trailer.mkv"),
    "an extra from a server, by its encoded path": film(file="https://x.example/Harbour%20(2018)/Extras/a.mkv"),
}

FILMS = {
    "Trailer Park": film(file="/films/Trailer Park (2010)/Trailer Park (2010).mkv", title="Trailer Park"),
    "Sample This": film(file="/films/Sample This (2012)/Sample.This.2012.1080p.mkv", title="Sample This"),
    "a show called Extras": episode(file="/shows/Extras/Season 1/Extras S01E01.mkv", show_title="Extras"),
    "a show called Extras, without a season": episode(file="/shows/Extras/S01E01.mkv", show_title="Extras"),
    "a film called Extras": film(file="/films/Extras/Extras.mkv", title="Extras"),
    "a film called The Interview": film(file="/films/The Interview (2014)/The Interview.mkv", title="The Interview"),
    "The Big Short, with dashes": film(file="/films/the-big-short.mkv", title="The Big Short"),
    "The Big Short, in its folder": file("/films/The Big Short (2015)/the-big-short.mkv"),
    "a short film among others": file("/films/Shorts/The Lamp (2012).mkv"),
    "a short film that the library knows": film(file="/films/Shorts/The Lamp.mkv", title="The Lamp"),
    "an episode called Deleted": episode(file="/shows/Lantern Street/Lantern Street - S02E04 - Deleted.mkv"),
    "an episode with dashes": episode(file="/shows/lantern-street-s02e04-interview.mkv"),
    "a group called Scene": film(file="/films/The.Glass.Harbour.2018.1080p.x264-SCENE.mkv"),
}


@pytest.mark.parametrize("facts", EXTRAS.values(), ids=EXTRAS.keys())
def test_an_extra_is_not_the_film(facts):
    assert reason(facts) in ("an extra", "a sample", "a trailer")


@pytest.mark.parametrize("facts", FILMS.values(), ids=FILMS.keys())
def test_a_film_with_such_a_word_in_its_title_is_a_film(facts):
    assert reason(facts) == ""


SHARES = {
    "CD1 of two": ("/films/Harbour CD1.avi", "Harbour", (0.0, 0.5)),
    "CD2 of two": ("/films/Harbour.cd2.avi", "Harbour", (0.5, 1.0)),
    "disc 1": ("/films/Harbour Disc 1.mkv", "", (0.0, 0.5)),
    "DVD 1 in brackets": ("/films/Harbour (DVD1).avi", "", (0.0, 0.5)),
    "part 1, and the title says nothing of it": ("/films/Harbour part1.avi", "Harbour", (0.0, 0.5)),
    "pt2 behind the year": ("/films/Harbour (2018) pt2.avi", "", (0.5, 1.0)),
    "Part 1 that is of the title": ("/films/The Hallows Part 1.mkv", "The Hallows: Part 1", (0.0, 1.0)),
    "Part 1 before the year": ("/films/The.Hallows.Part.1.2010.mkv", "", (0.0, 1.0)),
    "all of it": ("/films/Harbour.mkv", "Harbour", (0.0, 1.0)),
    "an image of a disc": ("/films/Lantern Street Disc 1.iso", "", (0.0, 1.0)),
    "ACDC 1": ("/films/ACDC1.mkv", "", (0.0, 1.0)),
    "a VOB of a gigabyte": ("/films/Harbour/VIDEO_TS/VTS_01_1.VOB", "", (0.0, 0.2)),
}


@pytest.mark.parametrize(("path", "title", "share"), SHARES.values(), ids=SHARES.keys())
def test_a_half_is_half(path, title, share):
    assert share_of_file(path, title) == pytest.approx(share)


def test_a_vob_that_is_long_holds_the_film_and_so_do_both_halves_as_one():
    assert share_of_file("/films/Harbour/VIDEO_TS/VTS_01_1.VOB", "", 5400.0) == (0.0, 1.0)
    assert found(film(file="stack:///films/Harbour CD1.avi , /films/Harbour CD2.avi")).share == (0.0, 1.0)
    assert found(film(file="/films/Harbour CD1.avi")).share == (0.0, 0.5)
