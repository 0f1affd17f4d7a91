"""The settings: shipped defaults, then the user's file, then the environment, then what the caller says.

    simkl:
      client_id, client_id_v2, client_secret, api_url, site_url
      auth, redirect_uri, token_request, token_credentials
    accounts:
      NAME: see `store`

An unknown key is a warning that names the nearest known one; a wrong type is an error that names file, line and key.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping
from urllib.parse import urlsplit

import yaml

from lib.account.yaml_text import CONSTRUCTOR_ERRORS
from lib.simkl.errors import DEVELOPER_PAGE
from lib.system import files
from lib.system.secrets import Secret

DEFAULTS = Path(__file__).resolve().parents[2] / "settings.yaml"
ENVIRONMENT = {
    "client_id": "SIMKL_CLIENT_ID",
    "client_id_v2": "SIMKL_CLIENT_ID_V2",
    "client_secret": "SIMKL_CLIENT_SECRET",
    "api_url": "SIMKL_API_URL",
    "site_url": "SIMKL_SITE_URL",
}
CHOICES = {"auth": ("auto", "v1", "v2"), "token_request": ("form", "json"), "token_credentials": ("body", "basic")}
KEYS = (*ENVIRONMENT, "redirect_uri", *CHOICES)
NO_REDIRECT = "none"
_TOP = ("simkl", "accounts")
_ADDRESSES = ("api_url", "site_url")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_JUNK = re.compile(r"[\s\\@?#]")  # names, passwords, queries; and what urlsplit and requests read differently


class SettingsError(Exception):
    """The settings cannot be used or kept; the text names the file and, where there is one, line and column."""

    name = "settings"


class ClientIdMissing(SettingsError):
    """No client id anywhere."""

    name = "client_id_missing"


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


@dataclass
class Parsed:
    """A settings file as a person wrote it; `warnings` are about its keys."""

    path: Path
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    root: yaml.Node | None = None

    def error(self, keys: tuple[str, ...], problem: str) -> SettingsError:
        """Return the error about the value at `keys`."""
        return SettingsError(f"{self.path}, line {self.line(keys)}: {'.'.join(keys)} {problem}")

    def line(self, keys: tuple[str, ...]) -> int:
        """Return the line, counted from 1, where the innermost key stands that is there."""
        node, line = self.root, 1
        for key in keys:
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = next((pair for pair in reversed(pairs) if pair[0].value == key), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line


def settings_path(given: str | None, environ: Mapping[str, str]) -> Path:
    """Return where the user's settings are outside Kodi: as given, `$SIMKL_SETTINGS`, or in `$XDG_CONFIG_HOME`."""
    chosen = given or environ.get("SIMKL_SETTINGS")
    if chosen:
        return Path(chosen).expanduser()
    base = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "simkl-plugin" / "settings.yaml"


def load(
    path: Path,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, str] | None = None,
    defaults: Path = DEFAULTS,
) -> Settings:
    """Put the settings together. Raises SettingsError; `overrides` are what the caller says, by key of `simkl:`."""
    values: dict[str, str] = {}
    origin: dict[str, str] = {}
    user = parse(path)
    for parsed in (parse(defaults), user):
        section = parsed.data.get("simkl") or {}
        for key in KEYS:
            if section.get(key):
                values[key] = section[key].strip()
                origin[key] = f"{parsed.path}, line {parsed.line(('simkl', key))}: simkl.{key}"
    for key in KEYS:
        for name, value in _from_environment(ENVIRONMENT.get(key, ""), environ or {}):
            values[key], origin[key] = value, f"${name}"
        if overrides and overrides.get(key):
            values[key], origin[key] = overrides[key].strip(), key
    for key, choices in CHOICES.items():
        if values.get(key, choices[0]) not in choices:
            raise SettingsError(f"{origin[key]} is one of {', '.join(choices)}, not {values[key]!r}.")
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
        **{key: values.get(key, choices[0]) for key, choices in CHOICES.items()},
        warnings=tuple(user.warnings),
    )


def parse(path: Path) -> Parsed:
    """Read and check one settings file; a missing one is like an empty one. Raises SettingsError."""
    try:
        content = files.read_bytes(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. Check its owner and permissions.") from error
    parsed = Parsed(path)
    try:
        parsed.text = (content or b"").decode("utf-8")
        parsed.root = yaml.compose(parsed.text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(parsed.text)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}{_where(error, parsed.text)}. Nothing was changed{_copy_of(path)}.") from error
    except (RecursionError, *CONSTRUCTOR_ERRORS) as error:
        raise SettingsError(f"{path} holds a value that cannot be read: {error}.") from error
    if data is None:
        return parsed
    if not isinstance(data, dict):
        raise SettingsError(f"{path}, line 1: settings are `key: value` lines, not {_kind(data)}.")
    parsed.data = data
    _check(parsed)
    return parsed


def _check(parsed: Parsed) -> None:
    _warn_unknown(parsed, (), parsed.data, _TOP, {key: f"simkl.{key}" for key in KEYS})
    section = parsed.data.get("simkl")
    if section is not None and not isinstance(section, dict):
        raise parsed.error(("simkl",), f"holds settings, each on a line of its own below it, not {_kind(section)}.")
    if section:
        _warn_unknown(parsed, ("simkl",), section, KEYS, {})
    for key in KEYS:
        value = (section or {}).get(key)
        if value is not None and not isinstance(value, str):
            raise parsed.error(("simkl", key), f"is a text, not {_kind(value)}. Put it in quotes.")
    accounts = parsed.data.get("accounts")
    if accounts is not None and not isinstance(accounts, dict):
        raise parsed.error(("accounts",), f"holds accounts by name, not {_kind(accounts)}.")


def _warn_unknown(
    parsed: Parsed,
    above: tuple[str, ...],
    section: dict[Any, Any],
    known: tuple[str, ...],
    elsewhere: Mapping[str, str],
) -> None:
    """Warn of keys that are not known; `elsewhere` names those that belong to another section."""
    for key in section:
        if key not in known:
            near = difflib.get_close_matches(str(key), (*known, *elsewhere), n=1, cutoff=0)[0]
            path = (*above, str(key))
            parsed.warnings.append(
                f"{parsed.path}, line {parsed.line(path)}: {'.'.join(path)} is not a setting. "
                f"Did you mean {elsewhere.get(near, near)}?"
            )


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


def _where(error: yaml.YAMLError, text: str) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        *above, line = text[: error.position].split("\n")
        return f", line {len(above) + 1}, column {len(line) + 1}: {error.reason}"
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    return f", line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else f": {problem}"


def _copy_of(path: Path) -> str:
    backup = backup_path(path)
    return f"; the last good file is {backup}" if backup.exists() else ""


def backup_path(path: Path) -> Path:
    """Return where the last good copy of a settings file is kept."""
    return path.with_name(f"{path.name}.bak")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    names = {int: "a number", float: "a number", str: "a text", list: "a list", dict: "a section"}
    return names.get(type(value), f"a {type(value).__name__}")
