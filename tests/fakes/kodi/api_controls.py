"""xbmcgui's controls by kind: made from a window's XML or by the add-on, changed from any thread, read through Screen.

Sources: Kodi's Python API, module xbmcgui, Control and its subclasses; Kodi's Control.cpp for what calls do
that come before a control is on a window; Kodi's wiki "Skinning manual" (controls, conditional visibility).
"""

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple

from tests.fakes.kodi import conditions, current
from tests.fakes.kodi.strictness import checked

if TYPE_CHECKING:
    from tests.fakes.kodi.screen import Screen

__all__ = ["Control", "ControlButton", "ControlImage", "ControlLabel", "ControlTextBox"]

FOCUSABLE = {"button", "radiobutton", "togglebutton", "edit", "slider", "list", "fixedlist", "wraplist", "panel"}
KINDS = FOCUSABLE | {"image", "multiimage", "label", "fadelabel", "textbox", "progress", "group", "grouplist", "spin"}
TAKEN_IDS = (2, 3, 4)


@checked
class Control:
    """Base class; its state is what Screen shows."""

    _kind = ""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Control":
        self = super().__new__(cls)
        self._id = 0
        self._window: Any = None
        self._parent: Optional[Control] = None
        self._x = self._y = self._width = self._height = 0
        self._text = self._texture = ""
        self._textures: List[str] = []
        self._visible_if: List[str] = []
        self._enabled_if: List[str] = []
        self._ways: Dict[str, List[str]] = {}
        self._clicks: List[str] = []
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise AssertionError(f"the stub makes no {type(self).__name__} that is in no XML file")

    def getId(self) -> int:
        return self._id

    def getX(self) -> int:
        return self._x

    def getHeight(self) -> int:
        return self._height

    def getWidth(self) -> int:
        return self._width

    def setVisibleCondition(self, visible: str, allowHiddenFocus: bool = False) -> None:
        self._need_window("setVisibleCondition")
        conditions.holds(visible, self._window._screen)
        self._change(_visible_if=[visible])

    def setPosition(self, x: int, y: int) -> None:
        self._change(_x=x, _y=y)

    def setWidth(self, width: int) -> None:
        self._change(_width=width)

    def setHeight(self, height: int) -> None:
        self._change(_height=height)

    def _need_window(self, method: str) -> None:
        if self._window is None:
            raise AssertionError(f"{method} on a control that is not on a window has no effect in Kodi")

    def _change(self, **state: Any) -> None:
        with current.kodi().changing():
            vars(self).update(state)

    def _is_shown(self, screen: "Screen") -> bool:
        if self._parent is not None and not self._parent._is_shown(screen):
            return False
        return all(conditions.holds(one, screen) for one in self._visible_if)

    def _can_focus(self, screen: "Screen") -> bool:
        enabled = all(conditions.holds(one, screen) for one in self._enabled_if)
        return self._kind in FOCUSABLE and self._is_shown(screen) and enabled

    def _absolute(self) -> Tuple[int, int]:
        x, y = self._parent._absolute() if self._parent is not None else (0, 0)
        return x + self._x, y + self._y


@checked
class ControlLabel(Control):
    _kind = "label"

    def setLabel(self, label: str = "") -> None:
        self._change(_text=label)


@checked
class ControlTextBox(Control):
    _kind = "textbox"

    def setText(self, text: str) -> None:
        self._need_window("setText")
        self._change(_text=text)


@checked
class ControlImage(Control):
    _kind = "image"

    def __init__(self, x: int, y: int, width: int, height: int, filename: str, aspectRatio: int = 0,
                 colorDiffuse: Optional[str] = None) -> None:  # fmt: skip
        self._x, self._y, self._width, self._height, self._texture = x, y, width, height, filename

    def setImage(self, imageFilename: str, useCache: bool = True) -> None:
        self._change(_texture=imageFilename)
        if self._window is not None:
            self._window._check_texture(imageFilename)


@checked
class ControlButton(Control):
    """A button; setLabel with an empty label keeps the old one, as Kodi's Control.cpp does."""

    _kind = "button"

    def setLabel(self, label: str = "") -> None:
        self._change(_text=label or self._text)


_CLASSES = {kind._kind: kind for kind in (ControlLabel, ControlTextBox, ControlImage, ControlButton)}


def _from_xml(node: ET.Element, parent: Optional[Control], window: Any) -> Control:
    """Make a <control> of a window's file; a kind without a Python class becomes a bare Control."""
    kind, number = node.get("type", ""), int(node.get("id", "0"))
    if kind not in KINDS:
        raise AssertionError(f"Kodi has no control of type {kind!r}")
    if number in TAKEN_IDS:
        raise AssertionError(f"control id {number} is taken by Kodi's own media windows")
    control = _CLASSES.get(kind, Control).__new__(_CLASSES.get(kind, Control))
    control._kind, control._id, control._window, control._parent = kind, number, window, parent
    outer = (parent._width, parent._height) if parent else window._size
    control._width, control._height = (int(node.findtext(tag) or own) for tag, own in zip(("width", "height"), outer))
    right = node.findtext("right")
    control._x = outer[0] - control._width - int(right) if right else int(node.findtext("left") or 0)
    control._y = int(node.findtext("top") or 0)
    text = node.findtext("label") or ""  # a number is one of Kodi's own strings here; from Python it is just a number
    control._text = conditions.core_string(int(text)) if text.isdigit() else text
    control._texture = node.findtext("texture") or ""
    control._textures = [each.text.strip() for each in node if each.tag.startswith("texture") and each.text]
    control._visible_if, control._enabled_if, control._clicks = (
        [each.text.strip() for each in node.findall(tag) if each.text] for tag in ("visible", "enable", "onclick")
    )
    for way in ("left", "right", "up", "down"):
        control._ways[way] = [each.text.strip() for each in node.findall(f"on{way}") if each.text]
    return control


def _all_in(outer: Any, parent: Optional[Control], window: Any) -> Iterator[Control]:
    """Make all controls below a node, in drawing order."""
    for node in outer.findall("control"):
        control = _from_xml(node, parent, window)
        yield control
        if control._kind in ("group", "grouplist"):
            yield from _all_in(node, control, window)
