"""What this Kodi profile holds, the account and the queue, and work with them that does not hold up Kodi."""
