"""xbmcgui's dialogs and constants: what is shown is recorded, what the person answers comes from the test.

Source: Kodi's Python API, module xbmcgui, Dialog, DialogProgress and DialogProgressBG.
"""

from dataclasses import dataclass, field
from typing import Any, List, NamedTuple, Union

from tests.fakes.kodi import current
from tests.fakes.kodi.strictness import checked

__all__ = [
    "ACTION_NAV_BACK", "ACTION_PREVIOUS_MENU", "ACTION_STOP", "Dialog", "DialogProgress", "DialogProgressBG",
    "INPUT_NUMERIC",
]  # fmt: skip

ACTION_STOP, ACTION_PREVIOUS_MENU, ACTION_NAV_BACK = 13, 10, 92
INPUT_NUMERIC = 1


class Notification(NamedTuple):
    heading: str
    message: str
    icon: str
    time: int
    sound: bool


class Shown(NamedTuple):
    """A dialog that was shown; `details` holds labels, choices or the preset text."""

    kind: str
    heading: str
    message: str
    details: Any = None


@dataclass
class Progress:
    """One progress dialog from create to close."""

    heading: str
    messages: List[str]
    background: bool
    percents: List[int] = field(default_factory=list)
    open: bool = True


def _ask(shown: Shown, kind: Any) -> Any:
    kodi = current.kodi()
    kodi.may_interrupt(f"a {shown.kind} dialog")
    kodi.dialogs.append(shown)
    if not kodi.answers:
        raise AssertionError(f"the test has no answer for {shown}: put one in kodi.answers")
    return kind(kodi.answers.pop(0))


@checked
class Dialog:
    """Modal questions."""

    def yesno(self, heading: str, message: str, nolabel: str = "", yeslabel: str = "") -> bool:
        return bool(_ask(Shown("yesno", heading, message, (nolabel, yeslabel)), bool))

    def ok(self, heading: str, message: str) -> bool:
        current.kodi().may_interrupt("an ok dialog")
        current.kodi().dialogs.append(Shown("ok", heading, message))
        return True

    def select(self, heading: str, list: List[Union[str, "ListItem"]], autoclose: int = 0,  # noqa: F821
               preselect: int = -1, useDetails: bool = False) -> int:  # fmt: skip
        return int(_ask(Shown("select", heading, "", list), int))

    def contextmenu(self, list: List[str]) -> int:
        return int(_ask(Shown("contextmenu", "", "", list), int))

    def input(self, heading: str, defaultt: str = "", type: int = 0) -> str:
        return str(_ask(Shown("input", heading, "", defaultt), str))

    def notification(self, heading: str, message: str, icon: str = "", time: int = 0, sound: bool = True) -> None:
        kodi = current.kodi()
        if icon not in ("", "info", "warning", "error"):
            kodi.check_texture(icon, None)
        kodi.notifications.append(Notification(heading, message, icon, time, sound))
        kodi.changed()


@checked
class DialogProgress:
    """A bar with a Cancel button; kodi.cancel_after says how often iscanceled answers no before yes."""

    _progress: Any = None

    def create(self, heading: str, message: str = "") -> None:
        current.kodi().may_interrupt("a progress dialog")
        self._progress = _open(heading, message, background=False)

    def update(self, percent: int, message: str = "") -> None:
        if not 0 <= percent <= 100:
            raise AssertionError(f"a bar shows 0 to 100, not {percent}")
        _opened(self._progress).percents.append(percent)
        self._progress.messages += [message] if message else []

    def close(self) -> None:
        _opened(self._progress).open = False

    def iscanceled(self) -> bool:
        _opened(self._progress)
        current.kodi().cancel_after -= 1
        return bool(current.kodi().cancel_after < 0)


@checked
class DialogProgressBG:
    """A bar in the corner; allowed everywhere."""

    _progress: Any = None

    def create(self, heading: str, message: str = "") -> None:
        self._progress = _open(heading, message, background=True)

    def close(self) -> None:
        _opened(self._progress).open = False


def _open(heading: str, message: str, background: bool) -> Progress:
    current.kodi().progress.append(Progress(heading, [message], background))
    return current.kodi().progress[-1]  # type: ignore[no-any-return]


def _opened(progress: Any) -> Progress:
    if progress is None:
        raise RuntimeError("Dialog not created.")
    return progress  # type: ignore[no-any-return]
