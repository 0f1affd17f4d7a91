"""A film whose name on the disk is not UTF-8, all the way: what is kept of it can be kept, read, and sent."""

from __future__ import annotations

from dataclasses import fields

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.identify import identify
from lib.tracking.media_info import MEDIA_MOVIE, MediaInfo
from lib.tracking.play import DEAD_LETTER_STATES, NOT_FOUND, Play
from lib.tracking.preferences import TrackingPreferences
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import OWNER, Line
from tests.unit.tracking.titles import HARBOUR
from tests.unit.tracking.watching import FILM

LATIN, SEEN = "Am\udce9lie", "Amélie"
BY_FILE = MediaInfo(file=f"/films/{LATIN}.avi")
BY_IDS = MediaInfo(
    f"/films/{LATIN}.avi", MEDIA_MOVIE, 9, LATIN, 2001, art=f"{LATIN}.jpg", ids={"imdb": "tt9900002\udce9"}
)
HOWEVER = pytest.mark.parametrize("facts", [BY_FILE, BY_IDS], ids=["by file", "by ids"])


def watch(couch, facts):
    couch.begin(facts)
    couch.go(900, tick=10.0)
    couch.tell(PlayerEventKind.STOPPED)


def kept(queue):
    return queue.listing(OWNER, "waiting", *DEAD_LETTER_STATES)


@pytest.mark.parametrize("name", [each.name for each in fields(MediaInfo) if each.type == "str"])
def test_every_text_that_a_player_tells_is_legible(name):
    assert getattr(MediaInfo(**{name: LATIN}), name) == SEEN


def test_a_folder_is_left_out_whatever_the_name_of_its_films():
    facts = MediaInfo(f"/films/Frühling/{LATIN}.avi", MEDIA_MOVIE, title=LATIN)
    assert identify(facts, TrackingPreferences(folders=("/films/Frühling",))).reason


@pytest.mark.parametrize("name", ["title", "ref", "art", "file"])
def test_every_text_of_a_play_is_kept_legible(queue, name):
    queue.add(OWNER, [Play("stop", HARBOUR, NOON, 90.0, **{name: LATIN})])
    [play] = kept(queue)
    assert getattr(play, name) == SEEN


@HOWEVER
def test_such_a_film_and_the_one_after_it_are_kept_known_as_marked_put_aside_and_retried(couch, facts):
    watch(couch, facts)
    watch(couch, FILM)
    label = f"{SEEN}.avi" if facts is BY_FILE else SEEN
    assert couch.line == [("stop", label, 90.0), ("stop", "The Glass Harbour", 90.0)]
    assert couch.hearing.watched_plays == [label, "The Glass Harbour"]
    play, _ = kept(couch.queue)
    assert "\udce9" not in "".join((play.title, play.ref, play.art, play.file, play.key, play.label))
    assert couch.queue.was_marked(OWNER, play.key, NOON)
    couch.queue.move_to_dead_letters([play.id], NOT_FOUND, "not_found")
    assert [each.key for each in couch.queue.unknown(OWNER, play.key)] == [play.key]
    couch.queue.retry(OWNER, [play.id])
    assert couch.queue.line(OWNER, NOON + 900)[0].key == play.key


def test_simkl_is_asked_about_it_by_its_letters(couch, box, time, tmp_path):
    watch(couch, BY_FILE)
    line = Line(box, tmp_path, time)
    assert (line.run(), line.searches) == (None, [f"{SEEN}.avi"])
    assert line.aside(NOT_FOUND) == [("stop", f"{SEEN}.avi", "not_found")]
