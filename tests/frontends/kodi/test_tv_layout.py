"""Where the letters go: a code of any length reads from across the package.

And nothing lies on top of anything else.
"""

import functools
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes.kodi import Do
from tests.frontends.kodi.screen import boxes, seconds_left, sees, spelled

LEFT, RIGHT = 120, 1080  # the left column, beside the QR code
ADDRESS_ENDS, BUTTONS = 400, 892
A_TENTH_OF_THE_SCREEN = 108
ADDRESS_LABEL, CODE_LABEL = 211, 212


@functools.lru_cache(maxsize=None)
def ink(picture):
    """Return the first row and the one after the last that hold ink, as parts of the picture's height."""
    opened = Image.open(picture).convert("RGBA")
    _, top, _, bottom = opened.getchannel("A").getbbox()
    return top / opened.height, bottom / opened.height


def drawn(tv, **answer):
    """Link until the code is shown, and return the window as it stands then."""
    if answer:
        tv.box.order("answer", path="/oauth/pin", body={"result": "OK", "expires_in": 900, "interval": 5, **answer})
    seen = {}

    def note():
        screen = tv.kodi.top()
        seen.update(
            lines=spelled(screen),
            glyphs=boxes(screen, "/glyphs/"),
            tiles=[box for box in boxes(screen, "tile.png") if box[0] < RIGHT],
            address=screen.label(ADDRESS_LABEL),
            code=screen.label(CODE_LABEL),
            words=[(*c._absolute(), c.getWidth(), c.getHeight()) for c in labels(screen)],
        )

    tv.link(lambda screen: seconds_left(screen) is not None, sees("Waiting for you to approve"), Do(note), "back")
    return seen


def labels(screen):
    """Return the texts of the left column that hold something to read."""
    found = [one for one in screen.window._controls if one._kind in ("label", "button") and one._is_shown(screen)]
    return [one for one in found if screen._text(one) and one._absolute()[0] < RIGHT]


def overlap(one, other):
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))


def inside(inner, outer):
    return all(
        outer[axis] <= inner[axis] and inner[axis] + inner[axis + 2] <= outer[axis] + outer[axis + 2] for axis in (0, 1)
    )


CODES = ["WMWM8", "ABCD-EFGH", "A", "ABC DEF", "ABCDEFGHIJKL"]


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_spelled_as_it_came_in_large_letters_on_tiles_of_its_own_inside_the_left_column(make_tv, code):
    seen = drawn(make_tv(), user_code=code)
    assert seen["lines"][1] == code.replace(" ", "")
    letters = [box for box in seen["glyphs"] if box[1] > ADDRESS_ENDS and not box[4].endswith("u002d.png")]
    assert len(seen["tiles"]) == len(letters) == len(code.replace("-", "").replace(" ", ""))
    for tile in seen["tiles"]:
        assert LEFT <= tile[0] and tile[0] + tile[2] <= RIGHT and tile[1] + tile[3] <= BUTTONS
        assert [other for other in seen["tiles"] if overlap(tile, other)] == [tile]
        assert [words for words in seen["words"] if overlap(tile, words)] == []
        assert len([letter for letter in letters if inside(letter, tile)]) == 1
    for _, _, _, height, picture in [letter for letter in letters if _is_tall(letter[4])] if len(code) < 10 else []:
        top, bottom = ink(picture)
        assert height * (bottom - top) >= A_TENTH_OF_THE_SCREEN


def _is_tall(picture):
    character = chr(int(Path(picture).stem[1:], 16))
    return character.isdigit() or character.isupper()


@pytest.mark.parametrize(
    "address", ["simkl.com/pin", "a-rather-long-name.for-a-site.example.org/settings/connected-devices/pin"]
)
def test_the_address_is_spelled_in_one_line_inside_the_left_column(make_tv, address):
    seen = drawn(make_tv(), user_code="K7Q2X", verification_uri=f"https://{address}/")
    assert seen["lines"] == [address, "K7Q2X"]
    letters = sorted(box for box in seen["glyphs"] if not any(inside(box, tile) for tile in seen["tiles"]))
    assert len(letters) == len(address)
    assert LEFT - 8 <= letters[0][0] and letters[-1][0] + letters[-1][2] <= RIGHT
    assert [box for box in letters if any(overlap(box, other) for other in [*seen["tiles"], *seen["words"]])] == []


def test_letters_that_have_no_picture_are_written_out(make_tv):
    seen = drawn(make_tv(), user_code="ÄB✓2", verification_uri="https://sïmkl.example/pin")
    assert (seen["code"], seen["address"]) == ("ÄB✓2", "sïmkl.example/pin")
    assert seen["tiles"] == seen["lines"] == []


def test_what_is_easily_mistaken_looks_different(make_tv):
    code = "0O1Il"
    letters = sorted(box for box in drawn(make_tv(), user_code=code)["glyphs"] if box[1] > ADDRESS_ENDS)
    pictures = [Image.open(picture).convert("RGBA").getchannel("A").tobytes() for *_, picture in letters]
    drawings = dict(zip(code, pictures))
    for pair in ("0O", "1I", "1l", "Il"):
        first, second = (drawings[letter] for letter in pair)
        assert sum(abs(a - b) > 127 for a, b in zip(first, second)) > 0.02 * len(first)
