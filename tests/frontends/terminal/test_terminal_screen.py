"""The moving screen: which link gets it, what stands on it at any width, and what it leaves behind."""

from __future__ import annotations

import io
import signal

import pyfiglet
import pytest
import zxingcpp
from PIL import Image
from rich.console import Console

from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl.auth.code_flow import Code
from lib.terminal import signals
from lib.terminal.screen import LARGE_FONTS, QR_STYLE, Screen, enlarge
from tests.fakes.clock import FakeClock

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"
APPROVAL = WaitReason.APPROVAL
WIDTHS = (40, 60, 80, 140)
ODD_CODES = ("日本語", "AB 12", "a_b", "\x1b[2J", "A" * 70)
SITE = "https://simkl.com/pin"
LONG_SITE = "https://a-very-long-name.of-some-host.example.org/with/a/path/that/goes/on/and/on/pin"


class Shown:
    """A screen as it would stand on a terminal of some size."""

    def __init__(self, user_code="AB12C", width=80, height=24, why=None, reason=APPROVAL, site=SITE, passed=0):
        clock = FakeClock()
        console = Console(width=width, height=height, force_terminal=True, color_system="truecolor", file=io.StringIO())
        screen = Screen(console, clock)
        self.code = Code(user_code, site, f"{site}/{user_code}", 900, 5)
        screen.show_code(self.code, why)
        screen.waiting(reason, 900)
        clock.advance(passed)
        self.rows = console.render_lines(screen)
        self.lines = ["".join(segment.text for segment in row) for row in self.rows]
        self.text = "\n".join(self.lines)

    def holds(self, block: list[str]) -> bool:
        """Whether these lines stand below each other, whole and in one column."""
        for top in range(len(self.lines) - len(block) + 1):
            column = self.lines[top].find(block[0])
            while column >= 0:
                if all(line[column:].startswith(part) for line, part in zip(self.lines[top:], block)):
                    return True
                column = self.lines[top].find(block[0], column + 1)
        return False

    @property
    def large(self) -> bool:
        drawings = [enlarge(self.code.user_code, font) for font in LARGE_FONTS]
        return any(drawing and self.holds(drawing.text.plain.split("\n")) for drawing in drawings)

    @property
    def qr(self) -> str | None:
        """What a phone reads off the screen, None if there is no QR code to see."""
        white = [[segment for segment in row if str(segment.style) == QR_STYLE] for row in self.rows]
        picture = ["".join(segment.text for segment in row) for row in white if row]
        if not picture:
            return None
        scale = 4
        width = max(map(len, picture))
        image = Image.new("L", (width * scale, 2 * len(picture) * scale), 255)
        for y, row in enumerate(picture):
            for x, character in enumerate(row):
                for half, dark in enumerate({" ": "..", "▀": "#.", "▄": ".#", "█": "##"}[character]):
                    if dark == "#":
                        left, top = x * scale, (2 * y + half) * scale
                        image.paste(0, (left, top, left + scale, top + scale))
        [found] = zxingcpp.read_barcodes(image)
        return found.text


@pytest.mark.parametrize("user_code, site", [("AB12C", LONG_SITE), ("WXYZ-QMWN", SITE), ("MMMM-MMMM-MMMM", SITE)])
@pytest.mark.parametrize("width", WIDTHS)
def test_code_and_address_are_shown_whole_at_any_width(width, user_code, site):
    shown = Shown(user_code, width, why=NewCodeReason.APPROVAL_LOST, site=site)
    assert shown.large or user_code in shown.text
    assert shown.large or len(user_code) > 5  # a code of five is large at every width
    assert site in "".join(line[: width // 2 if shown.qr else None].strip() for line in shown.lines)
    assert {len(line) for line in shown.lines} == {width}


@pytest.mark.parametrize("user_code", ODD_CODES, ids=ascii)
@pytest.mark.parametrize("width", (40, 140))
def test_odd_letters_are_shown_as_they_are_and_steer_nothing(width, user_code):
    shown = Shown(user_code, width)
    assert "\x1b" not in shown.text
    if len(user_code) > width - 4:
        assert "".join(line.strip() for line in shown.lines).find(user_code) >= 0, "no letter may get lost"
    else:
        assert user_code.replace("\x1b", "\N{REPLACEMENT CHARACTER}") in shown.text


@pytest.mark.parametrize("font", LARGE_FONTS)
def test_letters_that_look_alike_are_told_apart(font):
    drawn = pyfiglet.Figlet(font, width=1000)
    for alike in ("0O", "1Il", "5S", "8B", "2Z"):
        assert len({drawn.renderText(letter) for letter in alike}) == len(alike)


@pytest.mark.parametrize("user_code, site", [("AB12C", SITE), ("WXYZ-QMWN", "http://127.0.0.1:43210/pin")])
@pytest.mark.parametrize("width", (50, 80, 90, 100, 110, 140))
def test_a_qr_code_stands_beside_the_code_where_there_is_room_and_can_be_read(width, user_code, site):
    """The longest sentence stands at its left, which must not narrow the picture."""
    shown = Shown(user_code, width, why=NewCodeReason.APPROVAL_LOST, site=site)
    has_room = width >= (80 if user_code == "AB12C" else 110)
    assert shown.qr == (f"{site}/{user_code}" if has_room else None)
    assert shown.large or (user_code in shown.text and not has_room)


@pytest.mark.parametrize("height", (13, 17, 21, 25))
@pytest.mark.parametrize("width", (40, 140))
def test_a_low_terminal_shows_the_whole_code_and_the_count_down(height, width):
    shown = Shown("AB12C", width, height)
    assert len(shown.lines) <= height
    assert shown.large or "AB12C" in shown.text
    assert "15:00" in shown.text


def test_an_address_too_long_for_a_qr_code_is_no_internal_error():
    shown = Shown("AB12C", 140, 60, site="https://simkl.com/" + "x" * 3000)
    assert shown.qr is None
    assert shown.large


@pytest.mark.parametrize(
    "passed, clock", [(0, "15:00"), (0.5, "14:59"), (891, "0:09"), (900, "0:00"), (10_000, "0:00")]
)
def test_the_bar_counts_down_and_stops_at_nothing(passed, clock):
    shown = Shown(passed=passed)
    [line] = [line for line in shown.lines if "━" in line or ":" in line and "http" not in line]
    assert line.split()[-1] == clock


WAITING = {
    WaitReason.CODE: "Getting your code",
    WaitReason.APPROVAL: "Waiting for you to approve",
    WaitReason.SLOW_DOWN: "Simkl is busy and asks to slow down",
    WaitReason.NO_CONNECTION: "No connection, still trying",
    WaitReason.NOT_SIMKL: "does this network want a login first?",
    WaitReason.SIMKL_DOWN: "Simkl has a fault or is being upgraded",
}
NEW_CODES = {
    NewCodeReason.CODE_GONE: "The old code",
    NewCodeReason.APPROVAL_LOST: "Simkl may have approved",
    NewCodeReason.RESUMED: "This code is",
}


@pytest.mark.parametrize("width", (40, 100))
@pytest.mark.parametrize("reason", [*WaitReason, *NewCodeReason])
def test_what_is_waited_for_and_why_a_code_is_new_is_said_in_full(reason, width):
    shown = Shown(width=width, **{"reason" if reason in WAITING else "why": reason})
    said = " ".join(" ".join(line.split()) for line in shown.lines if "━" not in line)
    assert {**WAITING, **NEW_CODES}[reason] in said
    assert "Ctrl-C cancels" in said


def test_the_drawing_of_one_moment_is_cheap(monkeypatch):
    Shown()
    drawn = []
    monkeypatch.setattr("lib.terminal.screen.pyfiglet.figlet_format", lambda *_, **__: drawn.append(1) or "x")
    monkeypatch.setattr("lib.terminal.screen.segno.make", lambda *_, **__: drawn.append(1))
    Shown()
    assert drawn == []


def test_a_terminal_gets_the_moving_screen(linked, box, retry_now, tty):
    linked.set(NO_COLOR="")
    box.add_user("second_viewer", 900002)
    retry_now.then(lambda: tty.wait_for("On your phone"), lambda: box.approve_pending("second_viewer"))
    assert linked.run("link").code == 0
    text = tty.getvalue()
    assert HIDE_CURSOR in text
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)
    assert text.endswith("✓ Linked as second_viewer, instead of sample_viewer\x1b[0m\n")


NOTHING_MOVES = [
    {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TTY_COMPATIBLE": "0"}, {"TTY_INTERACTIVE": "0"},
    {"encoding": "latin-1"}, {"encoding": "no-such-encoding"},
]  # fmt: skip


@pytest.mark.parametrize("variables", NOTHING_MOVES, ids=lambda each: "=".join(*each.items()))
def test_a_terminal_on_which_nothing_can_move_shows_the_code_in_plain_lines(
    terminal, box, retry_now, tty, monkeypatch, variables
):
    monkeypatch.setattr(type(tty), "encoding", variables.get("encoding"), raising=False)
    terminal.set(**{name: value for name, value in variables.items() if name.isupper()})
    retry_now.then(box.approve_pending)
    assert terminal.run("link").code == 0
    assert "/pin and enter the code " in tty.getvalue()
    assert "\x1b" not in tty.getvalue()
    assert tty.getvalue().endswith("Linked as sample_viewer\n")


@pytest.mark.parametrize(
    ("status", "code", "left"),
    [(200, 75, "Nobody approved the code in time."), (412, 77, "Simkl does not accept this client ID")],
)
def test_how_it_ended_is_what_the_screen_leaves(terminal, box, tty, status, code, left):
    if status != 200:
        box.order("status", status=status, path="/oauth/pin")
    assert terminal.run("link", "--timeout", "5").code == code
    assert left in tty.getvalue().rpartition(SHOW_CURSOR)[2]


@pytest.mark.parametrize("fault", [False, True], ids=["waiting for an approval", "before there is a code"])
def test_ctrl_c_gives_the_cursor_back_and_leaves_nothing_more(terminal, box, retry_now, tty, fault):
    if fault:
        box.order("status", status=503, path="/oauth/pin")
    retry_now.then(lambda: tty.wait_for("has a fault" if fault else "On your phone"), retry_now.interrupt)
    ran = terminal.run("link")
    assert (ran.code, ran.err) == (130, "")
    assert "Ctrl-C cancels" in tty.getvalue()
    assert tty.getvalue().rpartition(SHOW_CURSOR)[2].strip("\x1b[2KA1\r\n") == ""


def test_ctrl_z_gives_the_cursor_back_until_the_program_goes_on(monkeypatch):
    done = []
    monkeypatch.setattr(signal, "pthread_kill", lambda thread, number: done.append(signal.getsignal(number)))
    with signals.stoppable(lambda: done.append("before"), lambda: done.append("after")):
        for _ in range(2):
            signal.raise_signal(signal.SIGTSTP)
    assert done == ["before", signal.SIG_DFL, "after"] * 2
    assert signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL
