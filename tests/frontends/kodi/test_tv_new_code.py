"""A code on the screen can come to an end: the user wants another, it expires, or Simkl gives a fresh one."""

import itertools
import time

from tests.fakes.kodi import Do, UserScript
from tests.frontends.kodi.tv import AT_ONCE, boxes, code_is_shown, has_focus, press, seconds_left, sees, spelled

QR = 210


def shows(code):
    """Return a look for this code."""
    return lambda screen: code_is_shown(screen) and spelled(screen)[1] == code


def shows_no_code(screen):
    """Look for the window as it is while a code is on its way."""
    pictures = boxes(screen, "kodi-home/temp/")
    return sees("Getting your code")(screen) and seconds_left(screen) is None and pictures == []


def polled(tv):
    """Return the codes that were polled, in order."""
    return [path.rpartition("/")[2] for path in tv.paths() if path.startswith("/oauth/pin/")]


def test_new_code_asks_for_a_fresh_one_again_and_again_and_nobody_polls_the_old_one_any_more(make_tv):
    codes = ["FIRST", "NEXT2", "NEXT3"]
    tv = make_tv(codes=codes)
    steps = [step for code in codes[1:] for step in (sees("14:57"), *press("New code"), shows(code))]
    tv.link(shows("FIRST"), *steps, sees("14:57"), tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 3
    assert [code for code, _ in itertools.groupby(polled(tv))] == codes
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


def test_new_code_pressed_while_a_code_is_being_drawn_leaves_nothing_of_it(make_tv, monkeypatch):
    tv = make_tv(codes=["FIRST", "NEXT2"])
    shown = []

    def note(screen):
        shown.append((spelled(screen)[1:], screen.image(QR)))
        return shows("NEXT2")(screen)

    with tv.inside():
        import segno

        make = segno.make

        def slowly(address, **options):
            if address.endswith("FIRST"):
                with tv.kodi.changes:
                    tv.kodi.changes.wait_for(lambda: spelled(tv.kodi.top())[1:] == [], 0.3)
            return make(address, **options)

        monkeypatch.setattr(segno, "make", slowly)
        steps = [lambda screen: len(spelled(screen)) == 2, *press("New code"), note, "back"]
        tv.kodi.user = UserScript(steps)
        tv.kodi.run(["plugin.py", "link"])
    cleared = next(place for place, (code, _) in enumerate(shown) if not code)
    assert len({picture for _, picture in shown[cleared:]} - {""}) == 1


def test_an_expired_code_says_so_and_new_code_is_marked_and_works(make_tv):
    tv = make_tv(expires_in=3)
    told = sees("The code has expired", "It was not approved in time. Get a new one when you are ready.")
    tv.link(told, has_focus("New code"), "select", code_is_shown, tv.approve(), sees("Linked as sample_viewer"))
    assert tv.paths().count("/oauth/pin") == 2


def test_no_code_is_renewed_through_the_night(make_tv):
    tv = make_tv(expires_in=3)
    tv.link(sees("The code has expired"), tv.when(60), "back")
    assert tv.paths().count("/oauth/pin") == 1
