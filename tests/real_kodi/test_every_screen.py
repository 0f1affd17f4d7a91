"""The code fits and can be read in both skins that come with Kodi, at both usual sizes, however long Simkl makes it."""

import pytest

from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.tv import LINKED, WHO, tv_with_addon

# Together all letters and digits. Nine are what AUTH V2 will show.
ONE_HALF, OTHER_HALF = ["QO0D", "8B3E5", "G6CSZ2", "HWRA-PF71"], ["4IJ7", "1LTYV", "9UNMKX", "WVYU-MN2Z"]
SCREENS = [
    pytest.param((1280, 720), "skin.estuary", ONE_HALF, id="estuary-720"),
    pytest.param((1920, 1080), "skin.estuary", OTHER_HALF, id="estuary-1080"),
    pytest.param((1280, 720), "skin.estouchy", OTHER_HALF, id="estouchy-720"),
    pytest.param((1920, 1080), "skin.estouchy", ONE_HALF, id="estouchy-1080"),
]


@pytest.mark.parametrize("size, skin, codes", SCREENS)
def test_a_code_of_every_length_fits_and_can_be_read_and_scanned(
    size, skin, codes, with_addon, pictures, tmp_path, request
):
    screen = request.node.callspec.id
    with FakeSimkl(interval=1, codes=codes) as box:
        with tv_with_addon(tmp_path / "home", box, with_addon, pictures, size=size, skin=skin) as tv:
            tv.wait(tv.notified, "the welcome")  # which would lie over the margin of the QR code
            tv.wait_for_no_notification()
            assert tv.ask_to_link() == codes[0]
            for code, following in zip(codes, [*codes[1:], ""]):
                expect_to_see(tv, code, f"{screen}-{len(code)}")
                if following:
                    tv.choose("New code")
                    assert tv.wait_for_code() == following
            box.approve(codes[-1])
            tv.wait_for_label(WHO, LINKED)
            tv.picture(f"{screen}-linked")
            assert tv.complaints() == []


def expect_to_see(tv, code, name):
    seen = tv.wait_to_read(code, name)
    assert seen.height >= 1 / 10
    assert len(seen.tiles) == len(code.replace("-", ""))
    assert all(0 < left < right < 2 / 3 for left, right in seen.tiles)
    qr = tv.wait_to_scan(name)
    assert qr.text == f"{tv.box.url}/pin/{code}"
    assert qr.side >= 400 / 1080
    assert qr.quiet_zone >= 4
