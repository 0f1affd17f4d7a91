"""Whatever arrives at a hook gives a value: an event or a reason, never an exception."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.web.hooks.event import PlaybackEvent, UnusableHook
from lib.web.hooks.parse import parse_hook
from tests.fakes.servers import emby, jellyfin, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.request import SentHook, multipart
from tests.fakes.servers.titles import EpisodeFile, Film
from tests.trials import trials
from tests.unit.web.expecting import NOT_READABLE, NOT_RECOGNISED, START, check

pytestmark = pytest.mark.chance
bounded = settings(max_examples=trials(100), deadline=None)

KINDS = (
    "", "text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", 'multipart/form-data; boundary="', "multipart/mixed; boundary=" + "y" * 300,
    "application/json; charset=nonsense", "\x00\r\n: ;=", "multipart/form-data; boundary=\r\n",
)  # fmt: skip
SAMPLES = (
    jellyfin.all_properties(jellyfin.notification("PlaybackStop", EpisodeFile(last=6), position=99)),
    jellyfin.generic_form(jellyfin.notification("PlaybackStart", Film())),
    jellyfin_webhooks.default_format("Stop", EpisodeFile()),
    jellyfin_webhooks.plex_format("Stop", EpisodeFile()),
    plex.form(plex.payload("media.stop", EpisodeFile(), position=7)),
    emby.form(emby.payload("playback.stop", EpisodeFile(), position=7, completed=True)),
    emby.urlencoded(emby.payload("playback.stop", Film())),
    tautulli.post(tautulli.rendered("stop", EpisodeFile())),
)
LETTERS = "aZ09 .-_/\\\"'&<>{}[]():;,=%+#\n\r\t\0\ufeff\u2028\ud83c\u00e4\u3042\U0001f366"
TEXTS = st.text(LETTERS, max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just("9" * 400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = (
    jellyfin.notification("PlaybackStop", EpisodeFile()),
    plex.payload("media.stop", EpisodeFile()),
    emby.payload("playback.stop", EpisodeFile()),
    tautulli.rendered("stop", Film()),
)
NAMES = sorted({name for each in OBJECTS for name in each})


def is_a_value(content_type: str, body: bytes) -> PlaybackEvent | UnusableHook:
    found = parse_hook(content_type, body, {})
    if isinstance(found, UnusableHook):
        assert found.detail
        return found
    (event,) = found
    assert isinstance(event.label, str)
    for text in (event.title, event.show_title, event.user_name, event.device, event.path, *event.ids.values()):
        text.encode("utf-8")  # can be stored
    return event


@bounded
@given(kind=st.sampled_from(KINDS) | TEXTS, body=st.binary(max_size=400) | TEXTS)
def test_any_content_type_and_any_bytes(kind, body):
    is_a_value(kind, body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body)


@bounded
@given(
    sample=st.sampled_from(SAMPLES),
    kind=st.sampled_from((None, *KINDS)),
    share=st.just(1.0) | st.floats(0, 1),
    data=st.data(),
)
def test_a_request_that_breaks_off_or_has_some_bytes_changed(sample, kind, share, data):
    body = bytearray(sample.body)
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=6)):
        body[place] = data.draw(st.integers(0, 255))
    is_a_value(sample.content_type if kind is None else kind, bytes(body[: int(share * len(body))]))


@bounded
@given(values=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=20), event=st.sampled_from(
    ("PlaybackStop", "media.stop", "playback.stop", "stop", "Stop")))  # fmt: skip
def test_any_value_under_any_name(values, event):
    for sender in ({"NotificationType": event}, {"event": event, "owner": True}, {"Event": event, "Server": {}},
                   {"source": "tautulli", "event": event}):  # fmt: skip
        is_a_value("application/json", json.dumps({**values, **sender}).encode())


@bounded
@given(values=VALUES)
def test_any_json(values):
    is_a_value("application/json", json.dumps(values).encode())


NEST = b'{"Item":' * 20_000
ODD = {
    "nothing": (SentHook("", b""), NOT_READABLE),
    "only spaces": (SentHook("application/json", b" \r\n\t "), NOT_READABLE),
    "null": (SentHook("application/json", b"null"), NOT_READABLE),
    "a number": (SentHook("application/json", b"12"), NOT_READABLE),
    "an array": (SentHook("application/json", b'[{"NotificationType":"PlaybackStart"}]'), NOT_READABLE),
    "an empty object": (SentHook("application/json", b"{}"), NOT_RECOGNISED),
    "JSON of somebody else": (SentHook("application/json", b'{"action":"opened","issue":1}'), NOT_RECOGNISED),
    "a page": (SentHook("text/html", b"<html><body>hello</body></html>"), NOT_READABLE),
    "nested too deep": (SentHook("application/json", NEST), NOT_READABLE),
    "nested too deep, and closed": (SentHook("application/json", NEST + b"1" + b"}" * 20_000), NOT_READABLE),
    "a number too long for Python": (SentHook("application/json", b'{"a":' + b"9" * 5000 + b"}"), NOT_READABLE),
    "zeros": (SentHook("application/json", b"\0" * 1000), NOT_READABLE),
    "a form of too many fields": (
        SentHook("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))), NOT_READABLE,
    ),
    "a multipart form of too many fields": (
        SentHook("multipart/form-data; boundary=x", multipart("x", *[(f'name="a{n}"', "", b"1") for n in range(3000)])),
        NOT_READABLE,
    ),
    "a field without a name": (
        SentHook("multipart/form-data; boundary=x", multipart("x", ('nam="data"', "", b"{}"))), NOT_READABLE,
    ),
    "a form of somebody else": (SentHook("application/x-www-form-urlencoded", b"name=x&mail=y"), NOT_RECOGNISED),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "reason"), ODD.values(), ids=ODD.keys())
def test_what_no_media_server_sends(sent, reason):
    check(sent, reason, {})


def test_four_megabytes_of_streams_around_an_event():
    more = {f"Subtitle_{n}_Title": "x" * 100 for n in range(30_000)}
    sent = jellyfin.all_properties(jellyfin.notification("PlaybackStart", Film(), **more))
    assert len(sent.body) > 3_700_000
    check(sent, START, {"title": "The Glass Harbour"})


HOSTILE = {  # a hundred thousand is slow enough for whatever takes the square of it
    "backslashes": b'{"a":"' + b"\\" * 200_000,
    "commas": b'{"a":' + b", " * 100_000,
    "colons": b'{"a"' + b": " * 100_000,
    "dashes": b"--" * 100_000 + b"\r\n",
    "boundaries": b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" * 40_000,
    "entities": urlencode({"NotificationType": "PlaybackStart", "Name": "&quot" * 100_000}).encode(),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_made_to_be_slow_to_read(body):
    is_a_value("", body)
    is_a_value("multipart/form-data; boundary=x", body)
