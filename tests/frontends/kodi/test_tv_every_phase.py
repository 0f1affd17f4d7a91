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

ORDERS = {
    "getting the code": {"fault": "hang", "path": "/oauth/pin"},
    "a poll hangs": {"fault": "hang", "path": "/oauth/pin/"},
    "failed": {"fault": "status", "status": 429, "error": "user_limit_exceeded"},
    "rejected client id": {"fault": "status", "status": 412},
    "a fresh code": {"fault": "fresh_code"},
}
PHASES = [
    "getting the code", "waiting for approval", "a poll hangs", "no connection", "expired", "failed",
    "rejected client id", "linked",
]  # fmt: skip


def steps_to(tv, phase):
    """Return the steps of a person to a phase of the window."""
    order = tv.box.order(**ORDERS[phase]) if phase in ORDERS else None
    is_asked = Do(lambda: tv.box.wait_for(lambda: order.served))
    return {
        "getting the code": [sees("Getting your code"), is_asked],
        "waiting for approval": [code_is_shown, sees("Waiting for you to approve")],
        "a poll hangs": [code_is_shown, is_asked],
        "no connection": [code_is_shown, Do(tv.box.stop_listening), sees("No connection. Retrying automatically")],
        "expired": [sees("The code has expired")],
        "failed": [sees("The account could not be linked")],
        "rejected client id": [sees("Simkl refuses the client id")],
        "linked": [code_is_shown, tv.approve(), sees("Linked as sample_viewer")],
        "a fresh code": [code_is_shown, sees("The old code is no longer valid. Here is a new one.")],
    }[phase]


OPTIONS = {"expired": {"expires_in": 2}, "linked": {"real_wait": 0.02}}  # the moment of success is a short one


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


@pytest.mark.parametrize("phase", PHASES)
def test_back_ends_it_in_every_phase_leaves_nothing_behind_and_the_old_token_in_its_place(make_tv, phase):
    tv = make_tv(**OPTIONS.get(phase, {}))
    tv.become_linked()
    before, told, began = tv.settings_file.read_bytes(), tv.told(), []
    tv.link(*steps_to(tv, phase), Do(lambda: began.append(time.perf_counter())), "back")
    assert time.perf_counter() - began[0] < AT_ONCE
    assert [tv.toasts(), tv.kodi.dialogs] == [[], []]
    assert [tv.pictures_left(), list(tv.data.glob("*.code"))] == [[], []]
    assert (tv.settings_file.read_bytes() == before, tv.told() == told) == (phase != "linked",) * 2
    assert tv.state().linked is True


@pytest.mark.parametrize("phase", ["getting the code", "a poll hangs", "no connection", "linked"])
def test_kodi_shuts_down_without_delay_in_every_phase(make_tv, phase):
    tv, began = make_tv(**OPTIONS.get(phase, {})), []
    tv.link(*steps_to(tv, phase), Do(lambda: (began.append(time.perf_counter()), tv.kodi.abort())))
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


@pytest.mark.parametrize("phase", [*PHASES, "a fresh code"])
def test_every_text_is_translated(make_tv, addon, phase):
    tv = make_tv(addon_folder=addon, language="xx_xx", **OPTIONS.get(phase, {}))
    seen = []
    tv.link(*steps_to(tv, phase), Do(lambda: seen.extend(tv.kodi.top().texts())), "back")
    assert len(seen) >= 2
    assert [text for text in seen if not re.fullmatch(r"(\[B\])?«.*»(\[/B\])?|\d+:\d\d", text, re.DOTALL)] == []
