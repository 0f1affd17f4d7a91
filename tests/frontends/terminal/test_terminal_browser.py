"""link --method browser: the address, the browser, what comes back, and the code that is pasted."""

import io
import json
import os
import queue
import re
import socket
import threading
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from tests.frontends.terminal.conftest import CLIENT_SECRET

NOTHING_CAME_BACK = "No answer came back in time, which is also how a refusal looks. Run the command again."
SOMEBODY_ELSE = """\
accounts:
  default: {auth: v1, access_token: abc, client_id: public-of-v1, user: {id: 900002, name: second_viewer}}
"""
ADDRESS = re.compile(r'http://[^\s"]+/authorize\?[^\s"]+')


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """The addresses that a browser was opened with, which stays in front; this machine has no screen."""
    addresses, closed = queue.Queue(), threading.Event()

    def stay_open(url):
        addresses.put(url)
        closed.wait(60)

    monkeypatch.setattr(webbrowser, "open", stay_open)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    yield addresses
    closed.set()


@pytest.fixture
def browser(terminal, redirect_uri, monkeypatch):
    """A terminal with a client id for browsers, and no secret."""
    monkeypatch.setattr("lib.simkl.auth.redirect_server.ACCEPT_SECONDS", 0.01)
    terminal.write_settings(f"simkl:\n  redirect_uri: {redirect_uri}\n")
    terminal.set(SIMKL_CLIENT_ID="public-of-v1", SIMKL_CLIENT_SECRET=None)
    return terminal


@pytest.fixture
def when_shown(tty):
    """Have somebody act on the address as soon as it is shown; what goes wrong with that is raised at the end."""
    with ThreadPoolExecutor(1) as pool:
        acting = []

        def plan(act):
            def when():
                tty.wait_for("redirect_uri" if tty.getvalue().startswith("{") else "\n")
                tty.wait_for("/authorize?")
                return act(ADDRESS.search(tty.getvalue()).group())

            acting.append(pool.submit(when))

        yield plan
        for each in acting:
            each.result(60)


@pytest.fixture
def allow(box, when_shown):
    """Have somebody press Allow."""
    return lambda user=None: when_shown(lambda url: requests.get(box.allow(url, user), timeout=60).raise_for_status())


def events(tty):
    return [json.loads(line) for line in tty.getvalue().splitlines()]


KINDS = {
    "V1": ("public-of-v1", None, "v1", "/oauth/authorize", True),
    "V1 with a secret": ("server-of-v1", CLIENT_SECRET, "v1", "/oauth/authorize", False),
    "V2": ("public-of-v2", None, "v2", "/oauth2/authorize", True),
}


@pytest.mark.parametrize("client_id, secret, auth, path, proves", KINDS.values(), ids=KINDS)
def test_programs_get_the_address_and_then_the_end(
    browser, box, tty, allow, redirect_uri, client_id, secret, auth, path, proves
):
    browser.set(SIMKL_CLIENT_ID=client_id, SIMKL_CLIENT_SECRET=secret)
    allow()
    assert browser.run("link", "--method", "browser", "--json").code == 0
    opening, linked = events(tty)
    assert opening == {"event": "open", "url": opening["url"], "redirect_uri": redirect_uri}
    assert opening["url"].startswith(f"{box.site_url}{path}?")
    assert ("code_challenge" in opening["url"]) == proves
    assert linked == {"event": "linked", "account": "default", "user": {"id": 900001, "name": "sample_viewer"}}
    assert browser.accounts["default"]["auth"] == auth


def test_people_get_the_address_and_are_told_what_is_waited_for(browser, box, tty, allow, redirect_uri):
    browser.write_settings(f"{browser.settings.read_text()}{SOMEBODY_ELSE}")
    allow()
    assert browser.run("link", "--method", "browser").code == 0
    before, address, waiting, linked = tty.getvalue().splitlines()
    assert before == "Open this address in a browser:"
    assert address.startswith(f"{box.site_url}/oauth/authorize?")
    assert waiting == f"Waiting for it to come back to {redirect_uri} ..."
    assert linked == "Linked as sample_viewer, instead of second_viewer"


SCREENS = {
    "a screen": ({"DISPLAY": ":0"}, [], True),
    "a Wayland screen": ({"WAYLAND_DISPLAY": "wayland-0"}, [], True),
    "no screen": ({}, [], False),
    "a program": ({"DISPLAY": ":0"}, ["--json"], False),
}


@pytest.mark.parametrize("variables, how, opens", SCREENS.values(), ids=SCREENS)
def test_a_browser_is_opened_for_people_who_have_a_screen(browser, box, when_shown, opened, variables, how, opens):
    browser.set(**variables)

    def allow(url):
        if opens:
            local = opened.get(timeout=60)
            led_to = requests.get(local, timeout=60, allow_redirects=False).headers["Location"]
            assert (led_to, "state" in local) == (url, False), "a process list would show it to others"
        requests.get(box.allow(url), timeout=60).raise_for_status()

    when_shown(allow)
    assert browser.run("link", "--method", "browser", *how).code == 0
    assert opened.empty()


@pytest.mark.parametrize("arguments, seconds", [([], 300), (["--timeout", "7"], 7)], ids=["five minutes", "timeout"])
def test_nothing_that_comes_back_ends_in_75_in_its_time(browser, retry_now, arguments, seconds):
    began, retry_now.tick = retry_now.monotonic(), seconds / 5
    ran = browser.run("link", "--method", "browser", *arguments)
    assert (ran.code, ran.err) == (75, "")
    assert ran.lines[-1] == NOTHING_CAME_BACK
    assert seconds <= retry_now.monotonic() - began < 2 * seconds
    assert browser.run("link", "--method", "browser", *arguments, "--json").events[-1] == {"event": "expired"}


def test_a_denial_that_is_reported_ends_in_77(browser, box, tty, when_shown):
    browser.set(SIMKL_CLIENT_ID="public-of-v2")
    when_shown(lambda url: requests.get(box.refuse(url), timeout=60).raise_for_status())
    ran = browser.run("link", "--method", "browser")
    assert (ran.code, ran.err) == (77, "The sign-in was refused at Simkl. Link again if that was not intended.\n")


def test_a_port_that_is_taken_is_a_matter_of_the_settings_and_said_at_once(browser, box, redirect_uri):
    with socket.create_server(("127.0.0.1", urlsplit(redirect_uri).port)):
        ran = browser.run("link", "--method", "browser")
        [event] = browser.run("link", "--method", "browser", "--json").events
    assert (ran.code, ran.out) == (78, "")
    assert redirect_uri in ran.err
    assert "simkl.redirect_uri" in ran.err
    assert (event["event"], event["error"]) == ("failed", "port_taken")


@pytest.fixture
def pasting(browser, monkeypatch):
    """A terminal without a redirect URI; returns where to paste to."""
    browser.write_settings("simkl:\n  redirect_uri: none\n")
    browser.set(SIMKL_CLIENT_ID="sandbox-client-id")
    reader, writer = os.pipe()
    with os.fdopen(reader) as stdin, os.fdopen(writer, "w") as keyboard:
        monkeypatch.setattr("sys.stdin", stdin)
        yield keyboard
        keyboard.write("\n")  # lets a reader go that still waits


PASTED = ["  {} ", "\u201c{}\u201d", "\n  \n{}", "https://simkl.com/oauth/done?code={}&state="]


@pytest.mark.parametrize("pasted", PASTED)
def test_a_code_that_simkl_displays_is_pasted(browser, pasting, box, tty, when_shown, pasted):
    when_shown(lambda url: print(pasted.format(box.allow(url)), file=pasting, flush=True))
    assert browser.run("link", "--method", "browser").code == 0
    _, _, paste, linked = tty.getvalue().splitlines()
    assert paste == "Simkl then displays a code. Paste it here and press Enter:"
    assert linked == "Linked as sample_viewer"


TYPED = {
    "no input": (b"", 75),
    "blanks": (b"  \n", 75),
    "an address that tells of a refusal": (b"https://simkl.com/oauth/done?error=access_denied&state=x\n", 77),
    "no text, which must not hang": (b"\xff\n", 1),
}


@pytest.mark.parametrize("typed, code", TYPED.values(), ids=TYPED)
def test_what_is_no_code_is_never_exchanged(browser, pasting, monkeypatch, box, typed, code):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
    ran = browser.run("link", "--method", "browser")
    assert ran.code == code
    assert (ran.lines[-1] == NOTHING_CAME_BACK) == (code == 75)
    assert "/oauth/token" not in [request.path for request in box.requests]


def test_a_code_that_is_never_pasted_ends_in_75_in_its_time(browser, pasting, retry_now):
    began, retry_now.tick = retry_now.monotonic(), 10
    assert browser.run("link", "--method", "browser", "--timeout", "50").code == 75
    assert 50 <= retry_now.monotonic() - began < 100
