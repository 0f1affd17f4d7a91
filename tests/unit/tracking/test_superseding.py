"""Of two things about one title the newer one counts: what lies aside never undoes it."""

from __future__ import annotations

import pytest

from lib.simkl.api.media import MOVIE, SHOW, Item, clean_ids
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED, Play
from lib.tracking.superseding import is_part_of, is_same_title, is_superseded
from tests.unit.tracking.sending import NOON, OWNER
from tests.unit.tracking.titles import HARBOUR, KITES, LANTERN, lantern

RENAMED = Item(MOVIE, "Glass Harbour, The", 2018, clean_ids({"imdb": "tt9900002"}))
WHOLE_SHOW = Item(SHOW, LANTERN.title, LANTERN.year, LANTERN.ids)


def play(action, item=HARBOUR, progress=100.0, **more):
    return Play(action, item, NOON, progress, **more)


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        (play("unwatched"), play("watched"), True),
        (play("unwatched"), play("stop"), True),
        (play("unwatched"), play("stop", progress=40.0), False),
        (play("unwatched"), play("watched", RENAMED), True),
        (play("unwatched"), play("watched", KITES), False),
        (play("unwatched", lantern(4)), play("watched", lantern(5)), False),
        (play("removed", WHOLE_SHOW), play("watched", lantern(5)), True),
        (play("watched"), play("unwatched"), True),
        (play("watched", lantern(4)), play("removed", WHOLE_SHOW), True),
        (play("watched"), play("watched"), False),
        (play("stop"), play("watched"), False),
        (play("rating", rating=4), play("rating", rating=9), True),
        (play("rating", lantern(4), rating=4), play("rating", lantern(1), rating=9), True),
        (play("rating", rating=4), play("removed"), True),
        (play("rating", rating=4), play("watched"), False),
        (play("stop", progress=40.0), play("stop"), True),
        (play("stop"), play("stop", progress=40.0), False),
        (play("stop", None, file="a.mkv"), play("unwatched", None, file="a.mkv"), True),
        (play("stop", None, file="a.mkv"), play("unwatched", None, file="b.mkv"), False),
    ],
)
def test_what_a_newer_one_makes_pointless(older, newer, expected):
    assert is_superseded(older, newer) is expected


def test_titles_are_the_same_by_a_shared_id_or_else_by_title_and_year():
    assert is_same_title(HARBOUR, RENAMED)
    assert is_same_title(Item(MOVIE, "the glass harbour", 0), HARBOUR)
    assert not is_same_title(Item(MOVIE, "The Glass Harbour", 1990), Item(MOVIE, "The Glass Harbour", 2018))
    assert not is_same_title(Item(SHOW, HARBOUR.title, 2018, HARBOUR.ids, 1, 1), HARBOUR)
    assert not is_same_title(Item(MOVIE), Item(MOVIE))
    assert is_part_of(lantern(3), WHOLE_SHOW) and not is_part_of(WHOLE_SHOW, lantern(3))


def aside(queue, *plays):
    """Put plays aside; return their numbers."""
    queue.add(OWNER, plays)
    ids = [each.id for each in queue.line(OWNER, NOON)]
    queue.move_to_dead_letters(ids, REJECTED, "bad_request")
    return ids


@pytest.mark.parametrize("newer_is", ["waiting", "sent before", "sent by now"])
@pytest.mark.parametrize(("old", "new"), [("unwatched", "watched"), ("rating", "rating")])
def test_try_all_again_never_sends_what_lies_aside_over_what_is_newer(queue, old, new, newer_is):
    older, newer = play(old, rating=4), play(new, rating=9)
    if newer_is == "sent by now":  # it was refused while the newer one was on its way
        queue.add(OWNER, [older])
        [one] = queue.line(OWNER, NOON)
        queue.add(OWNER, [newer])
        queue.move_to_dead_letters([one.id], REJECTED, "bad_request")
    else:
        aside(queue, older)
        queue.add(OWNER, [newer])
        if newer_is == "sent before":
            queue.delivered(OWNER, queue.line(OWNER, NOON), NOON)
    queue.retry(OWNER, [each.id for each in queue.listing(OWNER, REJECTED, NOT_FOUND)])
    assert [(each.action, each.rating) for each in queue.listing(OWNER, QUEUED)] == (
        [] if newer_is == "sent before" else [(new, 9)]
    )


def test_what_lies_aside_of_other_titles_is_tried_again(queue):
    ids = aside(queue, play("unwatched", KITES), play("rating", KITES, rating=3), play("watched", lantern(4)))
    queue.add(OWNER, [play("watched"), play("rating", rating=9), play("unwatched", lantern(5))])
    queue.retry(OWNER, ids)
    assert queue.waiting(OWNER) == 6
