"""The person on the couch: what they look for on the screen, and the keys they press.

A step of a UserScript is one of
- a key, one of KEYS;
- a look: a function that takes the Screen and returns true when the person sees what they wait for. It is tried each
  time anything on the window changes, on the thread that changes it, so that nothing shown only briefly is missed.
  A look only reads;
- Do(function): something that happens outside the window, run once on the window's own thread, such as Do(kodi.abort).
"""

import threading
from collections import deque
from typing import Any, Callable, Deque, List, Optional, Union

from tests.fakes.kodi.screen import Screen

KEYS = {
    "left": 1, "right": 2, "up": 3, "down": 4, "select": 7, "previous_menu": 10, "stop": 13, "back": 92, "menu": 117,
}  # fmt: skip


class Do:
    """A step that does something, on the thread that sits in doModal."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function

    def __repr__(self) -> str:
        return f"Do({_name(self.function)})"


Step = Union[str, Do, Callable[[Screen], Any]]


class UserScript:
    """The steps, in order, through all the windows of a run; what is left over at the end of a run is an error."""

    def __init__(self, steps: List[Step]) -> None:
        for step in steps:
            if isinstance(step, str) and step not in KEYS:
                raise AssertionError(f"no such key: {step!r}; there are {sorted(KEYS)}")
        self._steps: Deque[Step] = deque(steps)
        self._looking = False
        self._broken: Optional[BaseException] = None

    @property
    def left_over(self) -> List[str]:
        return [step if isinstance(step, str) else _name(step) for step in self._steps]

    def look(self, screen: Optional[Screen]) -> None:
        """Take the looks that come true now. Called with the screen's lock held, on every change."""
        if screen is None or self._looking:
            return
        self._looking = True
        try:
            while self._is_look() and self._steps[0](screen):  # type: ignore[operator]
                self._steps.popleft()
        except BaseException as error:
            self._broken = error
            raise
        finally:
            self._looking = False

    def next_act(
        self, changes: threading.Condition, screen: Screen, stop: Callable[[Screen], bool], bound: float
    ) -> Any:
        """Wait for the next key or Do; None when the window was closed or Kodi has something to deliver."""
        with changes:
            self.look(screen)
            happened = changes.wait_for(lambda: stop(screen) or self._broken or self._has_act(), bound)
            if self._broken is not None:
                raise AssertionError(f"a look of the user script failed: {self._broken!r}") from self._broken
            if stop(screen):
                return None
            if not happened:
                wanted = f"waits for {self.left_over[0]}" if self._steps else "has no steps left"
                raise AssertionError(f"the window is still open after {bound} s: the user {wanted}; {screen!r}")
            return self._steps.popleft()

    def _is_look(self) -> bool:
        return bool(self._steps) and not isinstance(self._steps[0], (str, Do))

    def _has_act(self) -> bool:
        return bool(self._steps) and isinstance(self._steps[0], (str, Do))


def _name(step: Any) -> str:
    code = getattr(step, "__code__", None)
    where = f" (line {code.co_firstlineno})" if code else ""
    return f"{getattr(step, '__name__', repr(step))}{where}"
