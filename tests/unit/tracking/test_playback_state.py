"""What a session says about itself: whoever feeds it needs to know when to come back, and what to keep on the disk."""

from __future__ import annotations

from tests.unit.tracking.playing import PlaybackDriver


def test_it_says_how_long_until_the_start_is_due():
    played = PlaybackDriver().begin()
    assert played.session.due_in == 3.0
    assert played.go(1).session.due_in == 2.0
    assert played.go(1.9, tick=0.1).session.due_in == 0.1
    assert played.go(1).session.due_in is None, "it was told"


def test_nothing_is_due_while_it_is_paused_or_over():
    played = PlaybackDriver().begin().go(1).pause()
    assert played.session.due_in is None
    assert played.resume().session.due_in == 2.0
    assert played.stop().session.due_in is None


def test_nothing_is_due_in_an_episode_that_was_watched():
    played = PlaybackDriver(parts=2).begin().go(510).seek(10)
    assert played.session.due_in is None
    assert played.seek(600).session.due_in == 3.0


def test_the_start_stays_due_while_only_the_length_is_missing():
    played = PlaybackDriver(total=None).begin().go(60)
    assert played.session.due_in == 0.0


def test_it_knows_whether_it_is_paused_begun_and_over():
    played = PlaybackDriver().begin().go(2)
    assert (played.session.began, played.session.paused, played.session.over) == (False, False, False)
    assert played.go(1).session.began
    assert played.pause().session.paused
    assert not played.resume().session.paused
    assert played.stop().session.over


def test_it_knows_where_it_is():
    session = PlaybackDriver(parts=2).begin(600).go(25).session
    assert (session.part, session.position, session.total, session.progress) == (1, 625.0, 1000.0, 25.0)


def test_it_is_nowhere_while_the_length_is_unknown():
    session = PlaybackDriver(total=None, parts=2).begin(600).go(25).session
    assert (session.part, session.position, session.total, session.progress) == (0, 625.0, 0.0, 0.0)


def test_it_is_never_outside_the_file():
    played = PlaybackDriver().begin().go(10)
    assert played.seek(1300).session.position == 1000.0
    assert played.seek(-5).session.position == 0.0
