"""Kodi's library: its items, and the marks that a person sets there."""

__all__ = ["items", "marks"]
