"""What stands around the flows: discovery, the two hosts, faults on every new endpoint, remote control, the command."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
import requests

from tests.fakes.oauth_program import BACK, BOTH, SECRET, VERIFIER, Program, failed, oauth_box, told
from tests.fakes.simkl import App, FakeSimkl
from tests.fakes.simkl.apps import app_from_spec


@pytest.fixture(scope="module")
def running():
    with oauth_box() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def public(box):
    return Program(box, "v2-public")


# discovery: RFC 8414, api-reference/auth-v2


def test_discovery_names_the_endpoints_of_v2_and_of_nothing_else(box):
    document = requests.get(box.url + "/.well-known/oauth-authorization-server", timeout=60).json()
    assert document["issuer"] == box.url and "/oauth/" not in str(document)
    assert {name: url for name, url in document.items() if name.endswith("_endpoint")} == {
        "authorization_endpoint": box.url + "/oauth2/authorize",
        "token_endpoint": box.url + "/oauth2/token",
        "device_authorization_endpoint": box.url + "/oauth2/device",
        "revocation_endpoint": box.url + "/oauth2/revoke",
    }
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["scopes_supported"] == BOTH.split()
    assert len(document["grant_types_supported"]) == 3
    assert [seen.path for seen in box.requests] == ["/.well-known/oauth-authorization-server"]


def test_simkl_is_not_openid(box):
    assert requests.get(box.url + "/.well-known/openid-configuration", timeout=60).status_code == 404


# two hosts


def test_the_api_under_a_name_of_its_own_serves_the_api_and_nothing_else():
    with oauth_box(api_host="localhost") as box:
        assert (box.api_url, box.site_url) == (box.url.replace("127.0.0.1", "localhost"), box.url)
        right = {
            box.api_url: ["/oauth/pin?client_id=v1-bare"],
            box.site_url: [
                "/pin",
                "/.well-known/oauth-authorization-server",
                Program(box, "v1-public").authorize_url(),
            ],
        }
        paths = [(own, path.replace(box.site_url, "")) for own, paths in right.items() for path in paths]
        for own, path in paths:
            for host in (box.api_url, box.site_url):
                assert requests.get(host + path, timeout=60).status_code == (200 if host == own else 404), host + path
        assert requests.get(box.url + "/_box/state", timeout=60).status_code == 200
        assert failed(requests.post(box.site_url + "/oauth2/token", timeout=60)) == (404, "url_failed")
        assert {seen.path for seen in box.requests if seen.status == 404} >= {
            "/oauth/authorize",
            "/oauth2/token",
            "/pin",
        }


def test_addresses_lead_to_the_right_host_of_the_two():
    with oauth_box(api_host="localhost") as box:
        document = requests.get(box.site_url + "/.well-known/oauth-authorization-server", timeout=60).json()
        assert document["issuer"] == box.site_url and document["token_endpoint"] == box.api_url + "/oauth2/token"
        assert document["authorization_endpoint"] == box.site_url + "/oauth2/authorize"
        assert Program(box, "v2-tv").device()["verification_uri"] == box.site_url + "/pin"
        program = Program(box, "v2-public")
        assert told(box.allow(program.authorize_url()))["iss"] == box.site_url
        assert requests.get(program.settings(program.sign_in()["access_token"]).json()["user"]["avatar"], timeout=60).ok


# faults


def device_poll(program):
    started = program.device()
    program.box.approve(started["user_code"])
    return lambda: program.poll(started["device_code"])


def refresh(program):
    token = program.sign_in()["refresh_token"]
    return lambda: program.refresh(token)


def exchange(program):
    code = program.code()
    return lambda: program.exchange(code)


def revoke(program):
    token = program.sign_in()["access_token"]
    return lambda: program.post("/oauth2/revoke", {"token": token})


ENDPOINTS = {
    "/oauth/token": ("v1-public", exchange, lambda box: box.tokens),
    "/oauth2/device": ("v2-tv", lambda program: program.device, lambda box: box.codes),
    "/oauth2/token, a code": ("v2-public", exchange, lambda box: box.tokens),
    "/oauth2/token, a device code": ("v2-tv", device_poll, lambda box: box.tokens),
    "/oauth2/token, a refresh token": ("v2-public", refresh, lambda box: box.refreshes),
    "/oauth2/revoke": ("v2-public", revoke, lambda box: not box.tokens),
}


@pytest.mark.parametrize(("client_id", "prepare", "done"), ENDPOINTS.values(), ids=ENDPOINTS.keys())
@pytest.mark.parametrize(("fault", "happens"), [("reset", False), ("lost_answer", True)])
def test_every_endpoint_can_lose_the_question_or_the_answer(box, client_id, prepare, done, fault, happens):
    ask = prepare(Program(box, client_id))
    box.order(fault, path="/oauth")
    with pytest.raises(requests.ConnectionError):
        ask()
    assert bool(done(box)) is happens
    assert (box.requests[-1].status, box.requests[-1].fault) == (None, fault)


def test_a_hanging_token_endpoint_ends_when_the_client_gives_up(box):
    box.order("hang", path="/oauth2/token")
    with pytest.raises(requests.ReadTimeout):
        requests.post(box.url + "/oauth2/token", timeout=0.05)


def test_discovery_can_fail_too(box):
    box.order("status", status=503, path="/.well-known")
    assert requests.get(box.url + "/.well-known/oauth-authorization-server", timeout=60).status_code == 503


@pytest.mark.parametrize(
    ("status", "error"), [(400, "invalid_request"), (401, "invalid_client"), (429, "rate_limit"), (503, "server_error")]
)
def test_an_ordered_status_has_the_shape_of_rfc_6749_under_oauth2(box, public, status, error):
    box.order("status", status=status)
    answer = public.refresh("x")
    assert failed(answer) == (status, error) and set(answer.json()) == {"error", "error_description"}
    assert "WWW-Authenticate" not in answer.headers


# what the fake server remembers


def test_the_fields_of_a_request_can_be_read_whatever_their_shape(box, public):
    for json in (False, True):
        public.exchange("x", json=json)
        assert box.requests[-1].fields["code_verifier"] == VERIFIER
    public.settings()
    assert box.requests[-1].fields == {}


def test_remote_control_answers_for_the_person_and_shows_no_secret(box, public):
    def control(name, **body):
        return requests.post(f"{box.url}/_box/{name}", json=body, timeout=60).json()

    url = public.authorize_url()
    assert told(control("refuse", url=url)["location"])["error"] == "access_denied"
    code = told(control("allow", url=url)["location"])["code"]
    tokens = public.exchange(code).json()
    public.refresh(tokens["refresh_token"], json=True)
    public.settings(tokens["access_token"])
    started = public.device()
    public.poll(started["device_code"])
    shown = "".join(requests.get(f"{box.url}/_box/{name}", timeout=60).text for name in ("state", "requests"))
    secrets = [code, VERIFIER, started["device_code"], tokens["access_token"], tokens["refresh_token"]]
    assert not [secret for secret in [*secrets, box.tokens[0].token] if secret in shown]
    state = requests.get(box.url + "/_box/state", timeout=60).json()
    assert (state["tokens"][0]["generation"], len(state["refreshes"]), len(state["dead_token_uses"])) == ("v2", 1, 1)
    assert "no authorization page" in control("allow", url="/pin")["error"]


# registering


def test_an_app_can_be_written_in_a_line():
    spec = f"mine:generation=v2,secret={SECRET},name=My App,redirect={BACK},redirect=https://example.org/?a=b"
    assert app_from_spec(spec) == App(
        "mine", "v2", secret=SECRET, redirects=(BACK, "https://example.org/?a=b"), name="My App"
    )


@pytest.mark.parametrize("spec", ["mine:generation", "mine:colour=red", ":generation=v2", "mine:generation=v3"])
def test_a_bad_line_says_what_is_accepted(spec):
    with pytest.raises(ValueError):
        app_from_spec(spec)


@pytest.mark.parametrize(
    "settings", [{"client_ids": ["a", "a"]}, {"client_ids": ()}, {"v2_client_ids": ["a"], "client_ids": ["a"]}]
)
def test_a_client_id_is_of_one_generation_and_there_is_one(settings):
    with pytest.raises(ValueError):
        FakeSimkl(**settings)


def test_apps_stand_beside_the_plain_lists_of_client_ids():
    box = FakeSimkl(client_ids=["one"], v2_client_ids=["two"], apps=[App("three"), App("four", "v2")])
    assert (box.client_id, box.client_ids, box.v2_client_ids) == ("one", ("one", "three"), ("two", "four"))
    assert SECRET not in repr(App("mine", secret=SECRET))


def test_the_command_takes_apps_quotas_and_a_second_host():
    flags = ["--app", f"mine:generation=v2,redirect={BACK}", "--user-quota", "1", "--api-host", "localhost"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.simkl", *flags, "--v2-code", "AAAA-BBBB"], stdout=subprocess.PIPE, text=True
    ) as process:
        lines = [process.stdout.readline() for _ in range(6)]
        url = lines[0].split()[-1]
        api = re.search(r"http://localhost:\d+", "".join(lines)).group()
        started = requests.post(api + "/oauth2/device", data={"client_id": "mine"}, timeout=60).json()
        assert started["user_code"] == "AAAA-BBBB" and started["verification_uri"] == url + "/pin"
        assert "mine  (V2, public)" in "".join(lines)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
