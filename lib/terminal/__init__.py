"""The front end of the command line: the only package that prints."""

__all__ = ["entry"]
