"""From what a player does to what is on the disk: at each call, every ten seconds, late, and after a sudden death."""

import contextlib
from dataclasses import fields

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.media_info import MEDIA_MOVIE, MediaInfo
from lib.tracking.play import DEAD_LETTER_STATES, NOT_FOUND
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.database import QueueError
from tests.unit.tracking.cases import HARBOUR_KEY, cases
from tests.unit.tracking.sending import HOUR, NOON, OWNER, Line
from tests.unit.tracking.watching import ANOTHER, DOUBLE, FILM, TRAILER, film, reason

STOPPED, ENDED, PROGRESSED = PlayerEventKind.STOPPED, PlayerEventKind.ENDED, PlayerEventKind.PROGRESSED
STOP, START = ("stop", "The Glass Harbour", 90.0), ("start", "A Winter of Kites", 0.3)


def actions(couch):
    return [action for action, _, _ in couch.line]


def test_a_play_is_on_the_disk_when_it_is_told_with_what_is_known_of_it(couch, time):
    couch.begin(film(art="harbour.jpg", ids={"imdb": "tt9900002"}))
    couch.go(3)
    assert couch.line == [("start", "The Glass Harbour", 0.3)]
    couch.go(900)
    couch.tell(STOPPED)
    assert couch.queued_plays == [("start", 1), ("stop", 1)]
    assert couch.watched_plays == ["The Glass Harbour"]
    [play] = couch.queue.line(OWNER, time.wall())
    assert (play.title, play.ref, play.art, play.file, play.threshold, play.at, play.progress, play.item.ids) == (
        "The Glass Harbour", "movie/7", "harbour.jpg", "The Glass Harbour (2018).mkv", 80, NOON + 903, 90.3,
        (("imdb", "tt9900002"),),
    )  # fmt: skip


@pytest.mark.parametrize(("following", "line", "sample"), [(ANOTHER, [STOP, START], 0.3), (TRAILER, [STOP], None)])
def test_the_next_item_stops_the_one_before_first_whether_it_is_tracked_or_not(couch, following, line, sample):
    couch.begin()
    couch.go(900)
    couch.begin(following)
    couch.go(5)
    assert (couch.line, couch.sample, couch.tracker.is_playing) == (line, sample, following is ANOTHER)


@pytest.mark.parametrize(
    ("minutes", "minimum", "tracked"), [(2.9, 3.0, False), (3, 3.0, True), (10, 0, True), (10, 20, False)]
)
@pytest.mark.parametrize("known_at_the_start", [True, False])
def test_what_is_shorter_than_the_persons_minimum_is_not_tracked_and_says_so_when_it_is_over(
    couch, caplog, minutes, minimum, tracked, known_at_the_start
):
    caplog.set_level("INFO")
    couch.begin(total=minutes * 60 if known_at_the_start else None, minimum_minutes=minimum)
    couch.go(2)
    couch.total = minutes * 60
    couch.go(10)
    assert (couch.tracker.is_playing, actions(couch)) == (tracked, ["start"] * tracked)
    assert "not tracked" not in caplog.text, "it may turn out to be longer"
    couch.tell(STOPPED)
    assert (f"not tracked: shorter than {minimum:g} minutes" in caplog.text) is not tracked
    assert (actions(couch), couch.watched_plays, couch.sample) == (["stop"] * tracked, [], None)


@pytest.mark.parametrize(("played", "wakes"), [(0, 1.0), (1, 1.0), (2.5, 0.5), (2.99, 0.05), (3, 1.0)])
def test_it_wants_to_hear_in_time_for_the_start_and_each_second_afterwards(couch, played, wakes):
    for what in PlayerEventKind:
        couch.tell(what)
    assert (couch.tracker.next_wake, couch.tracker.is_playing, couch.line) == (None, False, [])
    couch.begin()
    couch.go(played, tick=played or 1.0)
    assert couch.tracker.next_wake == pytest.approx(wakes)
    couch.tell(STOPPED)
    assert couch.tracker.next_wake is None


@pytest.fixture
def full(couch, monkeypatch):
    """A disk that is full as long as `full[0]` is not 0, at the end of a film; it counts down with each refusal."""
    add, left = couch.queue.add, [1_000_000]

    def adding(*args):
        if left[0]:
            left[0] -= 1
            raise QueueError("the disk is full")
        add(*args)

    couch.begin()
    couch.go(900)
    monkeypatch.setattr(couch.queue, "add", adding)
    return left


def stops(couch):
    with pytest.raises(QueueError):
        couch.tell(STOPPED)


HOW = pytest.mark.parametrize("over", [stops, lambda couch: couch.begin(TRAILER)], ids=["stops", "something else"])


@HOW
def test_a_stop_that_the_disk_did_not_take_is_put_there_once_by_a_look_every_five_seconds(couch, full, over):
    over(couch)
    for _ in range(3):
        assert (couch.tracker.has_unsaved, couch.tracker.next_wake) == (True, 5.0)
        with pytest.raises(QueueError):
            couch.tell(PROGRESSED)
    assert (STOP in couch.line, couch.watched_plays) == (False, [])
    full[0] = 0
    for _ in range(3):
        couch.tell(PROGRESSED)
    assert (couch.line, couch.watched_plays) == ([STOP], ["The Glass Harbour"])
    assert (couch.tracker.has_unsaved, couch.tracker.next_wake, couch.tracker.is_playing) == (False, None, False)
    assert couch.sample is None, "it would be recovered once more"


# how often the disk refuses a stop that somebody tells or that the next thing brings, and what begins then
@cases("refusals, by_hand, nexts", {
    "the stop by hand": (1, True, []),
    "the stop by hand, another": (1, True, [ANOTHER]),
    "the stop by another": (1, False, [ANOTHER]),
    "the stop by one that is not tracked, another": (1, False, [TRAILER, ANOTHER]),
    "everything while another begins": (2, False, [ANOTHER]),
})  # fmt: skip
def test_neither_what_the_disk_refuses_nor_what_begins_meanwhile_is_lost(couch, full, refusals, by_hand, nexts):
    full[0] = refusals
    if by_hand:
        stops(couch)
    for facts in nexts:
        with pytest.raises(QueueError) if refusals == 2 else contextlib.nullcontext():
            couch.begin(facts)
    couch.go(5)
    assert couch.line == [STOP, START][: 1 + len(nexts[-1:])]
    assert couch.watched_plays == ["The Glass Harbour"]
    assert couch.echoes.is_echo("movie/7", couch.time.now)


@HOW
def test_who_gives_up_forgets_it_and_goes_on_with_what_comes_next(couch, full, over):
    over(couch)
    couch.tracker.give_up()
    assert (couch.tracker.has_unsaved, couch.tracker.next_wake, couch.tracker.is_playing) == (False, None, False)
    full[0] = 0
    couch.tell(PROGRESSED)
    assert STOP not in couch.line
    couch.begin()
    couch.go(5)
    assert actions(couch) == ["start"]


def test_how_far_it_is_is_on_the_disk_every_ten_seconds_and_at_each_call_but_it_rests_while_paused(couch, monkeypatch):
    couch.begin()
    found = []
    for _ in range(25):
        couch.go(1)
        found.append(couch.sample)
    assert found == [None] * 2 + [0.3] * 10 + [1.3] * 10 + [2.3] * 3
    couch.go(5)
    couch.tell(PlayerEventKind.PAUSED)
    assert couch.sample == 3.0
    written = []
    monkeypatch.setattr(couch.queue, "save_now_playing", lambda *given: written.append(given))
    for _ in range(60):
        couch.time.now += 1
        couch.tell(PROGRESSED)
    assert written == []


@pytest.mark.parametrize(
    ("facts", "seconds", "end"), [(FILM, 2, None), (FILM, 2, STOPPED), (TRAILER, 500, None), (FILM, 50, ENDED)],
    ids=["hardly begun", "skipped", "not tracked", "ended"],
)  # fmt: skip
def test_what_simkl_has_not_heard_of_and_what_has_ended_is_not_recovered(couch, facts, seconds, end):
    couch.begin(facts)
    couch.go(seconds)
    if end:
        couch.tell(end)
    assert (couch.sample, couch.restart(), actions(couch)) == (None, None, ["stop"] if end is ENDED else [])


@pytest.mark.parametrize(("begin", "counts", "progress"), [(800.0, True, 89.3), (0.0, False, 9.3)])
def test_a_death_costs_ten_seconds_and_is_a_watch_only_beyond_the_threshold(
    couch, box, time, tmp_path, begin, counts, progress
):
    couch.begin(at=begin)
    couch.go(99)
    time.now += 5 * HOUR
    play = couch.restart()
    assert (play.counts, play.progress, play.at) == (counts, progress, NOON + 93)
    assert couch.line == [("stop", "The Glass Harbour", progress)]
    line = Line(box, tmp_path, time)
    assert (line.run(), line.posts) == (None, ["/sync/history" if counts else "/scrobble/stop"])
    watched = [mark.watched_at for key, mark in line.watched.items() if key == HARBOUR_KEY]
    assert watched == ["2026-11-24T12:01:33Z"] * counts


def test_a_death_in_the_second_episode_of_a_file_loses_neither_and_is_made_good_once(couch):
    couch.begin(DOUBLE)
    couch.go(960)
    assert couch.watched_plays == ["Lantern Street 1x01"]
    assert couch.restart() is not None
    assert couch.restart() is None
    assert couch.line == [("stop", "Lantern Street 1x01", 100.0), ("stop", "Lantern Street 1x02", 90.6)]


@cases("played, preferences, is_echo", {
    "it counts": (900, {}, True),
    "it shall not count at 96 %": (960, {"threshold": 100}, True),
    "films are not tracked": (960, {"movies": False}, True),
    "it is too short": (960, {"minimum_minutes": 60}, True),
    "stopped at 88 %": (880, {"threshold": 95}, False),
    "left out, and stopped in the middle": (500, {"movies": False}, False),
    "hardly begun": (2, {}, False),
})  # fmt: skip
@pytest.mark.parametrize("over", [lambda couch: couch.tell(STOPPED), lambda couch: couch.begin(ANOTHER)])
def test_the_players_own_mark_is_told_from_one_by_hand(couch, time, played, preferences, is_echo, over):
    couch.begin(**preferences)
    couch.go(played, tick=10.0 if played > 10 else 1.0)
    assert not couch.echoes.is_echo("movie/7", time.now), "it still plays"
    over(couch)
    assert couch.echoes.is_echo("movie/7", time.now + 0.2) is is_echo
    assert not couch.echoes.is_echo("movie/8", time.now + 0.2)


@pytest.mark.parametrize("total", [0.0, 1.0, None, 1000.0], ids=["zero", "a second", "unknown", "sought to its end"])
def test_the_mark_of_what_an_external_player_played_or_of_what_is_sought_to_its_end_is_no_echo(couch, time, total):
    couch.begin(total=total)
    couch.go(1)
    if total == 1000.0:
        couch.seek(995.0)
    couch.go(1 if total == 1000.0 else 99)
    couch.tell(ENDED)
    assert couch.line == []
    assert not couch.echoes.is_echo("movie/7", time.now + 0.2)


# a name on the disk that is not UTF-8
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
        couch.tell(STOPPED)
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
