"""The whole way of a person: read the code off the TV, type it on a phone, press Allow, and look at the TV again."""

import pytest

from tests.real_kodi.phone import phone
from tests.real_kodi.reading import code_on
from tests.real_kodi.tv import WHO

KODI = {"size": (1920, 1080)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with phone(tmp_path_factory.mktemp("phone")) as started:
        yield started


def test_a_code_typed_on_a_phone_links_the_tv(tv, browser, pictures):
    tv.dismiss_notification()
    tv.wait_to_read(tv.ask_to_link(), "phone-tv-code")
    on_the_tv = tv.picture("phone-tv-code", still=True)
    read = code_on(on_the_tv).text

    browser.open(f"{tv.box.url}/pin")
    browser.wait_for_heading("Enter the code")
    browser.type(f" {read[:2].lower()} {read[2:].lower()}")
    browser.picture(pictures / "phone-1-typed.png")
    assert not browser.overflows()
    browser.press("Continue")
    browser.wait_for_heading("Link simkl-link to your account?")
    assert read in browser.text()
    browser.picture(pictures / "phone-2-consent.png")
    assert not browser.overflows()
    browser.press("Allow")
    browser.wait_for_heading("Done. Look at your TV.")
    browser.picture(pictures / "phone-3-done.png")

    tv.wait_for_label(WHO, "Linked as sample_viewer")
    tv.wait_for_home()
    assert tv.account()["access_token"] == tv.box.tokens[0].token


def test_a_scanned_code_is_filled_in(tv, browser, pictures):
    code = tv.ask_to_link()
    tv.wait_to_read(code, "phone-tv-scanned")
    browser.open(tv.wait_to_scan("phone-tv-scanned").text)
    browser.wait_for_heading("Enter the code")
    browser.press("Continue")
    browser.wait_for_heading("Link simkl-link to your account?")
    assert code in browser.text()
    browser.press("Allow")
    browser.wait_for_heading("Done. Look at your TV.")
    tv.wait_for_label(WHO, "Linked as sample_viewer")
    tv.wait_for_home()
    assert tv.complaints() == []
