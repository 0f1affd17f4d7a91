"""The sign-in window and the worker behind it."""

__all__ = ["dialog", "worker"]
