"""Where the letters of a code go on the sign-in window, in its 1920 x 1080 coordinates.

A capital is 122 of the 168 rows of its picture, so that five letters stand an eighth of the screen high, and the nine
of an AUTH V2 code still a tenth.
"""

from __future__ import annotations

from typing import NamedTuple

LEFT, WIDTH = 120, 960
TILE_TOP, TILE_HEIGHT = 440, 232
CODE_TILE_WIDTH = 177
GLYPH_WIDTH, GLYPH_SHAPE = 132, 168 / 120
WIDE_GAP, NARROW_GAP = 18, 4
DASH_PART = 0.45

ADDRESS_TOP, ADDRESS_HEIGHT = 276, 67
ADDRESS_GLYPH, ADDRESS_STEP = 48, 41

_DRAWN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./:_+=*#@?!&%$ ")
_NARROW = "- "


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int


class Letter(NamedTuple):
    """One character: its picture, where that goes, and the tile behind it; a hyphen has no tile, a space nothing."""

    picture: str
    glyph: Box
    tile: Box | None


PLACEHOLDER = "00000"


def drawable(text: str) -> bool:
    """Return whether there is a picture of every character."""
    return bool(text.strip()) and _DRAWN.issuperset(text)


def glyph_file(character: str) -> str:
    """Return the name of the picture of a character, safe where capitals do not count."""
    return f"glyphs/u{ord(character):04x}.png"


def code_letters(code: str) -> list[Letter]:
    """Lay out a code as large as its length allows."""
    dashes = sum(code.count(character) for character in _NARROW)
    gap = WIDE_GAP if len(code) <= 5 else NARROW_GAP
    parts = len(code) - dashes + dashes * DASH_PART
    width = min(CODE_TILE_WIDTH, int((WIDTH - gap * (len(code) - 1)) / parts))
    glyph_width = min(GLYPH_WIDTH, width - 2)
    glyph_height = round(glyph_width * GLYPH_SHAPE)
    tile_height = min(TILE_HEIGHT, glyph_height + 56)
    middle = TILE_TOP + TILE_HEIGHT // 2
    letters, x = [], LEFT
    for character in code:
        space = int(width * DASH_PART) if character in _NARROW else width
        glyph = Box(x + (space - glyph_width) // 2, middle - glyph_height // 2, glyph_width, glyph_height)
        tile = None if character in _NARROW else Box(x, middle - tile_height // 2, width, tile_height)
        if character != " ":
            letters.append(Letter(glyph_file(character), glyph, tile))
        x += space + gap
    return letters


def address_letters(address: str) -> list[Letter]:
    """Lay out the address in one line, smaller if it is long."""
    scale = min(1.0, WIDTH / (len(address) * ADDRESS_STEP))
    width, height = int(ADDRESS_GLYPH * scale), int(ADDRESS_HEIGHT * scale)
    top = ADDRESS_TOP + (ADDRESS_HEIGHT - height) // 2
    return [
        Letter(glyph_file(c), Box(LEFT - 4 + int(ADDRESS_STEP * scale * i), top, width, height), None)
        for i, c in enumerate(address)
        if c != " "
    ]
