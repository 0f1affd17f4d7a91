"""A window's XML file as Kodi's skin engine reads it: the controls, their places, conditions and ways of the focus.

Sources: Kodi's wiki "Skinning manual" (controls, conditional visibility) and the WindowXML pages of the Python API.
"""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

from tests.fakes.kodi.addon_files import parse_xml
from tests.fakes.kodi.paths import exact_file

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
        self.width = _length(node.findtext("width"), outer[0])
        self.height = _length(node.findtext("height"), outer[1])
        self.x = _place(node, ("left", "posx", "right", "centerleft"), outer[0], self.width)
        self.y = _place(node, ("top", "posy", "bottom", "centertop"), outer[1], self.height)
        self.label = node.findtext("label") or ""
        self.label2 = node.findtext("label2") or ""
        self.texture = node.findtext("texture") or ""
        self.textures = [
            child.text.strip()
            for child in node
            if child.text and child.text.strip() and (child.tag.startswith("texture") or child.tag in _BAR_TEXTURES)
        ]
        self.visible = [one.text.strip() for one in node.findall("visible") if one.text]
        self.enable = [one.text.strip() for one in node.findall("enable") if one.text]
        self.ways: Dict[str, List[str]] = {
            way: [one.text.strip() for one in node.findall("on" + way) if one.text] for way in DIRECTIONS
        }
        self.clicks = [one.text.strip() for one in node.findall("onclick") if one.text]


_BAR_TEXTURES = ("lefttexture", "midtexture", "righttexture", "overlaytexture")


class WindowSpec:
    """One window file: its controls in drawing order, the media folder and the first focus."""

    def __init__(self, script_path: str, skin: str, resolution: str, filename: str) -> None:
        folder = Path(script_path) / "resources" / "skins"
        if not exact_file(folder, skin, resolution, filename):
            raise RuntimeError("XML File for Window is missing")
        if resolution not in SIZES:
            raise AssertionError(f"the stub knows no skin resolution {resolution!r}")
        self.filename = filename
        self.size = SIZES[resolution]
        self.media = folder / skin / "media"
        root = parse_xml(folder / skin / resolution / filename)
        if root.tag != "window":
            raise AssertionError(f"{filename} must have <window> as its root")
        if next(root.iter("include"), None) is not None:
            raise AssertionError(f"{filename} uses <include>, which depends on the user's skin")
        self.default = int(root.findtext("defaultcontrol") or "0")
        self.controls = list(_walk(root.find("controls"), None, self.size))
        ids = {one.id for one in self.controls if one.id}
        if self.default and self.default not in ids:
            raise AssertionError(f"{filename}: <defaultcontrol> {self.default} is not a control")
        for control in self.controls:
            for way, targets in control.ways.items():
                for target in targets:
                    if target.isdigit() and int(target) not in ids:
                        raise AssertionError(
                            f"{filename}: <on{way}> of {control.id} leads to {target}, which is not there"
                        )


def _walk(
    parent_node: Optional[ET.Element], parent: Optional[ControlSpec], size: Tuple[int, int]
) -> Iterator[ControlSpec]:
    for node in [] if parent_node is None else parent_node.findall("control"):
        spec = ControlSpec(node, parent, size)
        yield spec
        if spec.kind in ("group", "grouplist"):
            yield from _walk(node, spec, size)


def _length(text: Optional[str], outer: int) -> int:
    text = (text or "").strip()
    if text in ("", "auto"):
        return outer
    return round(outer * float(text[:-1]) / 100) if text.endswith("%") else int(float(text))


def _place(node: ET.Element, tags: Tuple[str, str, str, str], outer: int, own: int) -> int:
    start, old_start, end, centre = tags
    for tag in (start, old_start):
        if node.findtext(tag):
            text = (node.findtext(tag) or "").strip()
            return outer - int(float(text[:-1])) if text.endswith("r") else _length(text, outer)
    if node.findtext(end):
        return outer - own - _length(node.findtext(end), outer)
    return _length(node.findtext(centre), outer) - own // 2 if node.findtext(centre) else 0
