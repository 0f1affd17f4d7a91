"""Reading what stands on a picture of the TV, with the eyes of a person or the camera of a phone.

Positions are in the window's own 1920 x 1080 coordinates; a picture may have any size of that shape.
"""

from functools import lru_cache
from pathlib import Path
from typing import List, NamedTuple, Optional, Tuple

import zxingcpp
from PIL import Image, ImageChops, ImageStat

from tests.real_kodi.addons import PROJECT

GLYPHS = PROJECT / "resources" / "skins" / "Default" / "media" / "simkl" / "glyphs"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
CAPITAL, GLYPH = 122, 168  # how high a capital is in its picture, and the picture; both have the same middle

WHERE_THE_CODE_IS = (110, 432, 1110, 700)
MIDDLE = 556  # the row that halves every capital
ABOVE_THE_LETTERS = 485  # a row that crosses the tiles and no letter, whatever the length of the code
TILE_SHADE, WHITE = 28, 250
INK = [max(0, value - 60) * 255 // 195 for value in range(256)]  # white letters on dark tiles: how much ink there is
SHAPE = (40, 70)
RESEMBLANCE = 0.08  # how different a letter may be from its picture, 0 to 1; the nearest picture counts

# Where Estuary draws the two lines of a notification, and how bright they are.
NOTIFICATION, NOTIFICATION_SHADE = (1412, 110, 1890, 220), 150
SAME_NOTIFICATION = 0.01  # of the ink


class CodeSeen(NamedTuple):
    """The code on a picture: "?" for a letter that cannot be read; `height` of its lowest letter, `tiles` behind them.

    `height` and the left and right ends of the tiles are parts of the screen, 0 to 1.
    """

    text: str
    height: float
    tiles: List[Tuple[float, float]]


class QrSeen(NamedTuple):
    """A QR code on a picture: what it says, its side as a part of the screen's height, its white margin in modules."""

    text: str
    side: float
    quiet_zone: int


def code_on(picture: Path) -> CodeSeen:
    """Read the code off a picture of the sign-in window, letter by letter, against the pictures it is made of."""
    with Image.open(picture) as opened:
        screen = opened.convert("L")
    area = screen.crop(_scaled(WHERE_THE_CODE_IS, screen)).point(INK)
    box = _bright(area, 128).getbbox()
    if box is None:
        return CodeSeen("", 0.0, _tiles(screen))
    middle = (MIDDLE - WHERE_THE_CODE_IS[1]) * screen.height / 1080
    capital = 2 * (middle - box[1])
    top, bottom = (round(middle + sign * capital * GLYPH / CAPITAL / 2) for sign in (-1, 1))
    line = area.crop((0, top, area.width, bottom))
    letters = [line.crop((start, 0, end, line.height)) for start, end in _runs(_bright(line, 128))]
    text = "".join(_read(letter) for letter in letters)
    # Counted, not taken from the top row: Kodi puts a picture on whole pixels, so its middle is up to half a row off.
    heights = [_rows(letter) for letter, character in zip(letters, text) if character != "-"]
    return CodeSeen(text, min(heights, default=0) / screen.height, _tiles(screen))


def qr_on(picture: Path) -> Optional[QrSeen]:
    """Read the QR code on a picture as a phone's camera does; None when there is none, ValueError for several codes."""
    with Image.open(picture) as opened:
        screen = opened.convert("L")
    found = zxingcpp.read_barcodes(screen)
    if not found:
        return None
    if [str(each.format) for each in found] != ["QR Code"]:
        raise ValueError(f"{picture} shows {[(str(each.format), each.text) for each in found]}")
    corner, opposite = found[0].position.top_left, found[0].position.bottom_right
    side = opposite.x - corner.x
    module = side / (17 + 4 * int(found[0].extra["Version"]))
    quiet_zone = 0
    while quiet_zone < 10 and _is_white_around(screen, corner, opposite, round(module * (quiet_zone + 1))):
        quiet_zone += 1
    return QrSeen(found[0].text, side / screen.height, quiet_zone)


def notification_on(picture: Path) -> Image.Image:
    """Return the two lines of Estuary's notification as a stencil, for `same_notification`."""
    with Image.open(picture) as opened:
        screen = opened.convert("L")
    return _bright(screen.crop(_scaled(NOTIFICATION, screen)), NOTIFICATION_SHADE)


def same_notification(one: Image.Image, other: Image.Image) -> bool:
    """Return whether two notifications say the same."""
    ink = max(_share(one), _share(other))
    return ink > 0 and _share(ImageChops.difference(one, other)) <= SAME_NOTIFICATION * ink


def _read(letter: Image.Image) -> str:
    seen = letter.resize(SHAPE, Image.Resampling.BOX)
    difference, character = min((_share(ImageChops.difference(seen, drawn)), c) for c, drawn in _alphabet())
    return character if difference <= RESEMBLANCE else "?"


@lru_cache(maxsize=None)
def _alphabet() -> List[Tuple[str, Image.Image]]:
    """Return the letters as they are drawn for the window, each cut to its ink from left to right."""
    drawn = []
    for character in ALPHABET:
        with Image.open(GLYPHS / f"u{ord(character):04x}.png") as opened:
            ink = opened.getchannel("A")
        left, _, right, _ = _bright(ink, 128).getbbox()
        letter = ink.crop((left, 0, right, GLYPH))
        drawn.append((character, letter.resize(SHAPE, Image.Resampling.BOX)))
    return drawn


def _tiles(screen: Image.Image) -> List[Tuple[float, float]]:
    left, top, right, bottom = _scaled((0, ABOVE_THE_LETTERS, WHERE_THE_CODE_IS[2], ABOVE_THE_LETTERS + 1), screen)
    row = _bright(screen.crop((left, top, right, max(bottom, top + 1))), TILE_SHADE)
    return [(start / screen.width, end / screen.width) for start, end in _runs(row) if end - start > screen.width / 50]


def _runs(picture: Image.Image) -> List[Tuple[int, int]]:
    """Return from where to where there are columns with something in them."""
    filled = [picture.crop((x, 0, x + 1, picture.height)).getbbox() is not None for x in range(picture.width)]
    edges = [x for x, (before, after) in enumerate(zip([False, *filled], [*filled, False])) if before != after]
    return list(zip(edges[::2], edges[1::2]))


def _rows(letter: Image.Image) -> int:
    """Return how many rows high a letter is, without the rows that are less than half lit."""
    _, top, _, bottom = _bright(letter, 128).getbbox()
    return bottom - top


def _is_white_around(screen: Image.Image, corner: "zxingcpp.Point", opposite: "zxingcpp.Point", margin: int) -> bool:
    """Return whether all is white at this distance from each side of the symbol; the card's corners are round."""
    left, top, right, bottom = corner.x - margin, corner.y - margin, opposite.x + margin, opposite.y + margin
    frame = [(corner.x, top, opposite.x, top + 1), (corner.x, bottom - 1, opposite.x, bottom)]
    frame += [(left, corner.y, left + 1, opposite.y), (right - 1, corner.y, right, opposite.y)]
    return all(screen.crop(edge).getextrema()[0] >= WHITE for edge in frame)


def _bright(picture: Image.Image, shade: int) -> Image.Image:
    return picture.point([255 if value >= shade else 0 for value in range(256)])


def _share(picture: Image.Image) -> float:
    """Return how much of a stencil is white, 0 to 1."""
    return ImageStat.Stat(picture).mean[0] / 255


def _scaled(box: Tuple[int, int, int, int], screen: Image.Image) -> Tuple[int, ...]:
    return tuple(round(part * screen.height / 1080) for part in box)
