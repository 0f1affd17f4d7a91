"""A program that signs somebody in at the fake Simkl server, with every knob a test wants to turn."""

from __future__ import annotations

import base64
import hashlib
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.fakes.simkl import App, FakeSimkl

BACK = "http://127.0.0.1:8484/callback"
SECRET = "s3cret-of-the-server"
VERIFIER = "a-verifier-of-more-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BOTH = "media:read media:write"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"

APPS = [
    App("v1-server", secret=SECRET, redirects=[BACK], name="Old Server"),
    App("v1-public", redirects=[BACK], name="Old App"),
    App("v1-bare"),
    App("v2-tv", "v2", name="New TV"),
    App("v2-public", "v2", redirects=[BACK, "http://*.local:8080/cb", "http://192.168.1.5/cb"], name="New App"),
    App("v2-server", "v2", secret=SECRET, redirects=[BACK], name="New Server"),
]


class FakeClock:
    """A monotonic clock that only moves when told."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@contextmanager
def oauth_box(**settings):
    """Run a fake server that knows `APPS` and whose clock only moves when told."""
    with FakeSimkl(**{"clock": FakeClock(), "limits": False, "client_ids": (), "apps": APPS, **settings}) as box:
        yield box


class Program:
    """One app, as its programmer set it up. Nothing is checked here: a wrong knob goes to Simkl as it is."""

    def __init__(self, box, client_id, secret=None):
        self.box, self.client_id, self.secret = box, client_id, secret
        self.family = "oauth2" if client_id.startswith("v2") else "oauth"

    def authorize_url(self, **changes):
        """The address to open; a change to None leaves a parameter out."""
        wanted = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "state": "st/ate",
            "app-name": "simkl-link",
            "app-version": "1.0.0",
        }
        if self.family == "oauth2":
            wanted["scope"] = BOTH
        if self.family == "oauth2" or not self.secret:
            wanted.update(code_challenge=CHALLENGE, code_challenge_method="S256")
        query = {name: value for name, value in {**wanted, **changes}.items() if value is not None}
        return f"{self.box.site_url}/{self.family}/authorize?{urlencode(query)}"

    def code(self, **changes):
        """A code, after somebody pressed Allow."""
        return told(self.box.allow(self.authorize_url(**changes)))["code"]

    def post(self, path, fields, json=False, basic=False, headers=None, **query):
        """Ask an endpoint; a field that is None is left out."""
        own = {"client_id": self.client_id, "client_secret": self.secret}
        fields = {name: value for name, value in {**own, **fields}.items() if value is not None}
        auth = (fields.pop("client_id"), fields.pop("client_secret", "")) if basic else None
        body = {"json": fields} if json else {"data": fields}
        return requests.post(self.box.api_url + path, auth=auth, headers=headers, params=query, timeout=60, **body)

    def exchange(self, code, json=False, basic=False, **changes):
        """Trade a code in, the documented way but for the changes."""
        needs_verifier = self.family == "oauth2" or not self.secret
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        fields["code_verifier"] = VERIFIER if needs_verifier else None
        return self.post(f"/{self.family}/token", {**fields, **changes}, json, basic)

    def sign_in(self, **changes):
        """The whole browser flow; the tokens."""
        return self.exchange(self.code(**changes)).json()

    def device(self, json=False, **changes):
        """Start the device flow; the answer's JSON."""
        return self.post("/oauth2/device", {"scope": BOTH, "client_secret": None, **changes}, json).json()

    def poll(self, device_code, **changes):
        """Poll once."""
        return self.post("/oauth2/token", {"grant_type": DEVICE, "device_code": device_code, **changes})

    def refresh(self, refresh_token, **changes):
        """Refresh once."""
        return self.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})

    def settings(self, token=None, method="GET", **options):
        """Ask whose account it is."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        query = {"client_id": self.client_id, **options.pop("query", {})}
        url = self.box.api_url + "/users/settings"
        return requests.request(method, url, params=query, headers=headers, timeout=60, **options)


def told(location):
    """What a redirect tells the app."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def failed(answer):
    """Status and name of an error, the two things a client may branch on."""
    return answer.status_code, answer.json()["error"]
