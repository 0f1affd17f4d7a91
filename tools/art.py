"""Draw every picture of Simkl Link: `python -m tools.art` (the same bytes every time), `--contrast` to check colours.

The code glyphs come from JetBrains Mono ExtraBold 2.242 (Debian package `fonts-jetbrains-mono`), Copyright 2020 The
JetBrains Mono Project Authors, SIL Open Font License 1.1: pictures made with the font are free to use, and the font
itself is not shipped. Its OpenType feature `zero` gives the slashed zero, so that 0/O, 1/I/l, 5/S, 8/B and 2/Z stay
apart when read from a couch. All else is drawn here from lines, boxes and discs; nothing imitates Simkl's own logo.
"""

import argparse
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tools.menu_icons import MENU, menu_icon
from tools.shapes import (
    ACCENT,
    AMBER,
    BUTTON,
    DEEP,
    FINE,
    FRESH,
    GLOW,
    INK,
    NIGHT,
    QUIET,
    SLATE,
    TEXT,
    TILE,
    TILE_EDGE,
    TILE_TOP,
    TRACK,
    WHITE,
    Shape,
    chain,
    fade,
    paint,
    rgb,
)  # fmt: skip

FONT = "JetBrainsMono-ExtraBold.ttf"
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./:_+=*#@?!&%$"

CONTRAST = (  # what is written on what: all must reach 4.5:1 (WCAG AA)
    ("button text, focused", INK, ACCENT), ("button text", TEXT, BUTTON), ("code on tile", WHITE, TILE_TOP),
    ("text", TEXT, GLOW), ("quiet text", QUIET, GLOW), ("address", ACCENT, GLOW), ("QR code", "#000000", WHITE),
    ("tick", INK, FRESH), ("warning", INK, AMBER),
)  # fmt: skip


def glyph(character):
    """Draw one character on 120x168: capitals 122 high in the middle, ink centred by box and by weight."""
    width, height, top, baseline, edge = 120, 168, 23, 145, 2
    font = ImageFont.truetype(FONT, round(122 / 0.73 * FINE))  # capitals of this font are 0.73 em high
    shape = Shape(width, height)
    sheet = Image.new("L", (width * FINE, (height + 80) * FINE), 0)
    spot = (width * FINE / 2, (baseline + 40) * FINE)
    ImageDraw.Draw(sheet).text(spot, character, fill=255, font=font, anchor="ms", features=["zero"])
    left, high, right, low = sheet.getbbox()
    columns = sheet.resize((sheet.width, 1), Image.Resampling.BOX).tobytes()
    weight = sum(x * ink for x, ink in enumerate(columns)) / sum(columns)
    aside = sheet.width / 2 - (0.75 * (left + right) / 2 + 0.25 * weight)
    if character in "-+=*:":  # these sit between small letters; a code has capitals
        lift = (high + low) / 2 - (40 + (top + baseline) / 2) * FINE
    elif character in "Qpqy$":  # straight ends: a shorter tail looks the same
        lift = 0
    else:
        lift = max(0, low - (40 + height - edge) * FINE)
    shape.image.paste(sheet, (round(aside), round(-40 * FINE - lift)))
    return paint((WHITE, shape.within(Shape(width, height).box(0, edge, width, height - edge, 0))))


def sign(size, unit, x, y):
    """Draw our sign, 23 x 20 units, at a place: white TV with a play mark, linked to a phone."""

    def at(*numbers):
        return tuple(n * unit + (x, y)[i % 2] for i, n in enumerate(numbers))

    tv, phone = chain(size, at(0, 0, 19.5, 13), at(13, 6, 23, 20), 2 * unit, 0.7 * unit)
    tv.polygon(at(6.0, 4.6), at(6.0, 8.4), at(9.3, 6.5), corner=0.8 * unit)
    tv.line(at(4.5, 17), at(9, 17), stroke=2 * unit)
    return tv, phone


def night(width, height, glow):
    """Draw the deep blue field with a soft glow; an ordered dither of each colour keeps it from banding."""
    bayer = [[0]]
    for _ in range(2):
        bayer = [[4 * v + k for k in (0, 2) for v in row] for row in bayer] + [
            [4 * v + k for k in (3, 1) for v in row] for row in bayer
        ]
    steps, stops, ramp = 1000, [rgb(colour) for colour in (NIGHT, DEEP, GLOW)], []
    for i in range(steps):
        half, part = divmod(i / steps * 2, 1)
        ramp.append([a + (b - a) * part for a, b in zip(stops[int(half)], stops[int(half) + 1])])
    dithered = [[bytes(int(c + (limit + 0.5) / 16) for c in colour) for colour in ramp] for limit in range(16)]
    bell = [math.exp(-(((x / width - 0.74) / 0.36) ** 2)) * glow * steps for x in range(width)]
    slope, pixels = 0.22 * steps / width, []
    for y in range(height):
        light, start = math.exp(-(((y / height - 0.40) / 0.52) ** 2)), y / height * 0.22 * steps
        row = [dithered[limit] for limit in bayer[y % 4]]
        pixels += [row[x % 4][int(start + x * slope + bell[x] * light)] for x in range(width)]
    return Image.frombytes("RGB", (width, height), b"".join(pixels))


def panel(width, height, radius, fill, edge=None):
    """Draw a rounded box for nine-slice use, with a 2 px border when `edge` is given."""
    if not edge:
        return paint((fill, Shape(width, height).box(0, 0, width, height, radius)))
    inner = Shape(width, height).box(2, 2, width - 2, height - 2, radius - 2)
    return paint((edge, Shape(width, height).box(0, 0, width, height, radius)), (fill, inner))


def round_marks():
    """Draw the large signs of the windows: avatar, success, warning, expired, rating."""
    disc = Shape(256).disc(128, 128, 126)
    person = Shape(256).disc(128, 102, 42).box(48, 164, 208, 400, 80)
    warning = Shape(256).polygon((128, 42), (30, 212), (226, 212), corner=26)
    bang = Shape(256).line((128, 98), (128, 150), stroke=24).disc(128, 192, 15)
    clock = Shape(256).disc(116, 116, 104).disc(116, 116, 84, on=False).disc(192, 192, 62, on=False)
    clock.line((116, 66), (116, 118), (150, 138), stroke=20)
    cross = Shape(256).line((174, 174), (210, 210), stroke=16).line((210, 174), (174, 210), stroke=16)
    rays = [(i * math.pi / 5, far) for i, far in enumerate((106, 48) * 5)]
    tips = [(128 + far * math.sin(turn), 138 - far * math.cos(turn)) for turn, far in rays]
    return {
        "circle": paint((WHITE, Shape(256).disc(128, 128, 127))),
        "avatar-none": paint((SLATE, disc), (QUIET, person.within(disc))),
        "check": paint((FRESH, disc), (INK, Shape(256).line((76, 134), (113, 170), (182, 92), stroke=26))),
        "warn": paint((AMBER, warning), (INK, bang)),
        "clock-off": paint((TEXT, clock), (AMBER, Shape(256).disc(192, 192, 50)), (INK, cross)),
        "dot": paint((ACCENT, Shape(24).disc(12, 12, 10))),
        "star": paint((ACCENT, Shape(256).polygon(*tips, corner=10))),
    }


def icon():
    """Draw the add-on's own icon, without transparency."""
    tv, phone = sign((512, 512), 16.4, 68, 92)
    whole = Shape(512).box(0, 0, 512, 512, 0)
    return paint((fade((512, 512), "#12374b", "#071822", 512), whole), (WHITE, tv), (ACCENT, phone)).convert("RGB")


def fanart():
    """Draw the add-on's backdrop: the night, with our sign as a faint watermark."""
    field = night(1920, 1080, 0.62)
    for shape, colour, strength in zip(sign((1920, 1080), 30, 1070, 210), (WHITE, ACCENT), (0.045, 0.13)):
        field.paste(Image.new("RGB", field.size, colour), mask=shape.mask().point(lambda a, s=strength: round(a * s)))
    return field


def pictures():
    """Give every picture with its place under `resources`."""
    media = "skins/Default/media/simkl/"
    for character in CHARACTERS:
        yield f"{media}glyphs/u{ord(character):04x}.png", glyph(character)
    yield media + "tile.png", panel(96, 96, 20, fade((96, 96), TILE_TOP, TILE, 24), TILE_EDGE)
    yield media + "card.png", panel(96, 96, 22, WHITE)
    yield media + "poster.png", panel(280, 420, 18, WHITE)
    yield media + "button.png", panel(96, 64, 16, BUTTON, TILE_EDGE)
    yield media + "button-focus.png", panel(96, 64, 16, ACCENT)
    yield media + "bar-back.png", panel(24, 12, 6, TRACK)
    yield media + "bar-fill.png", panel(24, 12, 6, ACCENT)
    yield media + "background.png", night(1920, 1080, 0.5)
    for name, picture in round_marks().items():
        yield f"{media}{name}.png", picture
    for name in MENU:
        yield f"{media}menu/{name}.png", menu_icon(name)
    yield "icon.png", icon()
    yield "fanart.jpg", fanart()


def contrast(one, other):
    """Compute the WCAG contrast of two colours."""

    def luminance(colour):
        parts = [c / 255 for c in rgb(colour)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def main():
    """Draw everything, or show the contrasts; fail when a text would be hard to read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contrast", action="store_true", help="only print the contrast of each text")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "resources", metavar="DIR")
    options = parser.parse_args()
    ratios = [(what, ink, ground, contrast(ink, ground)) for what, ink, ground in CONTRAST]
    for what, ink, ground, ratio in ratios if options.contrast else ():
        print(f"{ratio:5.1f}:1  {what} ({ink} on {ground})")
    if min(ratio for *_, ratio in ratios) < 4.5:
        raise SystemExit("a text has less contrast than 4.5:1; see --contrast")
    for place, picture in () if options.contrast else pictures():
        target = options.out / place
        target.parent.mkdir(parents=True, exist_ok=True)
        picture.save(target, optimize=True, quality=99, subsampling=0)


if __name__ == "__main__":
    main()
