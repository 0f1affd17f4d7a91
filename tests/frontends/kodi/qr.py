"""Reading a QR code back from its picture."""

import io

import segno
from PIL import Image


def expected(text):
    """Return the modules of the QR code of this text, row by row."""
    return [[bool(dark) for dark in row] for row in segno.make(text, error="m", micro=False).matrix]


def modules(png):
    """Read a QR code back: the dark modules, row by row, without the quiet zone around them."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 - grey).getbbox()
    run = next(n for n in range(1, picture.width) if picture.getpixel((left + n, top)) > 127)
    size = run // 7  # a finder pattern begins with seven dark modules
    quiet = min(left, top, picture.width - right, picture.height - bottom)
    assert quiet >= 3 * size  # the fourth is the card around it
    return [
        [picture.getpixel((x + size // 2, y + size // 2)) < 128 for x in range(left, right, size)]
        for y in range(top, bottom, size)
    ]
