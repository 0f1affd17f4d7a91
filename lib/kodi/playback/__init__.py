"""Following Kodi's player."""
