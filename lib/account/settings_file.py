"""Reading one settings file as a person wrote it: where its keys stand, which are unknown, which have a wrong type."""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

import yaml

from lib.account.neighbours import backup_path
from lib.account.yaml_edit import CONSTRUCTOR_ERRORS
from lib.system import exit_codes, files
from lib.system.errors import LinkError

ENVIRONMENT_VARIABLES = {
    "client_id": "SIMKL_CLIENT_ID",
    "client_id_v2": "SIMKL_CLIENT_ID_V2",
    "client_secret": "SIMKL_CLIENT_SECRET",
    "api_url": "SIMKL_API_URL",
    "site_url": "SIMKL_SITE_URL",
}
SETTING_CHOICES = {
    "auth": ("auto", "v1", "v2"),
    "token_request": ("form", "json"),
    "token_credentials": ("body", "basic"),
}
SETTING_KEYS = (*ENVIRONMENT_VARIABLES, "redirect_uri", *SETTING_CHOICES)
_TOP = ("simkl", "accounts", "serve", "servers")  # the last two are read by lib.web


class SettingsError(LinkError):
    """The settings cannot be used or kept; the text names the file and, where there is one, line and column."""

    name = "settings"
    sentence = "The settings cannot be used."
    exit_code = exit_codes.CONFIG_ERROR


@dataclass
class SettingsFile:
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


def read_settings_file(path: Path) -> SettingsFile:
    """Read and check one settings file; a missing one is like an empty one. Raises SettingsError.

    What was read before is not parsed again while the content is the same: do not change what is returned.
    """
    try:
        if not files.is_regular(path):
            raise SettingsError(f"{path} is not a regular file. The settings must be in a file that can be replaced.")
        content = files.read_bytes(path)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror or error}. Check its owner and permissions."
        ) from error
    return _parse(path, content or b"")


@functools.lru_cache(maxsize=8)  # YAML takes most of the time that a command takes on a small device
def _parse(path: Path, content: bytes) -> SettingsFile:
    parsed = SettingsFile(path)
    try:
        parsed.text = content.decode("utf-8")
        loader = yaml.SafeLoader(parsed.text)
        try:
            parsed.root = loader.get_single_node()
            _check_duplicates(parsed, parsed.root, ())
            data = None if parsed.root is None else loader.construct_document(parsed.root)
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}{_where(error, parsed.text)}. Nothing was changed{_copy_of(path)}.") from error
    except (RecursionError, *CONSTRUCTOR_ERRORS) as error:
        raise SettingsError(f"{path} holds a value that cannot be read: {error}.") from error
    if data is None:
        return parsed
    if not isinstance(data, dict):
        raise SettingsError(f"{path}, line 1: settings must be `key: value` lines, not {_kind(data)}.")
    parsed.data = data
    _check(parsed)
    return parsed


def _check_duplicates(parsed: SettingsFile, node: yaml.Node | None, above: tuple[str, ...]) -> None:
    """Refuse a key that is there twice: YAML would silently drop the first block, and a token with it."""
    if not isinstance(node, yaml.MappingNode) or len(above) > 3:
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
            continue
        name, line = str(key.value), key.start_mark.line + 1
        if name in lines:
            path = ".".join((*above, name))
            raise SettingsError(
                f"{parsed.path}, line {line}: {path} is already in line {lines[name]}. Merge the two into one."
            )
        lines[name] = line
        _check_duplicates(parsed, value, (*above, name))


def _check(parsed: SettingsFile) -> None:
    _warn_unknown(parsed, (), parsed.data, _TOP, {key: f"simkl.{key}" for key in SETTING_KEYS})
    section = parsed.data.get("simkl")
    if section is not None and not isinstance(section, dict):
        raise parsed.error(("simkl",), f"must hold settings, each on a line of its own below it, not {_kind(section)}.")
    if section:
        _warn_unknown(parsed, ("simkl",), section, SETTING_KEYS, {})
    for key in SETTING_KEYS:
        value = (section or {}).get(key)
        if value is not None and not isinstance(value, str):
            raise parsed.error(("simkl", key), f"must be text, not {_kind(value)}. Put it in quotes.")
    accounts = parsed.data.get("accounts")
    if accounts is not None and not isinstance(accounts, dict):
        raise parsed.error(("accounts",), f"must hold accounts by name, not {_kind(accounts)}.")


def _warn_unknown(
    parsed: SettingsFile,
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


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    names = {int: "a number", float: "a number", str: "a text", list: "a list", dict: "a section"}
    return names.get(type(value), f"a {type(value).__name__}")
