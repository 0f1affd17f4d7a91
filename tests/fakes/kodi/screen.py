"""What a person sees of a window: texts, pictures, bars, the focus. Tests and user scripts read it."""

from typing import TYPE_CHECKING, Any, List

from tests.fakes.kodi import conditions, current

if TYPE_CHECKING:
    from tests.fakes.kodi.api_controls import Control


class Screen:
    """A look at one window, safe from any thread; it stays readable after the window is closed."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.kodi = current.kodi()
        self.name: str = window._name

    def __repr__(self) -> str:
        return f"<Screen {self.name} texts={self.texts()} focus={self.focus}>"

    @property
    def open(self) -> bool:
        return bool(self.window._open)

    @property
    def focus(self) -> int:
        """The id of the control with the focus, 0 when nothing has it."""
        return int(self.window._focus)

    def control(self, control_id: int) -> "Control":
        return self.window._control(control_id)  # type: ignore[no-any-return]

    def property(self, key: str) -> str:
        return str(self.window._properties.get(key.lower(), ""))

    def label(self, control_id: int) -> str:
        """Return the text of a label, button or text box, placeholders filled in, shown or not."""
        return self._text(self.control(control_id))

    def image(self, control_id: int) -> str:
        """Return the picture of an image control as given, placeholders filled in; '' for none."""
        return self._picture(self.control(control_id))

    def visible(self, control_id: int) -> bool:
        return self.control(control_id)._is_shown(self)

    def texts(self) -> List[str]:
        """Return every text that is visible now, in drawing order."""
        with self.kodi.changes:
            found = [self._text(one) for one in self.window._controls if one._is_shown(self)]
        return [text for text in found if text]

    def check(self, control: "Control") -> None:
        """Raise if a placeholder or condition of the control cannot be read, shown or not."""
        self._text(control)
        self._picture(control)
        for condition in control._visible_if + control._enabled_if:
            conditions.holds(condition, self)

    def _text(self, control: "Control") -> str:
        return conditions.label(control._text, self)

    def _picture(self, control: "Control") -> str:
        return conditions.label(control._texture, self)
