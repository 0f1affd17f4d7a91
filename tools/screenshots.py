"""Take the screenshots of Simkl Link from a real Kodi: `python -m tools.screenshots`.

They go to `resources/screenshots`: four of 1920 x 1080 and below 750 KB, as Kodi's repository wants them, and one of
the TV beside the phone that links it, in `docs`. Simkl is played by a fake server, and the phone says so; its answer
names the address that Simkl's own answer names, so the code on the TV is made up and the address is not. Needs what
`make kodi` needs.
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

import requests
from PIL import Image, ImageDraw

from lib.simkl.app import APP_NAME, APP_VERSION
from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.phone import Phone, phone
from tests.real_kodi.tv import ADDON_ID, WHO, Tv, home_with_addon, tv_with_addon
from tests.real_kodi.versions import KODI_20
from tools.build_zip import build

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "screenshots"
LARGEST = 750_000
CODE = "K7Q2M"
ADDRESS = "https://simkl.com/pin"
BACKDROP, RIM_COLOUR = "#0b1218", "#33424d"
HEIGHT, MARGIN, RIM = 720, 48, 8


def main() -> int:
    """Link a Kodi with a phone and keep pictures of it."""
    with tempfile.TemporaryDirectory() as folder, FakeSimkl(interval=1, codes=[CODE]) as box, phone(
        Path(folder)
    ) as browser:
        pictures = Path(folder) / "pictures"
        installed = home_with_addon(Path(folder) / "installed", build(Path(folder), box.client_id), KODI_20)
        with tv_with_addon(Path(folder) / "home", box, installed, pictures, size=(1920, 1080)) as tv:
            tv.wait_for_no_notification()
            code = code_on_the_tv(tv)
            typed = link_with(browser, tv, pictures / "phone.png")
            taken = [code, linked(tv), menu(tv), rating(tv, pictures / "poster.png")]
        side_by_side(code, typed, pictures / "both.png")
        for number, picture in enumerate(taken, 1):
            print(saved(picture, TARGET / f"screenshot-{number}.jpg"))
        print(saved(pictures / "both.png", ROOT / "docs" / "tv-and-phone.jpg"))
    return 0


def code_on_the_tv(tv: Tv) -> Path:
    """Take the picture of the code, with Simkl's own address on it."""
    start = f"{tv.box.url}/oauth/pin"
    identity = {"client_id": tv.box.client_id, "app-name": APP_NAME, "app-version": APP_VERSION}
    answer = requests.get(start, identity, timeout=60).json()
    tv.box.order("answer", body={**answer, "verification_uri": ADDRESS, "verification_url": ADDRESS})
    tv.run("link")
    tv.wait_for_window()
    tv.wait_to_read(CODE, "code")
    tv.box.wait_for(lambda: tv.asked(CODE))
    picture = tv.picture("code", still=True)
    assert tv.wait_to_scan("code").text == f"{ADDRESS}/{CODE}"
    return picture


def link_with(browser: Phone, tv: Tv, path: Path) -> Path:
    """Type the code on the phone, keep a picture of that, and allow the link."""
    browser.open(f"{tv.box.url}/pin")
    browser.wait_for_heading("Enter the code")
    browser.type(CODE)
    browser.picture(path)
    browser.press("Continue")
    browser.wait_for_heading("to your account?")
    browser.press("Allow")
    return path


def linked(tv: Tv) -> Path:
    """Take the picture of the moment after that."""
    tv.wait_for_label(WHO, "Linked as sample_viewer")
    picture = tv.picture("linked", still=True)
    tv.wait_for_home()
    return picture


def menu(tv: Tv) -> Path:
    """Take the picture of the menu."""
    entries = tv.open_menu()
    tv.go_to(entries[0])
    return tv.picture("menu", still=True)


def rating(tv: Tv, poster: Path) -> Path:
    """Take the picture of the question after a film that is made up, with a poster that is."""
    draw_poster(poster)
    film = [{"kind": "movie", "title": "The Glass Harbour", "year": 2018}, str(poster)]
    tv.kodi.key("Home")
    tv.wait_for_home()
    described = base64.urlsafe_b64encode(json.dumps(film).encode()).decode().rstrip("=")
    tv.kodi.send(f"RunScript({ADDON_ID},rate,{described})")
    tv.wait_for_window()
    picture = tv.picture("rating", still=True)
    tv.kodi.key("Back")
    tv.wait_for_home()
    return picture


def draw_poster(path: Path) -> None:
    """Draw a sun over a harbour."""
    poster = Image.new("RGB", (400, 600))
    drawing = ImageDraw.Draw(poster)
    for row in range(600):
        drawing.line([(0, row), (400, row)], fill=(24 + row // 6, 36 + row // 9, 92 + row // 7))
    drawing.ellipse([120, 150, 280, 310], fill=(246, 181, 69))
    drawing.polygon([(0, 600), (0, 400), (150, 300), (290, 430), (400, 350), (400, 600)], fill=(20, 40, 48))
    poster.save(path)


def side_by_side(tv: Path, handheld: Path, path: Path) -> Path:
    """Put a picture of the TV and one of the phone next to each other, each with a rim, and return the path of that."""
    pictures = [_shrunk(tv), _shrunk(handheld)]
    both = Image.new("RGB", (sum(each.width for each in pictures) + 3 * MARGIN, HEIGHT + 2 * MARGIN), BACKDROP)
    pen, x = ImageDraw.Draw(both), MARGIN
    for each in pictures:
        frame = (x - RIM, MARGIN - RIM, x + each.width + RIM - 1, MARGIN + HEIGHT + RIM - 1)
        pen.rounded_rectangle(frame, radius=2 * RIM, fill=RIM_COLOUR)
        both.paste(each, (x, MARGIN))
        x += each.width + MARGIN
    both.save(path)
    return path


def _shrunk(picture: Path) -> Image.Image:
    with Image.open(picture) as opened:
        size = (round(opened.width * HEIGHT / opened.height), HEIGHT)
        return opened.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def saved(picture: Path, path: Path) -> Path:
    """Save a picture as JPEG; ValueError when it is too large for Kodi's repository."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(picture) as opened:
        opened.convert("RGB").save(path, quality=92, optimize=True, progressive=True)
    if path.stat().st_size >= LARGEST:
        raise ValueError(f"{path} has {path.stat().st_size} bytes; it must have fewer than {LARGEST}")
    return path


if __name__ == "__main__":
    sys.exit(main())
