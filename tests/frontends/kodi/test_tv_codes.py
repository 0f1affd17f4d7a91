"""A code comes to an end: the user wants another, it expires, Simkl gives a fresh one, or there was a power cut."""

import itertools
import shutil
import threading
import time

import pytest

from tests.fakes.kodi import Do
from tests.frontends.kodi.screen import boxes, code_is_shown, has_focus, press, seconds_left, sees, spelled
from tests.frontends.kodi.tv import ADDON_ID, AT_ONCE, BOUND

STILL_GOOD = "This code is still valid."
WELCOME = "Find it under Video add-ons"


def shows(code, *words):
    """Return a look for this code, with words."""
    return lambda screen: code_is_shown(screen) and spelled(screen)[1] == code and sees(*words)(screen)


def shows_no_code(screen):
    """Look for the window as it is while a code is on its way."""
    pictures = boxes(screen, "kodi-home/temp/")
    return sees("Getting your code")(screen) and seconds_left(screen) is None and pictures == []


def test_new_code_asks_for_a_fresh_one_again_and_again_and_nobody_polls_the_old_one_any_more(make_tv):
    codes = ["FIRST", "NEXT2", "NEXT3"]
    tv = make_tv(codes=codes)
    steps = [step for code in codes[1:] for step in (sees("14:57"), *press("New code"), shows(code))]
    tv.link(shows("FIRST"), *steps, sees("14:57"), tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 3
    polled = [path.rpartition("/")[2] for path in tv.paths() if path.startswith("/oauth/pin/")]
    assert [code for code, _ in itertools.groupby(polled)] == codes
    assert tv.box.too_fast == [] and len(tv.told()) == 1


def test_new_code_shows_at_once_that_it_is_on_its_way(make_tv):
    tv = make_tv(codes=["FIRST", "NEXT2"])
    hang = Do(lambda: tv.box.order("hang"))
    tv.link(shows("FIRST"), hang, *press("New code"), shows_no_code, has_focus("Cancel"), "back")


def test_new_code_gives_up_a_request_that_hangs_at_once_and_without_a_word_of_trouble(tv):
    order = tv.box.order("hang", path="/oauth/pin")
    began, said = [], []
    tv.link(
        sees("Getting your code"),
        Do(lambda: tv.box.wait_for(lambda: order.served)),
        Do(lambda: began.append(time.perf_counter())),
        *press("New code"),
        lambda screen: said.append(screen.property("trouble")) or code_is_shown(screen),
        "back",
    )
    assert time.perf_counter() - began[0] < AT_ONCE
    assert set(said) == {""}


def test_an_expired_code_says_so_is_not_renewed_through_the_night_and_new_code_is_marked_and_works(make_tv):
    tv = make_tv(expires_in=3)
    told = sees("The code has expired", "It was not approved in time. Get a new one when you are ready.")
    tv.link(told, tv.when(60), "back")
    assert tv.paths().count("/oauth/pin") == 1
    tv.link(told, has_focus("New code"), "select", code_is_shown, tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 3


LOST = "Simkl's approval may have been lost. Please enter the new code."
GONE = "The old code is no longer valid. Here is a new one."


@pytest.mark.parametrize(("order", "words"), [("fresh_code", GONE), ("lost_approval", LOST)])
def test_a_code_that_simkl_replaces_is_shown_with_the_reason_until_another_one_is_asked_for(make_tv, order, words):
    tv = make_tv(codes=["FIRST", "FRESH", "THIRD"])
    tv.box.order(order)
    replaced = [shows("FIRST"), tv.approve(), shows("FRESH", words)]
    tv.link(*replaced, *press("New code"), shows("THIRD"), lambda screen: not sees(words)(screen), "back")


def test_codes_that_keep_dying_end_it_with_a_reason(tv):
    tv.box.order("fresh_code", times=4)
    why = "Simkl keeps issuing codes that do not work. Wait a few minutes, then link again."
    tv.link(sees("The account could not be linked", why), "back")


# after a power cut


def cut_power(tv, tmp_path, *looks):
    """Have a code shown, and start again with what was on the disk then."""
    disk = tmp_path / "disk"
    tv.link(*looks, Do(lambda: shutil.copytree(tv.profile, disk)), "back")
    tv.restart(profile=disk)
    tv.box.journal.reset()
    return tv


def test_a_code_from_before_a_power_cut_is_shown_again_but_not_after_new_code(tmp_path, make_tv):
    tv = cut_power(make_tv(codes=["FIRST", "NEXT2"]), tmp_path, shows("FIRST"))
    steps = [*press("New code"), shows("NEXT2"), tv.approve()]
    tv.link(shows("FIRST", STILL_GOOD), *steps, lambda screen: screen.property("view") == "linked")
    assert tv.paths().count("/oauth/pin") == 1


def shut_down_once_polls_end(tv):
    pollers = [thread for thread in threading.enumerate() if thread.name == "simkl-link"]
    for thread in pollers:
        thread.join(BOUND)
    still = [thread for thread in pollers if thread.is_alive()]
    tv.kodi.abort()
    assert still == []


@pytest.fixture
def serve(monkeypatch):
    """Return the service, which here sleeps until Kodi ends: only the sign-in moves the clock, however slow it is."""

    def run(tv):
        monkeypatch.setattr("lib.kodi.service.POLL_SECONDS", 0.0)
        assert tv.run("") == 0
        assert [path for path in tv.paths() if path in ("/oauth/pin", "/oauth2/device")] == []
        assert tv.kodi.windows == []

    return run


@pytest.mark.parametrize("maker", ["make_tv", "make_new"], ids=["a PIN", "a device code"])
def test_the_service_notices_an_approval_and_tells_it(request, tmp_path, serve, maker):
    tv = cut_power(request.getfixturevalue(maker)(), tmp_path, code_is_shown)
    tv.box.approve_pending()
    tv.as_soon_as(tv.paths, lambda: shut_down_once_polls_end(tv))
    serve(tv)
    assert tv.account()["access_token"] == tv.box.tokens[0].token
    assert tv.toasts() == [WELCOME, "Linked as sample_viewer"]
    assert tv.told() == [(ADDON_ID, "linked")] and tv.state().linked is True


@pytest.mark.parametrize("refused", [False, True], ids=["expires", "is refused"])
def test_a_code_that_expires_or_is_refused_is_let_go_without_a_word(tv, tmp_path, serve, refused):
    cut_power(tv, tmp_path, code_is_shown)
    if refused:
        tv.box.order("status", status=412, error="client_id_failed")
    else:
        tv.as_soon_as(tv.paths, lambda: tv.kodi.clock.move_to(tv.now() + 900))
    tv.as_soon_as(tv.paths, lambda: shut_down_once_polls_end(tv))
    serve(tv)
    logged = "the code from before could not be used: Simkl does not accept this client ID"
    assert (tv.toasts(), logged in tv.kodi.log_text()) == ([WELCOME], refused)


def test_kodi_shuts_down_without_delay_while_the_service_polls(tv, tmp_path, serve):
    cut_power(tv, tmp_path, code_is_shown)
    order, began = tv.box.order("hang"), []
    tv.as_soon_as(lambda: order.served, lambda: (began.append(time.perf_counter()), tv.kodi.abort()))
    serve(tv)
    assert time.perf_counter() - began[0] < AT_ONCE
