"""Who we are towards Simkl. Source: Simkl's page `conventions/headers`."""

from __future__ import annotations

APP_NAME = "simkl-link"
APP_VERSION = "0.3.0"


def user_agent(platform: str) -> str:
    """Return our User-Agent, such as `simkl-link/0.3.0 (Kodi 20.1; Linux)`; `platform` is what goes in the brackets."""
    printable = "".join(c if " " <= c <= "~" and c not in "()" else " " for c in platform)
    return f"{APP_NAME}/{APP_VERSION} ({' '.join(printable.split()) or 'unknown'})"
