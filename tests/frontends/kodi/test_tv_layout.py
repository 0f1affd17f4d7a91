"""Where the letters go: a code of any length reads from across the package.

And nothing lies on top of anything else.
"""


import pytest
from PIL import Image

from tests.fakes.kodi import Do
from tests.frontends.kodi.screen import boxes, seconds_left, sees, spelled

LEFT, RIGHT = 120, 1080  # the left column, beside the QR code
ADDRESS_ENDS, BUTTONS = 400, 892


def drawn(tv, **answer):
    """Link until the code is shown, and return the window as it stands then."""
    tv.box.order("answer", path="/oauth/pin", body={"result": "OK", "expires_in": 900, "interval": 5, **answer})
    seen = {}

    def note():
        screen = tv.kodi.top()
        shown = [one for one in screen.window._controls if one._kind in ("label", "button") and one._is_shown(screen)]
        words = [one for one in shown if screen._text(one) and one._absolute()[0] < RIGHT]
        seen.update(
            lines=spelled(screen),
            glyphs=boxes(screen, "/glyphs/"),
            tiles=[box[:4] for box in boxes(screen, "tile.png") if box[0] < RIGHT],
            labels=(screen.label(211), screen.label(212)),
            words=[(*one._absolute(), one.getWidth(), one.getHeight()) for one in words],
        )

    tv.link(lambda screen: seconds_left(screen) is not None, sees("Waiting for you to approve"), Do(note), "back")
    return seen


def overlap(one, other):
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))


def inside(inner, outer):
    return all(
        outer[axis] <= inner[axis] and inner[axis] + inner[axis + 2] <= outer[axis] + outer[axis + 2] for axis in (0, 1)
    )


def ink(picture):
    """Return which part of the picture's height holds ink."""
    opened = Image.open(picture).convert("RGBA")
    _, top, _, bottom = opened.getchannel("A").getbbox()
    return (bottom - top) / opened.height


@pytest.mark.parametrize("code", ["WMWM8", "ABCD-EFGH", "A", "ABC DEF", "ABCDEFGHIJKL"])
def test_a_code_is_spelled_as_it_came_in_large_letters_on_tiles_of_its_own_inside_the_left_column(make_tv, code):
    seen = drawn(make_tv(), user_code=code)
    assert seen["lines"][1] == code.replace(" ", "")
    letters = [box for box in seen["glyphs"] if box[1] > ADDRESS_ENDS and not box[4].endswith("u002d.png")]
    assert len(seen["tiles"]) == len(letters) == len(code.replace("-", "").replace(" ", ""))
    for tile in seen["tiles"]:
        assert LEFT <= tile[0] and tile[0] + tile[2] <= RIGHT and tile[1] + tile[3] <= BUTTONS
        assert [other for other in [*seen["tiles"], *seen["words"]] if overlap(tile, other)] == [tile]
        assert len([letter for letter in letters if inside(letter, tile)]) == 1
    if len(code) < 10:
        assert min(height * ink(picture) for _, _, _, height, picture in letters) >= 108  # a tenth of the screen


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
    assert seen["labels"] == ("sïmkl.example/pin", "ÄB✓2")
    assert seen["tiles"] == seen["lines"] == []


def test_what_is_easily_mistaken_looks_different(make_tv):
    code = "0O1Il"
    letters = sorted(box for box in drawn(make_tv(), user_code=code)["glyphs"] if box[1] > ADDRESS_ENDS)
    drawings = dict(zip(code, (Image.open(path).convert("RGBA").getchannel("A").tobytes() for *_, path in letters)))
    for pair in ("0O", "1I", "1l", "Il"):
        first, second = (drawings[letter] for letter in pair)
        assert sum(abs(a - b) > 127 for a, b in zip(first, second)) > 0.02 * len(first)
