"""Kodi ends while a code is shown: by its power menu, by its menu with a request that hangs, and by a power cut."""

import pytest

from tests.real_kodi.tv import LINKED


def test_after_a_power_cut_the_window_shows_the_code_that_is_still_good(tv):
    code = tv.ask_to_link()
    tv.kodi.kill()
    starts = tv.asked()
    tv.kodi.start()
    tv.run("link")
    tv.wait_for_window()
    tv.wait_to_read(code, "resumed-code")
    assert tv.asked() == starts
    tv.kodi.quit()  # which forgets the code


@pytest.mark.parametrize("hangs", [False, True], ids=["a code is shown", "a request hangs"])
def test_kodi_ends_without_killing_a_sign_in_which_forgets_its_code(tv, hangs):
    code = tv.ask_to_link()
    if hangs:
        hanging = tv.box.order("hang", times=None, path=f"/oauth/pin/{code}")
        tv.box.wait_for(lambda: hanging.served)
    tv.kodi.quit()
    assert tv.complaints() == []
    assert list(tv.settings_file.parent.glob("*.code")) == []
    assert tv.box.too_fast == []


def test_after_a_power_cut_an_approval_is_noticed_quietly(tv):
    looks = tv.remember_notification(LINKED)
    code = tv.ask_to_link()
    tv.box.wait_for(lambda: tv.asked(code))
    tv.kodi.kill()
    asked, starts = tv.asked(code), tv.asked()
    tv.kodi.start()
    tv.box.wait_for(lambda: tv.asked(code) > asked)
    assert tv.kodi.at_rest()
    assert not tv.notified()
    tv.box.approve(code)
    tv.wait_for_notification(looks, "resumed-linked")
    assert tv.kodi.at_rest()
    assert tv.account()["access_token"] == tv.box.tokens[0].token
    assert tv.account_line().startswith(LINKED)
    assert tv.asked() == starts
    assert tv.leaked() == []
    assert tv.complaints() == []
