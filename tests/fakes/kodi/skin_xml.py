"""A window's XML file as Kodi's skin engine reads it: the controls, their places, conditions and ways of the focus.

Sources: Kodi's wiki "Skinning manual" (controls, conditional visibility) and the WindowXML pages of the Python API.
"""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Iterator, List, Optional, Tuple

from tests.fakes.kodi.addon_files import parse_xml

SIZES = {"1080i": (1920, 1080), "720p": (1280, 720)}
FOCUSABLE = {"button", "radiobutton", "togglebutton", "edit", "slider", "list", "fixedlist", "wraplist", "panel"}
TYPES = FOCUSABLE | {"image", "multiimage", "label", "fadelabel", "textbox", "progress", "group", "grouplist", "spin"}
TAKEN_IDS = (2, 3, 4)
DIRECTIONS = ("left", "right", "up", "down")


class ControlSpec:
    """One <control> of the file."""

    def __init__(self, node: ET.Element, parent: Optional["ControlSpec"], size: Tuple[int, int]) -> None:
        self.kind = node.get("type", "")
        if self.kind not in TYPES:
            raise AssertionError(f"Kodi has no control of type {self.kind!r}")
        self.id = int(node.get("id", "0"))
        if self.id in TAKEN_IDS:
            raise AssertionError(f"control id {self.id} is taken by Kodi's own media windows")
        self.parent = parent
        outer = (parent.width, parent.height) if parent else size
        self.width, self.height = (int(node.findtext(tag) or side) for tag, side in zip(("width", "height"), outer))
        right = node.findtext("right")
        self.x = outer[0] - self.width - int(right) if right else int(node.findtext("left") or 0)
        self.y = int(node.findtext("top") or 0)
        self.text, self.texture = node.findtext("label") or "", node.findtext("texture") or ""
        self.textures = [text for child in node if child.tag.startswith("texture") for text in [_text(child)] if text]
        self.visible_if, self.enabled_if, self.clicks = (_texts(node, tag) for tag in ("visible", "enable", "onclick"))
        self.ways = {way: _texts(node, f"on{way}") for way in DIRECTIONS}


class WindowSpec:
    """One window file: its controls in drawing order, the media folder and the first focus."""

    def __init__(self, script_path: str, skin: str, resolution: str, filename: str) -> None:
        folder = Path(script_path) / "resources" / "skins" / skin
        if not (folder / resolution / filename).is_file():
            raise RuntimeError("XML File for Window is missing")
        self.media = folder / "media"
        root = parse_xml(folder / resolution / filename)
        if next(root.iter("include"), None) is not None:
            raise AssertionError(f"{filename} uses <include>, which depends on the user's skin")
        self.default = int(root.findtext("defaultcontrol") or "0")
        self.controls = list(_walk(root.find("controls"), None, SIZES[resolution]))
        ids = {one.id for one in self.controls if one.id}
        if self.default and self.default not in ids:
            raise AssertionError(f"{filename}: <defaultcontrol> {self.default} is not a control")
        ways = [(each.id, target) for each in self.controls for targets in each.ways.values() for target in targets]
        lost = [f"{number} leads to {to}" for number, to in ways if to.isdigit() and int(to) not in ids]
        if lost:
            raise AssertionError(f"{filename}: {lost}, which is not there")


def _walk(parent_node: Any, parent: Optional[ControlSpec], size: Tuple[int, int]) -> Iterator[ControlSpec]:
    for node in parent_node.findall("control"):
        spec = ControlSpec(node, parent, size)
        yield spec
        if spec.kind in ("group", "grouplist"):
            yield from _walk(node, spec, size)


def _text(node: ET.Element) -> str:
    return (node.text or "").strip()


def _texts(node: ET.Element, tag: str) -> List[str]:
    return [text for text in map(_text, node.findall(tag)) if text]
