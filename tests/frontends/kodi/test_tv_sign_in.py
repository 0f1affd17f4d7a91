"""The sign-in window, when all goes well: a code of any length to read and to scan, and a moment of success."""

import re
import stat
from pathlib import Path

import pytest
from PIL import Image

from lib.kodi.sign_in.window import SignInWindow
from lib.simkl.app import APP_VERSION
from tests.fakes.kodi import Do
from tests.frontends.kodi.screen import boxes, check_qr, code_is_shown, has_focus, seconds_left, sees, spelled, texts
from tests.frontends.kodi.tv import ADDON_ID, on_old_and_new_kodi

QR = 210


@on_old_and_new_kodi
def test_the_window_says_what_to_do_and_what_it_waits_for(tv):
    tv.box.order("hang")
    empty = Do(lambda: len(boxes(tv.kodi.top(), "tile.png")) >= 5 or pytest.fail("tiles are missing"))
    tv.link(lambda screen: sees("Getting your code")(screen) and tv.box.requests == [], empty, "back")
    assert spelled(tv.kodi.windows[0]) == []
    tv.box.clear_faults()
    how = sees("Link your Simkl account", "On your phone or computer, open", "and enter this code")
    more = sees("or scan this: the code is filled in", "Waiting for you to approve", "Not made by Simkl")
    tv.link(code_is_shown, how, more, has_focus("Cancel"), "back")


def test_address_code_and_qr_code_are_those_of_simkl_and_can_be_read_from_afar(tv):
    seen, codes = [], []

    def look():
        screen = tv.kodi.top()
        codes.append((screen.image(QR), Path(screen.image(QR)).read_bytes(), tv.box.codes[-1].user_code))
        seen[:] = [spelled(screen), *boxes(screen, "card.png"), *boxes(screen, "kodi-home/temp/")]

    for _ in range(2):
        tv.link(code_is_shown, Do(look), "back")
    (first, *_), (second, png, code) = codes
    modules = check_qr(png, f"{tv.box.url}/pin/{code}")
    assert first != second and tv.pictures_left() == []
    [words, (card_left, card_top, *_), (left, top, width, height, _)] = seen
    assert words == [f"{tv.box.url}/pin".partition("://")[2], code]
    assert width == height >= 600  # a third of the screen
    quiet_module = width / (modules + 2 * 3)
    assert min(left - card_left, top - card_top) >= quiet_module  # the fourth module of the quiet zone is the card's
    assert 1080 < left and left + width <= 1920 - 120 and 0 < top and top + height < 892


def test_seconds_and_bar_count_down(make_tv, monkeypatch):
    tv = make_tv(interval=5, expires_in=60)
    seen, tick = {}, SignInWindow.tick

    def noted(window):
        """Look at once, in the thread that moves the clock: whoever watches may be late."""
        began = tv.now()
        tick(window)
        left = seconds_left(tv.kodi.top())
        if left is not None and tv.now() == began:
            seen.setdefault(left, []).append((tv.now(), tv.kodi.top().control(203).getWidth()))

    monkeypatch.setattr(SignInWindow, "tick", noted)
    tv.link(code_is_shown, lambda screen: 30 in seen, "back")
    began, whole = seen[60][0]
    assert list(seen) == sorted(seen, reverse=True)
    assert len(seen) > 25
    for shown, (at, width) in [(shown, each) for shown, found in seen.items() for each in found]:
        left = 60 - (at - began)
        assert 0 <= shown - left < 1
        assert width == pytest.approx(whole * left / 60, abs=1)


@pytest.mark.parametrize(("version", "on_screen"), [(19, ADDON_ID), (21, "plugin.video.x")])
def test_an_approval_shows_name_and_avatar_for_two_seconds_and_refreshes_our_list(make_tv, version, on_screen):
    tv = make_tv(version=version, init_times=2)
    tv.kodi.info_labels["Container.PluginName"] = on_screen
    shown = []

    def succeeds(screen):
        shown.extend([tv.now()] * sees("Linked as sample_viewer")(screen))
        return shown != []

    tv.link(code_is_shown, tv.approve(), succeeds)
    screen = tv.kodi.windows[0]
    assert tv.now() == pytest.approx(shown[0] + 2)
    assert texts(screen) == ["Linked as sample_viewer", "This Kodi now belongs to your Simkl account."]
    [(*_, picture)] = boxes(screen, "http://")
    assert picture == f"{tv.box.url}/avatars/90/90000001abcdef/user_100.jpg"
    assert ("Container.Refresh" in [call.name for call in tv.kodi.builtins]) is (on_screen == ADDON_ID)
    assert tv.paths().count("/oauth/pin") == 1 and tv.box.too_fast == []  # though Kodi fills the window twice


def test_the_token_is_in_the_profile_closed_to_others_and_everybody_is_told(tv):
    tv.data.mkdir(parents=True, mode=0o755)
    tv.link(code_is_shown, tv.approve())
    assert tv.told() == [(ADDON_ID, "linked")]
    assert re.fullmatch(r"Linked as sample_viewer since \d\d/\d\d/\d{4}", tv.state().account_line)
    assert (tv.state().linked, tv.state().nameless) == (True, False)
    account = tv.account()
    assert (account["access_token"], account["client_id"]) == (tv.box.tokens[0].token, tv.box.client_id)
    assert account["user"] == {"id": 900001, "name": "sample_viewer", "type": "free"}
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tv.settings_file, tv.data)] == [0o600, 0o700]


def test_polls_keep_the_interval_and_say_who_asks(make_tv):
    tv = make_tv(interval=5, slow_down=True)
    tv.link(code_is_shown, sees("14:40"), tv.approve())
    polls = [request.at for request in tv.box.requests if request.path.startswith("/oauth/pin/")]
    assert all(later - earlier >= 5 for earlier, later in zip(polls, polls[1:]))
    assert tv.account() and tv.box.too_fast == [] and tv.box.unattributed == []
    agent = f"simkl-link/{APP_VERSION} (Kodi {tv.kodi.version}.0; posix)"
    assert {request.headers["User-Agent"] for request in tv.box.requests} == {agent}


# where the letters go: a code of any length reads from across the room, and nothing lies on top of anything else


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
