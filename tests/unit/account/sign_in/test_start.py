"""Which flow links an account: from the settings, the method, and what is known of the client id."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lib.account.settings import ClientIdMissing, Settings
from lib.account.settings_file import SettingsError
from lib.account.sign_in.start import (
    client_id_for_sign_in,
    prepare_browser_sign_in,
    prepare_code_sign_in,
    should_move_to_v2,
)
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.auth.auto import AutoFlow
from lib.simkl.auth.device import DeviceFlow
from lib.simkl.auth.pin import PinFlow
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.fakes.simkl import App, FakeSimkl

OLD, NEW, SECRET, BACK = "v1-id", "v2-id", "s3cret-of-the-server", "http://127.0.0.1:8484/callback"
PIN, DEVICE, V1_PAGE, V2_PAGE = "/oauth/pin", "/oauth2/device", "/oauth/authorize", "/oauth2/authorize"
BY_V1, BY_V2 = (Account(Token(Secret("some-token"), "v1-id"), ""), Account(Token(Secret("some-token"), NEW, "v2"), ""))
FLOWS = {PinFlow: "pin", DeviceFlow: "device", AutoFlow: "auto"}


@pytest.fixture(scope="module")
def running():
    server = App("v2-server", "v2", secret=SECRET, redirects=[BACK])
    with FakeSimkl(client_ids=(OLD,), v2_client_ids=(NEW,), apps=[server], limits=False) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


def settings(box=None, **changes):
    url = box.url if box else "http://127.0.0.1:9"
    return replace(Settings(Path("/settings.yaml"), "", None, url, url, redirect_uri=BACK), **changes)


@pytest.fixture
def client_ids():
    """For which client ids a way to Simkl was made."""
    return []


@pytest.fixture
def by_code(client_ids):
    """Return how to prepare a link by code with these settings."""

    def prepare(given, known=None, method="auto"):
        def transport(client_id):
            client_ids.append(client_id)
            return Transport(given.api_url, client_id)

        return prepare_code_sign_in(given, transport, known, FakeClock(), method)

    return prepare


def by_browser(given, known=None):
    signing_in = prepare_browser_sign_in(given, lambda id_: Transport(given.api_url, id_), known, FakeClock())
    return signing_in.flow


ONE, TWO, BOTH = {"client_id": OLD}, {"client_id_v2": NEW}, {"client_id": OLD, "client_id_v2": NEW}
CHOICES = {
    "one id, nothing said": (ONE, "auto", "auto", OLD),
    "one id, said to be V1": ({**ONE, "auth": "v1"}, "auto", "pin", OLD),
    "one id, said to be V2": ({**ONE, "auth": "v2"}, "auto", "device", OLD),
    "one id, by PIN": (ONE, "pin", "pin", OLD),
    "one id, the method counts more than the setting": ({**ONE, "auth": "v1"}, "device", "device", OLD),
    "both ids, nothing said": (BOTH, "auto", "device", NEW),
    "both ids, said to be V1": ({**BOTH, "auth": "v1"}, "auto", "pin", OLD),
    "both ids, by PIN": (BOTH, "pin", "pin", OLD),
    "only an id of V2": (TWO, "auto", "device", NEW),
}


@pytest.mark.parametrize(("given", "method", "flow", "client_id"), CHOICES.values(), ids=CHOICES.keys())
def test_which_flow_and_which_client_id(by_code, client_ids, given, method, flow, client_id):
    chosen = by_code(settings(**given), method=method)
    assert (FLOWS[type(chosen.flow)], chosen.client_id) == (flow, client_id)
    assert client_ids == [client_id], "a client id goes with its own way to Simkl"


@pytest.mark.parametrize(("given", "method"), [({}, "auto"), (TWO, "pin"), ({**TWO, "auth": "v1"}, "auto")])
def test_a_missing_client_id_is_told(by_code, given, method):
    with pytest.raises(ClientIdMissing):
        by_code(settings(**given), method=method)


@pytest.mark.parametrize(("given", "client_id"), [(ONE, OLD), (BOTH, NEW), ({**BOTH, "auth": "v1"}, OLD), ({}, "")])
def test_the_client_id_that_a_new_link_would_use(given, client_id):
    assert client_id_for_sign_in(settings(**given)) == client_id


def test_only_a_link_of_v1_is_to_move_over_and_only_if_there_is_somewhere_to_go():
    assert should_move_to_v2(settings(**BOTH), BY_V1)
    assert not should_move_to_v2(settings(**ONE), BY_V1)
    assert not should_move_to_v2(settings(**BOTH), BY_V2)


# what a lone client id is, is found out and remembered


FOUND_OUT = {
    "of V1": (OLD, None, [PIN]),
    "of V2": (NEW, None, [PIN, DEVICE]),
    "of V2, and linked before": (NEW, BY_V2, [DEVICE]),
    "of V1, and linked before": (OLD, BY_V1, [PIN]),
    "of V1, after one of V2": (OLD, BY_V2, [PIN]),
    "of V1, remembered wrongly": (OLD, Account(Token(Secret("some-token"), OLD, "v2"), ""), [DEVICE, PIN]),
}


@pytest.mark.parametrize(("client_id", "known", "asked"), FOUND_OUT.values(), ids=FOUND_OUT.keys())
def test_where_a_lone_client_id_asks_for_a_code(box, by_code, client_id, known, asked):
    code = by_code(settings(box, client_id=client_id), known).flow.start()
    assert [each.path for each in box.requests] == asked
    assert (code.secret is not None) == (client_id == NEW)


PAGES = {
    "of V1": (ONE, None, V1_PAGE, OLD, [PIN]),
    "of V2": ({"client_id": NEW}, None, V2_PAGE, NEW, [PIN, DEVICE]),
    "of V2, and linked before": ({"client_id": NEW}, BY_V2, V2_PAGE, NEW, [DEVICE]),
    "said to be V1": ({**ONE, "auth": "v1"}, None, V1_PAGE, OLD, []),
    "said to be V2": ({"client_id": NEW, "auth": "v2"}, None, V2_PAGE, NEW, []),
    "beside one of V2": (BOTH, None, V2_PAGE, NEW, []),
}


@pytest.mark.parametrize(("given", "known", "page", "client_id", "asked"), PAGES.values(), ids=PAGES.keys())
def test_which_page_a_browser_is_sent_to(box, given, known, page, client_id, asked):
    url = by_browser(settings(box, **given), known).start().url
    assert url.startswith(f"{box.site_url}{page}?") and f"client_id={client_id}&" in url
    assert [each.path for each in box.requests] == asked


def test_a_client_id_that_nobody_knows_is_told_before_any_browser_opens(box):
    with pytest.raises(errors.ClientIdRefused):
        by_browser(settings(box, client_id="misspelt"))


SERVER = {"client_id": "v2-server", "client_secret": Secret(SECRET), "auth": "v2"}


@pytest.mark.parametrize(("token_request", "token_credentials"), [("form", "basic"), ("json", "body")])
def test_the_browser_flow_takes_everything_else_from_the_settings(box, token_request, token_credentials):
    given = settings(box, **SERVER, token_request=token_request, token_credentials=token_credentials)
    flow = by_browser(given)
    attempt = flow.start()
    code = box.allow(attempt.url).partition("code=")[2].partition("&")[0]
    assert flow.exchange(attempt, code).access == Secret(box.grants[0].token)
    headers = box.requests[0].headers
    assert attempt.redirect_uri == BACK
    assert ("json" in headers["Content-Type"]) == (token_request == "json")
    assert headers.get("Authorization", "").startswith("Basic ") == (token_credentials == "basic")


def test_the_device_flow_sends_the_secret_of_a_server_app(box, by_code):
    flow = by_code(settings(box, **SERVER)).flow
    code = flow.start()
    box.approve(code.user_code)
    assert flow.check(code).token.access == Secret(box.grants[0].token)


def test_public_pkce_on_v1_needs_no_redirect():
    given = settings(client_id=OLD, auth="v1", redirect_uri=None)
    assert by_browser(given).start().redirect_uri is None


NO_PAGE = {"v1": ("v1", Secret(SECRET), "there is a client secret"), "v2": ("v2", None, "this is AUTH V2")}


@pytest.mark.parametrize(("auth", "secret", "why"), NO_PAGE.values(), ids=NO_PAGE.keys())
def test_no_redirect_is_refused_where_simkl_has_no_page_for_it(auth, secret, why):
    with pytest.raises(SettingsError, match=why) as refused:
        by_browser(settings(client_id=OLD, auth=auth, client_secret=secret, redirect_uri=None))
    assert "put it into /settings.yaml" in str(refused.value)
