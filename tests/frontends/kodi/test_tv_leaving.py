"""Leaving the sign-in window: at once, quietly, and nothing polls afterwards; Kodi's end takes no longer for it."""

import threading
import time

import pytest

from tests.fakes.kodi import Do, UserScript
from tests.frontends.kodi.phases import OPTIONS, PHASES, a_poll_hangs, getting_the_code, linked, name, no_connection
from tests.frontends.kodi.tv import BOUND, code_is_shown, has_focus, press, sees

LEAVE = {
    "Back": ["back"],
    "Escape": ["previous_menu"],
    "Cancel after a look at New code": [*press("New code")[:2], "left", has_focus("Cancel"), "select"],
}
QUICKLY = 1.0  # real seconds


@pytest.mark.parametrize("keys", LEAVE.values(), ids=LEAVE)
def test_leaving_closes_at_once_and_nothing_polls_afterwards(tv, keys):
    asked = []
    tv.link(code_is_shown, tv.when(2.5), Do(lambda: asked.extend(tv.paths())), *keys)
    assert tv.now() == pytest.approx(2.5, abs=0.1)
    assert len(asked) == 3
    assert tv.paths() == asked


@pytest.mark.parametrize("phase", PHASES, ids=name)
def test_back_ends_it_in_every_phase_leaves_nothing_behind_and_the_old_token_in_its_place(make_tv, phase):
    tv = make_tv(**OPTIONS.get(phase, {}))
    tv.become_linked()
    before, told, began = tv.settings_file.read_bytes(), tv.told(), []
    tv.link(*phase(tv), Do(lambda: began.append(time.perf_counter())), "back")
    assert time.perf_counter() - began[0] < QUICKLY
    assert [tv.toasts(), tv.kodi.dialogs] == [[], []]
    assert [tv.pictures_left(), list(tv.data.glob("*.code"))] == [[], []]
    assert (tv.settings_file.read_bytes() == before, tv.told() == told) == (phase is not linked,) * 2
    assert tv.state().linked is True


@pytest.mark.parametrize("phase", [getting_the_code, a_poll_hangs, no_connection, linked], ids=name)
def test_kodi_shuts_down_without_delay_in_every_phase(make_tv, phase):
    tv = make_tv(**OPTIONS.get(phase, {}))
    began = []

    def shut_down():
        began.append(time.perf_counter())
        tv.kodi.abort()

    tv.link(*phase(tv), Do(shut_down))
    assert time.perf_counter() - began[0] < QUICKLY
    assert tv.pictures_left() == []


def test_leaving_during_the_moment_of_success_keeps_the_link(tv):
    tv.link(*linked(tv), "back")
    assert tv.account()["user"]["name"] == "sample_viewer"
    assert tv.state().linked is True
    assert len(tv.told()) == 1


def test_close_is_reachable_when_it_has_ended(make_tv):
    tv = make_tv(expires_in=2)
    tv.link(sees("The code has expired"), has_focus("New code"), *press("Close"))


def test_who_leaves_before_simkl_was_asked_keeps_it_from_being_asked(tv, monkeypatch):
    loading, left = threading.Event(), threading.Event()
    with tv.inside():
        from lib.kodi.profile import account_view
        from lib.kodi.sign_in import worker

        join, load = worker.SignInWorker.join, account_view.load_profile_settings

        def load_late(addon):
            loading.set()
            tv.kodi.changed()
            assert left.wait(BOUND)
            return load(addon)

        monkeypatch.setattr(worker.SignInWorker, "join", lambda *args: left.set() or join(*args))
        monkeypatch.setattr(account_view, "load_profile_settings", load_late)
        tv.kodi.user = UserScript([lambda screen: loading.is_set(), "back"])
        tv.kodi.run(["plugin.py", "link"])
    assert left.is_set()
    assert tv.paths() == []


def test_the_screensaver_is_held_off_while_the_window_is_up(tv):
    tv.link(lambda screen: code_is_shown(screen) and tv.kodi.screensaver_inhibited, "back")
    assert not tv.kodi.screensaver_inhibited


def test_the_screensaver_may_come_again_after_an_internal_error(tv, monkeypatch):
    with tv.inside():
        import xbmcgui

        def broken(window):
            assert tv.kodi.screensaver_inhibited
            raise ZeroDivisionError

        monkeypatch.setattr(xbmcgui.WindowXMLDialog, "doModal", broken)
        assert tv.kodi.run(["plugin.py", "link"]) == 1
    assert not tv.kodi.screensaver_inhibited
