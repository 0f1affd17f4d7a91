"""The front end on the TV: the only package that imports Kodi's modules."""

__all__ = ["entry"]
