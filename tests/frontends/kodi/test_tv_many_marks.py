"""A long show that is marked at once: in batches, between which the player is heard, and none of them is lost."""

import json
from collections import Counter

import pytest

from tests.frontends.kodi.couch import FILM, LONG_SHOW, change_queue
from tests.frontends.kodi.tv import Tv

SEASONS, EPISODES = (1, 2), 60
ALL = len(SEASONS) * EPISODES
BATCH = 50
AGAIN = 5.0  # seconds after which what the disk did not take is tried again
DETAILS = "VideoLibrary.GetEpisodeDetails"
OF_MANY = ("VideoLibrary.GetEpisodes", "VideoLibrary.GetTVShowDetails")


@pytest.fixture
def show(couch):
    """A show of 120 episodes in Kodi's library; its number there."""
    show = couch.kodi.library.add_show(LONG_SHOW.title, LONG_SHOW.year, dict(LONG_SHOW.ids))
    for season in SEASONS:
        for number in range(1, EPISODES + 1):
            couch.kodi.library.add_episode(show, season, number)
    return show


def test_a_long_show_that_is_marked_at_once_arrives_in_three_calls_and_kodi_is_asked_once_in_a_batch(couch, show):
    asked, library = [], couch.kodi.library

    def remembering(name, answer):
        return lambda params: asked.append((name, params["tvshowid"], params.get("season"))) or answer(**params)

    for name, answer in zip(OF_MANY, (library.list_episodes, library.show_details)):
        couch.kodi.jsonrpc[name] = remembering(name, answer)
    couch.at(10, couch.kodi.library.mark_show, show)
    couch.service(30)
    assert len(couch.marks()) == ALL and couch.queued() == []
    assert len(couch.sent("/sync/history")) <= 3
    assert {season for _, _, season in asked} == {None, *SEASONS}
    assert 1 < max(Counter(asked).values()) <= -(-ALL // BATCH)  # and anew in the next batch


class Told:
    """Stands in for the news."""

    def __init__(self):
        self.sizes = []

    def queued(self, plays):
        self.sizes.append(len(plays))


@pytest.fixture
def heard(couch):
    """The marks that are heard; the queue; and what is told."""
    couch.data.mkdir(parents=True, exist_ok=True)
    with couch.inside():
        from lib.kodi.library.marks import LibraryMarks
        from lib.tracking.echoes import Echoes
        from lib.tracking.preferences import TrackingPreferences
        from lib.tracking.store.queue import PlayQueue

        queue, told = PlayQueue(couch.data / "queue.db", couch.clock), Told()
        yield LibraryMarks(queue, "900001", Echoes(), told, TrackingPreferences, couch.clock), queue, told
        queue.close()


NO_MARKS = {
    "no count": {"item": {"id": 1, "type": "movie"}},
    "an import": {"item": {"id": 1, "type": "movie"}, "playcount": 1, "added": True},
    "after a natural end": {"id": 1, "type": "movie"},
    "a show": {"item": {"id": 3, "type": "tvshow"}, "playcount": 1},
    "a film that is gone": {"item": {"id": 99, "type": "movie"}, "playcount": 1},
    "no number": {"item": {"id": None, "type": "movie"}, "playcount": 1},
    "nonsense": {"item": "odd", "playcount": 1},
}


def test_what_kodi_tells_otherwise_is_no_mark_of_a_person(heard):
    marks, queue, _ = heard
    for name, data in NO_MARKS.items():
        marks.on_update(json.dumps(data))
        marks.settle(ends=True)
        assert queue.owners() == {}, name


@pytest.fixture
def collected(couch, show, heard):
    """The same with the marks of a whole show, not settled yet."""
    for each in couch.kodi.library.episodes(show):
        heard[0].on_update(f'{{"item": {{"id": {each["id"]}, "type": "episode"}}, "playcount": 1}}')
    assert heard[0].next_wake == pytest.approx(1.0)
    couch.kodi.clock.move_to(couch.now() + 1.0)
    return heard


@pytest.mark.parametrize(("ends", "sizes"), [(False, [50, 50, 20]), (True, [50] + [1] * 70)])
def test_one_batch_at_a_time_is_settled_and_at_the_end_all_that_is_left_one_by_one(collected, ends, sizes):
    marks, queue, told = collected
    while marks.next_wake is not None:
        assert marks.next_wake == 0.0
        marks.settle(ends=ends and told.sizes != [])
        assert queue.waiting("900001") == sum(told.sizes)
    assert told.sizes == sizes


def test_marks_that_the_disk_does_not_take_are_settled_the_next_time_and_not_at_once(couch, collected):
    from lib.tracking.store.database import QueueError

    marks, queue, told = collected
    marks.settle()
    change_queue(couch, "ALTER TABLE plays RENAME TO hidden")
    with pytest.raises(QueueError):
        marks.settle()
    change_queue(couch, "ALTER TABLE hidden RENAME TO plays")
    assert marks.next_wake == pytest.approx(AGAIN)
    marks.settle()
    assert told.sizes == [50]
    couch.kodi.clock.move_to(couch.now() + AGAIN)
    marks.settle()
    marks.settle()
    assert queue.waiting("900001") == ALL


def test_a_pause_in_the_middle_waits_for_one_batch_and_not_for_the_whole_show(couch, show):
    couch.at(1, couch.play_film)
    couch.at(10, couch.kodi.library.mark_show, show)
    asked = []

    def details(params):
        asked.append(params["episodeid"])
        if len(asked) == 20:
            [player.onPlayBackPaused() for player in couch.kodi.players]
        return couch.kodi.library.episode_details(**params)

    couch.kodi.jsonrpc[DETAILS] = details
    couch.service(40)
    calls = [path for path in couch.paths() if path in ("/sync/history", "/scrobble/pause")]
    assert calls == ["/sync/history", "/scrobble/pause", "/sync/history", "/sync/history"]


def test_an_internal_error_that_one_mark_leads_to_costs_its_batch_and_no_more(couch, show):
    broken = couch.kodi.library.episodes(show)[10]["id"]

    def details(params):
        return couch.kodi.library.episode_details(**params) if params["episodeid"] != broken else 1 / 0

    couch.kodi.jsonrpc[DETAILS] = details
    couch.at(10, couch.kodi.library.mark_show, show)
    couch.at(30, couch.kodi.library.mark, "movie", couch.film)
    couch.kodi.at(40, couch.kodi.abort)
    Tv.run(couch, "")
    assert couch.kodi.log_text().count("internal error") == 1
    assert couch.marks()[FILM.title] == 1 and len(couch.marks()) == ALL - BATCH + 1
