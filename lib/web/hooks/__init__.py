"""What media servers send when somebody watches something, turned into one normal event.

    parse_hook(content_type, body, query) -> [PlaybackEvent, ...] | UnusableHook

One module a sender. Whatever the bytes are, they give one of the two values and never an exception.
"""

from __future__ import annotations

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.parse import parse_hook

__all__ = ["HookEventKind", "PlaybackEvent", "UnusableHook", "UnusableReason", "parse_hook"]
