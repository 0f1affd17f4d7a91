"""Codes that the user did not ask for: Simkl's fresh ones, one from before a power cut, and that of another window."""

import contextlib
import itertools
import shutil
import subprocess
import sys

import pytest

from tests.fakes.kodi import Do
from tests.frontends.kodi.tv import BOUND, PROJECT, code_is_shown, press, sees, spelled

GONE = "The old code is no longer valid. Here is a new one."
LOST = "Simkl's approval may have been lost. Please enter the new code."
STILL_GOOD = "This code is still valid."


def shows(code, *words):
    """Return a look for this code, with words."""
    return lambda screen: code_is_shown(screen) and spelled(screen)[1] == code and sees(*words)(screen)


def cannot_see(words):
    return lambda screen: not sees(words)(screen)


def is_linked(screen):
    """Look for the moment of success, with or without the name: the first window may still be asking for it."""
    return screen.property("view") == "linked"


def polled(tv):
    return [path.rpartition("/")[2] for path in tv.paths() if path.startswith("/oauth/pin/")]


def test_a_code_that_is_gone_is_replaced_and_the_window_says_why(make_tv):
    tv = make_tv(codes=["FIRST", "FRESH"])
    tv.box.order("fresh_code")
    tv.link(shows("FIRST"), shows("FRESH", GONE), tv.approve(), sees("Linked as sample_viewer"))
    assert [code for code, _ in itertools.groupby(polled(tv))] == ["FIRST", "FRESH"]


def test_an_approval_whose_answer_got_lost_is_asked_for_once_more_and_the_window_says_why(make_tv):
    tv = make_tv(codes=["FIRST", "FRESH"])
    tv.box.order("lost_approval")
    tv.link(shows("FIRST"), tv.approve(), shows("FRESH", LOST), tv.approve(), sees("Linked as sample_viewer"))


def test_the_reason_goes_away_once_another_code_is_asked_for(make_tv):
    tv = make_tv(codes=["FIRST", "FRESH"])
    tv.box.order("fresh_code")
    hang = Do(lambda: tv.box.order("hang", times=None))
    tv.link(shows("FRESH", GONE), hang, *press("New code"), sees("Getting your code"), cannot_see(GONE), "back")


def test_codes_that_keep_dying_end_it_with_a_reason(make_tv):
    tv = make_tv()
    tv.box.order("fresh_code", times=4)
    tv.link(
        sees(
            "The account could not be linked",
            "Simkl keeps issuing codes that do not work. Wait a few minutes, then link again.",
        ),
        "back",
    )
    assert len(polled(tv)) == 4


@pytest.fixture
def after_a_power_cut(tmp_path, make_tv):
    """A Kodi that lost its power while FIRST was on the screen: what was on disk then is what there is now."""
    tv = make_tv(codes=["FIRST", "NEXT2"])
    disk = tmp_path / "disk"
    tv.link(shows("FIRST"), Do(lambda: shutil.copytree(tv.profile, disk)), "back")
    tv.restart(profile=disk)
    return tv


def test_a_code_from_before_a_power_cut_is_shown_again(after_a_power_cut):
    tv = after_a_power_cut
    tv.link(shows("FIRST", STILL_GOOD), tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 1


def test_new_code_does_not_bring_the_code_from_before_the_power_cut_again(after_a_power_cut):
    after_a_power_cut.link(shows("FIRST", STILL_GOOD), *press("New code"), shows("NEXT2"), "back")


@contextlib.contextmanager
def another_window(tv):
    """Have the sign-in window open in another process, for the same profile."""
    command = [sys.executable, "-m", "tests.frontends.kodi.another_kodi", str(tv.profile)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_second_window_shows_the_code_of_the_first_and_ends_with_it(tv):
    with another_window(tv) as first:
        code = first.stdout.readline().strip()
        tv.link(shows(code), sees("Waiting for you to approve"), tv.approve(), is_linked)
        assert first.communicate(timeout=BOUND)[0] == "linked\n"
        assert first.returncode == 0
    assert tv.paths().count("/oauth/pin") == 1
    assert set(polled(tv)) == {code}


def test_a_second_window_goes_on_when_the_first_one_is_gone(tv):
    with another_window(tv) as first:
        code = first.stdout.readline().strip()
        tv.link(shows(code), Do(first.kill), shows(code, STILL_GOOD), tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 1
