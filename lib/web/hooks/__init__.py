"""What media servers send when somebody watches something, turned into one normal event.

    parse_hook(content_type, body, query) -> [PlaybackEvent, ...] | UnusableHook

One module a sender. Whatever the bytes are, they give one of the two values and never an exception.
"""

__all__ = ["emby", "event", "jellyfin", "payload", "plex", "receiver"]
