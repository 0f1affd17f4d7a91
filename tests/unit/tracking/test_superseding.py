"""Of two things about one title the newer one counts: what lies aside never undoes it."""

import pytest

from lib.simkl.api.media import MOVIE, SHOW, Item, clean_ids
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED, Play
from lib.tracking.superseding import is_part_of, is_same_title, is_superseded
from tests.unit.tracking.cases import HARBOUR, KITES, LANTERN, lantern
from tests.unit.tracking.sending import NOON, OWNER

RENAMED = Item(MOVIE, "Glass Harbour, The", 2018, clean_ids({"imdb": "tt9900002"}))
WHOLE_SHOW = Item(SHOW, LANTERN.title, LANTERN.year, LANTERN.ids)


def play(action, item=HARBOUR, progress=100.0, **more):
    return Play(action, item, NOON, progress, **more)


SUPERSEDED = [
    (play("unwatched"), play("watched")),
    (play("unwatched"), play("stop")),
    (play("unwatched"), play("watched", RENAMED)),
    (play("removed", WHOLE_SHOW), play("watched", lantern(5))),
    (play("watched"), play("unwatched")),
    (play("watched", lantern(4)), play("removed", WHOLE_SHOW)),
    (play("rating", rating=4), play("rating", rating=9)),
    (play("rating", lantern(4), rating=4), play("rating", lantern(1), rating=9)),
    (play("rating", rating=4), play("removed")),
    (play("stop", progress=40.0), play("stop")),
    (play("stop", None, file="a.mkv"), play("unwatched", None, file="a.mkv")),
]
KEPT = [
    (play("unwatched"), play("stop", progress=40.0)),
    (play("unwatched"), play("watched", KITES)),
    (play("unwatched", lantern(4)), play("watched", lantern(5))),
    (play("watched"), play("watched")),
    (play("stop"), play("watched")),
    (play("rating", rating=4), play("watched")),
    (play("stop"), play("stop", progress=40.0)),
    (play("stop", None, file="a.mkv"), play("unwatched", None, file="b.mkv")),
]


def test_what_a_newer_one_makes_pointless_and_what_it_does_not():
    assert [(older, newer) for older, newer in SUPERSEDED if not is_superseded(older, newer)] == []
    assert [(older, newer) for older, newer in KEPT if is_superseded(older, newer) is not False] == []


def test_titles_are_the_same_by_a_shared_id_or_else_by_title_and_year():
    assert is_same_title(HARBOUR, RENAMED)
    assert is_same_title(Item(MOVIE, "the glass harbour", 0), HARBOUR)
    assert not is_same_title(Item(MOVIE, "The Glass Harbour", 1990), Item(MOVIE, "The Glass Harbour", 2018))
    assert not is_same_title(Item(SHOW, HARBOUR.title, 2018, HARBOUR.ids, 1, 1), HARBOUR)
    assert not is_same_title(Item(MOVIE), Item(MOVIE))
    assert is_part_of(lantern(3), WHOLE_SHOW) and not is_part_of(WHOLE_SHOW, lantern(3))


@pytest.mark.parametrize("newer_is", ["waiting", "sent before", "put in while the older one is on its way"])
@pytest.mark.parametrize(("old", "new"), [("unwatched", "watched"), ("rating", "rating")])
def test_try_all_again_never_sends_what_lies_aside_over_what_is_newer(queue, old, new, newer_is):
    queue.add(OWNER, [play(old, rating=4), play(old, KITES, rating=3), play("watched", lantern(4))])
    ids, newer = [each.id for each in queue.line(OWNER, NOON)], [play(new, rating=9), play("unwatched", lantern(5))]
    if newer_is.startswith("put in"):
        queue.add(OWNER, newer)
    queue.move_to_dead_letters(ids, REJECTED, "bad_request")
    if not newer_is.startswith("put in"):
        queue.add(OWNER, newer)
    if newer_is == "sent before":
        queue.delivered(OWNER, queue.line(OWNER, NOON), NOON)
    queue.retry(OWNER, [each.id for each in queue.listing(OWNER, REJECTED, NOT_FOUND)])
    waiting = {(each.action, each.label, each.rating) for each in queue.listing(OWNER, QUEUED)}
    newer_ones = {(new, HARBOUR.label, 9), ("unwatched", "Lantern Street 1x05", 0)}
    others = {(old, KITES.label, 3), ("watched", "Lantern Street 1x04", 0)}
    assert waiting == (others if newer_is == "sent before" else others | newer_ones)
