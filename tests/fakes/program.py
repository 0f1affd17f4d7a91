"""A program that talks to a fake Simkl server, with every knob a test wants to turn; it needs no socket."""

import base64
import hashlib
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import Client

from tests.fakes.clock import FakeClock
from tests.fakes.simkl import App, FakeSimkl

NAMED = {"app-name": "simkl-link", "app-version": "1.0.0"}
AGENT = "simkl-link/1.0.0"
DAY = datetime(2026, 10, 5, 20, tzinfo=timezone.utc)
USER = "sample_viewer"

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
    App("v2-public", "v2", redirects=[BACK, "http://192.168.1.5/cb"], name="New App"),
    App("v2-server", "v2", secret=SECRET, redirects=[BACK], name="New Server"),
]
HARBOUR = {"title": "The Glass Harbour", "year": 2018, "ids": {"imdb": "tt9900002"}}
STREET = {"title": "Lantern Street", "year": 2021, "ids": {"tvdb": 980001}}
MOSS = {"ids": {"mal": 99001}}
FILM, FILM_ID = {"movie": HARBOUR}, (9000002, None, None)
OTHER = {"movie": {"title": "A Winter of Kites", "year": 2022, "ids": {"imdb": "tt9900004"}}}
EPISODE, EPISODE_ID = {"show": STREET, "episode": {"season": 2, "number": 4}}, (9000001, 2, 4)


def simkl(**settings):
    """Return a fake server that does not listen, knows `APPS` and whose clock only moves when told, from `DAY` on."""
    options = {"clock": FakeClock().monotonic, "limits": False, "day": DAY, "client_ids": (), "apps": APPS}
    return FakeSimkl(**{"port": 8123, **options, **settings})


def linked(box, user=None, generation="v1"):
    token = box.give_token(user, generation)
    return Program(box, box.tokens[-1].client_id, token=token)


class Program:
    """One app, as its programmer set it up. Nothing is checked here: a wrong knob goes to Simkl as it is."""

    def __init__(self, box, client_id=None, secret=None, token=None):
        self.box, self.client_id, self.secret, self.token = box, client_id or box.client_id, secret, token
        self.family = "oauth2" if self.client_id.startswith("v2") else "oauth"

    def ask(self, method, path, body=None, token=True, headers=(), **query):
        """Ask for a path; keyword arguments are the query, `token` is one, or whether to send the program's own."""
        bearer = self.token if token is True else token
        auth = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        query = {"client_id": self.client_id, **NAMED, **told(path), **query}
        query = {name: value for name, value in query.items() if value is not None}
        sent = body if isinstance(body, dict) and "data" in body else {} if body is None else {"json": body}
        return Client(self.box._app).open(
            path.replace(self.box.url, "").partition("?")[0], self.box.url, method=method, query_string=query,
            headers={"User-Agent": AGENT, **auth, **dict(headers)}, **sent,
        )  # fmt: skip

    def get(self, path, **query):
        return self.ask("GET", path, **query)

    def post(self, path, body, **query):
        return self.ask("POST", path, body, **query)

    def settings(self, token=True, method="GET", **options):
        return self.ask(method, "/users/settings", token=token, **options)

    def start(self, **query):
        return self.get("/oauth/pin", **query).json

    def poll_pin(self, user_code):
        return self.get(f"/oauth/pin/{user_code}").json

    def link(self, user=None):
        return self.poll_pin(self.box.approve(self.start()["user_code"], user))["access_token"]

    def authorize_url(self, **changes):
        """The address to open; a change to None leaves a parameter out."""
        wanted = {"response_type": "code", "client_id": self.client_id, "redirect_uri": BACK, "state": "st/ate"}
        wanted.update(NAMED)
        if self.family == "oauth2":
            wanted["scope"] = BOTH
        if self.family == "oauth2" or not self.secret:
            wanted.update(code_challenge=CHALLENGE, code_challenge_method="S256")
        query = {name: value for name, value in {**wanted, **changes}.items() if value is not None}
        return f"{self.box.site_url}/{self.family}/authorize?{urlencode(query)}"

    def code(self, **changes):
        return told(self.box.allow(self.authorize_url(**changes)))["code"]

    def send(self, path, fields, json=False, basic=False):
        """Ask an endpoint of OAuth with a form; a field that is None is left out."""
        own = {"client_id": self.client_id, "client_secret": self.secret}
        fields = {name: value for name, value in {**own, **fields}.items() if value is not None}
        auth = (fields.pop("client_id"), fields.pop("client_secret", "")) if basic else None
        body = {"json": fields} if json else {"data": fields}
        return Client(self.box._app).post(path, self.box.api_url, auth=auth, **body)

    def exchange(self, code, json=False, basic=False, **changes):
        needs_verifier = self.family == "oauth2" or not self.secret
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        fields["code_verifier"] = VERIFIER if needs_verifier else None
        return self.send(f"/{self.family}/token", {**fields, **changes}, json, basic)

    def sign_in(self, **changes):
        return self.exchange(self.code(**changes)).json

    def device(self, **changes):
        return self.send("/oauth2/device", {"scope": BOTH, "client_secret": None, **changes}).json

    def poll(self, device_code, **changes):
        return self.send("/oauth2/token", {"grant_type": DEVICE, "device_code": device_code, **changes})

    def refresh(self, refresh_token, **changes):
        return self.send("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})

    def revoke(self, token, **changes):
        return self.send("/oauth2/revoke", {"token": token, **changes})

    def scrobble(self, action, item, progress=None, **query):
        told = {} if progress is None else {"progress": progress}
        return self.post(f"/scrobble/{action}", {**told, **item}, **query)

    def history(self, **lists):
        return self.post("/sync/history", lists).json

    def remove(self, **lists):
        return self.post("/sync/history/remove", lists).json


def browse(box, path, follow=True, **form):
    sent = {"method": "POST", "data": form} if form else {}
    return Client(box._app).open(path.replace(box.url, ""), box.url, follow_redirects=follow, **sent)


def table(names, cases):
    """Run a test for each case; its name is the key."""
    return pytest.mark.parametrize(names, cases.values(), ids=cases.keys())


def season(number, *episodes):
    return {"number": number, **({"episodes": [{"number": each} for each in episodes]} if episodes else {})}


def marked(box, user=USER):
    return set(box.watched[user])


def told(location):
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def said(answer):
    """Status and action, or status and name of the error, the two things a client may branch on."""
    return answer.status_code, answer.json.get("action") or answer.json.get("error")
