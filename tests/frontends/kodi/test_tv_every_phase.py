"""Every state that the sign-in window can be in: how it is left, and that nothing on it is written in the program.

It is left at once and quietly, nothing polls afterwards, and Kodi's end takes no longer for it.
"""

import re
import threading
import time

import polib
import pytest

from lib.kodi.profile import account_view
from lib.kodi.sign_in.worker import SignInWorker
from tests.fakes.kodi import Do
from tests.frontends.kodi.screen import code_is_shown, has_focus, press, sees
from tests.frontends.kodi.tv import AT_ONCE, BOUND, addon_like_ours

# how to get there: a function returns the steps of the person


def getting_the_code(tv):
    order = tv.box.order("hang", path="/oauth/pin")
    return [sees("Getting your code"), Do(lambda: tv.box.wait_for(lambda: order.served))]


def waiting_for_approval(tv):
    return [code_is_shown, sees("Waiting for you to approve")]


def a_poll_hangs(tv):
    order = tv.box.order("hang", path="/oauth/pin/")
    return [code_is_shown, Do(lambda: tv.box.wait_for(lambda: order.served))]


def no_connection(tv):
    return [code_is_shown, Do(tv.box.stop_listening), sees("No connection. Retrying automatically")]


def expired(tv):
    return [sees("The code has expired")]


def failed(tv):
    tv.box.order("status", status=429, error="user_limit_exceeded")
    return [sees("The account could not be linked")]


def rejected_client_id(tv):
    tv.box.order("status", status=412)
    return [sees("Simkl refuses the client id")]


def linked(tv):
    return [code_is_shown, tv.approve(), sees("Linked as sample_viewer")]


PHASES = [
    getting_the_code, waiting_for_approval, a_poll_hangs, no_connection, expired, failed, rejected_client_id, linked,
]  # fmt: skip
OPTIONS = {expired: {"expires_in": 2}, linked: {"real_wait": 0.02}}  # the moment of success is a short one


def name(phase):
    return phase.__name__.replace("_", " ")


LEAVE = {
    "Back": ["back"],
    "Escape": ["previous_menu"],
    "Cancel after a look at New code": [*press("New code")[:2], "left", has_focus("Cancel"), "select"],
}


@pytest.mark.parametrize("keys", LEAVE.values(), ids=LEAVE)
def test_leaving_closes_at_once_and_nothing_polls_afterwards(tv, keys):
    asked = []
    tv.link(code_is_shown, tv.when(2.5), Do(lambda: asked.extend(tv.paths())), *keys)
    assert tv.now() == pytest.approx(2.5, abs=0.1)
    assert (len(asked), tv.paths()) == (3, asked)


@pytest.mark.parametrize("phase", PHASES, ids=name)
def test_back_ends_it_in_every_phase_leaves_nothing_behind_and_the_old_token_in_its_place(make_tv, phase):
    tv = make_tv(**OPTIONS.get(phase, {}))
    tv.become_linked()
    before, told, began = tv.settings_file.read_bytes(), tv.told(), []
    tv.link(*phase(tv), Do(lambda: began.append(time.perf_counter())), "back")
    assert time.perf_counter() - began[0] < AT_ONCE
    assert [tv.toasts(), tv.kodi.dialogs] == [[], []]
    assert [tv.pictures_left(), list(tv.data.glob("*.code"))] == [[], []]
    assert (tv.settings_file.read_bytes() == before, tv.told() == told) == (phase is not linked,) * 2
    assert tv.state().linked is True


@pytest.mark.parametrize("phase", [getting_the_code, a_poll_hangs, no_connection, linked], ids=name)
def test_kodi_shuts_down_without_delay_in_every_phase(make_tv, phase):
    tv, began = make_tv(**OPTIONS.get(phase, {})), []
    tv.link(*phase(tv), Do(lambda: (began.append(time.perf_counter()), tv.kodi.abort())))
    assert time.perf_counter() - began[0] < AT_ONCE
    assert tv.pictures_left() == []


def test_who_leaves_before_simkl_was_asked_keeps_it_from_being_asked(tv, monkeypatch):
    loading, left = threading.Event(), threading.Event()
    join, load = SignInWorker.join, account_view.load_profile_settings

    def load_late(addon):
        loading.set()
        tv.kodi.changed()
        assert left.wait(BOUND)
        return load(addon)

    monkeypatch.setattr(SignInWorker, "join", lambda *args: left.set() or join(*args))
    monkeypatch.setattr(account_view, "load_profile_settings", load_late)
    tv.link(lambda screen: loading.is_set(), "back")
    assert left.is_set() and tv.paths() == []


@pytest.mark.parametrize("breaks", [False, True], ids=["left", "an internal error"])
def test_the_screensaver_is_held_off_while_the_window_is_up(tv, monkeypatch, breaks):
    def broken(window):
        assert tv.kodi.screensaver_inhibited
        raise ZeroDivisionError

    if breaks:
        monkeypatch.setattr("tests.fakes.kodi.api_windows.WindowXMLDialog.doModal", broken)
    steps = [lambda screen: code_is_shown(screen) and tv.kodi.screensaver_inhibited, "back"]
    assert tv.link(*([] if breaks else steps)) == int(breaks)
    assert not tv.kodi.screensaver_inhibited


@pytest.fixture(scope="module")
def addon(tmp_path_factory):
    """Our add-on with one more language, in which every text stands between «»."""
    folder = addon_like_ours(tmp_path_factory.mktemp("addon"))
    languages = folder / "resources" / "language"
    translated = polib.pofile(str(languages / "resource.language.en_gb" / "strings.po"))
    for entry in translated:
        entry.msgstr = f"«{entry.msgid}»"
    (languages / "resource.language.xx_xx").mkdir()
    translated.save(str(languages / "resource.language.xx_xx" / "strings.po"))
    return folder


def a_fresh_code(tv):
    tv.box.order("fresh_code")
    return [code_is_shown, sees("The old code is no longer valid. Here is a new one.")]


def a_broken_file(tv):
    tv.write_settings("accounts: [")
    return [sees("The account could not be linked")]


@pytest.mark.parametrize("phase", [*PHASES, a_fresh_code, a_broken_file], ids=name)
def test_every_text_is_translated(make_tv, addon, phase):
    tv = make_tv(addon_folder=addon, language="xx_xx", **OPTIONS.get(phase, {}))
    seen = []
    tv.link(*phase(tv), Do(lambda: seen.extend(tv.kodi.top().texts())), "back")
    assert len(seen) >= 2
    assert [text for text in seen if not re.fullmatch(r"(\[B\])?«.*»(\[/B\])?|\d+:\d\d", text, re.DOTALL)] == []
