"""What this Kodi profile holds, the account and the queue, and work with them that does not hold up Kodi."""

__all__ = ["abortable", "account_view", "queue_access"]
