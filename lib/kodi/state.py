"""What the add-on itself remembers in a Kodi profile: who is linked, what was told once, what was rated last.

It is one JSON file of our own, replaced as a whole. Kodi's settings.xml holds only what a person sets there: Kodi's
settings window writes back what it had read when it was opened, its "Defaults" forgets all, and whoever reads that
file while it is being saved gets default values.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from lib.system import files
from lib.system.locks import hold_lock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """Everything that is remembered, each named and typed here only.

    account_line, status_line: what the menu and the settings window show of the account and of the tracking.
    account_version: which files and language that was read from, see `Addon.account_version`.
    linked, nameless, refused, moving: how the account stands: its name is not known yet; it has to be linked again; it
    should be linked again with AUTH V2. owner: whose plays are queued. former_owner: as whom the same account queued
    before its name was known. welcomed, moving_told, rivals_told: what was told once: whether, in which month, of whom.
    last_rating: what the person gave last, 0 for nothing yet. asked, never_ask: keys of titles that a rating was asked
    for, and of shows that it is not to be asked for again.
    """

    account_line: str = ""
    status_line: str = ""
    account_version: str = ""
    linked: bool = False
    nameless: bool = False
    refused: bool = False
    moving: bool = False
    owner: str = ""
    former_owner: str = ""
    welcomed: bool = False
    moving_told: str = ""
    rivals_told: str = ""
    last_rating: int = 0
    asked: tuple[str, ...] = ()
    never_ask: tuple[str, ...] = ()


# What version 0.2.0 kept in Kodi's settings.xml, by its names there; what it showed is read anew from the account.
LEGACY_SETTINGS = {
    "linked": "linked",
    "nameless": "nameless",
    "refused": "refused",
    "moving": "moving",
    "moving_told": "moving_told",
    "welcomed": "welcomed",
    "owner": "owner",
    "rival_told": "rivals_told",
    "former_owner": "former_owner",
}


class StateStore:
    """The state of one Kodi profile. Scripts and the service have one each; they meet in the file.

    `legacy` is Kodi's settings.xml of the add-on, from which the state of version 0.2.0 is taken over.
    """

    def __init__(self, path: Path, legacy: Path) -> None:
        self._path = path
        self._legacy = legacy
        self._lock = threading.Lock()
        self._version: object = None
        self._last: State | None = None

    def read(self) -> State:
        """Return what is remembered; while the file cannot be read, what was read or changed last."""
        with self._lock:
            return self._read()

    def change(self, **values: Any) -> bool:
        """Remember these values by their names in `State`; return whether any of them is new.

        Nothing is written if none is. What the disk does not take is remembered for this run, and said in the log.
        """
        with self._lock:
            if replace(self._read(), **values) == self._read():
                return False
            try:
                with hold_lock(self._path.with_name(f"{self._path.name}.lock")):
                    self._last = replace(self._read(), **values)
                    files.write_atomic(self._path, json.dumps(asdict(self._last)).encode("ascii"))
                    self._version = files.file_version(self._path)
            except OSError as error:
                log.error("the add-on's state cannot be kept: %s", error)
                self._last = replace(self._last or State(), **values)
            return True

    def _read(self) -> State:
        try:
            version = files.file_version(self._path)
            if self._last is None or version != self._version:
                self._version = version
                content = files.read_bytes(self._path)
                self._last = self._legacy_state() if content is None else _parse_state(content)
        except (OSError, ValueError) as error:
            log.error("the add-on's state cannot be read: %s", error)
        self._last = self._last or State()
        return self._last

    def _legacy_state(self) -> State:
        """Return what version 0.2.0 kept in Kodi's settings. Raises OSError."""
        import xml.etree.ElementTree as ElementTree

        content = files.read_bytes(self._legacy)
        if not content:
            return State()
        try:
            settings = ElementTree.fromstring(content).iter("setting")
        except ElementTree.ParseError as error:
            log.warning("%s: %s", self._legacy, error)
            return State()
        values = {LEGACY_SETTINGS.get(each.get("id") or "", ""): each.text or "" for each in settings}
        return _checked({name: text == "true" if text in ("true", "false") else text for name, text in values.items()})


def _parse_state(content: bytes) -> State:
    """Read the file. Raises ValueError."""
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return _checked(found)


def _checked(values: dict[str, Any]) -> State:
    """Return a state from values of the right type; what has another one, or another name, is left out."""
    default = State()
    good: dict[str, Any] = {}
    for field in fields(State):
        value = values.get(field.name)
        if isinstance(value, list):
            value = tuple(each for each in value if isinstance(each, str))
        if type(value) is type(getattr(default, field.name)):
            good[field.name] = value
    return State(**good)
