"""What Simkl speaks: transport, errors, sign-in flows and tokens, and the calls of its API."""

__all__ = ["api", "app", "auth", "errors", "http"]
