"""The settings in force, for the admin to read: secrets say only that they are set."""

from __future__ import annotations

from typing import Any

from lib.system.secrets import Secret
from lib.web.pages.wording import t
from lib.web.settings import ServeSettings

_SERVE_KEYS = (
    "host", "port", "base_path", "public_url", "redirect_uri", "allowed_hosts", "trusted_proxies", "allow_from",
    "metrics_from", "log_format",
)  # fmt: skip
_SERVER_KEYS = ("url", "api_key", "users", "kinds", "exclude_libraries", "exclude_folders", "threshold")

_MOST_LISTED = 20


def settings_in_force(config: ServeSettings) -> list[tuple[str, str]]:
    """Return key and value of each setting, as texts."""
    facts = [(f"serve.{key}", _shown(getattr(config, key))) for key in _SERVE_KEYS]
    for name, server in config.servers.items():
        facts.append((f"servers.{name}.hook", t("in the settings file") if name in config.hooks else t("made here")))
        facts += [(f"servers.{name}.{key}", _shown(getattr(server, key))) for key in _SERVER_KEYS]
    return facts


def _listed(items: list[str]) -> str:
    more = [t("{count} more", count=len(items) - _MOST_LISTED)] if len(items) > _MOST_LISTED else []
    return ", ".join([*items[:_MOST_LISTED], *more]) or "–"


def _shown(value: Any) -> str:
    if isinstance(value, Secret):
        return t("set, not shown")
    if isinstance(value, dict):
        return _listed([f"{key} → {account}" for key, account in value.items()])
    if isinstance(value, tuple):
        return _listed([str(item) for item in value])
    return "–" if value in (None, "") else str(value)
