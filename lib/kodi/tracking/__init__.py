"""The tracking as the service runs it: its threads, and what people and other add-ons are told of it."""

__all__ = ["notifier", "scrobble_command", "status_line", "tracking_service"]
