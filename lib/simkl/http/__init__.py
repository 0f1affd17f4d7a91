"""Requests to Simkl: a transport that is bounded and abortable, and the names of error answers."""

__all__ = ["error_codes", "fields", "transport"]
