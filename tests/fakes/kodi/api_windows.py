"""xbmcgui's windows, modal ones run by the test's UserScript.

Sources: Kodi's Python API, module xbmcgui, Window, WindowXML, WindowXMLDialog and Action; Kodi's Window.cpp and
WindowXML.cpp for the order of callbacks, their thread, and doModal ending when Kodi shuts down; Kodi's wiki "Skinning
manual", navigation: a control that is hidden or disabled is never given the focus.
"""

import threading
from pathlib import Path
from typing import Any, Dict, List

from tests.fakes.kodi import current
from tests.fakes.kodi.addon_files import parse_xml
from tests.fakes.kodi.api_controls import _CLASSES, Control, _all_in
from tests.fakes.kodi.screen import Screen
from tests.fakes.kodi.strictness import checked
from tests.fakes.kodi.user import KEYS

__all__ = ["Action", "Window", "WindowXML", "WindowXMLDialog"]

SIZES = {"1080i": (1920, 1080), "720p": (1280, 720)}


@checked
class Action:
    """A key that was pressed."""

    _code = 0

    def getId(self) -> int:
        return self._code


@checked
class Window:
    """A window. Kodi reads constructor arguments in __new__, so a subclass may take others in __init__."""

    _name = "Window"
    _media: Any = None

    def __new__(cls, existingWindowId: int = -1, /, *args: Any, **kwargs: Any) -> "Window":
        self = cls._blank()
        if existingWindowId != -1:
            if current.kodi().aborted:  # seen in Kodi 20: a service that did this left Kodi hanging at its end
                current.kodi().windows_at_the_end.append(existingWindowId)
            if existingWindowId not in current.kodi().properties:
                raise RuntimeError(f"Window id does not exist: {existingWindowId}")
            self._properties = current.kodi().properties[existingWindowId]
        return self

    @classmethod
    def _blank(cls) -> Any:
        self = object.__new__(cls)
        self._open = False
        self._properties: Dict[str, str] = {}
        self._controls: List[Control] = []
        self._focus = self._default = 0
        self._next_id = 3000
        self._screen = Screen(self)
        self._thread = threading.get_ident()
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def onClick(self, controlId: int) -> None: ...
    def onFocus(self, controlId: int) -> None: ...
    def onInit(self) -> None: ...

    def onAction(self, action: Action) -> None:
        if action.getId() in (10, 92):
            self.close()

    def doModal(self) -> None:
        current.kodi().may_interrupt("a modal window")
        self._load()
        current.kodi().run_modal(self)

    def close(self) -> None:
        with current.kodi().changing():
            self._open = False

    def setFocusId(self, iControlId: int) -> None:
        self._move_focus(iControlId)

    def addControls(self, pControls: List[Control]) -> None:
        for control in pControls:
            if control._id:
                raise RuntimeError("Control is already used")
            with current.kodi().changing():
                self._next_id += 1
                control._id, control._window = self._next_id, self
                control._ways = {way: [str(control._id)] for way in ("up", "down", "left", "right")}
                self._controls.append(control)
            self._check_textures(control)

    def removeControls(self, pControls: List[Control]) -> None:
        for control in pControls:
            with current.kodi().changing():
                self._controls.remove(control)
                control._id, control._window = 0, None

    def getControl(self, iControlId: int) -> Control:
        control = self._control(iControlId)
        if control._kind not in _CLASSES:
            raise RuntimeError("Unknown control type for python")
        return control

    def setProperty(self, key: str, value: str) -> None:
        with current.kodi().changing():
            self._properties[key.lower()] = value
        for control in self._controls:
            self._check_textures(control)

    def getProperty(self, key: str) -> str:
        return self._properties.get(key.lower(), "")

    def clearProperty(self, key: str) -> None:
        with current.kodi().changing():
            self._properties.pop(key.lower(), None)

    def _load(self) -> None:
        """Make the controls of the XML file, once."""

    def _begin(self) -> None:
        """Give the focus to <defaultcontrol>; the thread that does so sits in doModal from now on."""
        self._thread = threading.get_ident()
        if self._default:
            self._move_focus(self._default)

    def _move_focus(self, control_id: int) -> None:
        """Move the focus if the control can have it, and have onFocus hear of it on the thread in doModal."""
        if not self._control(control_id)._can_focus(self._screen):
            current.kodi().log(2, f"Control {control_id} has been asked to focus, but it can't")
            return
        with current.kodi().changing():
            self._focus = control_id
        if threading.get_ident() == self._thread:
            self.onFocus(control_id)
        else:
            current.kodi().waiting.post(self._thread, lambda: self.onFocus(control_id))

    def _press(self, key: str) -> None:
        """Do what Kodi does with the key, then tell the add-on through onAction."""
        if key in ("left", "right", "up", "down", "select"):
            if not (self._focus and self._control(self._focus)._can_focus(self._screen)):
                raise AssertionError(f"a key was pressed and nothing has the focus: {self._screen!r}")
            control = self._control(self._focus)
            for target in control._clicks if key == "select" else control._ways.get(key, []):
                if target.isdigit():
                    self._move_focus(int(target))
                else:
                    current.kodi().builtin(target)
            if key == "select":
                self.onClick(control._id)
        action = Action()
        action._code = KEYS[key]
        self.onAction(action)

    def _control(self, control_id: int) -> Control:
        for control in self._controls:
            if control._id == control_id and control_id:
                return control
        raise RuntimeError(f"Non-Existent Control {control_id}")

    def _check_textures(self, control: Control) -> None:
        for texture in {control._texture, *control._textures}:
            self._check_texture(texture)

    def _check_texture(self, texture: str) -> None:
        current.kodi().check_texture(texture, self)


@checked
class WindowXML(Window):
    """The base of WindowXMLDialog; the stub opens no windows that are none."""


@checked
class WindowXMLDialog(WindowXML):
    """A window from resources/skins, whose controls exist from the moment it opens.

    Kodi takes the four arguments by position only and ignores keywords.
    """

    def __new__(cls, xmlFilename: str, scriptPath: str, defaultSkin: str = "Default", defaultRes: str = "720p",
                /, **kwargs: Any) -> "WindowXMLDialog":  # fmt: skip
        self = cls._blank()
        folder = Path(scriptPath, "resources", "skins", defaultSkin)
        if not (folder / defaultRes / xmlFilename).is_file():
            raise RuntimeError("XML File for Window is missing")
        self._root = parse_xml(folder / defaultRes / xmlFilename)
        if self._root.find(".//include") is not None:
            raise AssertionError(f"{xmlFilename} uses <include>, which depends on the user's skin")
        self._name, self._media, self._size = xmlFilename, folder / "media", SIZES[defaultRes]
        self._default = int(self._root.findtext("defaultcontrol") or 0)
        return self

    def _load(self) -> None:
        if any(control._id < 3000 for control in self._controls):
            return
        self._controls[:0] = _all_in(self._root.find("controls"), None, self)
        ways = [("defaultcontrol", str(self._default))] if self._default else []
        for control in self._controls:
            self._check_textures(control)
            self._screen.check(control)
            ways += [(f"{control._id}", to) for targets in control._ways.values() for to in targets if to.isdigit()]
        ids = {str(control._id) for control in self._controls}
        lost = [f"{start} leads to {to}, which is not there" for start, to in ways if to not in ids]
        if lost:
            raise AssertionError(f"{self._name}: {lost}")
