"""An internal error is told in one sentence and logged without secrets, as are titles. Odd calls; the proxy."""

import base64
import json
import math
import pkgutil
from dataclasses import replace

import pytest

from lib.kodi import entry
from lib.kodi.profile import account_view
from lib.kodi.profile.proxy import proxy_address
from tests.fakes.kodi import Do, UserScript
from tests.frontends.kodi.couch import FILM, OTHER_FILM, SHOW
from tests.frontends.kodi.rating_steps import SLOW
from tests.frontends.kodi.screen import code_is_shown, has_focus, sees, spelled, texts

SENTENCE = "Internal error; please report it. Kodi's log has the details."
INFO, WARNING, ERROR = 1, 2, 3


def ours(tv):
    """Return the lines of Kodi's log that are not Kodi's own, without those for who looks for a fault."""
    return [line for line in tv.kodi.logged if line.level > 0 and not line.message.startswith("Control ")]


@pytest.fixture
def break_it(tv, monkeypatch):
    """Return a function that runs the add-on with a function of lib that fails, the first times or always."""

    def run(name, *argv, user=(), error=lambda *_: ZeroDivisionError("boom"), times=math.inf):
        real, left = pkgutil.resolve_name(name), [times]

        def broken(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                return real(*args, **kwargs)
            raise error(*args)

        monkeypatch.setattr(name, broken)
        tv.kodi.user = UserScript(list(user))
        return tv.run(*argv)

    return run


WINDOW, LOAD = "lib.kodi.sign_in.window.SignInWindow", "lib.kodi.profile.account_view.load_profile_settings"
LINK = ("plugin.py", "link")


@pytest.mark.parametrize("name", [LOAD, f"{WINDOW}.show_code"])
def test_an_internal_error_while_linking_is_told_on_the_window_without_the_inside(tv, break_it, name):
    seen = []
    look = Do(lambda: seen.extend(texts(tv.kodi.top())))
    told = sees("The account could not be linked", SENTENCE)
    assert break_it(name, *LINK, user=[told, has_focus("Try again"), look, "back"]) == 0
    assert "ZeroDivisionError: boom" in tv.kodi.log_text()
    assert not any("boom" in text or "ZeroDivision" in text for text in seen)
    assert [line.level for line in ours(tv)] == [ERROR]


@pytest.mark.parametrize("name", ["waiting", "tick"])
def test_a_window_is_never_dead_after_an_internal_error_or_two(tv, break_it, name):
    pressed = Do(lambda: None)  # the press has been dealt with: what is seen from here on comes after it
    again = [sees(SENTENCE), has_focus("Try again"), "select", pressed] * 2
    steps = [*again, code_is_shown, tv.approve(), sees("Linked as sample_viewer")]
    assert break_it(f"{WINDOW}.{name}", *LINK, user=steps, times=2) == 0
    assert tv.account()["user"]["name"] == "sample_viewer" and tv.box.too_fast == []


@pytest.mark.parametrize("name", ["lib.account.grants.fetch_user", "lib.kodi.profile.account_view.sync_account_state"])
def test_an_internal_error_after_the_approval_loses_no_token(tv, break_it, name):
    told = sees("The account could not be linked", SENTENCE)
    break_it(name, *LINK, user=[code_is_shown, tv.approve(), told, has_focus("Try again"), "back"])
    assert tv.account()["access_token"] == tv.box.tokens[0].token


@pytest.mark.parametrize(("name", "argv"), [
    (LOAD, ["plugin.py", "unlink"]),
    ("lib.kodi.menu.main_menu.is_account_linked", ["plugin.py"]),
    ("lib.kodi.service._has_news", [""]),
    ("lib.account.status._confirmed_user", ["plugin.py", "status"]),
], ids=["unlink", "no word", "service", "a thread that the status waits for"])  # fmt: skip
def test_an_internal_error_elsewhere_is_told_in_a_toast(tv, break_it, name, argv):
    if "status" in argv:
        tv.become_linked()
    assert break_it(name, *argv) == 1
    assert tv.toasts() == [SENTENCE] and "ZeroDivisionError: boom" in tv.kodi.log_text()


def test_neither_token_nor_code_reaches_the_log(tv, break_it):
    codes = []

    def careless(_transport, token):
        return ValueError(f"{token.access.reveal()} for {codes[0]} at /oauth/pin/{codes[0]}?client_id=x")

    note = Do(lambda: codes.append(spelled(tv.kodi.top())[1]))
    steps = [code_is_shown, note, tv.approve(), sees(SENTENCE), "back"]
    break_it("lib.account.grants.fetch_user", *LINK, user=steps, error=careless)
    assert "ValueError: [hidden] for [hidden] at /oauth/pin/[hidden]?client_id=x" in tv.kodi.log_text()
    assert [secret for secret in (codes[0], tv.box.tokens[0].token) if secret in tv.kodi.log_text()] == []


def test_every_line_of_ours_in_kodis_log_bears_our_name(tv):
    tv.box.order("status", status=503, path="/users/settings", times=None)
    tv.link(code_is_shown, tv.approve(), sees("Linked"))
    tv.box.clear_faults()
    tv.box.revoke()
    tv.script("status")
    tv.write_settings("accounts: [")
    tv.service()
    lines = ours(tv)
    assert {line.level for line in lines} == {INFO, WARNING, ERROR}
    assert all(line.message.startswith("[plugin.video.simkl] ") for line in lines)


ADDRESS = "plugin://plugin.video.simkl/"
ODD_CALLS = [
    [f"{ADDRESS}[x", "-1", ""],
    ["plugin://[", "-1"],
    [f"{ADDRESS}dance", "seven", ""],
    [f"{ADDRESS}dance"],
    [f"{ADDRESS}play/{'9' * 5000}", "-1", ""],
    [f"{ADDRESS}play/\u00b2", "-1", ""],
    [f"{ADDRESS}play/7/8/9", "-1", ""],
    [f"{ADDRESS}settings/now?x=[", "-1", "?x=["],
    ["plugin.py", "unlink", "now", "please"],
    ["plugin.py", "scrobble"],
    [],
]


@pytest.mark.parametrize("argv", ODD_CALLS, ids=lambda argv: " ".join(argv)[:60] or "nothing")
def test_an_odd_call_by_another_add_on_is_no_internal_error(tv, argv):
    tv.remember(linked=True, owner="900001")
    tv.kodi.answers = [False] * 9
    with tv.inside():
        assert entry.main(argv) == 0
    assert "internal error" not in tv.kodi.log_text()


HTTP_PROXY = {"usehttpproxy": True, "httpproxytype": 0, "httpproxyserver": "192.0.2.9", "httpproxyport": 3128}
LOGIN = {"httpproxyusername": "ana@home", "httpproxypassword": "p/w:d"}
PROXIES = [
    (HTTP_PROXY, "http://192.0.2.9:3128"),
    ({**HTTP_PROXY, **LOGIN}, "http://ana%40home:p%2Fw%3Ad@192.0.2.9:3128"),
    ({**HTTP_PROXY, "httpproxytype": 4}, "socks5h://192.0.2.9:3128"),
    ({**HTTP_PROXY, "httpproxyserver": " http://proxy.example/ "}, "http://proxy.example:3128"),
    ({**HTTP_PROXY, "httpproxyserver": "2001:db8::9"}, "http://[2001:db8::9]:3128"),
    ({**HTTP_PROXY, "usehttpproxy": False}, ""),
    ({**HTTP_PROXY, "httpproxytype": 6}, ""),
    ({**HTTP_PROXY, "httpproxytype": True}, ""),
    ({**HTTP_PROXY, "httpproxyserver": "a b"}, ""),
    ({**HTTP_PROXY, "httpproxyport": 0}, ""),
    ({**HTTP_PROXY, "httpproxyport": None}, ""),
    ({}, ""),
]


@pytest.mark.parametrize("values, address", PROXIES)
def test_the_proxy_that_is_set_in_kodi_is_used_for_simkl_and_never_for_this_machine(tv, values, address):
    tv.kodi.core_settings.update({f"network.{name}": value for name, value in values.items()})
    with tv.inside():
        addon = tv.addon()
        here = account_view.load_profile_settings(addon)
        simkl = replace(here, api_url="https://api.simkl.com")
        used = {"http": address, "https": address} if address else {}
        assert proxy_address() == address
        for settings, proxies in ((simkl, used), (here, {})):
            assert account_view.make_transport(addon, settings, "id")._session.proxies == proxies
            assert account_view.profile_client(addon, settings)._transport._session.proxies == proxies
    assert "p/w:d" not in tv.kodi.log_text() and "p%2Fw%3Ad" not in tv.kodi.log_text()


# what people show to others: never what somebody watches, unless debug is on


UNKNOWN = "A Film Nobody Knows"
TITLES = (FILM.title, OTHER_FILM.title, SHOW.title, UNKNOWN, "Aunt", "Glass Harbour", "S01E01E02", "A Sequel")


def test_no_title_and_no_file_stands_in_the_log_above_debug(couch):
    # what Simkl takes, what it does not know, what has only a name, and what it refuses
    playback, about = couch.kodi.playback, {"mediatype": "movie", "title": UNKNOWN}
    couch.plan(1, 231)
    couch.at(30, playback.pause)
    couch.at(40, playback.resume)
    couch.plan(300, 530, lambda: playback.start("plugin://x/1", 240.0, {}, "plugin://x/1", **about))
    couch.plan(600, 830, lambda: playback.start("/films/Aunt Mabel Dances.mkv", 240.0, {}, ""))
    couch.plan(900, 1380, lambda: couch.play_episode(couch.double[0]))
    couch.at(1400, lambda: couch.box.order("status", status=400, path="/scrobble/stop", times=1))
    couch.plan(1401, 1631, couch.play_other_film)
    couch.plan(1700, 1710)
    couch.service(1900)
    lines = list(couch.kodi.logged)
    # what other add-ons and the service ask for: right, wrong, and without a use
    word = base64.urlsafe_b64encode(json.dumps([FILM.title, 1]).encode()).decode().rstrip("=")
    couch.restart(real_wait=SLOW)
    couch.remember(owner="900001", linked=True)
    couch.script("scrobble", "watched", "type=movie", f"title={FILM.title}")
    couch.script("scrobble", "watched", "type=movie", f"title={OTHER_FILM.title}")
    couch.script("scrobble", "watched", "type=movie", f"title={UNKNOWN}", "A Sequel")
    couch.script("scrobble", "watched", "type=movie", f"title={UNKNOWN}", f"year={UNKNOWN}")
    couch.script("scrobble", FILM.title)
    couch.kodi.settings.values["track_movies"] = False
    couch.script("scrobble", "watched", "type=movie", f"title={FILM.title}")
    couch.script("rate", word)
    couch.remember(owner="")
    couch.script("scrobble", "watched", "type=episode", f"title={SHOW.title}", "season=1", "episode=1")
    lines += couch.kodi.logged
    assert len(couch.marks()) >= 2 and {state for _, _, state in couch.queued()} >= {"unknown", "stuck"}
    told = [line.message for line in lines if line.level > 0]
    assert sum("lib.kodi.tracking.scrobble_command" in line for line in told) == 7
    assert sum("lib.kodi.rating.prompt" in line for line in told) == 1
    assert [line for line in told if any(title.lower() in line.lower() for title in TITLES)] == []
    assert [line for line in told if word[:20] in line] == []
