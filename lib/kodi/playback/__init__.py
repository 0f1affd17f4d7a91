"""Following Kodi's player."""

__all__ = ["player", "player_thread"]
