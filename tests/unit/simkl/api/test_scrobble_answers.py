"""Whatever is answered to a scrobble: every documented error has its name, and what cannot be read is no success.

Sources: Simkl's pages `api-reference/scrobble`, `conventions/errors` and `resources/rate-limits`.
"""

from __future__ import annotations

import pytest

from lib.simkl import errors
from lib.simkl.api.scrobble import ScrobbleResult, send_scrobble
from tests.unit.simkl.raw_server import says
from tests.unit.simkl.watching import FILM, NONSENSE, every_refusal, raw, said

IDS = {"simkl": 9000002, "slug": "the-glass-harbour", "imdb": "tt9900002"}
MOVIE = {"title": "The Glass Harbour", "year": 2018, "ids": IDS}
ANSWER = {"id": 10900001, "action": "scrobble", "progress": 96, "movie": MOVIE}
TIMES = {"watched_at": "2026-10-05T15:00:00-05:00", "expires_at": "2026-10-05T16:00:00-05:00"}
LEFT = {
    "what is left": ("X-RateLimit-Remaining: 437", 437),
    "nothing left": ("X-RateLimit-Remaining: 0", 0),
    "in small letters": ("x-ratelimit-remaining: 12", 12),
    "with spaces": ("X-RateLimit-Remaining:   7  ", 7),
    "another header": ("X-RateLimit-Limit: 500", None),
    "empty": ("X-RateLimit-Remaining: ", None),
    "below nothing": ("X-RateLimit-Remaining: -1", None),
    "a fraction": ("X-RateLimit-Remaining: 3.5", None),
    "a word": ("X-RateLimit-Remaining: many", None),
    "other digits": ("X-RateLimit-Remaining: \u00b2", None),
    "endless": (f"X-RateLimit-Remaining: {'9' * 5000}", None),
}


def answered(play, viewer_at, answer):
    """Return what a stop gives when this is answered."""
    return send_scrobble(*viewer_at(play(says(answer)).url), "stop", FILM, 96, 80)


def test_all_that_matters_of_an_answer_is_read(play, viewer_at):
    assert answered(play, viewer_at, said(201, ANSWER)) == ScrobbleResult(
        "scrobble", "The Glass Harbour", 9000002, None
    )


@pytest.mark.parametrize(("header", "left"), LEFT.values(), ids=LEFT.keys())
def test_what_is_left_of_the_day_is_read(play, viewer_at, header, left):
    answer = raw(201, '{"action": "start"}', header)
    assert answered(play, viewer_at, answer) == ScrobbleResult("start", "", 0, left)


POOR = {
    "nothing but the action": {"action": "scrobble"},
    "a film that is null": {**ANSWER, "movie": None},
    "a film that is a list": {**ANSWER, "movie": []},
    "a film that is a text": {**ANSWER, "movie": "The Glass Harbour"},
    "a film with nothing in it": {**ANSWER, "movie": {}},
    "a title that is null, ids that are a list": {**ANSWER, "movie": {"title": None, "ids": [1]}},
    "a simkl id that is a word": {**ANSWER, "movie": {"title": 5, "ids": {"simkl": "None"}}},
    "a simkl id of 5,000 digits as a text": {**ANSWER, "movie": {"ids": {"simkl": "9" * 5000}}},
    "a simkl id of thirteen digits": {**ANSWER, "movie": {"ids": {"simkl": 1234567890123}}},
    "a simkl id that is true": {**ANSWER, "movie": {"ids": {"simkl": True}}},
    "a simkl id that is null": {**ANSWER, "movie": {"ids": {"simkl": None}}},
}


@pytest.mark.parametrize("payload", POOR.values(), ids=POOR.keys())
def test_a_poor_answer_is_a_success_that_says_little(play, viewer_at, payload):
    assert answered(play, viewer_at, said(201, payload)) == ScrobbleResult("scrobble", "", 0)


@pytest.mark.parametrize("word", ["movie", "show", "anime"])
def test_the_title_is_found_under_each_of_its_words(play, viewer_at, word):
    payload = {"action": "start", "episode": {"title": "Low Tide", "ids": {"simkl": 5}}, word: MOVIE}
    assert answered(play, viewer_at, said(201, payload)) == ScrobbleResult("start", "The Glass Harbour", 9000002)


UNREADABLE = {
    **NONSENSE,
    "null": said(201, None),
    "a list": said(201, [ANSWER]),
    "an empty list": said(201, []),
    "an empty object": said(201, {}),
    "no action": said(201, {"id": 5, "movie": MOVIE}),
    "an action that is null": said(201, {**ANSWER, "action": None}),
    "an action that is a number": said(201, {**ANSWER, "action": 1}),
    "an error in disguise": said(200, {"error": "not_found"}),
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_no_success(play, viewer_at, answer):
    with pytest.raises(errors.Unreadable):
        answered(play, viewer_at, answer)


@every_refusal
def test_every_refusal_has_its_name(play, viewer_at, status, payload, kind):
    server = play(says(said(status, payload)))
    with pytest.raises(errors.SimklError) as caught:
        send_scrobble(*viewer_at(server.url), "stop", FILM, 96, 80)
    assert type(caught.value) is kind and caught.value.status == status
    assert len(server.asked) == 1


HAD = {
    "with its word": {"error": "already_watched", "code": 409, **TIMES},
    "with nothing but the times": TIMES,
    "with nothing but the end of the hour": {"expires_at": "2026-11-24T13:00:00Z"},
}


@pytest.mark.parametrize("payload", HAD.values(), ids=HAD.keys())
def test_a_repeat_within_the_hour_is_known_by_any_of_its_shapes(play, viewer_at, payload):
    with pytest.raises(errors.AlreadyWatched):
        answered(play, viewer_at, said(409, payload))


@pytest.mark.parametrize("payload", [None, {}, [], {"error": None}, TIMES["watched_at"]])
def test_a_409_that_says_nothing_is_somebody_elses(play, viewer_at, payload):
    with pytest.raises(errors.Unreadable):
        answered(play, viewer_at, said(409, payload))


def test_a_spent_day_says_how_long(play, viewer_at):
    body = '{"error": "user_limit_exceeded", "code": 429}'
    with pytest.raises(errors.QuotaSpent) as caught:
        answered(play, viewer_at, raw(429, body, "Retry-After: 4211"))
    assert caught.value.retry_after == 4211
