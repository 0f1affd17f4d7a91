"""What Simkl is asked, exactly: the code in the path, who asks in the query and the User-Agent, and nothing else."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, urlsplit

import pytest
from requests_mock import ANY

from lib.simkl.app import APP_NAME, APP_VERSION, user_agent
from tests.unit.simkl.simkl_says import API, CLIENT_ID, CODE, PENDING, STARTED, flow

IDENTITY = {"client_id": [CLIENT_ID], "app-name": [APP_NAME], "app-version": [APP_VERSION]}
ODD_CODES = {
    "four": ("K7QX", "K7QX"),
    "five": ("K7QXM", "K7QXM"),
    "six": ("K7QXM9", "K7QXM9"),
    "nine with a hyphen": ("HTRW-ZKNP", "HTRW-ZKNP"),
    "one": ("7", "7"),
    "a hundred": ("A" * 100, "A" * 100),
    "lower case": ("k7qxm", "k7qxm"),
    "a slash and a question mark": ("a/b?c", "a%2Fb%3Fc"),
    "spaces": (" K7 QXM ", "%20K7%20QXM%20"),
    "a percent sign": ("50%2F", "50%252F"),
    "a hash and an ampersand": ("a#b&c=d", "a%23b%26c%3Dd"),
    "two dots and a slash": ("../users", "..%2Fusers"),
    "beyond ASCII": ("Ä字", "%C3%84%E5%AD%97"),
    "a line break": ("K7\r\nQX", "K7%0D%0AQX"),
}


def asked(requests_mock):
    """Return the one request that was made, as method, path and query."""
    (request,) = requests_mock.request_history
    parts = urlsplit(request.url)
    assert f"{parts.scheme}://{parts.netloc}" == API
    return request.method, parts.path, parse_qs(parts.query, strict_parsing=True)


def test_a_start_asks_for_a_pin_and_says_who_asks(requests_mock):
    requests_mock.get(f"{API}/oauth/pin", json=STARTED)
    flow().start()
    assert asked(requests_mock) == ("GET", "/oauth/pin", IDENTITY)


@pytest.mark.parametrize(("user_code", "in_the_path"), ODD_CODES.values(), ids=ODD_CODES.keys())
def test_a_code_is_asked_about_as_it_is_whatever_it_looks_like(requests_mock, user_code, in_the_path):
    requests_mock.get(ANY, json=PENDING)
    flow().check(dataclasses.replace(CODE, user_code=user_code))
    assert asked(requests_mock) == ("GET", f"/oauth/pin/{in_the_path}", IDENTITY)


@pytest.mark.parametrize(("user_code", "in_the_path"), ODD_CODES.values(), ids=ODD_CODES.keys())
def test_a_code_is_shown_as_given_and_the_qr_code_opens_it(requests_mock, user_code, in_the_path):
    requests_mock.get(f"{API}/oauth/pin", json={**STARTED, "user_code": user_code})
    code = flow().start()
    assert code.user_code == user_code
    assert code.verification_uri_complete == f"https://simkl.com/pin/{in_the_path}"


@pytest.mark.parametrize("user_code", [code for code, _ in ODD_CODES.values()], ids=ODD_CODES.keys())
def test_a_server_gets_the_code_back_that_it_gave(box, link_to, user_code):
    box.order("answer", body={**STARTED, "user_code": user_code})
    link = link_to(box.url)
    link.check(link.start())
    assert [request.path for request in box.requests] == ["/oauth/pin", f"/oauth/pin/{user_code}"]
    assert box.unattributed == []


def test_both_requests_carry_our_user_agent_and_no_authorization(requests_mock):
    requests_mock.get(f"{API}/oauth/pin", json=STARTED)
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json=PENDING)
    link = flow(platform="Kodi 20.1; Linux")
    link.check(link.start())
    for request in requests_mock.request_history:
        assert request.headers["User-Agent"] == f"simkl-link/{APP_VERSION} (Kodi 20.1; Linux)"
        assert "Authorization" not in request.headers
        assert request.body is None


@pytest.mark.parametrize("api_url", ["https://api.simkl.com/", "https://api.simkl.com//"])
def test_a_slash_at_the_end_of_the_address_makes_no_double_slash(requests_mock, api_url):
    requests_mock.get(f"{API}/oauth/pin", json=STARTED)
    flow(api_url).start()
    assert asked(requests_mock)[1] == "/oauth/pin"


@pytest.mark.parametrize(
    ("platform", "in_brackets"),
    [
        ("Kodi 20.1; Linux", "Kodi 20.1; Linux"),
        ("", "unknown"),
        ("  ", "unknown"),
        ("Kodi (64-bit)", "Kodi 64-bit"),
        ("two\r\nlines: evil", "two lines: evil"),
        ("Fernseher im Büro", "Fernseher im B ro"),
    ],
)
def test_the_platform_never_breaks_the_user_agent(platform, in_brackets):
    assert user_agent(platform) == f"simkl-link/{APP_VERSION} ({in_brackets})"
