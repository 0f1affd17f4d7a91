"""The pages: each module is one Flask blueprint. The table of all routes is `python plugin.py serve --routes`."""

__all__ = ["admin", "health", "hook", "login", "person", "wording"]
