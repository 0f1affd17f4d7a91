"""A POST: as a form or as JSON, who asks in the query, credentials where they belong, and errors as with a GET.

Sources: Simkl's page `conventions/headers`; RFC 6749 2.3.1 for Basic.
"""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, unquote

import pytest

from lib.simkl import errors
from lib.simkl.app import APP_NAME, APP_VERSION
from lib.simkl.http.transport import Answer
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import API, CLIENT_ID, bare, error

FIELDS = {"code": "a b&c=d+e%", "name": "Ä字"}


def test_a_form_is_the_default_and_travels_unharmed(requests_mock, transport_to):
    requests_mock.post(f"{API}/oauth/token", json={"ok": 1}, status_code=201)
    assert transport_to(API, CLIENT_ID).post("/oauth/token", FIELDS) == Answer(201, {"ok": 1})
    request = requests_mock.last_request
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.text, strict_parsing=True) == {name: [value] for name, value in FIELDS.items()}


def test_json_is_json(requests_mock, transport_to):
    requests_mock.post(f"{API}/oauth/token", json={})
    transport_to(API, CLIENT_ID).post("/oauth/token", FIELDS, as_json=True)
    request = requests_mock.last_request
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == FIELDS


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
def test_a_post_says_who_asks_and_is_bounded(requests_mock, transport_to, as_json, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    requests_mock.post(f"{API}/oauth/token", json={})
    transport_to(API, CLIENT_ID).post("/oauth/token", FIELDS, as_json)
    request = requests_mock.last_request
    assert request.headers["User-Agent"] == f"{APP_NAME}/{APP_VERSION} (a test)"
    assert parse_qs(request.query) == {"client_id": [CLIENT_ID], "app-name": [APP_NAME], "app-version": [APP_VERSION]}
    assert (request.timeout, request.verify) == ((4.0, 4.0), True)


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
@pytest.mark.parametrize(("client", "secret"), [("plain", "secret"), ("a:b", "c:d%/ +"), ("Ä", "字")])
def test_credentials_are_percent_encoded_before_they_are_basic(requests_mock, transport_to, client, secret, as_json):
    requests_mock.post(f"{API}/oauth/token", json={})
    transport_to(API).post("/oauth/token", FIELDS, as_json, (client, Secret(secret)))
    scheme, _, pair = requests_mock.last_request.headers["Authorization"].partition(" ")
    assert scheme == "Basic"
    assert [unquote(half) for half in base64.b64decode(pair).decode("ascii").split(":")] == [client, secret]


@pytest.mark.parametrize("credentials", [None, ("us", Secret("our-own"))], ids=["none", "our own"])
def test_a_password_in_netrc_is_left_at_home(box, transport_to, tmp_path, monkeypatch, credentials):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    box.order("answer", body={})
    transport_to(box.url).post("/oauth/token", FIELDS, credentials=credentials)
    wanted = f"Basic {base64.b64encode(b'us:our-own').decode()}" if credentials else None
    assert box.requests[0].headers.get("Authorization") == wanted


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_the_fields_nowhere(box, transport_to, status):
    box.order("redirect", status=status, to="/oauth/pin")
    with pytest.raises(errors.Unreadable):
        transport_to(box.url).post("/oauth/token", FIELDS)
    assert [(request.method, request.path) for request in box.requests] == [("POST", "/oauth/token")]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(401, "grant_error"), errors.GrantRefused),
        (error(412, "client_id_failed"), errors.ClientIdRefused),
        (bare(503), errors.Unavailable),
        (bare(200), errors.Unreadable),
    ],
)
def test_an_error_is_named_and_not_asked_again(requests_mock, transport_to, answer, kind):
    requests_mock.post(f"{API}/oauth/token", **answer)
    with pytest.raises(kind):
        transport_to(API).post("/oauth/token", FIELDS)
    assert requests_mock.call_count == 1


def test_an_empty_success_has_no_payload(requests_mock, transport_to):
    requests_mock.post(f"{API}/oauth2/revoke")
    assert transport_to(API).post("/oauth2/revoke", FIELDS) == Answer(200, None)


def test_after_an_abort_nothing_is_posted(box, transport_to):
    transport = transport_to(box.url)
    transport.abort()
    with pytest.raises(errors.NotSent):
        transport.post("/oauth/token", FIELDS)
    assert box.requests == []
