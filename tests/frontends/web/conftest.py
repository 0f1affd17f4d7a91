"""A site of its own for each test, and browsers that visit it."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from lib.system.clock import Clock
from lib.web.server import Server, ServerConfig
from tests.frontends.web.site import PASSWORD, Site

ELSEWHERE = "192.0.2.1:8585"


class Visitor:
    """A browser: keeps cookies, and fills in the token of the form that it saw last."""

    def __init__(self, site: Site, address: str = "127.0.0.1", host: str = "localhost") -> None:
        self.http = site.app.test_client()
        self.address = address
        self.host = host
        self.token = ""

    def get(self, path: str, **options):
        return self._seen(self.http.get(path, **self._with(options)))

    def post(self, path: str, token: str | None = None, follow: bool = True, headers=None, **fields):
        data = {"csrf_token": self.token if token is None else token, **fields}
        options = self._with({"headers": headers or {}})
        return self._seen(self.http.post(path, data=data, follow_redirects=follow, **options))

    def log_in(self, password: str = PASSWORD):
        self.get("/login")
        return self.post("/login", password=password)

    def cookie(self, name: str) -> str:
        return self.http.get_cookie(name, domain="192.0.2.1").value

    def set_cookie(self, name: str, value: str) -> None:
        self.http.set_cookie(name, value, domain="192.0.2.1")

    def _with(self, options):
        headers = {"Host": self.host, **options.pop("headers", {})}
        return {"environ_base": {"REMOTE_ADDR": self.address}, "headers": headers, **options}

    def _seen(self, response):
        found = re.search(r'name="csrf_token" value="([^"]+)"', response.data.decode("utf-8", "replace"))
        if found:
            self.token = found.group(1)
        return response


@pytest.fixture
def environ(tmp_path):
    """The environment of a server with its settings in a folder, at any free port, and no Simkl behind it."""
    nowhere = "http://127.0.0.1:9"
    settings, client = {"SIMKL_SETTINGS": str(tmp_path / "settings.yaml")}, {"SIMKL_CLIENT_ID": "client"}
    return {**settings, **client, "SIMKL_API_URL": nowhere, "SIMKL_SITE_URL": nowhere, "SIMKL_SERVE__PORT": "0"}


@pytest.fixture
def settings(tmp_path):
    """A settings file with one media server."""
    path = tmp_path / "settings.yaml"
    path.write_text("servers:\n  home: {}\n", encoding="utf-8")
    return path


@pytest.fixture
def make(settings, environ):
    """Make a server that listens and does not serve yet."""
    return lambda **overrides: Server(ServerConfig(settings, environ, overrides), environ, Clock())


@pytest.fixture
def site(tmp_path):
    with closing(Site(tmp_path)) as site:
        yield site


@pytest.fixture
def secured(site):
    """The site once the admin has set a password."""
    site.services.password.set(PASSWORD)
    return site


@pytest.fixture
def visitor(site):
    """Somebody from elsewhere in the network."""
    return Visitor(site, "192.0.2.7", ELSEWHERE)


@pytest.fixture
def stranger(site):
    """Somebody else, with another browser."""
    return Visitor(site, "192.0.2.8", ELSEWHERE)


@pytest.fixture
def local(site):
    """Somebody on the machine itself."""
    return Visitor(site)


@pytest.fixture
def admin(secured):
    """The admin, signed in from elsewhere."""
    admin = Visitor(secured, "192.0.2.5", ELSEWHERE)
    assert admin.log_in().status_code == 200
    admin.get("/settings")
    return admin


@pytest.fixture
def invite(site):
    """Invite somebody at home by a name that is also the account's."""
    return lambda name: site.services.invitations.create("home", name, name, name)


@pytest.fixture
def invited(site, visitor, invite):
    """Somebody who has accepted an invitation as ben at home, and sees the code."""
    visitor.invitation = invite("ben")
    visitor.get(f"/i/{visitor.invitation.token}")
    visitor.post(f"/i/{visitor.invitation.token}")
    return visitor


@pytest.fixture
def linked(site, invited):
    """The same person, linked, with the page of what is tracked."""
    site.accounts.link("ben", "ben_watches")
    site.services.sign_ins.forget("ben")
    invited.get("/me")
    return invited
