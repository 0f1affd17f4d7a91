"""What is playing now: the exact request of each action, what is read of the answers, and what a fake server does.

Sources: Simkl's pages `api-reference/scrobble`, `guides/scrobble` and `resources/rate-limits`.
"""

import pytest

from lib.simkl import errors
from lib.simkl.api.media import MOVIE, SHOW, Item
from lib.simkl.api.scrobble import ScrobbleResult, round_progress, send_scrobble
from tests.unit.simkl.watching import EMBER_OBJECT, FILM, FILM_OBJECT, STREET_OBJECT, VIEWER, answering, ember, street

ACTIONS = ("start", "pause", "stop")
OBJECTS = {
    "a film": (FILM, {"movie": FILM_OBJECT}),
    "an episode": (street(2, 4), {"show": STREET_OBJECT, "episode": {"season": 2, "number": 4}}),
    "a special": (street(0, 1), {"show": STREET_OBJECT, "episode": {"season": 0, "number": 1}}),
    "an episode with an id of its own": (
        street(2, 4, (("tvdb", "970204"),)),
        {"show": STREET_OBJECT, "episode": {"season": 2, "number": 4, "ids": {"tvdb": 970204}}},
    ),
    "an anime by its own number": (ember(7), {"anime": EMBER_OBJECT, "episode": {"number": 7}}),
    "a film by its title alone": (Item(MOVIE, "The Glass Harbour"), {"movie": {"title": "The Glass Harbour"}}),
    "an episode by ids alone": (
        Item(SHOW, ids=(("tvdb", "980001"),), season=1, episode=1),
        {"show": {"ids": {"tvdb": 980001}}, "episode": {"season": 1, "number": 1}},
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("item", "about"), OBJECTS.values(), ids=OBJECTS.keys())
def test_a_call_says_how_far_and_what_and_nothing_else(action, item, about):
    somebody = answering({"action": action})
    send_scrobble(*somebody, action, item, 41.5, 80)
    assert somebody.transport.asked == [("POST", f"/scrobble/{action}", "a-token", {}, {"progress": 41.5, **about})]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("threshold", "sent"), [(50, "50"), (80, None), (100, "100")])
def test_the_threshold_is_in_the_address_of_every_call_unless_it_is_simkls_own(box, viewer, action, threshold, sent):
    send_scrobble(*viewer, action, FILM, 12, threshold)
    assert box.requests[0].query.get("min_progress") == sent
    assert [each.min_progress for each in box.scrobbles] == [threshold]
    assert box.malformed == []


PROGRESS = [(0, 0.0), (-0.5, 0.0), (-0.0, 0.0), (96, 96.0), (41.57, 41.57), (33.333333333, 33.33), (66.6666, 66.67),
            (0.004, 0.0), (99.994, 99.99), (99.996, 100.0), (104.2, 100.0), (float("inf"), 100.0),
            (float("nan"), 0.0)]  # fmt: skip


@pytest.mark.parametrize(("progress", "told"), PROGRESS)
def test_progress_is_0_to_100_with_two_decimals(progress, told):
    somebody = answering({"action": "pause"})
    send_scrobble(*somebody, "pause", FILM, progress, 80)
    assert somebody.transport.asked[0][-1]["progress"] == told
    assert str(float(round_progress(progress))) == str(told), "a minus zero is no progress"


TITLE = {"title": "The Glass Harbour", "year": 2018, "ids": {"simkl": 9000002, "imdb": "tt9900002"}}


@pytest.mark.parametrize("word", ["movie", "show", "anime"])
def test_the_title_is_found_under_each_of_its_words(word):
    payload = {"id": 10900001, "action": "start", "episode": {"title": "Low Tide", "ids": {"simkl": 5}}, word: TITLE}
    result = send_scrobble(*answering(payload, remaining=437), "start", FILM, 96, 80)
    assert result == ScrobbleResult("start", "The Glass Harbour", 9000002, 437)


POOR = [None, [], "The Glass Harbour", {}, {"title": None, "ids": [1]}, {"title": 5, "ids": {"simkl": "None"}},
        *({"ids": {"simkl": bad}} for bad in ("9" * 5000, 1234567890123, True, None))]  # fmt: skip


@pytest.mark.parametrize("movie", POOR, ids=lambda movie: f"{movie!r:.40}")
def test_a_poor_answer_is_a_success_that_says_little(movie):
    poor = answering({"action": "scrobble", "movie": movie})
    assert send_scrobble(*poor, "stop", FILM, 96, 80) == ScrobbleResult("scrobble", "", 0)


ENDS = {
    "a start": ("start", 95, 80, "start", False),
    "a pause above the threshold": ("pause", 95, 80, "pause", False),
    "a stop below the threshold": ("stop", 79.99, 80, "pause", False),
    "a stop at the threshold": ("stop", 80, 80, "scrobble", True),
    "a stop above a threshold of one's own": ("stop", 61, 60, "scrobble", True),
}


@pytest.mark.parametrize(("action", "progress", "threshold", "answered", "watched"), ENDS.values(), ids=ENDS.keys())
def test_what_simkl_made_of_it_is_told(box, viewer, action, progress, threshold, answered, watched):
    result = send_scrobble(*viewer, action, street(2, 4), progress, threshold)
    assert result == ScrobbleResult(answered, "Lantern Street", 9000001)
    assert ((9000001, 2, 4) in box.watched[VIEWER]) is watched
    assert box.malformed == []


def test_a_stop_again_within_the_hour_is_an_error_of_its_own(box, viewer):
    send_scrobble(*viewer, "stop", FILM, 100, 80)
    with pytest.raises(errors.AlreadyWatched) as caught:
        send_scrobble(*viewer, "stop", FILM, 100, 80)
    assert (caught.value.status, caught.value.identifier) == (409, "already_watched")
    box.advance(3600)
    assert send_scrobble(*viewer, "stop", FILM, 100, 80).action == "scrobble"


def test_an_id_that_simkl_does_not_know_is_left_out_for_a_second_try(viewer):
    outdated = street(2, 4, (("tvdb", "1"),))
    with pytest.raises(errors.NotFound) as caught:
        send_scrobble(*viewer, "start", outdated, 5, 80)
    assert (caught.value.status, caught.value.identifier) == (404, "id_err")
    assert send_scrobble(*viewer, "start", outdated.by_number(), 5, 80).action == "start"


def test_an_answer_that_is_lost_is_unreachable_and_nothing_is_sent_again_by_itself(box, viewer):
    box.order("lost_answer", path="/scrobble/stop")
    with pytest.raises(errors.Unreachable) as caught:
        send_scrobble(*viewer, "stop", FILM, 100, 80)
    assert type(caught.value) is errors.Unreachable, "Simkl may have heard it"
    assert len(box.requests) == 1 and (9000002, None, None) in box.watched[VIEWER]
