"""xbmcgui's controls by kind: made from a window's XML or by the add-on.

Sources: Kodi's Python API, module xbmcgui, the subclasses of Control; Kodi's Control.cpp.
"""

from typing import Any, Dict, Optional

from tests.fakes.kodi import conditions
from tests.fakes.kodi.api_control import Control
from tests.fakes.kodi.skin_xml import ControlSpec
from tests.fakes.kodi.strictness import checked

__all__ = [
    "ControlButton",
    "ControlFadeLabel",
    "ControlGroup",
    "ControlImage",
    "ControlLabel",
    "ControlProgress",
    "ControlRadioButton",
    "ControlTextBox",
]


@checked
class ControlLabel(Control):
    """A line of text."""

    _kind = "label"

    def __init__(self, x: int, y: int, width: int, height: int, label: str, font: Optional[str] = None,
                 textColor: Optional[str] = None, disabledColor: Optional[str] = None, alignment: int = 0,
                 hasPath: bool = False, angle: int = 0) -> None:  # fmt: skip
        self._place(x, y, width, height)
        self._text = label

    def getLabel(self) -> str:
        return self._text

    def setLabel(self, label: str = "", font: Optional[str] = None, textColor: Optional[str] = None,
                 disabledColor: Optional[str] = None, shadowColor: Optional[str] = None,
                 focusedColor: Optional[str] = None, label2: str = "") -> None:  # fmt: skip
        self._change(_text=label)


@checked
class ControlFadeLabel(Control):
    """Lines of text that go one at a time; shown here as the last one added."""

    _kind = "fadelabel"

    def __init__(self, x: int, y: int, width: int, height: int, font: Optional[str] = None,
                 textColor: Optional[str] = None, _alignment: int = 0) -> None:  # fmt: skip
        self._place(x, y, width, height)

    def addLabel(self, label: str) -> None:
        self._need_window("addLabel")
        self._change(_text=label)


@checked
class ControlTextBox(Control):
    """A block of text."""

    _kind = "textbox"

    def __init__(self, x: int, y: int, width: int, height: int, font: Optional[str] = None,
                 textColor: Optional[str] = None) -> None:  # fmt: skip
        self._place(x, y, width, height)

    def setText(self, text: str) -> None:
        self._need_window("setText")
        self._change(_text=text)

    def getText(self) -> str:
        return self._text

    def reset(self) -> None:
        self._change(_text="")


@checked
class ControlImage(Control):
    """A picture."""

    _kind = "image"

    def __init__(self, x: int, y: int, width: int, height: int, filename: str, aspectRatio: int = 0,
                 colorDiffuse: Optional[str] = None) -> None:  # fmt: skip
        self._place(x, y, width, height)
        self._texture = filename

    def setImage(self, imageFilename: str, useCache: bool = True) -> None:
        self._change(_texture=imageFilename)
        if self._window is not None:
            self._window._check_texture(imageFilename)

    def setColorDiffuse(self, hexString: str) -> None:
        int(hexString, 16)


@checked
class ControlProgress(Control):
    """A bar from 0 to 100."""

    _kind = "progress"

    def __init__(self, x: int, y: int, width: int, height: int, texturebg: Optional[str] = None,
                 textureleft: Optional[str] = None, texturemid: Optional[str] = None,
                 textureright: Optional[str] = None, textureoverlay: Optional[str] = None) -> None:  # fmt: skip
        self._place(x, y, width, height)
        self._textures = [one for one in (texturebg, textureleft, texturemid, textureright, textureoverlay) if one]

    def setPercent(self, pct: float) -> None:
        self._need_window("setPercent")
        if not 0 <= pct <= 100:
            raise AssertionError(f"a bar shows 0 to 100, not {pct}")
        self._change(_percent=float(pct))

    def getPercent(self) -> float:
        return self._percent


@checked
class ControlButton(Control):
    """A button; setLabel with an empty label keeps the old one, as Kodi's Control.cpp does."""

    _kind = "button"

    def __init__(self, x: int, y: int, width: int, height: int, label: str, focusTexture: Optional[str] = None,
                 noFocusTexture: Optional[str] = None, textOffsetX: int = 10, textOffsetY: int = 2,
                 alignment: int = 4, font: Optional[str] = None, textColor: Optional[str] = None,
                 disabledColor: Optional[str] = None, angle: int = 0, shadowColor: Optional[str] = None,
                 focusedColor: Optional[str] = None) -> None:  # fmt: skip
        self._place(x, y, width, height)
        self._text = label
        self._textures = [one for one in (focusTexture, noFocusTexture) if one]

    def setLabel(self, label: str = "", font: Optional[str] = None, textColor: Optional[str] = None,
                 disabledColor: Optional[str] = None, shadowColor: Optional[str] = None,
                 focusedColor: Optional[str] = None, label2: str = "") -> None:  # fmt: skip
        self._change(_text=label or self._text, _text2=label2 or self._text2)

    def setDisabledColor(self, color: str) -> None:
        int(color, 16)

    def getLabel(self) -> str:
        return self._text

    def getLabel2(self) -> str:
        return self._text2


@checked
class ControlGroup(Control):
    """Controls that move and hide together."""

    _kind = "group"

    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        self._place(x, y, width, height)


@checked
class ControlRadioButton(Control):
    """A button that is on or off; select flips it."""

    _kind = "radiobutton"

    def __init__(self, x: int, y: int, width: int, height: int, label: str, focusOnTexture: Optional[str] = None,
                 noFocusOnTexture: Optional[str] = None, focusOffTexture: Optional[str] = None,
                 noFocusOffTexture: Optional[str] = None, focusTexture: Optional[str] = None,
                 noFocusTexture: Optional[str] = None, textOffsetX: int = 10, textOffsetY: int = 2,
                 _alignment: int = 4, font: Optional[str] = None, textColor: Optional[str] = None,
                 disabledColor: Optional[str] = None, angle: int = 0, shadowColor: Optional[str] = None,
                 focusedColor: Optional[str] = None, disabledOnTexture: Optional[str] = None,
                 disabledOffTexture: Optional[str] = None) -> None:  # fmt: skip
        self._place(x, y, width, height)
        self._text = label

    def setSelected(self, selected: bool) -> None:
        self._need_window("setSelected")
        self._change(_selected=selected)

    def isSelected(self) -> bool:
        return self._selected

    def setLabel(self, label: str = "", font: Optional[str] = None, textColor: Optional[str] = None,
                 disabledColor: Optional[str] = None, shadowColor: Optional[str] = None,
                 focusedColor: Optional[str] = None, label2: str = "") -> None:  # fmt: skip
        self._change(_text=label or self._text, _text2=label2 or self._text2)


_CLASSES = {
    kind._kind: kind
    for kind in (
        ControlLabel, ControlFadeLabel, ControlTextBox, ControlImage, ControlProgress, ControlButton, ControlGroup,
        ControlRadioButton,
    )
}  # fmt: skip


def _from_spec(spec: ControlSpec, window: Any, made: Dict[ControlSpec, Control]) -> Control:
    """Make the control of an XML file; a kind without a Python class becomes a bare Control."""
    kind = _CLASSES.get(spec.kind, Control)
    control = kind.__new__(kind)
    control._kind, control._id, control._window = spec.kind, spec.id, window
    control._place(spec.x, spec.y, spec.width, spec.height)
    control._parent = made[spec.parent] if spec.parent is not None else None
    control._text, control._text2 = (_xml_label(one) for one in (spec.label, spec.label2))
    control._texture, control._textures = spec.texture, spec.textures
    control._visible_if, control._enabled_if = spec.visible, spec.enable
    control._ways, control._clicks = spec.ways, spec.clicks
    made[spec] = control
    return control


def _xml_label(text: str) -> str:
    """A number in a skin file is one of Kodi's own strings; from Python it is just a number."""
    return conditions.core_string(int(text)) if text.isdigit() else text
