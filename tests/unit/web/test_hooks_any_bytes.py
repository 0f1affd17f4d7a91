"""Whatever arrives at a hook gives a value: an event or a reason, never an exception."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.web.hooks.event import UnusableHook
from lib.web.hooks.parse import parse_hook
from tests.fakes.servers import emby, jellyfin, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.common import EpisodeFile, Film, SentHook, multipart
from tests.trials import trials
from tests.unit.web.senders import check

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
EVENTS = ("PlaybackStop", "media.stop", "playback.stop", "stop", "Stop")
NAMES = sorted({name for each in OBJECTS for name in each})


def is_a_value(content_type: str, body: bytes) -> None:
    found = parse_hook(content_type, body, {})
    if isinstance(found, UnusableHook):
        assert found.detail
        return
    (event,) = found
    for text in (event.label, event.show_title, event.user_name, event.device, event.path, *event.ids.values()):
        text.encode("utf-8")  # can be stored


@bounded
@given(kind=st.sampled_from(KINDS) | TEXTS, body=st.binary(max_size=400) | TEXTS | VALUES.map(json.dumps))
def test_any_content_type_and_any_bytes(kind, body):
    is_a_value(kind, body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body)


@bounded
@given(st.sampled_from(SAMPLES), st.sampled_from((None, *KINDS)), st.just(1.0) | st.floats(0, 1), st.data())
def test_a_request_that_breaks_off_or_has_some_bytes_changed(sample, kind, share, data):
    body = bytearray(sample.body)
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=6)):
        body[place] = data.draw(st.integers(0, 255))
    is_a_value(sample.content_type if kind is None else kind, bytes(body[: int(share * len(body))]))


@bounded
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=20), st.sampled_from(EVENTS))
def test_any_value_under_any_name(values, event):
    signs = {"NotificationType": event}, {"event": event, "owner": True}, {"Event": event, "Server": {}}
    for sign in (*signs, {"source": "tautulli", "event": event}):
        is_a_value("application/json", json.dumps({**values, **sign}).encode())


NEST = b'{"Item":' * 20_000
JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
ODD = {
    "nothing": ("", b"", "not_readable"),
    "only spaces": (JSON, b" \r\n\t ", "not_readable"),
    "null": (JSON, b"null", "not_readable"),
    "an array": (JSON, b'[{"NotificationType":"PlaybackStart"}]', "not_readable"),
    "an empty object": (JSON, b"{}", "not_recognised"),
    "JSON of somebody else": (JSON, b'{"action":"opened","issue":1}', "not_recognised"),
    "a page": ("text/html", b"<html><body>hello</body></html>", "not_readable"),
    "nested too deep": (JSON, NEST, "not_readable"),
    "nested too deep, and closed": (JSON, NEST + b"1" + b"}" * 20_000, "not_readable"),
    "a number too long for Python": (JSON, b'{"a":' + b"9" * 5000 + b"}", "not_readable"),
    "zeros": (JSON, b"\0" * 1000, "not_readable"),
    "too many fields": (FORM, b"&".join(b"a%d=1" % n for n in range(5000)), "not_readable"),
    "too many parts": (PARTS, multipart("x", *[(f'name="a{n}"', "", b"1") for n in range(3000)]), "not_readable"),
    "a field without a name": (PARTS, multipart("x", ('nam="data"', "", b"{}")), "not_readable"),
    "a form of somebody else": (FORM, b"name=x&mail=y", "not_recognised"),
}


@pytest.mark.parametrize(("content_type", "body", "reason"), ODD.values(), ids=ODD.keys())
def test_what_no_media_server_sends(content_type, body, reason):
    check(SentHook(content_type, body), reason, {})


def test_four_megabytes_of_streams_around_an_event():
    more = {f"Subtitle_{n}_Title": "x" * 100 for n in range(30_000)}
    sent = jellyfin.all_properties(jellyfin.notification("PlaybackStart", Film(), **more))
    assert len(sent.body) > 3_700_000
    check(sent, "start", {"title": "The Glass Harbour"})


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
