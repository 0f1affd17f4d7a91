"""What a person looks for on the screen, tried at every change of it; and the QR code of a picture."""

import io
import re

import segno
from PIL import Image


def texts(screen):
    """Return what can be read on the window, without Kodi's marks for bold and ours for a translation."""
    return [_plain(text) for text in screen.texts()]


def _plain(text):
    return re.sub(r"\[/?B\]|[«»]", "", text)


def _readable(screen, is_wanted):
    """Return the texts that are wanted and can be read; looks are many, and whether something is visible takes long."""
    with screen.kodi.changes:
        found = [(_plain(screen._text(one)), one) for one in screen.window._controls if one._text]
        return [text for text, one in found if is_wanted(text) and one._is_shown(screen)]


def sees(*wanted):
    """Return a look for texts that can be read in full."""
    return lambda screen: set(_readable(screen, wanted.__contains__)) == set(wanted)


def has_focus(label):
    """Return a look for the button that is marked."""
    return lambda screen: screen.focus != 0 and screen.label(screen.focus) == label


def boxes(screen, part):
    """Return (left, top, width, height, picture) of the visible pictures whose file name holds this."""
    with screen.kodi.changes:
        return [
            (*control._absolute(), control.getWidth(), control.getHeight(), screen._picture(control))
            for control in screen.window._controls
            if control._kind == "image" and part in screen._picture(control) and control._is_shown(screen)
        ]


def spelled(screen):
    """Return the lines that are spelled in pictures of letters, from top to bottom."""
    lines = {}
    for left, top, _, height, picture in boxes(screen, "/glyphs/"):
        character = chr(int(re.search(r"u([0-9a-f]{4,})\.png$", picture).group(1), 16))
        lines.setdefault(top + height // 2, []).append((left, character))
    return ["".join(character for _, character in sorted(lines[middle])) for middle in sorted(lines)]


def seconds_left(screen):
    """Return the seconds that are counted down, None if there are none."""
    found = _readable(screen, re.compile(r"\d+:\d\d").fullmatch)
    minutes, _, seconds = found[0].partition(":") if found else ("", "", "")
    return 60 * int(minutes) + int(seconds) if found else None


def code_is_shown(screen):
    """Look for a code: the second line that is spelled, below the address, and seconds that are counted down."""
    return seconds_left(screen) is not None and len(spelled(screen)) == 2


def press(label):
    """Return the steps to the other button of two, and its press."""
    return ["right", has_focus(label), "select"]


def check_qr(png, text):
    """Check that the picture is the QR code of this text, and return how many modules a side has."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 - grey).getbbox()
    run = next(n for n in range(1, picture.width) if picture.getpixel((left + n, top)) > 127)
    size = run // 7  # a finder pattern begins with seven dark modules
    quiet = min(left, top, picture.width - right, picture.height - bottom)
    assert quiet >= 3 * size  # the fourth is the card around it
    columns, rows = range(left + size // 2, right, size), range(top + size // 2, bottom, size)
    expected = [[bool(dark) for dark in row] for row in segno.make(text, error="m", micro=False).matrix]
    assert [[picture.getpixel((x, y)) < 128 for x in columns] for y in rows] == expected
    return len(expected)
