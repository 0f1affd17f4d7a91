"""Other people's libraries, unmodified, sign a user or a device in at the fake Simkl server, by a real browser."""

from base64 import b64decode
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

import pytest
from authlib.integrations.base_client import OAuthError
from oauthlib.oauth2 import AccessDeniedError

from tests.interop.node_program import NodeProgram, Refused
from tests.interop.programs import Authlib, AuthlibInFlask, HttpxOauth, RequestsOauthlib
from tests.interop.setups import REDIRECT

pytestmark = pytest.mark.usefixtures("node")

USER = {"id": 900001, "timezone": "Europe/Oslo", "type": "free", "anime_title_language": "en"}
DISCOVERY = "/.well-known/oauth-authorization-server"


openid_client = partial(NodeProgram, "openid-client")
oauth4webapi = partial(NodeProgram, "oauth4webapi")
LIBRARIES = {
    "authlib": Authlib,
    "requests-oauthlib": RequestsOauthlib,
    "httpx-oauth": HttpxOauth,
    "openid-client": openid_client,
    "oauth4webapi": oauth4webapi,
}
DISCOVERERS = {"authlib in Flask": AuthlibInFlask, "openid-client": openid_client, "oauth4webapi": oauth4webapi}
by_library = pytest.mark.parametrize("library", LIBRARIES.values(), ids=LIBRARIES.keys())


@contextmanager
def running(library, setup):
    """The program, ended afterwards if it is one that runs by itself."""
    program = library(setup)
    with program if isinstance(program, NodeProgram) else nullcontext():
        yield program


def answer(person, page, button="allow"):
    """Press Allow or Deny on a page that asks for consent."""
    person.opens(page)
    person.presses(f"button[name=answer][value={button}]")


def came_back(person):
    """Return the address that the browser is sent back to."""
    person.waits_for(lambda: person.driver.current_url.startswith(REDIRECT), REDIRECT)
    return person.driver.current_url


def sign_in(program, person):
    answer(person, program.start())
    program.finish(came_back(person))


@by_library
@pytest.mark.parametrize("client_id", ["v1-oauth2", "v1-pkce", "v2-oauth2", "v2-pkce"])
def test_a_library_completes_the_flow(library, client_id, setup_for, box, person):
    setup = setup_for(client_id)
    with running(library, setup) as program:
        sign_in(program, person)
        assert program.account() == USER
    exchange = next(asked for asked in box.requests if asked.path.endswith("/token"))
    proof = ("code_verifier" in exchange.fields, client_secret_of(exchange))
    assert proof == (setup.uses_pkce, setup.secret or "")
    assert [(grant.client_id, grant.generation) for grant in box.tokens] == [(client_id, setup.generation)]


def client_secret_of(asked):
    """The secret of a token request, from wherever the library put it."""
    scheme, _, coded = asked.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        return unquote(b64decode(coded).decode().partition(":")[2])
    return asked.fields.get("client_secret", "")


@by_library
@pytest.mark.parametrize("client_id", ["v2-oauth2", "v2-pkce"])
def test_a_library_refreshes_goes_on_and_revokes_its_link(library, client_id, setup_for, box, person):
    with running(library, setup_for(client_id)) as program:
        sign_in(program, person)
        program.refresh()
        assert program.account() == USER
        assert len(box.refreshes) == len(box.tokens) == 1 and box.dead_token_uses == []
        if library is not RequestsOauthlib:  # which cannot
            program.revoke()
            assert box.tokens == [] and len(box.grants) == 1


@pytest.mark.parametrize("library", DISCOVERERS.values(), ids=DISCOVERERS.keys())
@pytest.mark.parametrize("client_id", ["v2-oauth2", "v2-pkce"])
def test_a_library_finds_v2_by_discovery(library, client_id, setup_for, box, person):
    with running(library, setup_for(client_id)) as program:
        sign_in(program, person)
        assert program.account() == USER
    assert [asked.status for asked in box.requests if asked.path == DISCOVERY] == [200]


DENIALS = {
    "authlib in Flask": (AuthlibInFlask, OAuthError),
    "requests-oauthlib": (RequestsOauthlib, AccessDeniedError),
    "openid-client": (openid_client, Refused),
    "oauth4webapi": (oauth4webapi, Refused),
}


@pytest.mark.parametrize(("library", "error"), DENIALS.values(), ids=DENIALS.keys())
def test_a_denial_is_reported_on_v2(library, error, setup_for, box, person):
    with running(library, setup_for("v2-pkce")) as program:
        answer(person, program.start(), "deny")
        with pytest.raises(error, match="access_denied"):
            program.finish(came_back(person))
    assert box.grants == []


@by_library
def test_a_denial_on_v1_ends_on_simkls_start_page_and_nobody_is_told(library, setup_for, box, person):
    with running(library, setup_for("v1-pkce")) as program:
        answer(person, program.start(), "deny")
    person.waits_for(lambda: "Start" in person.driver.title, "Simkl's start page")
    assert box.grants == []


def test_a_v1_app_that_trusts_discovery_ends_at_an_error_page_and_gets_no_code_for_a_device(setup_for, box, person):
    with openid_client(replace(setup_for("v1-pkce"), discover=True)) as program:
        person.opens(program.start())
        assert "This link does not work" in person.driver.title
        with pytest.raises(Refused, match="invalid_client"):
            program.start_device()


def type_in(person, code, page):
    """Open the page for codes, type one in, and press Allow."""
    person.opens(page)
    person.finds("[name=user_code]").send_keys(code)
    person.presses("form button")
    person.presses("button[name=answer][value=allow]")
    person.waits_for(lambda: "Done" in person.driver.title, "Simkl's answer")


@pytest.mark.parametrize("client_id", ["v2-device", "v2-pkce", "v2-oauth2"])
def test_a_code_typed_into_a_real_browser_signs_the_device_in(client_id, setup_for, box, person):
    with openid_client(setup_for(client_id)) as device:
        shown = device.start_device()
        device.tell("finish_device")
        box.wait_for(lambda: [asked for asked in box.requests if asked.path == "/oauth2/token"])
        type_in(person, shown["user_code"].lower().replace("-", " "), shown["page"])
        device.heard()
        assert device.account()["id"] == 900001
    polls = [asked.status for asked in box.requests if asked.path == "/oauth2/token"]
    assert polls[0] == 400 and polls[-1] == 200 and box.too_fast == []
    assert [(grant.client_id, grant.scope) for grant in box.tokens] == [(client_id, "media:read media:write")]


def test_slow_down_is_obeyed(setup_for, box, person):
    box.order("slow_down")
    with openid_client(setup_for("v2-device")) as device:
        type_in(person, device.start_device()["user_code"], box.site_url + "/pin")
        device.tell("finish_device")
        device.heard()
    first, second = [asked.at for asked in box.requests if asked.path == "/oauth2/token"]
    assert second - first >= 6 and box.too_fast == []
