"""xbmcgui.Control: what all controls share, changed from any thread, read through Screen.

Sources: Kodi's Python API, module xbmcgui, Control; Kodi's Control.cpp for what happens to calls made before a control
is on a window.
"""

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from tests.fakes.kodi import conditions, current
from tests.fakes.kodi.skin_xml import FOCUSABLE
from tests.fakes.kodi.strictness import checked

if TYPE_CHECKING:
    from tests.fakes.kodi.screen import Screen

__all__ = ["Control"]


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
        self._text = self._text2 = self._texture = ""
        self._textures: List[str] = []
        self._percent = 0.0
        self._visible = self._enabled = True
        self._selected = False
        self._visible_if: List[str] = []
        self._enabled_if: List[str] = []
        self._ways: Dict[str, List[str]] = {}
        self._clicks: List[str] = []
        return self

    def getId(self) -> int:
        return self._id

    def getX(self) -> int:
        return self._x

    def getY(self) -> int:
        return self._y

    def getHeight(self) -> int:
        return self._height

    def getWidth(self) -> int:
        return self._width

    def setEnabled(self, enabled: bool) -> None:
        self._need_window("setEnabled")
        self._change(_enabled=enabled)

    def setVisible(self, visible: bool) -> None:
        self._change(_visible=visible)

    def isVisible(self) -> bool:
        return self._is_shown(self._window._screen) if self._window else self._visible

    def setVisibleCondition(self, visible: str, allowHiddenFocus: bool = False) -> None:
        self._need_window("setVisibleCondition")
        conditions.holds(visible, self._window._screen)
        self._change(_visible_if=[visible])

    def setEnableCondition(self, enable: str) -> None:
        self._need_window("setEnableCondition")
        conditions.holds(enable, self._window._screen)
        self._change(_enabled_if=[enable])

    def setPosition(self, x: int, y: int) -> None:
        self._change(_x=x, _y=y)

    def setWidth(self, width: int) -> None:
        self._change(_width=width)

    def setHeight(self, height: int) -> None:
        self._change(_height=height)

    def setNavigation(self, up: "Control", down: "Control", left: "Control", right: "Control") -> None:
        for way, target in (("up", up), ("down", down), ("left", left), ("right", right)):
            self._lead(way, target)

    def controlUp(self, up: "Control") -> None:
        self._lead("up", up)

    def controlDown(self, control: "Control") -> None:
        self._lead("down", control)

    def controlLeft(self, control: "Control") -> None:
        self._lead("left", control)

    def controlRight(self, control: "Control") -> None:
        self._lead("right", control)

    def _lead(self, way: str, target: "Control") -> None:
        if not self._id or not target._id:
            raise ReferenceError("Control has to be added to a window first")
        self._change(_ways=dict(self._ways, **{way: [str(target._id)]}))

    def _need_window(self, method: str) -> None:
        if self._window is None:
            raise AssertionError(f"{method} on a control that is not on a window has no effect in Kodi")

    def _change(self, **state: Any) -> None:
        with current.kodi().changing():
            for name, value in state.items():
                setattr(self, name, value)

    def _is_shown(self, screen: "Screen") -> bool:
        if self._parent is not None and not self._parent._is_shown(screen):
            return False
        return self._visible and all(conditions.holds(one, screen) for one in self._visible_if)

    def _is_enabled(self, screen: "Screen") -> bool:
        return self._enabled and all(conditions.holds(one, screen) for one in self._enabled_if)

    def _can_focus(self, screen: "Screen") -> bool:
        return self._kind in FOCUSABLE and self._is_shown(screen) and self._is_enabled(screen)

    def _absolute(self) -> Tuple[int, int]:
        x, y = self._parent._absolute() if self._parent is not None else (0, 0)
        return x + self._x, y + self._y

    def _place(self, x: int, y: int, width: int, height: int) -> None:
        self._x, self._y, self._width, self._height = x, y, width, height
