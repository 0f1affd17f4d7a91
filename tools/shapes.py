"""What the pictures are made of: colours, stencils of lines, boxes and discs, and how they are laid over each other."""

import math

from PIL import Image, ImageChops, ImageDraw

NIGHT, DEEP, GLOW = "#04080e", "#07151d", "#0c2a39"
TILE, TILE_TOP, TILE_EDGE = "#14222c", "#1a2c38", "#24404f"
ACCENT, FRESH, AMBER, SLATE = "#35b6e9", "#3ed598", "#f6b545", "#29404e"
BUTTON, TRACK, WHITE, TEXT, QUIET, INK = "#16252f", "#1d303c", "#ffffff", "#d5e2ea", "#a3b7c3", "#04131b"

FINE = 4  # everything is drawn this many times larger, then made smaller: smooth edges


class Shape:
    """A stencil, drawn in picture coordinates; what is drawn later can also cut away (`on=False`)."""

    def __init__(self, width, height=None):
        self.size = (width, height or width)
        self.image = Image.new("L", (self.size[0] * FINE, self.size[1] * FINE), 0)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, x0, y0, x1, y1, radius, stroke=None, on=True):
        """Draw a rounded box, filled, or as an outline of `stroke` inside its edge."""
        self.pen.rounded_rectangle((x0 * FINE, y0 * FINE, x1 * FINE - 1, y1 * FINE - 1), radius * FINE, fill=255 * on)
        if stroke:
            self.box(x0 + stroke, y0 + stroke, x1 - stroke, y1 - stroke, max(radius - stroke, 0), on=not on)
        return self

    def disc(self, x, y, radius, on=True):
        """Draw a filled circle."""
        x0, y0, x1, y1 = ((x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE - 1, (y + radius) * FINE - 1)
        self.pen.ellipse((x0, y0, x1, y1), fill=255 * on)
        return self

    def line(self, *points, stroke, on=True):
        """Draw straight lines from point to point, with round ends and corners."""
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            long = math.hypot(x1 - x0, y1 - y0) * 2 / stroke
            dx, dy = (y1 - y0) / long, (x0 - x1) / long
            around = ((x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy))
            self.pen.polygon([(x * FINE - 0.5, y * FINE - 0.5) for x, y in around], fill=255 * on)
        for x, y in points:
            self.disc(x, y, stroke / 2, on)
        return self

    def polygon(self, *points, corner, on=True):
        """Draw a filled polygon whose corners are rounded by `corner`."""
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=255 * on)
        return self.line(*points, points[0], stroke=corner * 2, on=on)

    def minus(self, other):
        """Cut another stencil out of this one."""
        self.image.paste(ImageChops.subtract(self.image, other.image))
        return self

    def within(self, other):
        """Keep only what lies inside another stencil."""
        self.image.paste(ImageChops.darker(self.image, other.image))
        return self

    def mask(self):
        """Give the stencil at its true size, without the faint echoes that LANCZOS leaves beside an edge."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        return small.point([0 if a < 6 else 255 if a > 249 else a for a in range(256)])


def paint(*layers):
    """Lay (colour or picture, stencil) over one another; the empty part keeps the first colour, so no dark fringe."""
    size = layers[0][1].size
    fills = [fill if isinstance(fill, Image.Image) else Image.new("RGB", size, fill) for fill, _ in layers]
    picture = fills[0].convert("RGBA")
    picture.putalpha(0)
    for fill, (_, shape) in zip(fills, layers):
        layer = fill.convert("RGBA")
        layer.putalpha(shape.mask())
        picture.alpha_composite(layer)
    return picture


def rgb(colour):
    """Split `#rrggbb` into its three numbers."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def fade(size, top, bottom, depth):
    """Make a picture that goes from `top` to `bottom` over `depth` rows and stays there."""
    parts = [min(y / depth, 1) for y in range(size[1])]
    rows = [round(a + (b - a) * part) for part in parts for a, b in zip(rgb(top), rgb(bottom))]
    column = Image.frombytes("RGB", (1, size[1]), bytes(rows))
    return column.resize(size, Image.Resampling.NEAREST)


def chain(size, tv, phone, stroke, gap):
    """Draw a TV and a phone as two links of one chain: over at the first crossing, under at the second."""

    def outline(box, more=0):
        x0, y0, x1, y1 = box
        return Shape(*size).box(x0 - more, y0 - more, x1 + more, y1 + more, stroke * 1.5 + more, stroke + 2 * more)

    def crossing(x, y):
        return Shape(*size).box(x - gap - 1, y - gap - 1, x + stroke + gap + 1, y + stroke + gap + 1, 0)

    over, under = crossing(tv[2] - stroke, phone[1]), crossing(phone[0], tv[3] - stroke)
    return outline(tv).minus(outline(phone, gap).within(under)), outline(phone).minus(outline(tv, gap).within(over))
