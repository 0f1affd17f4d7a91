"""What Kodi reads from an add-on folder: addon.xml, strings.po and settings.xml, refused when they are wrong.

Sources: Kodi's wiki pages "Addon.xml", "Language support" and "Add-on settings conversion" (settings version 1).
"""

import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Union

import polib

SettingValue = Union[bool, int, float, str, List[Any]]

_CASTS = {"boolean": lambda text: text == "true", "integer": int, "number": float}
_CASTS.update(dict.fromkeys(("string", "action", "path", "addon"), str))


def parse_xml(path: Path) -> ET.Element:
    """Return the root of an XML file, which nobody may change: it is parsed once as long as the file stays the same."""
    about = path.stat()
    return _parsed_xml(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _parsed_xml(path: Path, mtime: int, size: int) -> ET.Element:
    return ET.parse(path).getroot()


class ContextItem(NamedTuple):
    """An item of Kodi's context menu: the file that it runs, the arguments, its label, and when it is there."""

    library: str
    args: List[str]
    label: int
    visible: str


class Manifest:
    """addon.xml: id, version, icon and which file each extension point starts."""

    def __init__(self, folder: Path) -> None:
        root = parse_xml(folder / "addon.xml")
        self.id, self.name, self.version = (root.attrib[name] for name in ("id", "name", "version"))
        extensions = root.findall("extension[@library]")
        self.entry_files = {each.attrib["point"]: each.attrib["library"] for each in extensions}
        self.context_items = [
            ContextItem(
                item.attrib["library"],
                [item.attrib["args"]] if "args" in item.attrib else [],
                int(item.findtext("label") or 0),
                item.findtext("visible") or "true",
            )  # fmt: skip
            for item in root.iterfind("extension[@point='kodi.context.item']/menu[@id='kodi.core.main']/item")
        ]
        self.icon = root.findtext("extension/assets/icon") or ""


class Strings:
    """The translated strings by number; a missing translation falls back to English, as in Kodi."""

    def __init__(self, folder: Path, language: str) -> None:
        self._english = _read_po(folder, "en_gb")
        self._translated = {} if language == "en_gb" else _read_po(folder, language)

    def __contains__(self, number: int) -> bool:
        return number in self._english

    def get(self, number: int) -> str:
        """Return the string; Kodi answers '' for an unknown number, here it is an AssertionError."""
        if number not in self._english:
            raise AssertionError(f"string {number} is not in resource.language.en_gb/strings.po")
        return self._translated.get(number) or self._english[number]


def _read_po(folder: Path, language: str) -> Mapping[int, str]:
    path = folder / "resources" / "language" / f"resource.language.{language}" / "strings.po"
    about = path.stat()
    return _parsed_po(path, language, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _parsed_po(path: Path, language: str, mtime: int, size: int) -> Mapping[int, str]:
    found: Dict[int, str] = {}
    for entry in polib.pofile(str(path), encoding="utf-8"):
        found[int(entry.msgctxt[1:])] = entry.msgstr or (entry.msgid if language == "en_gb" else "")
    return found


class Settings:
    """resources/settings.xml, version 1: the declared settings, their types and present values."""

    def __init__(self, folder: Path) -> None:
        self.kinds: Dict[str, str] = {}
        self.values: Dict[str, SettingValue] = {}
        self.defaults: Dict[str, str] = {}
        self._delimiters: Dict[str, str] = {}
        root = parse_xml(folder / "resources" / "settings.xml")
        if root.get("version") != "1":
            raise AssertionError('settings.xml must start with <settings version="1">')
        for node in root.iterfind("section/category/group/setting"):
            self._declare(node)

    def _declare(self, node: ET.Element) -> None:
        name, kind = node.attrib["id"], node.attrib["type"]
        if name in self.kinds:
            raise AssertionError(f"setting {name} is declared twice")
        if node.find("control") is None:
            raise AssertionError(f"setting {name} has no <control>: Kodi would drop it")
        element = kind[5:-1] if kind.startswith("list[") else kind
        if kind == "list[path]" or element not in _CASTS:  # Kodi 20 crashes when the row of a list[path] is selected
            raise AssertionError(f"setting {name} has a type that cannot be used: {kind}")
        text = node.findtext("default") or ""
        if element in ("boolean", "integer", "number") and not text:
            raise AssertionError(f"setting {name} of type {kind} has no <default>")
        self.kinds[name] = kind
        self._delimiters[name] = node.findtext("constraints/delimiter") or ","
        self.defaults[name] = text
        self.values[name] = self.parse(name, text)

    def kind(self, name: str) -> str:
        if name not in self.kinds:
            raise AssertionError(f"setting {name!r} is not in resources/settings.xml")
        return self.kinds[name]

    def get(self, name: str, kind: str) -> Any:
        if self.kind(name) != kind:
            raise TypeError(f'Invalid setting type "{kind}" for "{name}", which is "{self.kinds[name]}"')
        return self.values[name]

    def set(self, name: str, kind: str, value: Any) -> None:
        self.get(name, kind)
        self.values[name] = value

    def parse(self, name: str, text: str) -> SettingValue:
        """Turn the text form, as in getSetting and setSetting, into the declared type."""
        kind = self.kind(name)
        if kind.startswith("list["):
            return [_CASTS[kind[5:-1]](one) for one in text.split(self._delimiters[name]) if one]
        value: SettingValue = _CASTS[kind](text)
        return value

    def text(self, name: str) -> str:
        self.kind(name)
        value = self.values[name]
        if isinstance(value, list):
            return self._delimiters[name].join(str(one) for one in value)
        return str(value).lower() if isinstance(value, bool) else str(value)
