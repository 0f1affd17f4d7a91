"""From the queue to Simkl: the sender, back-off, poison messages, matching and timestamps."""

__all__ = ["policy", "sender", "watched_at"]
