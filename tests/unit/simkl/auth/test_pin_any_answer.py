"""Whatever comes back, it has a name: nothing crashes a link, and nothing but a token ends it well."""

from __future__ import annotations

import json
import re

import pytest
import requests_mock
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.simkl.auth.code_flow import Approved, AskLater, Code, Denied, NoAnswer, Pending, Replaced, SlowDown
from lib.simkl.errors import SimklError
from tests.trials import trials
from tests.unit.simkl.raw_server import RawServer
from tests.unit.simkl.simkl_says import API, APPROVED, CODE, PENDING, STARTED, TOKEN, flow

pytestmark = pytest.mark.chance

# The time a machine takes says nothing about the answer.
bounded = settings(deadline=None, max_examples=trials(200))

texts = st.text(st.characters(), max_size=12)  # halves of surrogate pairs included
numbers = st.integers() | st.floats() | st.sampled_from([0, 5, 900, -1, 10**400])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
near_misses = st.fixed_dictionaries(
    {},
    optional={
        "result": st.sampled_from(["OK", "KO"]) | values,
        "message": st.sampled_from(["Authorization pending", "Slow down"]) | values,
        "access_token": st.sampled_from([TOKEN, "", "a b", "\r\n"]) | values,
        "user_code": st.sampled_from(["K7QXM", "P3ZRT"]) | values,
        "device_code": st.just("DEVICE_CODE") | values,
        "verification_uri": st.sampled_from(["https://simkl.com/pin/", "https://", "//"]) | values,
        "verification_url": st.just("https://simkl.com/pin") | values,
        "expires_in": numbers | values,
        "interval": numbers | values,
        "error": st.sampled_from(["client_id_failed", "rate_limit"]) | values,
    },
)
as_json = (near_misses | values).map(lambda value: json.dumps(value).encode())
real = [json.dumps(answer).encode() for answer in (PENDING, APPROVED, STARTED)]
damaged = st.tuples(st.sampled_from(real), st.integers(0, 200), st.binary(max_size=4)).map(
    lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + len(t[2]) :]
)
bodies = st.binary(max_size=60) | as_json | damaged | st.sampled_from(real)
statuses = st.just(200) | st.integers(100, 599)
header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20).map(str.strip)
headers = st.dictionaries(
    st.sampled_from(
        ["Location", "Retry-After", "Content-Type", "Content-Encoding", "Content-Length", "Set-Cookie", "Refresh"]
    ),
    st.sampled_from(["gzip", "br", "zstd", "deflate, gzip", "http://[", "/caf\xe9", "a=b; Max-Age=x", "5", "-1"])
    | header_values,
    max_size=3,
)


def is_named(answer: object) -> bool:
    if isinstance(answer, Approved):
        return re.fullmatch(r"[!-~]+", answer.token.access.reveal()) is not None
    if isinstance(answer, Replaced):
        return is_usable(answer.code)
    if isinstance(answer, (SlowDown, AskLater)):
        return vars(answer).popitem()[1] >= CODE.interval
    return isinstance(answer, Pending) or isinstance(answer.error, SimklError)


def is_usable(code: Code) -> bool:
    address = code.verification_uri
    return bool(
        code.user_code.strip()
        and code.user_code.encode()
        and re.match(r"https?://.", address, re.DOTALL)
        and not address.endswith("/")
        and re.fullmatch(r"[!-~]+", code.verification_uri_complete[len(address) :])
        and code.verification_uri_complete.encode()
        and 0 < code.expires_in <= 86400
        and 1 <= code.interval <= 86400
    )


def start_or_error(link) -> bool:
    try:
        return is_usable(link.start())
    except SimklError:
        return True


@bounded
@given(bodies, statuses, headers)
def test_any_answer_has_a_name(body, status, fields):
    with requests_mock.Mocker() as simkl:
        simkl.get(requests_mock.ANY, content=body, status_code=status, headers=fields)
        link = flow()
        assert is_named(link.check(CODE))
        assert start_or_error(link)


@bounded
@given(near_misses)
def test_only_a_success_with_a_token_that_can_be_sent_is_an_approval(answer):
    token = answer.get("access_token")
    good = isinstance(token, str) and re.fullmatch(r"[!-~]+", token) is not None
    with requests_mock.Mocker() as simkl:
        simkl.get(f"{API}/oauth/pin/K7QXM", json=answer)
        assert isinstance(flow().check(CODE), Approved) == good


@bounded
@given(near_misses, st.integers(100, 199) | st.integers(300, 599))
def test_no_error_and_no_redirect_approves_or_replaces_anything(answer, status):
    with requests_mock.Mocker() as simkl:
        simkl.get(f"{API}/oauth/pin/K7QXM", json=answer, status_code=status)
        assert isinstance(flow().check(CODE), (Denied, NoAnswer, AskLater))


lines = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 302 Found\r\nLocation: \xff\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/9 9999999999 \r\n",
        b"Content-Length: 4\r\n",
        b"Content-Length: -4\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Type: text/html; charset=\xff\r\n",
        b"X: y\r\n" * 200,
        b"Set-Cookie: \x00=\xff; expires=never\r\n",
        b"\r\n",
        b"4\r\nnull\r\n0\r\n\r\n",
        b"{}",
        *real,
    ]
)
on_the_wire = st.lists(lines | st.binary(max_size=20), max_size=8).map(b"".join) | st.lists(lines, max_size=8).map(
    lambda parts: b"HTTP/1.1 200 OK\r\n" + b"".join(parts)
)


def test_any_bytes_on_the_wire_have_a_name(opened, link_to):
    sent = [b""]
    server = opened.enter_context(RawServer(lambda connection: connection.sendall(sent[0])))
    link = link_to(server.url)

    @settings(deadline=None, max_examples=trials(150))
    @given(on_the_wire)
    def whatever_is_sent(answer):
        sent[0] = answer
        assert is_named(link.check(CODE))

    whatever_is_sent()
