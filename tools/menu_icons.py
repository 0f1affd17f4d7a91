"""The icons of the menu and of the listing of what waits: strokes of 18 on 256, quiet white with one accent."""

import math

from tools.shapes import ACCENT, TEXT, Shape, chain, paint

MENU = (
    "link", "unlink", "account", "settings", "info", "watching", "waiting", "test", "unknown", "refused", "retry",
    "done",
)  # fmt: skip


def _question():
    """Give the points of a question mark's bow, from its start to above the dot."""
    bow = [(128 + 34 * math.cos(math.radians(a)), 102 - 34 * math.sin(math.radians(a))) for a in range(170, -51, -10)]
    return [*bow, (128, 150)]


def menu_icon(name):
    """Draw one menu icon: strokes of 18 on 256, quiet white with one accent."""
    first, second, thick = Shape(256), Shape(256), 18
    if name == "link":
        first, second = chain((256, 256), (20, 42, 190, 156), (130, 94, 218, 216), thick, 7)
        first.line((62, 192), (94, 192), stroke=thick)
    elif name == "unlink":
        first.box(16, 36, 144, 124, 27, thick).line((48, 160), (76, 160), stroke=thick)
        second.box(164, 120, 240, 228, 27, thick)
        for x, y, step in ((178, 98, 20), (130, 146, -20)):
            first.line((x, y), (x + step, y - step), stroke=14)
    elif name == "account":
        first.box(44, 140, 212, 400, 84, thick).within(Shape(256).box(0, 0, 256, 212, 0))
        first.disc(53.5, 212, thick / 2).disc(202.5, 212, thick / 2)
        second.disc(128, 80, 48).disc(128, 80, 48 - thick, on=False)
    elif name == "settings":
        for y, knob in ((66, 168), (128, 92), (190, 152)):
            first.line((36, y), (220, y), stroke=thick).disc(knob, y, 34, on=False)
            second.disc(knob, y, 27).disc(knob, y, 11, on=False)
    elif name == "watching":
        first.box(20, 42, 236, 182, 27, thick).line((88, 214), (168, 214), stroke=thick)
        second.polygon((110, 88), (110, 136), (152, 112), corner=9)
    elif name == "waiting":
        first.disc(128, 128, 102).disc(128, 128, 102 - thick, on=False)
        second.line((128, 74), (128, 132), (168, 156), stroke=thick)
    elif name == "test":
        first.line((20, 128), (76, 128), stroke=thick).line((180, 128), (236, 128), stroke=thick)
        second.line((76, 128), (106, 56), (146, 200), (180, 128), stroke=thick)
    elif name == "retry":
        first.disc(128, 134, 92).disc(128, 134, 92 - thick, on=False)
        first.polygon((128, 134), (128, 0), (256, 0), (256, 110), corner=1, on=False).disc(128, 51, thick / 2)
        second.polygon((132, 22), (132, 80), (176, 51), corner=7)
    else:
        first.disc(128, 128, 102).disc(128, 128, 102 - thick, on=False)
        if name == "unknown":
            second.line(*_question(), stroke=20).disc(128, 186, 14)
        elif name == "refused":
            second.line((92, 92), (164, 164), stroke=20).line((164, 92), (92, 164), stroke=20)
        elif name == "done":
            second.line((84, 132), (116, 164), (174, 96), stroke=20)
        else:
            second.line((128, 122), (128, 178), stroke=22).disc(128, 82, 14)
    return paint((TEXT, first), (ACCENT, second))
