"""Kodi ends while a code is shown: by its power menu, by its menu with a request that hangs, and by a power cut."""

from statistics import median

import pytest

from tests.real_kodi.real_kodi import HOME_WINDOW

ROUNDS = 3
NO_LONGER = 3.0  # seconds that a sign-in may add to Kodi's end, on a busy machine; Kodi kills what takes 5 s
LINKED = "Linked as sample_viewer"


def nothing_open(tv):
    pass


def a_code_is_shown(tv):
    tv.ask_to_link()


def a_request_hangs(tv):
    code = tv.ask_to_link()
    hanging = tv.box.order("hang", times=None, path=f"/oauth/pin/{code}")
    tv.box.wait_for(lambda: hanging.served)


@pytest.fixture(scope="module")
def usual(installed):
    """The median of the seconds that this Kodi takes to end with nothing open, and how to measure others."""

    def seconds(prepare):
        taken = []
        for _ in range(ROUNDS):
            prepare(installed)
            taken.append(installed.kodi.quit())
            installed.box.clear_faults()
            installed.kodi.start()
        print(f"quit, {prepare.__name__}: median {median(taken):.2f} s of {[round(each, 2) for each in taken]}")
        return median(taken)

    return seconds(nothing_open), seconds


def test_after_a_power_cut_the_window_shows_the_code_that_is_still_good(tv):
    code = tv.ask_to_link()
    tv.kodi.kill()
    starts = tv.asked()
    tv.kodi.start()
    tv.run("link")
    tv.wait_for_window()
    tv.wait_to_read(code, "resumed-code")
    assert tv.asked() == starts


@pytest.mark.parametrize("prepare", [a_code_is_shown, a_request_hangs])
def test_kodi_ends_as_quickly_as_without_a_sign_in(tv, usual, prepare):
    without, seconds = usual
    assert seconds(prepare) - without <= NO_LONGER
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
    assert tv.kodi.window()["id"] == HOME_WINDOW
    assert not tv.kodi.infoboolean("System.HasActiveModalDialog")
    assert not tv.notified()
    tv.box.approve(code)
    tv.wait_for_notification(looks, "resumed-linked")
    assert tv.kodi.window()["id"] == HOME_WINDOW
    assert tv.account()["access_token"] == tv.box.tokens[0].token
    assert tv.account_line().startswith(LINKED)
    assert tv.asked() == starts


def test_the_log_is_clean_and_keeps_the_secrets(tv):
    assert len(tv.codes) >= 4
    assert tv.leaked() == []
    assert tv.complaints() == []
