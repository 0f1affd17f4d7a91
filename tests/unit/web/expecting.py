"""What a table of requests expects of each."""

from __future__ import annotations

from typing import Any

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.parse import parse_hook
from tests.fakes.servers.request import SentHook

START, PAUSE, RESUME = HookEventKind.START, HookEventKind.PAUSE, HookEventKind.RESUME
PROGRESS, STOP, SCROBBLE = HookEventKind.PROGRESS, HookEventKind.STOP, HookEventKind.SCROBBLE
MARK, UNMARK, TEST = HookEventKind.MARK, HookEventKind.UNMARK, HookEventKind.TEST
NOT_READABLE, NOT_RECOGNISED = UnusableReason.NOT_READABLE, UnusableReason.NOT_RECOGNISED
NOT_PLAYBACK, NOT_MEDIA = UnusableReason.NOT_PLAYBACK, UnusableReason.NOT_MEDIA


def outcome(sent: SentHook) -> PlaybackEvent | UnusableHook:
    """Return the one event that is in a request, or why there is none."""
    found = parse_hook(sent.content_type, sent.body, sent.query)
    if isinstance(found, UnusableHook):
        return found
    (event,) = found
    return event


def check(sent: SentHook, kind: HookEventKind | UnusableReason, wanted: dict[str, Any]) -> None:
    """Hold the outcome of a request to what is wanted of it."""
    found = outcome(sent)
    if isinstance(kind, UnusableReason):
        assert isinstance(found, UnusableHook), found
        assert found.reason is kind
        assert found.detail.endswith(".")
        assert {name: getattr(found, name) for name in wanted} == wanted
        return
    assert isinstance(found, PlaybackEvent), found
    assert found.kind is kind
    assert {name: getattr(found, name) for name in wanted} == wanted
