"""A film whose name on the disk is not UTF-8, all the way: what is kept of it can be kept, read, and sent."""

from dataclasses import fields

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.media_info import MEDIA_MOVIE, MediaInfo
from lib.tracking.play import DEAD_LETTER_STATES, NOT_FOUND
from lib.tracking.preferences import TrackingPreferences
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import OWNER, Line
from tests.unit.tracking.told import reason
from tests.unit.tracking.watching import FILM

LATIN, SEEN = "Am\udce9lie", "Amélie"
BY_FILE = MediaInfo(file=f"/films/{LATIN}.avi")
BY_IDS = MediaInfo(
    f"/films/{LATIN}.avi", MEDIA_MOVIE, 9, LATIN, 2001, art=f"{LATIN}.jpg", ids={"imdb": "tt9900002\udce9"}
)


def test_every_text_that_a_player_tells_is_legible_and_a_folder_is_left_out_whatever_the_names_in_it():
    for name in [each.name for each in fields(MediaInfo) if each.type == "str"]:
        assert getattr(MediaInfo(**{name: LATIN}), name) == SEEN
    in_folder = MediaInfo(f"/films/Frühling/{LATIN}.avi", MEDIA_MOVIE, title=LATIN)
    assert reason(in_folder, TrackingPreferences(folders=("/films/Frühling",)))


@pytest.mark.parametrize("facts", [BY_FILE, BY_IDS], ids=["by file", "by ids"])
def test_such_a_film_and_the_one_after_it_are_kept_put_aside_retried_and_sent(couch, box, time, tmp_path, facts):
    for each in (facts, FILM):
        couch.begin(each)
        couch.go(900, tick=10.0)
        couch.tell(PlayerEventKind.STOPPED)
    label = f"{SEEN}.avi" if facts is BY_FILE else SEEN
    assert couch.line == [("stop", label, 90.0), ("stop", "The Glass Harbour", 90.0)]
    assert couch.watched_plays == [label, "The Glass Harbour"]
    play, _ = couch.queue.listing(OWNER, "waiting", *DEAD_LETTER_STATES)
    assert "\udce9" not in "".join((play.title, play.ref, play.art, play.file, play.key, play.label))
    assert couch.queue.was_marked(OWNER, play.key, NOON)
    couch.queue.move_to_dead_letters([play.id], NOT_FOUND, "not_found")
    assert [each.key for each in couch.queue.unknown(OWNER, play.key)] == [play.key]
    couch.queue.retry(OWNER, [play.id])
    assert couch.queue.line(OWNER, NOON + 900)[0].key == play.key
    line = Line(box, tmp_path, time)
    assert (line.run(), line.searches) == (None, [f"{SEEN}.avi"])
