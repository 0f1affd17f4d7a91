"""What linking means: link, unlink, status, the wait for approval, and the settings file that keeps the token."""

__all__ = ["client", "grants", "rate_limit", "settings", "settings_file", "sign_in", "status", "store"]
