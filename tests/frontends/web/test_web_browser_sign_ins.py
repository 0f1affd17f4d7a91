"""The way in by Simkl's own page in the browser, and a sign-in by code that fails in its thread."""

from __future__ import annotations

import json
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.account.settings import load_settings
from lib.account.settings_file import SettingsError
from lib.system.errors import InternalError
from lib.web.account_links import AccountLinks
from lib.web.browser_sign_ins import BrowserSignIns
from tests.fakes.clock import FakeClock
from tests.fakes.simkl import App, FakeSimkl

CALLBACK = "https://media.example.org/me/callback"


@pytest.fixture(scope="module")
def running_box():
    with FakeSimkl(client_ids=(), apps=[App("mine", redirects=(CALLBACK,), secret="box-secret")]) as box:
        yield box


@pytest.fixture
def settings(box, tmp_path):
    path = tmp_path / "settings.yaml"
    simkl = {"client_id": "mine", "client_secret": "box-secret", "auth": "v1", "api_url": box.url, "site_url": box.url}
    path.write_text(json.dumps({"simkl": simkl}), encoding="utf-8")
    return path


@pytest.fixture
def links(settings):
    return AccountLinks(lambda: load_settings(settings), FakeClock())


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sign_ins(settings, links, clock):
    return BrowserSignIns(lambda: load_settings(settings), lambda: CALLBACK, links.get, clock)


def came_back(box: FakeSimkl, url: str) -> dict[str, str]:
    """Return what the browser brings back after Allow."""
    return {name: values[0] for name, values in parse_qs(urlsplit(box.allow(url)).query).items()}


def test_what_comes_back_counts_only_for_whom_it_was_begun_and_once_and_for_ten_minutes(box, sign_ins, links, clock):
    """Nobody can have a stranger's browser finish their own sign-in."""
    url = sign_ins.begin("ben")
    assert url.startswith(sign_ins.site)
    answer = came_back(box, url)
    sign_ins.begin("cleo")
    assert not sign_ins.finish("cleo", answer)
    assert not sign_ins.finish("ben", {**answer, "state": "forged"})
    assert not sign_ins.finish("ben", {name: value for name, value in answer.items() if name != "state"})
    assert not sign_ins.finish("dora", answer)
    assert links.get("cleo") is None
    assert sign_ins.finish("ben", answer)
    assert links.get("ben").user.name == "sample_viewer"
    assert links.states() == {"linked": 1, "needs_linking": 0}
    assert not sign_ins.finish("ben", answer)
    answer = came_back(box, sign_ins.begin("dora"))
    clock.now += 601
    assert not sign_ins.finish("dora", answer)
    assert links.get("dora") is None


@pytest.fixture
def with_browser(site, invited, sign_ins):
    """Somebody invited, where the server has a redirect address."""
    site.services.browser_sign_ins = sign_ins
    assert "Sign in with the browser" in invited.get("/me").text
    return invited


def test_the_pages_of_the_browser_sign_in(site, with_browser, sign_ins, box):
    answer = with_browser.post("/me/browser", follow=False)
    assert answer.status_code == 303
    assert sign_ins.site in answer.headers["Content-Security-Policy"]
    came = came_back(box, answer.headers["Location"])
    site.accounts.link("ben", "sample_viewer")
    page = with_browser.get("/me/callback", query_string=came, follow_redirects=True).text
    assert "Linked as sample_viewer" in page
    assert with_browser.get("/me/callback", query_string=came).status_code == 400


def test_a_browser_sign_in_that_is_refused_or_cannot_begin_says_so(with_browser, settings):
    location = with_browser.post("/me/browser", follow=False).headers["Location"]
    state = parse_qs(urlsplit(location).query)["state"][0]
    answer = with_browser.get("/me/callback", query_string={"state": state, "error": "access_denied"})
    assert "The sign-in was refused at Simkl." in answer.text
    settings.write_text("accounts: [", encoding="utf-8")
    assert "The account could not be linked" in with_browser.post("/me/browser").text


def test_without_a_redirect_address_there_is_no_browser_sign_in(invited):
    assert "Sign in with the browser" not in invited.get("/me").text
    assert invited.post("/me/browser").status_code == 404
    assert invited.get("/me/callback").status_code == 404


def ended_with(links: AccountLinks) -> Exception:
    """Let a sign-in run in its thread; return what its front end was told."""
    told = Mock()
    thread = links.sign_in_thread("ben", told)
    thread.start()
    thread.join(60)
    return told.failed.call_args.args[0]


def test_a_sign_in_that_cannot_begin_says_why_and_an_internal_error_is_logged(settings, links, caplog):
    assert links.unlink_account("nobody") is None
    answers = iter([load_settings(settings)])  # the second question for the settings is the internal error
    assert isinstance(ended_with(AccountLinks(lambda: next(answers), FakeClock())), InternalError)
    assert "internal error; please report it" in caplog.text
    settings.write_text("simkl: {api_url: 'http://127.0.0.1:9', site_url: 'http://127.0.0.1:9'}\n", encoding="utf-8")
    assert isinstance(ended_with(links), SettingsError)
