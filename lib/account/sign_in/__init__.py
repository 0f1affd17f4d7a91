"""Signing in: by code or by browser, the wait for approval, the pending code, and what a front end is told."""

__all__ = ["approval", "by_browser", "by_code", "frontend", "pending_code", "start"]
