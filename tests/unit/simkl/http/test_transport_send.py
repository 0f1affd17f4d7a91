"""A POST of JSON in a user's name: what travels, where the token goes, and what is left of the day.

Sources: Simkl's pages `conventions/headers`, `conventions/null-values` and `resources/rate-limits`.
"""

from __future__ import annotations

import pytest

from lib.simkl import errors
from lib.simkl.http.transport import Answer
from lib.system.secrets import Secret
from tests.fakes.simkl import FakeSimkl
from tests.unit.simkl.raw_server import Call, hangs, says
from tests.unit.simkl.watching import FILM_OBJECT, IDENTITY, raw, said

SECRET = Secret("the-token-of-somebody")
BODY = {"progress": 1, "movie": FILM_OBJECT, "name": "Ä字 & =", "list": [None, True, 0.5]}


@pytest.fixture
def v2_box():
    with FakeSimkl(client_ids=(), v2_client_ids=("v2-tv",), limits=False, user_quota=5) as box:
        yield box


@pytest.mark.parametrize("payload", [BODY, {}, [], [1], "text", None], ids=str)
def test_json_of_any_kind_arrives_as_it_is_with_who_asks(box, transport_to, payload):
    box.order("answer", body={}, status=201)
    assert transport_to(box.url).send("/sync/history", payload, SECRET) == Answer(201, {})
    (request,) = box.requests
    assert (request.method, request.path, request.query) == ("POST", "/sync/history", IDENTITY)
    assert request.body == payload
    assert request.headers["Authorization"] == "Bearer the-token-of-somebody"


def test_the_content_type_is_json_and_a_get_has_none(box, transport_to):
    transport = transport_to(box.url)
    box.order("answer", body={}, times=2)
    transport.send("/scrobble/start", BODY, SECRET)
    transport.get("/search/movie", SECRET, {"q": "x"})
    assert [request.headers.get("Content-Type") for request in box.requests] == ["application/json", None]


def test_a_query_is_added_and_never_speaks_for_us(box, transport_to):
    box.order("answer", body={})
    transport_to(box.url).send("/scrobble/stop", BODY, SECRET, {"min_progress": "90", "client_id": "another"})
    assert box.requests[0].query == {"min_progress": "90", **IDENTITY}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_neither_token_nor_body_anywhere(box, transport_to, status):
    box.order("redirect", status=status)
    with pytest.raises(errors.Unreadable):
        transport_to(box.url).send("/sync/history", BODY, SECRET)
    assert len(box.requests) == 1 and box.journal.elsewhere == []


def test_what_is_left_of_the_day_is_told_by_each_answer_and_then_it_is_spent(v2_box, transport_to):
    token = Secret(v2_box.give_token(generation="v2"))
    transport = transport_to(v2_box.url, "v2-tv")
    body = {"progress": 1, "movie": FILM_OBJECT}
    left = [transport.send("/scrobble/start", body, token).remaining for _ in range(5)]
    assert left == [None, 3, 2, 1, 0], "the first answer to a new token does not say"
    with pytest.raises(errors.QuotaSpent) as caught:
        transport.send("/scrobble/start", body, token)
    assert 0 < caught.value.retry_after <= 25 * 3600


def test_v1_does_not_say_what_is_left(viewer):
    for _ in range(2):
        assert viewer.transport.send("/sync/history", {}, viewer.token.access).remaining is None


EMPTY = {
    "an empty body": (raw(201, ""), Answer(201, None)),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, None)),
    "null": (said(200, None), Answer(200, None, is_null=True)),
    "an empty list": (said(200, []), Answer(200, [])),
}


@pytest.mark.parametrize(("answer", "wanted"), EMPTY.values(), ids=EMPTY.keys())
def test_null_is_an_answer_and_an_empty_body_is_none(play, transport_to, answer, wanted):
    assert transport_to(play(says(answer)).url).send("/search/file", {}, SECRET) == wanted


@pytest.mark.parametrize("answer", [raw(200, "nul"), raw(200, "NULL"), raw(200, "null,"), raw(200, " ")])
def test_what_only_looks_like_null_is_unreadable(play, transport_to, answer):
    with pytest.raises(errors.Unreadable):
        transport_to(play(says(answer)).url).send("/search/file", {}, SECRET)


def test_a_write_that_hangs_ends_at_its_bound_and_is_not_sent_again(play, transport_to, short_bounds):
    server = play(hangs)
    outcome = Call(lambda: transport_to(server.url).send("/scrobble/stop", BODY, SECRET)).outcome()
    assert type(outcome) is errors.Unreachable, "Simkl may have heard it"
    assert len(server.asked) == 1


def test_a_write_that_hangs_ends_at_an_abort_and_none_follows(play, transport_to, long_bounds):
    server = play(hangs)
    transport = transport_to(server.url)
    call = Call(lambda: transport.send("/scrobble/stop", BODY, SECRET))
    assert server.reached.wait(60)
    transport.abort()
    assert type(call.outcome()) is errors.Unreachable
    with pytest.raises(errors.NotSent):
        transport.send("/scrobble/stop", BODY, SECRET)
    assert len(server.asked) == 1


def test_without_a_network_nothing_was_sent(box, transport_to):
    transport = transport_to(box.url)
    box.stop_listening()
    with pytest.raises(errors.NotSent):
        transport.send("/scrobble/stop", BODY, SECRET)
    box.listen_again()
    assert box.requests == []
