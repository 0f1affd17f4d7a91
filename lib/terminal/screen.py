"""The link on a terminal: the code in large letters, a QR code, the address, and a bar that counts down.

Drawn by rich from a small picture of the state, which the poller's thread changes and the main thread shows.
"""

from __future__ import annotations

import functools
from typing import Callable, Iterator

import pyfiglet
import segno
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl.api.users import User
from lib.simkl.auth.code_flow import Code
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.terminal import signals, texts
from lib.terminal.frontends import TICK, TerminalFrontend
from lib.terminal.output import written

LARGE_FONTS = ("mono12", "mono9")  # both tell 0 from O and 1 from I; 10 and 7 columns a letter
ACCENT = "bright_cyan"
QR_STYLE = "black on bright_white"
BAR_WIDTH = 46
MARGIN = 2
LONGEST_LARGE = 40
LETTERS = "✓▀▄█"


class Screen(TerminalFrontend):
    """The one that moves. `show` draws it until `alive()` is false; only the outcome stays."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self._console = console
        self._clock = clock
        self._code: Code | None = None
        self._why: NewCodeReason | None = None
        self._reason = WaitReason.CODE
        self._deadline = 0.0
        self._outcome: Text | None = None

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Show this code from now on."""
        self._deadline = self._clock.monotonic() + code.expires_in
        self._code, self._why = code, why

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Show what is waited for."""
        self._reason = reason

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Leave a line that says who is linked."""
        self._outcome = Text(f"✓ {texts.linked_line(user, instead_of)}", style="bold green")

    def expired(self) -> None:
        """Leave a line that says what to do."""
        self._outcome = Text(texts.CODE_EXPIRED_TEXT, style="yellow")

    def failed(self, error: LinkError) -> None:
        """Leave the error."""
        self._outcome = Text(texts.visible_lines(str(error)), style="red")

    def show(self, alive: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Draw ten times a second until `alive()` is false, then leave only the outcome. Raises OutputFailed."""
        show_cursor = self._console.show_cursor
        with written():
            with signals.stoppable(show_cursor, lambda: show_cursor(False)), self._live() as live:
                while alive():
                    live.refresh()
                    sleep(TICK)
            if self._outcome is not None:
                self._console.print(self._outcome)

    def _live(self) -> Live:
        return Live(self, console=self._console, transient=True, auto_refresh=False)

    def __rich__(self) -> RenderableType:
        """Return what is on the screen now."""
        state = Text(
            texts.WAIT_TEXT_BY_REASON[self._reason], style="white" if self._reason is WaitReason.APPROVAL else "yellow"
        )
        if self._code is None:
            return Padding(Group(state, Text("Ctrl-C cancels", style="dim")), (1, MARGIN))
        left = max(0.0, self._deadline - self._clock.monotonic())
        bar = Table.grid(padding=(0, 2))
        bar.add_row(
            ProgressBar(self._code.expires_in, left, width=BAR_WIDTH, complete_style=ACCENT, finished_style=ACCENT),
            Text(texts.format_minutes(left), style="bold"),
        )
        foot: list[RenderableType] = [Text(""), bar, state, Text("Ctrl-C cancels", style="dim")]
        for body in _bodies(self._code, self._why, self._console.width - 2 * MARGIN):
            whole = Padding(Group(*body, *foot), (1, MARGIN))
            if len(self._console.render_lines(whole)) <= self._console.height:
                break
        return whole


def _bodies(code: Code, why: NewCodeReason | None, width: int) -> Iterator[list[RenderableType]]:
    """Yield what shows code, address and QR code within `width` columns, the most readable first, the lowest last."""
    address = Text(texts.visible(code.verification_uri), style=f"bold {ACCENT}")
    head: list[RenderableType] = [Text("Link your Simkl account", style="bold"), Text("")]
    if why is not None:
        head += [Text(texts.NEW_CODE_TEXT_BY_REASON[why], style="yellow"), Text("")]
    asked: list[RenderableType] = [Text("On your phone, open"), address, Text("and enter this code"), Text("")]
    picture = qr(code.verification_uri_complete)
    for font in LARGE_FONTS:
        large = enlarge(code.user_code, font)
        words_width = max(large.cell_len_widest, address.cell_len) if large else 0
        if large and picture and words_width + 4 + picture.cell_len_widest <= width:
            side = Table.grid(padding=(0, 4))
            side.add_column(min_width=words_width)
            side.add_column(min_width=picture.cell_len_widest)  # a longer sentence at the left must not cut the picture
            side.add_row(Group(*head, *asked, large.text), Group(picture.text, Text("or scan this", style="dim")))
            yield [side]
    for font in LARGE_FONTS:
        large = enlarge(code.user_code, font)
        if large and large.cell_len_widest <= width:
            yield [*head, *asked, large.text]
    yield [*head, *asked, Text(texts.visible(code.user_code), style=f"bold {ACCENT}")]


class Drawing:
    """Lines of text that belong together, and how wide the widest is."""

    def __init__(self, lines: list[str], style: str) -> None:
        self.text = Text("\n".join(lines), style=style, no_wrap=True)
        self.cell_len_widest = max(len(line) for line in lines)


@functools.lru_cache(maxsize=None)  # a figlet takes 0.1 s, and the screen is drawn ten times a second
def enlarge(user_code: str, font: str) -> Drawing | None:
    """Draw the code in large letters, None if the font lacks one of them or no terminal is that wide."""
    if len(user_code) > LONGEST_LARGE or not all(c.isascii() and c.isalnum() or c == "-" for c in user_code):
        return None
    lines = [line.rstrip() for line in pyfiglet.figlet_format(user_code, font=font, width=1000).splitlines()]
    return Drawing([line for line in lines if line], f"bold {ACCENT}")


@functools.lru_cache(maxsize=None)
def qr(address: str) -> Drawing | None:
    """Draw a QR code, two rows of modules in a line, dark on light whatever the terminal's colours are.

    None if the address is too long for any QR code.
    """
    try:
        code = segno.make(address, error="l", micro=False)
    except segno.DataOverflowError:
        return None
    rows = [list(row) for row in code.matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    halves = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
    lines = ["".join(halves[bool(a), bool(b)] for a, b in zip(*pair)) for pair in zip(rows[::2], rows[1::2])]
    return Drawing(lines, QR_STYLE)
