"""From the queue to Simkl, for all linked accounts of a server at once."""

__all__ = ["accounts", "pool", "senders", "show_ids", "show_lookup"]
