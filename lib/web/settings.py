"""The sections `serve:` and `servers:` of the settings file, and the same from the environment.

    SIMKL_SERVE__PORT=8585
    SIMKL_SERVE__ALLOW_FROM=192.168.1.0/24,127.0.0.1
    SIMKL_SERVERS__HOME__API_KEY_FILE=/run/secrets/jellyfin       # or without _FILE, or the credential
    SIMKL_SERVERS__HOME__USERS="ana=ana, ben=benjamin"            # simkl_servers__home__api_key of systemd

An unknown key is a warning that names the nearest known one; a wrong value is an error that names file, line and key.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping

from lib.account.settings_file import SettingsError, SettingsFile, read_settings_file
from lib.system import files
from lib.system.secrets import Secret
from lib.web import settings_values
from lib.web.media_server import MediaServer
from lib.web.settings_values import Network, WrongValue

LOOPBACK_NETWORKS = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_SECRETS = ("hook", "api_key")


@dataclass(frozen=True)
class ServeSettings:
    """What was configured for the server; the defaults are those of `settings.yaml`.

    `public_url` is the address that people use, where it differs from what a request says; `redirect_uri` is where
    Simkl sends a browser back to, as registered there; `hooks` are the secrets of hook addresses by server.
    """

    path: Path = Path("settings.yaml")
    host: str = "127.0.0.1"
    port: int = 8585
    base_path: str = ""
    public_url: str = ""
    redirect_uri: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    allow_from: tuple[Network, ...] = ()
    metrics_from: tuple[Network, ...] = LOOPBACK_NETWORKS
    log_format: str = "text"
    servers: Mapping[str, MediaServer] = field(default_factory=dict)
    hooks: Mapping[str, Secret] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def has_proxy(self) -> bool:
        """Whether a proxy is set up, so that a request from this machine may be anybody's."""
        return bool(self.trusted_proxies or self.public_url or self.base_path)

    def users(self) -> dict[str, Mapping[str, str]]:
        """Return the accounts of each server's users."""
        return {name: server.users for name, server in self.servers.items()}

    def hook_texts(self) -> dict[str, str]:
        """Return the configured hook secret of every server, "" where there is none."""
        return {name: self.hooks[name].reveal() if name in self.hooks else "" for name in self.servers}


def load_serve_settings(
    path: Path, environ: Mapping[str, str], overrides: Mapping[str, object] | None = None
) -> ServeSettings:
    """Put the settings of the server together. Raises SettingsError with file, line and key, or the variable.

    `overrides` are values of `serve:` that the command line gives.
    """
    parsed = read_settings_file(path)
    warnings: list[str] = []
    serve = _Section(parsed, ("serve",), _SERVE, "SIMKL_SERVE__", environ, warnings).values()
    serve.update(overrides or {})
    servers: dict[str, MediaServer] = {}
    hooks: dict[str, Secret] = {}
    for name in _server_names(parsed, environ):
        prefix = f"SIMKL_SERVERS__{_variable_part(name)}__"
        values = _Section(parsed, ("servers", name), _SERVER, prefix, environ, warnings).values()
        hook = values.pop("hook", None)
        if hook is not None:
            hooks[name] = hook
        servers[name] = MediaServer(name=name, **values)
    _refuse_shared_hooks(path, hooks)
    return ServeSettings(path=path, servers=servers, hooks=hooks, warnings=tuple(warnings), **serve)


def _refuse_shared_hooks(path: Path, hooks: Mapping[str, Secret]) -> None:
    """Raise SettingsError if two servers have one secret: their deliveries could not be told apart."""
    owners: dict[Secret, str] = {}
    for name, secret in hooks.items():
        if secret in owners:
            raise SettingsError(f"{path}: servers.{name}.hook must differ from that of {owners[secret]}.")
        owners[secret] = name


class _Section:
    """One section: its keys with how to read each, where it stands in the file, and its variables."""

    def __init__(
        self,
        parsed: SettingsFile,
        at: tuple[str, ...],
        keys: Mapping[str, Callable[[Any], Any]],
        prefix: str,
        environ: Mapping[str, str],
        warnings: list[str],
    ) -> None:
        self._parsed, self._at, self._keys, self._prefix = parsed, at, keys, prefix
        self._environ, self._warnings = environ, warnings

    def values(self) -> dict[str, Any]:
        """Return the values that were set, each checked."""
        section = _section_of(self._parsed, self._at)
        for key in section:
            if key not in self._keys:
                self._warn_unknown(str(key))
        values: dict[str, Any] = {}
        for key, read in self._keys.items():
            if section.get(key) is not None:
                values[key] = self._checked(read, section[key], lambda problem, key=key: self._parsed.error(  # type: ignore[misc]
                    (*self._at, key), f"must be {problem}."))  # fmt: skip
            variable, text = self._from_environment(key)
            if text is not None:
                values[key] = self._checked(
                    read,
                    text,
                    lambda problem, name=variable: SettingsError(f"${name} must be {problem}."),  # type: ignore[misc]
                )
        return values

    def _checked(self, read: Callable[[Any], Any], value: Any, error: Callable[[str], SettingsError]) -> Any:
        try:
            return read(value)
        except WrongValue as problem:
            raise error(str(problem)) from problem

    def _from_environment(self, key: str) -> tuple[str, str | None]:
        variable = f"{self._prefix}{_variable_part(key)}"
        found = [name for name in (variable, f"{variable}_FILE") if self._environ.get(name)]
        if len(found) > 1:
            raise SettingsError(f"${found[0]} and ${found[1]} are both set. Keep one of them.")
        if found == [variable]:
            return variable, self._environ[variable].strip()
        file = self._environ.get(f"{variable}_FILE", "")
        folder = self._environ.get("CREDENTIALS_DIRECTORY", "")
        if not file and folder and key in _SECRETS and (Path(folder) / variable.lower()).exists():
            file = str(Path(folder) / variable.lower())
        return (f"{variable}_FILE", _read_text(Path(file), variable)) if file else (variable, None)

    def _warn_unknown(self, key: str) -> None:
        near = difflib.get_close_matches(key, list(self._keys), n=1, cutoff=0)[0]
        path = (*self._at, key)
        line = self._parsed.line(path)
        self._warnings.append(
            f"{self._parsed.path}, line {line}: {'.'.join(path)} is not a setting. Did you mean {near}?"
        )


def _section_of(parsed: SettingsFile, at: tuple[str, ...]) -> dict[Any, Any]:
    section: Any = parsed.data
    for depth, key in enumerate(at):
        section = section.get(key)
        if section is None:
            return {}
        if not isinstance(section, dict):
            raise parsed.error(at[: depth + 1], "must hold settings, each on a line of its own below it.")
    return dict(section)


def _server_names(parsed: SettingsFile, environ: Mapping[str, str]) -> list[str]:
    """Return the servers of the file, then those that only the environment names, in lower case."""
    names = []
    for name in _section_of(parsed, ("servers",)):
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            raise parsed.error(("servers", str(name)), "must be a name. Put it in quotes.")
        names.append(name)
    known = {_variable_part(name) for name in names}
    for variable in sorted(environ):
        found = re.fullmatch(r"SIMKL_SERVERS__([A-Z0-9_]+?)__[A-Z_]+", variable)
        if found and found.group(1) not in known:
            known.add(found.group(1))
            names.append(found.group(1).lower())
    return names


def _variable_part(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _read_text(path: Path, variable: str) -> str:
    try:
        content = files.read_bytes(path)
        if content is None:
            raise FileNotFoundError(2, "no such file")
        return content.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"${variable}_FILE: {path} cannot be read ({error}).") from error


_SERVE: Mapping[str, Callable[[Any], Any]] = {
    "host": settings_values.read_plain_text,
    "port": settings_values.read_port,
    "base_path": settings_values.read_base_path,
    "public_url": settings_values.read_address,
    "redirect_uri": settings_values.read_address,
    "allowed_hosts": settings_values.read_hosts,
    "trusted_proxies": settings_values.read_networks,
    "allow_from": settings_values.read_networks,
    "metrics_from": settings_values.read_networks,
    "log_format": settings_values.read_log_format,
}
_SERVER: Mapping[str, Callable[[Any], Any]] = {
    "hook": settings_values.read_hook,
    "users": settings_values.read_users,
    "url": settings_values.read_address,
    "api_key": settings_values.read_api_key,
    "exclude_libraries": settings_values.read_texts,
    "exclude_folders": settings_values.read_texts,
    "kinds": settings_values.read_kinds,
    "threshold": settings_values.read_threshold,
}
