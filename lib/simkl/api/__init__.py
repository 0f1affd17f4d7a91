"""Calls to the API of Simkl with a token: users, scrobble, history, ratings, search."""

__all__ = ["history", "media", "scrobble", "search", "users"]
