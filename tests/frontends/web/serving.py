"""What a server in this process is made with."""

from __future__ import annotations

from pathlib import Path

SECONDS = 60  # long, for a machine that is busy; nothing waits for it to pass


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server with its settings in a folder, at any free port, and no Simkl behind it."""
    return {
        "SIMKL_SETTINGS": str(folder / "settings.yaml"),
        "SIMKL_CLIENT_ID": "client",
        "SIMKL_API_URL": "http://127.0.0.1:9",
        "SIMKL_SITE_URL": "http://127.0.0.1:9",
        "SIMKL_SERVE__PORT": "0",
    }
