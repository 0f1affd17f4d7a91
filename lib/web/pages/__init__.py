"""The pages: most modules are a Flask blueprint, the others put into words what these show."""

__all__ = ["admin", "health", "hook", "login", "person", "wording"]
