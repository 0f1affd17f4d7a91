"""Whatever comes back, it has a name: nothing crashes a link, and nothing but a token that can be used ends it well."""

from __future__ import annotations

import json
import re

import pytest
import requests_mock
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.simkl.auth.code_flow import Approved, AskLater, Code, Denied, Expired, NoAnswer, Pending, Replaced, SlowDown
from lib.simkl.errors import SimklError
from tests.trials import trials
from tests.unit.simkl import simkl_says, v2_says
from tests.unit.simkl.raw_server import RawServer
from tests.unit.simkl.simkl_says import CODE, flow
from tests.unit.simkl.v2_says import BOTH, TOKENS, device_flow

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
IDENTIFIERS = ["authorization_pending", "slow_down", "expired_token", "invalid_grant", "client_id_failed", "rate_limit"]
LIKELY = {
    "result": ["OK", "KO"],
    "message": ["Authorization pending", "Slow down"],
    "access_token": [simkl_says.TOKEN, v2_says.ACCESS, "", "a b", "\r\n"],
    "refresh_token": [v2_says.REFRESH, "", "a b"],
    "scope": [BOTH, "media:read", "media:write"],
    "token_type": ["Bearer"],
    "user_code": ["K7QXM", "HTRW-ZKNP"],
    "device_code": ["DEVICE_CODE", "a b", ""],
    "verification_uri": ["https://simkl.com/pin/", "https://", "//"],
    "verification_url": ["https://simkl.com/pin"],
    "verification_uri_complete": ["https://simkl.com/pin?user_code=x", "http:///"],
    "expires_in": [0, 900, 604800, "604800", 1e308],
    "interval": [0, 5, -1],
    "error": IDENTIFIERS,
}
near_misses = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(likely) | values for name, likely in LIKELY.items()}
)
good_but_for_the_rest = st.fixed_dictionaries(
    {"access_token": st.just(v2_says.ACCESS), "scope": st.just(BOTH), "expires_in": numbers | values},
    optional={"refresh_token": st.just(v2_says.REFRESH) | values},
)
as_json = (near_misses | good_but_for_the_rest | values).map(lambda value: json.dumps(value).encode())
ANSWERS = (simkl_says.PENDING, simkl_says.APPROVED, simkl_says.STARTED, TOKENS, v2_says.STARTED)
real = [json.dumps(answer).encode() for answer in (*ANSWERS, *({"error": name} for name in IDENTIFIERS))]
damaged = st.tuples(st.sampled_from(real), st.integers(0, 200), st.binary(max_size=4)).map(
    lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + len(t[2]) :]
)
bodies = st.binary(max_size=60) | as_json | damaged | st.sampled_from(real)
HEADERS = ["Location", "Retry-After", "Content-Type", "Content-Encoding", "Content-Length", "Set-Cookie", "Refresh"]
header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20).map(str.strip)
headers = st.dictionaries(
    st.sampled_from(HEADERS),
    st.sampled_from(["gzip", "br", "zstd", "deflate, gzip", "http://[", "/caf\xe9", "a=b; Max-Age=x", "5", "-1"])
    | header_values,
    max_size=3,
)
errors_and_redirects = st.integers(100, 199) | st.integers(300, 599)


def can_be_sent(token: object) -> bool:
    return isinstance(token, str) and re.fullmatch(r"[!-~]+", token) is not None


def is_named(answer: object) -> bool:
    if isinstance(answer, Approved):
        return can_be_sent(answer.token.access.reveal()) and answer.token.may_write
    if isinstance(answer, Replaced):
        return is_usable(answer.code)
    if isinstance(answer, (SlowDown, AskLater)):
        return vars(answer).popitem()[1] >= CODE.interval
    if isinstance(answer, (Denied, NoAnswer)):
        return isinstance(answer.error, SimklError)
    return isinstance(answer, (Pending, Expired))


def is_usable(code: Code) -> bool:
    pages = (code.verification_uri, code.verification_uri_complete)
    return bool(
        code.user_code.strip()
        and code.user_code.encode()
        and all(re.match(r"https?://.", page, re.DOTALL) and page.encode() for page in pages)
        and not code.verification_uri.endswith("/")
        and 0 < code.expires_in <= 86400
        and 1 <= code.interval <= 86400
    )


def start_or_error(link) -> bool:
    try:
        return is_usable(link.start())
    except SimklError:
        return True


def checks(**answer) -> list[object]:
    """Return what the PIN flow and the device flow make of one answer."""
    with requests_mock.Mocker() as simkl:
        simkl.register_uri(requests_mock.ANY, requests_mock.ANY, **answer)
        return [flow().check(CODE), device_flow().check(v2_says.CODE)]


@bounded
@given(bodies, st.just(200) | st.integers(100, 599), headers)
def test_any_answer_has_a_name(body, status, fields):
    with requests_mock.Mocker() as simkl:
        simkl.register_uri(requests_mock.ANY, requests_mock.ANY, content=body, status_code=status, headers=fields)
        for link, code in ((flow(), CODE), (device_flow(), v2_says.CODE)):
            assert is_named(link.check(code))
            assert start_or_error(link)


@bounded
@given(near_misses | good_but_for_the_rest, st.just(200) | errors_and_redirects)
def test_only_a_success_with_a_token_that_can_be_sent_and_may_write_is_an_approval(answer, status):
    pin, device = checks(json=answer, status_code=status)
    good, scope = status == 200 and can_be_sent(answer.get("access_token")), answer.get("scope")
    may_write = isinstance(scope, str) and "media:write" in scope.split()
    assert [isinstance(each, Approved) for each in (pin, device)] == [good, good and may_write]
    assert status == 200 or isinstance(pin, (Denied, NoAnswer, AskLater)), "no error and no redirect replaces a code"


lines = st.sampled_from([
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 302 Found\r\nLocation: \xff\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/9 9999999999 \r\n", b"Content-Length: -4\r\n", b"Transfer-Encoding: chunked\r\n", b"X: y\r\n" * 200,
    b"Set-Cookie: \x00=\xff; expires=never\r\n", b"\r\n", b"4\r\nnull\r\n0\r\n\r\n", b"{}", *real[:3],
])  # fmt: skip
on_the_wire = st.lists(lines | st.binary(max_size=20), max_size=8).map(b"".join) | st.lists(lines, max_size=8).map(
    lambda parts: b"HTTP/1.1 200 OK\r\n" + b"".join(parts)
)


def test_any_bytes_on_the_wire_have_a_name(opened):
    sent = [b""]
    server = opened.enter_context(RawServer(lambda connection: connection.sendall(sent[0])))
    link = flow(server.url)

    @settings(deadline=None, max_examples=trials(150))
    @given(on_the_wire)
    def whatever_is_sent(answer):
        sent[0] = answer
        assert is_named(link.check(CODE))

    whatever_is_sent()
