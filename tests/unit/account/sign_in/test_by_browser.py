"""Linking with a browser: the address, what comes back to it, and how it ends. The listener and Simkl are real."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

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
from tests.unit.account.world import OLD_TOKEN, USER, Seen

NOW = "2026-11-24T12:00:00Z"
SECRET = "s3cret-of-the-server"


@pytest.fixture(scope="module")
def back():
    """Where the browser comes back to, registered at Simkl for every app that has one."""
    return f"http://127.0.0.1:{free_port()}/callback"


@pytest.fixture(scope="module")
def running_box(back):
    public, server = App("v1-public", redirects=[back]), App("v2-server", "v2", secret=SECRET, redirects=[back])
    with FakeSimkl(client_ids=(), apps=[public, App("v1-bare"), server], limits=False) as box:
        yield box


@pytest.fixture
def attempt(world, box, back):
    """Return how to make an attempt; `browser(url)` is what happens once the address is shown."""

    def make(client_id="v2-server", browser=lambda url: None, redirect_uri=back, **more):
        secret = Secret(SECRET) if client_id.endswith("server") else None
        transport = Transport(box.api_url, client_id)
        flow = BrowserFlow(transport, client_id, box.site_url, redirect_uri, secret, client_id[:2], clock=world.clock)
        show = world.frontend.show_address
        world.frontend.show_address = lambda url, redirect_uri: (show(url, redirect_uri), browser(url))
        more = {"stopping": lambda: False, "read_code": lambda: pytest.fail("nobody asked for a code"), **more}
        return SignInByBrowser(
            name="default", flow=flow, transport=transport, accounts=world.accounts, clock=world.clock,
            frontend=world.frontend, redirect_uri=redirect_uri, **more,
        )  # fmt: skip

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


@pytest.fixture
def other_program(back):
    """Return a socket at which another program could listen where the browser comes back to."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield lambda: other.bind(("127.0.0.1", urlsplit(back).port)) or other.listen()


@pytest.mark.parametrize("client_id", ["v1-public", "v2-server"])
def test_a_yes_in_the_browser_links_the_account_and_no_other_attempts(world, box, back, attempt, client_id):
    before = User(1, "somebody_else")
    world.is_linked(OLD_TOKEN, before)
    strangers = [lambda url, name=name: box.allow(url).replace(f"{name}=", "x=") for name in ("state", "code")]
    browser = Browser(*strangers, box.allow)
    outcome = attempt(client_id, browser).run()
    assert [(status, "You can close this window." in page) for status, page in browser.pages[2:]] == [(200, True)]
    assert [status for status, _ in browser.pages[:2]] == [400] * 2
    kept = world.accounts.get("default")
    assert outcome == Linked(kept.token)
    assert kept.token.access == Secret(box.grants[0].token) and kept.token.auth == client_id[:2]
    assert (kept.token.client_id, kept.linked_at, kept.user) == (client_id, NOW, USER)
    assert kept.refreshed_at == (NOW if kept.token.refresh else "")
    assert world.frontend.of("address")[0].more == back
    assert [(end.what, end.detail.id, end.more) for end in world.frontend.ends] == [("linked", USER.id, before)]
    assert len(box.grants) == 1 and sum("token" in each.path for each in box.requests) == 1


@pytest.mark.parametrize(("allowed", "error"), [(False, errors.AccessDenied), (True, errors.Unavailable)])
def test_a_no_or_an_exchange_that_fails_is_told_and_never_tried_again(world, box, attempt, allowed, error):
    before = world.is_linked()
    box.order("status", status=503, path="/oauth2/token")
    browser = Browser(box.allow if allowed else box.refuse)
    outcome = attempt(browser=browser).run()
    assert isinstance(outcome, Failed) and isinstance(outcome.error, error)
    assert [(status, "Not linked" in page) for status, page in browser.pages] == [(200, not allowed)]
    assert world.frontend.ends == [Seen("failed", outcome.error)]
    assert [each.path for each in box.requests] == ["/oauth2/token"] * allowed
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


def test_a_cancelled_attempt_says_nothing_and_frees_the_port(world, box, attempt, other_program):
    assert attempt(stopping=lambda: True).run() == Cancelled()
    assert world.frontend.ends == [] and box.requests == []
    other_program()


@pytest.mark.parametrize("error", [PortInUse, SettingsError])
def test_what_cannot_be_done_is_told_before_any_address_is_shown(world, back, attempt, other_program, error):
    if error is PortInUse:
        other_program()
    else:
        world.path.write_text("a: [")
    outcome = attempt().run()
    assert isinstance(outcome, Failed) and type(outcome.error) is error
    assert error is SettingsError or back in str(outcome.error) and "simkl.redirect_uri" in str(outcome.error)
    assert world.frontend.seen == [Seen("failed", outcome.error)]


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
def test_no_pasted_code_has_expired_unless_it_was_cancelled(world, box, attempt, pasted):
    assert attempt("v1-bare", redirect_uri=None, read_code=lambda: pasted).run() == TimedOut()
    stopped = attempt("v1-bare", redirect_uri=None, read_code=lambda: pasted, stopping=lambda: True)
    assert stopped.run() == Cancelled()
    assert world.frontend.ends == [Seen("expired")] and box.requests == []
