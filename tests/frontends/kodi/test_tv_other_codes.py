"""Codes that the user did not ask for: Simkl's fresh ones, one from before a power cut, and that of another window."""

import contextlib
import itertools
import shutil
import subprocess
import sys

from tests.fakes.kodi import Do
from tests.frontends.kodi.tv import PROJECT, code_is_shown, press, sees, spelled

GONE = "The old code is no longer valid. Here is a new one."
LOST = "Simkl's approval may have been lost. Please enter the new code."
STILL_GOOD = "This code is still valid."


def shows(code, *words):
    """Return a look for this code, with words."""
    return lambda screen: code_is_shown(screen) and spelled(screen)[1] == code and sees(*words)(screen)


def is_linked(screen):
    """Look for the moment of success, with or without the name: the first window may still be asking for it."""
    return screen.property("view") == "linked"


def polled(tv):
    return [path.rpartition("/")[2] for path in tv.paths() if path.startswith("/oauth/pin/")]


def test_a_code_that_is_gone_is_replaced_and_the_window_says_why_until_another_one_is_asked_for(make_tv):
    tv = make_tv(codes=["FIRST", "FRESH"])
    tv.box.order("fresh_code")
    hang = Do(lambda: tv.box.order("hang", times=None))
    new = [*press("New code"), lambda screen: sees("Getting your code")(screen) and not sees(GONE)(screen), "back"]
    tv.link(shows("FIRST"), shows("FRESH", GONE), hang, *new)
    assert [code for code, _ in itertools.groupby(polled(tv))] in (["FIRST"], ["FIRST", "FRESH"])


def test_an_approval_whose_answer_got_lost_is_asked_for_once_more_and_the_window_says_why(make_tv):
    tv = make_tv(codes=["FIRST", "FRESH"])
    tv.box.order("lost_approval")
    tv.link(shows("FIRST"), tv.approve(), shows("FRESH", LOST), tv.approve(), sees("Linked as sample_viewer"))


def test_codes_that_keep_dying_end_it_with_a_reason(tv):
    tv.box.order("fresh_code", times=4)
    why = "Simkl keeps issuing codes that do not work. Wait a few minutes, then link again."
    tv.link(sees("The account could not be linked", why), "back")
    assert len(polled(tv)) == 4


def test_a_code_from_before_a_power_cut_is_shown_again_but_not_after_new_code(tmp_path, make_tv):
    tv = make_tv(codes=["FIRST", "NEXT2"])
    disk = tmp_path / "disk"  # what is on it while FIRST is on the screen is all that is left
    tv.link(shows("FIRST"), Do(lambda: shutil.copytree(tv.profile, disk)), "back")
    tv.restart(profile=disk)
    tv.link(shows("FIRST", STILL_GOOD), *press("New code"), shows("NEXT2"), tv.approve(), is_linked)
    assert tv.paths().count("/oauth/pin") == 2


@contextlib.contextmanager
def another_window(tv):
    """Have the sign-in window open in another process, for the same profile."""
    command = [sys.executable, "-m", "tests.frontends.kodi.another_kodi", str(tv.profile)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_second_window_goes_on_when_the_first_one_is_gone(tv):
    with another_window(tv) as first:
        code = first.stdout.readline().strip()
        tv.link(shows(code), Do(first.kill), shows(code, STILL_GOOD), tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 1
