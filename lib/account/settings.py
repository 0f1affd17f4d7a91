"""The settings: shipped defaults, then the user's file, then the environment, then what the caller says.

    simkl:
      client_id, client_id_v2, client_secret, api_url, site_url
      auth, redirect_uri, token_request, token_credentials
    accounts:
      NAME: see `store`

An unknown key is a warning that names the nearest known one; a wrong type is an error that names file, line and key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping
from urllib.parse import urlsplit

from lib.account.settings_file import (
    ENVIRONMENT_VARIABLES,
    SETTING_CHOICES,
    SETTING_KEYS,
    SettingsError,
    read_settings_file,
)
from lib.simkl.errors import DEVELOPER_PAGE
from lib.system import files
from lib.system.secrets import Secret

DEFAULTS_FILE = Path(__file__).resolve().parents[2] / "settings.yaml"
NO_REDIRECT = "none"
_ADDRESSES = ("api_url", "site_url")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_QUOTES = (('"', '"'), ("'", "'"), ("\u201c", "\u201d"), ("\u201e", "\u201c"), ("\u2018", "\u2019"))
_JUNK = re.compile(r"[\s\\@?#]")  # names, passwords, queries; and what urlsplit and requests read differently


class ClientIdMissing(SettingsError):
    """No client id anywhere."""

    name = "client_id_missing"
    sentence = "There is no client ID."


@dataclass(frozen=True)
class Settings:
    """What was configured. `path` is the user's file, `warnings` are sentences for its owner."""

    path: Path
    client_id: str
    client_secret: Secret | None
    api_url: str
    site_url: str
    client_id_v2: str = ""
    auth: str = "auto"
    redirect_uri: str | None = None
    token_request: str = "form"
    token_credentials: str = "body"
    proxy: str = ""
    warnings: tuple[str, ...] = ()

    def require_client_id(self) -> str:
        """Return the client id. Raises ClientIdMissing with the way to one."""
        if not self.client_id:
            raise ClientIdMissing(
                "No client id: Simkl wants to know which app asks.\n"
                f'Get one at https://{DEVELOPER_PAGE}/ (type "TV, devices & command line"; it is free and public).\n'
                f"Put it into {self.path} as simkl: {{client_id: ...}}, or into $SIMKL_CLIENT_ID."
            )
        return self.client_id

    @property
    def connected_apps(self) -> str:
        """The page where a user sees and removes linked apps."""
        return f"{self.site_url}/settings/connected-apps/"


def settings_path(given: str | None, environ: Mapping[str, str]) -> Path:
    """Return where the user's settings are outside Kodi: as given, `$SIMKL_SETTINGS`, or in `$XDG_CONFIG_HOME`.

    Raises SettingsError without a home folder.
    """
    chosen = given or environ.get("SIMKL_SETTINGS")
    try:
        if chosen:
            return Path(chosen).expanduser()
        base = Path(environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
    except RuntimeError as error:
        raise SettingsError(
            "There is no home folder. Name the settings file: --settings FILE, or $SIMKL_SETTINGS."
        ) from error
    return base / "simkl-plugin" / "settings.yaml"


def load_settings(
    path: Path,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, str] | None = None,
    defaults: Path = DEFAULTS_FILE,
) -> Settings:
    """Put the settings together. Raises SettingsError; `overrides` are what the caller says, by key of `simkl:`."""
    values: dict[str, str] = {}
    origin: dict[str, str] = {}
    user = read_settings_file(path)
    for parsed in (read_settings_file(defaults), user):
        section = parsed.data.get("simkl") or {}
        for key in SETTING_KEYS:
            if section.get(key):
                values[key] = _unquoted(section[key])
                origin[key] = f"{parsed.path}, line {parsed.line(('simkl', key))}: simkl.{key}"
    for key in SETTING_KEYS:
        for name, value in _from_environment(ENVIRONMENT_VARIABLES.get(key, ""), environ or {}):
            values[key], origin[key] = _unquoted(value), f"${name}"
        if overrides and overrides.get(key):
            values[key], origin[key] = _unquoted(overrides[key]), key
    for key, choices in SETTING_CHOICES.items():
        if values.get(key, choices[0]) not in choices:
            raise SettingsError(f"{origin[key]} must be one of {', '.join(choices)}, not {values[key]!r}.")
    for key in _ADDRESSES:
        values[key] = _address(values.get(key, ""), origin.get(key, key))
    secret = values.get("client_secret")
    return Settings(
        path=path,
        client_id=values.get("client_id", ""),
        client_secret=Secret(secret) if secret else None,
        api_url=values["api_url"],
        site_url=values["site_url"],
        client_id_v2=values.get("client_id_v2", ""),
        redirect_uri=_redirect_uri(values.get("redirect_uri", NO_REDIRECT), origin.get("redirect_uri", "")),
        **{key: values.get(key, choices[0]) for key, choices in SETTING_CHOICES.items()},
        warnings=tuple(user.warnings),
    )


def _unquoted(value: str) -> str:
    """Return the value without the quotes that a copied line, or a file of variables for a container, may have left."""
    value = value.strip()
    return value[1:-1].strip() if len(value) > 1 and (value[0], value[-1]) in _QUOTES else value


def _from_environment(variable: str, environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the value of a variable and where it stands; a secret may be in a file that `..._FILE` names."""
    found = [(variable, environ[variable].strip())] if variable and environ.get(variable, "").strip() else []
    name = f"{variable}_FILE"
    if variable.endswith("SECRET") and environ.get(name):
        try:
            content = files.read_bytes(Path(environ[name]))
            if content is None:
                raise FileNotFoundError(2, "No such file")
            found = [(name, content.decode("utf-8").strip())]
            if not found[0][1]:
                raise SettingsError(
                    f"${name}: {environ[name]} is empty. Put the secret into it, or unset the variable."
                )
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"${name}: {environ[name]} cannot be read ({error}).") from error
    return found


def _address(value: str, origin: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError(f"{origin} is not an address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host or _JUNK.search(value):
        raise SettingsError(f"{origin} must be an address like https://api.simkl.com, not {value!r}.")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise SettingsError(f"{origin} must begin with https://, or the access token could be read on the way.")
    return value.rstrip("/")


def _redirect_uri(value: str, origin: str) -> str | None:
    """Return the address to listen at, None for "none"; only this machine can be listened at."""
    if value == NO_REDIRECT:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"{origin} is not an address: {error}.") from error
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK or not port or _JUNK.search(value):
        raise SettingsError(
            f'{origin} must be an address of this machine like http://127.0.0.1:8484/callback, or "none".'
        )
    return value
