"""Kodi's library: its items, marks that a person sets there, and the context menu."""
