"""A file with several episodes: each counts at its share of the time. Two of 500 s, or three of 400 s."""

from __future__ import annotations

import pytest

from lib.tracking.events import PlayerEventKind
from tests.unit.tracking.playing import PlaybackDriver


def two(threshold: float = 80) -> PlaybackDriver:
    return PlaybackDriver(1000.0, parts=2, threshold=threshold)


def three(threshold: float = 80) -> PlaybackDriver:
    return PlaybackDriver(1200.0, parts=3, threshold=threshold)


FIRST, WATCHED, SECOND = ("start", 0, 0.6), ("stop", 0, 100.0), ("start", 1, 0.6)

# name: (what happens, what is told: action, part, progress of the part)
SITUATIONS = {
    "two in one go": (lambda: two().begin().go(1000).end(), [FIRST, WATCHED, SECOND, ("stop", 1, 100.0)]),
    "three in one go": (
        lambda: three().begin().go(1200).end(),
        [(action, part, progress) for part in range(3) for action, progress in (("start", 0.75), ("stop", 100.0))],
    ),
    "the first part is all there is": (lambda: two().begin().go(499).stop(), [FIRST, ("stop", 0, 99.8)]),
    "the next one has played for less than 3 s": (lambda: two().begin().go(502).stop(), [FIRST, WATCHED]),
    "the next one is stopped early": (
        lambda: two().begin().go(600).stop(), [FIRST, WATCHED, SECOND, ("stop", 1, 20.0)],
    ),
    "resumed in the second": (lambda: two().begin(700).go(3).stop(), [("start", 1, 40.6), ("stop", 1, 40.6)]),
    "resumed in the third": (lambda: three().begin(1000).go(200).end(), [("start", 2, 50.75), ("stop", 2, 100.0)]),
    "crossed before it was told": (lambda: two().begin(498).go(3), []),
    "crossed before it was told, and on": (lambda: two().begin(498).go(6), [SECOND]),
    "paused in the second": (
        lambda: two().begin(495).go(15).pause().resume(),
        [("start", 0, 99.6), WATCHED, SECOND, ("pause", 1, 2.0), ("start", 1, 2.0)],
    ),
    "crossed at the very sample of a pause": (
        lambda: two().begin().go(499).after(2).pause().resume().go(4), [FIRST, WATCHED, ("start", 1, 0.8)],
    ),
    "sought across, told where it was": (
        lambda: two().begin().go(100).seek(700).go(3), [FIRST, ("stop", 0, 20.0), ("start", 1, 40.6)],
    ),
    "sought across by nobody's telling": (
        lambda: two().begin().go(100).seek_silently(700).go(4), [FIRST, ("stop", 0, 20.0), ("start", 1, 40.8)],
    ),
    "sought from the first to the third": (
        lambda: three().begin().go(100).seek(1000).go(3),
        [("start", 0, 0.75), ("stop", 0, 25.0), ("start", 2, 50.75)],
    ),
    "sought across past the threshold": (lambda: two().begin().go(450).seek(700), [FIRST, ("stop", 0, 90.0)]),
    "sought across and ended at once": (lambda: two().begin().go(100).seek(999).end(), [FIRST, ("stop", 0, 20.0)]),
    "sought across while paused": (
        lambda: two().begin().go(100).pause().seek(700).resume().go(3),
        [FIRST, ("pause", 0, 20.0), ("stop", 0, 20.0), ("start", 1, 40.6)],
    ),
    "sought inside the same one": (lambda: two().begin().go(100).seek(400).go(5), [FIRST]),
    "sought back into the first, which was not watched": (
        lambda: two().begin().go(100).seek(700).go(3).seek(200).go(3),
        [FIRST, ("stop", 0, 20.0), ("start", 1, 40.6), ("stop", 1, 40.6), ("start", 0, 40.6)],
    ),
    "sought back into the first, which was watched": (
        lambda: two().begin().go(510).seek(100).go(50).pause().resume().go(50).stop(),
        [FIRST, WATCHED, SECOND, ("stop", 1, 2.0)],
    ),
    "the watched first once more, then the second": (
        lambda: two().begin().go(510).seek(400).go(105), [FIRST, WATCHED, SECOND, ("stop", 1, 2.0), SECOND],
    ),
    "a small step back over the border, seen before it is told": (
        lambda: two().begin().go(505).seek_silently(496).go(1).feed(PlayerEventKind.SEEKED, 497.0),
        [FIRST, WATCHED, SECOND, ("stop", 1, 1.0)],
    ),
    "fast forward at 32 times over the border": (
        lambda: two().begin().go(100).go(20, speed=32).go(4), [FIRST, ("stop", 0, 96.8), ("start", 1, 48.6)],
    ),
    "breaks off in the first": (lambda: two().begin().go(480).end(), [FIRST, ("stop", 0, 96.0)]),
    "breaks off in the second": (lambda: two().begin(500).go(400).end(), [SECOND, ("stop", 1, 80.0)]),
    "breaks off in the last of ten: near the end of the file is not near its own": (
        lambda: PlaybackDriver(4000.0, parts=10).begin(3600).go(250).end(), [("start", 9, 0.75), ("stop", 9, 62.5)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("happens", "told"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_each_episode_of_a_file_is_told_at_its_share(happens, told):
    assert happens().calls == told


@pytest.mark.parametrize(
    ("threshold", "at", "counted"),
    [(50, 249, False), (50, 250, True), (80, 399, False), (80, 400, True), (100, 499, False), (100, 501, True)],
)
def test_from_the_threshold_on_an_episode_counts_and_is_not_told_again(threshold, at, counted):
    played = two(threshold).begin().go(at).seek(800).go(3).seek(10).go(9)
    assert (played.calls[-1][:2] == ("start", 0)) is not counted


def test_a_length_that_becomes_known_late_finds_the_episode():
    played = PlaybackDriver(None, parts=2).begin(700).go(60)
    played.total = 1000.0
    assert played.go(9).stop().calls == [("start", 1, 52.8), ("stop", 1, 53.8)]


def test_a_length_that_grows_does_not_mark_the_second_watched():
    played = two().begin(600).go(10)
    played.total = 4000.0
    assert played.go(5).calls == [("start", 1, 20.6), ("stop", 1, 0.0), ("start", 0, 30.7)]


@pytest.mark.parametrize("parts", [0, -1])
def test_a_file_has_at_least_one_part(parts):
    assert PlaybackDriver(parts=parts).begin().go(900).stop().calls == [("start", 0.3), ("stop", 90.0)]
