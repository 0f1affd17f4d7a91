"""Draw the pictures of the set-up pages: what the webhook settings of each media server look like, in our own strokes.

    python -m tools.setup_pictures

They are schematic on purpose: where to click and what to tick, without anybody's logo or colours.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import NamedTuple

OUT = Path(__file__).resolve().parents[1] / "lib" / "web" / "static" / "setup"
ADDRESS = "http://192.168.1.10:8585/hook/…"
WIDTH, HEIGHT, LEFT = 680, 380, 210
OUTLINE = 'stroke="#33b5e5" stroke-width="2"'


class Picture(NamedTuple):
    """One settings page: the menu at its left, with what is chosen, and the rows at its right."""

    menu: tuple[str, ...]
    chosen: str
    title: str
    rows: tuple[tuple[str, str], ...]
    button: str


PICTURES = {
    "jellyfin": Picture(
        ("Dashboard", "Users", "Libraries", "Plugins", "Logs"),
        "Plugins",
        "Webhook",
        (
            ("button", "Add Generic Destination"),
            ("field", "Webhook Url"),
            ("ticks", "Playback Start|Playback Progress|Playback Stop|User Data Saved"),
            ("ticks", "Movies|Episodes"),
            ("ticks", "Send All Properties (ignores template)"),
        ),
        "Save",
    ),
    "plex": Picture(
        ("Account", "Privacy", "Devices", "Webhooks", "Network"),
        "Webhooks",
        "Webhooks",
        (("button", "Add Webhook"), ("field", "URL")),
        "Save Changes",
    ),
    "emby": Picture(
        ("Display", "Playback", "Subtitles", "Notifications", "Network"),
        "Notifications",
        "Webhooks",
        (
            ("field", "URL"),
            ("ticks", "Playback: all of them"),
            ("ticks", "Users: Mark Played|Users: Mark Unplayed"),
            ("ticks", "Limit to users: all of them"),
            ("button", "Send Test Notification"),
        ),
        "Save",
    ),
    "tautulli": Picture(
        ("General", "Web Interface", "Homepage", "Notification Agents", "Import"),
        "Notification Agents",
        "Webhook",
        (
            ("field", "Webhook URL"),
            ("ticks", "Playback Start|Playback Stop|Playback Pause|Playback Resume|Watched"),
            ("field", "JSON Data"),
        ),
        "Save",
    ),
}


def text(x: float, y: float, words: str, extra: str = "") -> str:
    """Return one line of text."""
    return f'<text x="{x}" y="{y}" {extra}>{escape(words)}</text>'


def draw(picture: Picture) -> str:
    """Return the SVG of one settings page."""
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="#0e1a21"/>',
        f'<path d="M0 12a12 12 0 0 1 12-12h{WIDTH - 24}a12 12 0 0 1 12 12v24H0z" fill="#15242d"/>',
        *(f'<circle cx="{20 + 18 * n}" cy="18" r="5" fill="#3b5563"/>' for n in range(3)),
        f'<path d="M{LEFT - 20} 36v{HEIGHT - 36}" stroke="#2b414c"/>',
    ]
    for number, entry in enumerate(picture.menu):
        y = 66 + 38 * number
        if entry == picture.chosen:
            parts.append(f'<rect x="10" y="{y - 20}" width="{LEFT - 40}" height="30" rx="7" fill="#0d4d68"/>')
        parts.append(text(22, y, entry, 'fill="#f0f5f8"' if entry == picture.chosen else 'fill="#a9bdc9"'))
    parts.append(text(LEFT, 70, picture.title, 'fill="#fff" font-size="19" font-weight="600"'))
    y = 92
    for kind, words in picture.rows:
        drawn, y = ROWS[kind](words, y)
        parts += drawn
    parts.append(f'<rect x="{WIDTH - 150}" y="{HEIGHT - 50}" width="130" height="34" rx="8" fill="#33b5e5"/>')
    parts.append(text(WIDTH - 85, HEIGHT - 28, picture.button, 'fill="#04141b" font-weight="600" text-anchor="middle"'))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, Roboto, Noto Sans, DejaVu Sans, sans-serif" font-size="14">'
    )
    return "\n".join([head, *parts, "</svg>", ""])


def button(words: str, y: float) -> tuple[list[str], float]:
    """Draw a button."""
    width = 24 + 7.6 * len(words)
    box = f'<rect x="{LEFT}" y="{y}" width="{width}" height="32" rx="8" fill="#15242d" {OUTLINE}/>'
    return [box, text(LEFT + 12, y + 21, words, 'fill="#f0f5f8"')], y + 44


def field(words: str, y: float) -> tuple[list[str], float]:
    """Draw a field that holds the address, or what is pasted."""
    value = ADDRESS if "url" in words.lower() else '{"source":"tautulli","event":"{action}", …'
    box = f'<rect x="{LEFT}" y="{y + 20}" width="{WIDTH - LEFT - 20}" height="32" rx="7" fill="#05080d" {OUTLINE}/>'
    return [
        text(LEFT, y + 13, words, 'fill="#a9bdc9"'),
        box,
        text(LEFT + 12, y + 41, value, 'fill="#7fd4f2" font-family="monospace"'),
    ], y + 64


def ticks(words: str, y: float) -> tuple[list[str], float]:
    """Draw ticked boxes, two in a row."""
    parts = []
    labels = words.split("|")
    for number, label in enumerate(labels):
        x, top = LEFT + 225 * (number % 2), y + 26 * (number // 2)
        parts.append(f'<rect x="{x}" y="{top}" width="17" height="17" rx="4" fill="#33b5e5"/>')
        parts.append(f'<path d="M{x + 4} {top + 9}l3 4 6-8" fill="none" stroke="#04141b" stroke-width="2.4"/>')
        parts.append(text(x + 25, top + 14, label, 'fill="#f0f5f8"'))
    return parts, y + 26 * ((len(labels) + 1) // 2) + 8


ROWS = {"button": button, "field": field, "ticks": ticks}


def main() -> None:
    """Write the pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        (OUT / f"{name}.svg").write_text(draw(picture), encoding="utf-8")


if __name__ == "__main__":
    main()
