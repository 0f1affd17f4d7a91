"""How keys move through a window: the focus, the ways onleft, onright, onup and ondown, and what select does.

Source: Kodi's wiki "Skinning manual", navigation; a control that is hidden or disabled is never given the focus.
"""

import threading
from typing import TYPE_CHECKING, Any

from tests.fakes.kodi import current
from tests.fakes.kodi.user import KEYS

if TYPE_CHECKING:
    from tests.fakes.kodi.api_controls import Control


class Focus:
    """The focus of one window. Callbacks go to the thread that sits in doModal."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self.thread = threading.get_ident()

    def first(self) -> None:
        """Give the focus to <defaultcontrol> when the window opens."""
        self.thread = threading.get_ident()
        if self._window._default:
            self.ask(self._window._default)

    def ask(self, control_id: int) -> None:
        """Move the focus if the control can have it; tell the add-on through onFocus."""
        window = self._window
        if not window._control(control_id)._can_focus(window._screen):
            current.kodi().log(2, f"Control {control_id} has been asked to focus, but it can't")
            return
        with current.kodi().changing():
            window._focus = control_id
        if threading.get_ident() == self.thread:
            window.onFocus(control_id)
        else:
            current.kodi().waiting.post(self.thread, lambda: window.onFocus(control_id))

    def press(self, key: str) -> None:
        """Do what Kodi does with the key, then tell the add-on through onAction."""
        from tests.fakes.kodi.api_windows import Action

        if key in ("left", "right", "up", "down"):
            self._go(key)
        elif key == "select":
            self._select()
        action = Action()
        action._code = KEYS[key]
        self._window.onAction(action)

    def _focused(self) -> "Control":
        window = self._window
        if not (window._focus and window._control(window._focus)._can_focus(window._screen)):
            raise AssertionError(f"a key was pressed and nothing has the focus: {window._screen!r}")
        return window._control(window._focus)  # type: ignore[no-any-return]

    def _go(self, way: str) -> None:
        for target in self._focused()._ways.get(way, []):
            if target.isdigit():
                self.ask(int(target))
            else:
                current.kodi().builtin(target)

    def _select(self) -> None:
        control = self._focused()
        for builtin in control._clicks:
            current.kodi().builtin(builtin)
        self._window.onClick(control._id)
