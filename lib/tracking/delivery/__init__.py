"""From the queue to Simkl: the sender, back-off, poison messages, matching and timestamps."""

__all__ = ["sender", "watched_at"]
