"""Linking with a browser: the address, what comes back to it, and how it ends. The listener and Simkl are real."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from lib.account.settings_file import SettingsError
from lib.account.sign_in.approval import Cancelled, Failed, Linked, TimedOut
from lib.account.sign_in.by_browser import BROWSER_TIMEOUT, SignInByBrowser
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth.browser import BrowserFlow
from lib.simkl.auth.redirect_server import PortInUse
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.ports import free_port
from tests.fakes.simkl import App, FakeSimkl
from tests.unit.account.doubles import OLD_TOKEN, USER, Seen

NOW = "2026-11-24T12:00:00Z"
SECRET = "s3cret-of-the-server"


@pytest.fixture(scope="module")
def back():
    """Where the browser comes back to, registered at Simkl for every app that has one."""
    return f"http://127.0.0.1:{free_port()}/callback"


@pytest.fixture(scope="module")
def running(back):
    apps = [
        App("v1-public", redirects=[back]),
        App("v1-bare"),
        App("v2-public", "v2", redirects=[back]),
        App("v2-server", "v2", secret=SECRET, redirects=[back]),
    ]
    with FakeSimkl(client_ids=(), apps=apps, limits=False) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def attempt(world, box, back):
    """Return how to make an attempt; `browser(url)` is what happens once the address is shown."""

    def make(client_id="v2-public", browser=lambda url: None, redirect_uri=back, **more):
        secret = Secret(SECRET) if client_id.endswith("server") else None
        transport = Transport(box.api_url, client_id)
        flow = BrowserFlow(transport, client_id, box.site_url, redirect_uri, secret, client_id[:2], clock=world.clock)
        show = world.frontend.show_address
        world.frontend.show_address = lambda url, redirect_uri: (show(url, redirect_uri), browser(url))
        wanted = {
            "name": "default",
            "flow": flow,
            "transport": transport,
            "accounts": world.accounts,
            "stopping": lambda: False,
            "clock": world.clock,
            "frontend": world.frontend,
            "read_code": lambda: pytest.fail("nobody asked for a code"),
            "redirect_uri": redirect_uri,
        }
        return SignInByBrowser(**{**wanted, **more})

    return make


class Browser:
    """Opens addresses one after the other while the attempt waits for them; `pages` are those it got."""

    def __init__(self, *visits):
        self._visits = visits

    def __call__(self, url):
        self._thread = ThreadPoolExecutor(1).submit(self._go, url)

    def _go(self, url):
        return [requests.get(visit(url), timeout=60) for visit in self._visits]

    @property
    def pages(self):
        return [(page.status_code, page.text) for page in self._thread.result(60)]


@pytest.mark.parametrize("client_id", ["v1-public", "v2-server"])
def test_a_yes_in_the_browser_links_the_account(world, box, back, attempt, client_id):
    before = User(1, "somebody_else")
    world.is_linked(OLD_TOKEN, before)
    browser = Browser(box.allow)
    outcome = attempt(client_id, browser).run()
    assert [(status, "You can close this window." in page) for status, page in browser.pages] == [(200, True)]
    kept = world.accounts.get("default")
    assert outcome == Linked(kept.token)
    assert kept.token.access == Secret(box.grants[0].token) and kept.token.auth == client_id[:2]
    assert (kept.token.client_id, kept.linked_at, kept.user) == (client_id, NOW, USER)
    assert kept.refreshed_at == (NOW if kept.token.refresh else "")
    assert world.frontend.of("address")[0].more == back
    assert [(end.what, end.detail.id, end.more) for end in world.frontend.ends] == [("linked", USER.id, before)]


def test_a_no_that_is_reported_is_told(world, box, attempt):
    before = world.is_linked()
    browser = Browser(box.refuse)
    outcome = attempt(browser=browser).run()
    assert isinstance(outcome, Failed) and isinstance(outcome.error, errors.AccessDenied)
    assert [(status, "Not linked" in page) for status, page in browser.pages] == [(200, True)]
    assert world.frontend.ends == [Seen("failed", outcome.error)]
    assert world.path.read_bytes() == before


def changed(box, **changes):
    """Return what brings the browser back with parameters changed, or left out if they are None."""

    def visit(url):
        parts = urlsplit(box.allow(url))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        query = {name: value for name, value in {**query, **changes}.items() if value is not None}
        return parts._replace(query=urlencode(query)).geturl()

    return visit


STRANGERS = [{"state": "x" * 43}, {"state": None}, {"iss": "https://evil.example"}, {"iss": None}, {"code": None}]


def test_what_does_not_belong_to_the_attempt_is_refused_and_the_right_one_still_awaited(world, box, attempt):
    browser = Browser(*(changed(box, **changes) for changes in STRANGERS), box.allow)
    assert isinstance(attempt(browser=browser).run(), Linked)
    assert [status for status, _ in browser.pages] == [400] * len(STRANGERS) + [200]
    assert len(box.grants) == 1 and [each.path for each in box.requests].count("/oauth2/token") == 1


def test_an_exchange_that_fails_is_never_tried_again(world, box, attempt):
    before = world.is_linked()
    box.order("status", status=503, path="/oauth2/token")
    outcome = attempt(browser=Browser(box.allow)).run()
    assert isinstance(outcome, Failed) and isinstance(outcome.error, errors.Unavailable)
    assert world.frontend.ends == [Seen("failed", outcome.error)]
    assert [each.path for each in box.requests] == ["/oauth2/token"]
    assert world.path.read_bytes() == before


def test_nothing_within_the_time_has_expired(world, box, attempt, monkeypatch):
    monkeypatch.setattr("lib.simkl.auth.redirect_server.ACCEPT_SECONDS", 0.001)
    looked_at = []

    def not_stopping():
        looked_at.append(world.clock.at)
        world.clock.now += 10
        return False

    assert attempt(stopping=not_stopping).run() == TimedOut()
    assert looked_at[-2:] == [BROWSER_TIMEOUT - 10, BROWSER_TIMEOUT]  # the last one asks whether it was stopped instead
    assert world.frontend.ends == [Seen("expired")] and box.requests == []


def test_a_cancelled_attempt_says_nothing_and_frees_the_port(world, box, back, attempt):
    assert attempt(stopping=lambda: True).run() == Cancelled()
    assert world.frontend.ends == [] and box.requests == []
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", urlsplit(back).port))


def test_a_port_that_is_taken_is_told_before_any_address_is_shown(world, box, back, attempt):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", urlsplit(back).port))
        other.listen()
        outcome = attempt().run()
    assert isinstance(outcome, Failed) and isinstance(outcome.error, PortInUse)
    assert back in str(outcome.error) and "simkl.redirect_uri" in str(outcome.error)
    assert world.frontend.seen == [Seen("failed", outcome.error)]


def test_settings_that_cannot_be_written_are_told_before_any_address_is_shown(world, attempt):
    world.path.write_text("a: [")
    outcome = attempt().run()
    assert isinstance(outcome, Failed) and isinstance(outcome.error, SettingsError)
    assert world.frontend.seen == [Seen("failed", outcome.error)]


# a code to paste


def test_where_nothing_is_registered_the_displayed_code_is_pasted(world, box, attempt):
    def pasted():
        (shown,) = world.frontend.of("address")
        assert "redirect_uri" not in shown.detail and shown.more is None
        return f"  {box.allow(shown.detail)}\r\n"

    outcome = attempt("v1-bare", redirect_uri=None, read_code=pasted).run()
    token = Token(Secret(box.grants[0].token), "v1-bare")
    assert outcome == Linked(token)
    assert world.accounts.get("default") == Account(token, NOW, USER)


@pytest.mark.parametrize("pasted", [None, " \n"])
def test_no_pasted_code_has_expired(world, box, attempt, pasted):
    assert attempt("v1-bare", redirect_uri=None, read_code=lambda: pasted).run() == TimedOut()
    assert world.frontend.ends == [Seen("expired")] and box.requests == []
