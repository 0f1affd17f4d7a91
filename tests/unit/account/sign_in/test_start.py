"""Which flow links an account: from the settings, the method, and what is known of the client id."""

from dataclasses import replace
from pathlib import Path

import pytest

from lib.account.settings import ClientIdMissing, Settings
from lib.account.settings_file import SettingsError
from lib.account.sign_in import start
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
from tests.unit.account.world import NOWHERE

OLD, NEW, SECRET, BACK = "v1-id", "v2-id", "s3cret-of-the-server", "http://127.0.0.1:8484/callback"
PIN, DEVICE, V1_PAGE, V2_PAGE = "/oauth/pin", "/oauth2/device", "/oauth/authorize", "/oauth2/authorize"
BY_V1, BY_V2 = (Account(Token(Secret("some-token"), OLD), ""), Account(Token(Secret("some-token"), NEW, "v2"), ""))
ONE, LONE_V2, TWO = {"client_id": OLD}, {"client_id": NEW}, {"client_id_v2": NEW}
BOTH = {**ONE, **TWO}
AS_V1, AS_V2 = {"auth": "v1"}, {"auth": "v2"}
SERVER = {"client_id": "v2-server", "client_secret": Secret(SECRET), **AS_V2}


@pytest.fixture(scope="module")
def running_box():
    server = App("v2-server", "v2", secret=SECRET, redirects=[BACK])
    with FakeSimkl(client_ids=(OLD,), v2_client_ids=(NEW,), apps=[server], limits=False) as box:
        yield box


def settings(box=None, **changes):
    url = box.url if box else NOWHERE
    return replace(Settings(Path("/settings.yaml"), "", None, url, url, redirect_uri=BACK), **changes)


def by_code(given, known=None, method="auto"):
    return start.prepare_code_sign_in(given, lambda id_: Transport(given.api_url, id_), known, FakeClock(), method).flow


def by_browser(given, known=None):
    return start.prepare_browser_sign_in(given, lambda id_: Transport(given.api_url, id_), known, FakeClock()).flow


CHOICES = {
    "one id, nothing said": (ONE, "auto", AutoFlow, OLD),
    "one id, said to be V1": ({**ONE, **AS_V1}, "auto", PinFlow, OLD),
    "one id, said to be V2": ({**ONE, **AS_V2}, "auto", DeviceFlow, OLD),
    "one id, by PIN": (ONE, "pin", PinFlow, OLD),
    "one id, the method counts more than the setting": ({**ONE, **AS_V1}, "device", DeviceFlow, OLD),
    "both ids, nothing said": (BOTH, "auto", DeviceFlow, NEW),
    "both ids, said to be V1": ({**BOTH, **AS_V1}, "auto", PinFlow, OLD),
    "both ids, by PIN": (BOTH, "pin", PinFlow, OLD),
    "only an id of V2": (TWO, "auto", DeviceFlow, NEW),
}


@pytest.mark.parametrize(("given", "method", "flow", "client_id"), CHOICES.values(), ids=CHOICES.keys())
def test_which_flow_and_which_client_id(given, method, flow, client_id):
    made_for = []
    chosen = start.prepare_code_sign_in(settings(**given), made_for.append, None, FakeClock(), method)
    assert (type(chosen.flow), chosen.client_id) == (flow, client_id)
    assert made_for == [client_id], "a client id goes with its own way to Simkl"
    if method == "auto":
        assert start.client_id_for_sign_in(settings(**given)) == client_id


@pytest.mark.parametrize(("given", "method"), [({}, "auto"), (TWO, "pin"), ({**TWO, **AS_V1}, "auto")])
def test_a_missing_client_id_is_told(given, method):
    with pytest.raises(ClientIdMissing):
        by_code(settings(**given), method=method)


def test_only_a_link_of_v1_is_to_move_over_and_only_if_there_is_somewhere_to_go():
    assert start.should_move_to_v2(settings(**BOTH), BY_V1)
    assert not start.should_move_to_v2(settings(**ONE), BY_V1)
    assert not start.should_move_to_v2(settings(**BOTH), BY_V2)


PAGES = {
    "of V1": (ONE, None, V1_PAGE, OLD, [PIN]),
    "of V2": (LONE_V2, None, V2_PAGE, NEW, [PIN, DEVICE]),
    "of V1, and linked before": (ONE, BY_V1, V1_PAGE, OLD, [PIN]),
    "of V2, and linked before": (LONE_V2, BY_V2, V2_PAGE, NEW, [DEVICE]),
    "of V1, after one of V2": (ONE, BY_V2, V1_PAGE, OLD, [PIN]),
    "said to be V1": ({**ONE, **AS_V1}, None, V1_PAGE, OLD, []),
    "said to be V2": ({**LONE_V2, **AS_V2}, None, V2_PAGE, NEW, []),
    "beside one of V2": (BOTH, None, V2_PAGE, NEW, []),
}


@pytest.mark.parametrize(("given", "known", "page", "client_id", "asked"), PAGES.values(), ids=PAGES.keys())
def test_which_page_a_browser_is_sent_to_and_where_a_lone_client_id_asks_for_a_code(
    box, given, known, page, client_id, asked
):
    url = by_browser(settings(box, **given), known).start().url
    assert url.startswith(f"{box.site_url}{page}?") and f"client_id={client_id}&" in url
    assert [each.path for each in box.requests] == asked
    if asked:
        box.reset()
        assert (by_code(settings(box, **given), known).start().secret is not None) == (client_id == NEW)
        assert [each.path for each in box.requests] == asked


def test_a_client_id_that_nobody_knows_is_told_before_any_browser_opens(box):
    with pytest.raises(errors.ClientIdRefused):
        by_browser(settings(box, client_id="misspelt"))


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


def test_the_device_flow_sends_the_secret_of_a_server_app(box):
    flow = by_code(settings(box, **SERVER))
    code = flow.start()
    box.approve(code.user_code)
    assert flow.check(code).token.access == Secret(box.grants[0].token)


def test_no_redirect_is_refused_where_simkl_has_no_page_for_it():
    without = settings(**ONE, redirect_uri=None)
    assert by_browser(replace(without, auth="v1")).start().redirect_uri is None, "public PKCE on V1 needs none"
    for change, why in [({**AS_V1, "client_secret": Secret(SECRET)}, "there is a client secret"), (AS_V2, "AUTH V2")]:
        with pytest.raises(SettingsError, match=f"{why}.* put it into /settings.yaml"):
            by_browser(replace(without, **change))
