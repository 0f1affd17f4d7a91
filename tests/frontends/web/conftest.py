"""A site of its own for each test, and browsers that visit it."""

from __future__ import annotations

import re

import pytest

from tests.frontends.web.site import PASSWORD, Site


class Visitor:
    """A browser: keeps cookies, and fills in the token of the form that it saw last."""

    def __init__(self, site: Site, address: str = "127.0.0.1", host: str = "localhost") -> None:
        self.http = site.app.test_client()
        self._base = {"REMOTE_ADDR": address}
        self.host = host
        self.token = ""

    def get(self, path: str, **options):
        return self._seen(self.http.get(path, **self._with(options)))

    def post(self, path: str, token: str | None = None, follow: bool = True, **fields):
        data = {"csrf_token": self.token if token is None else token, **fields}
        response = self.http.post(path, data=data, follow_redirects=follow, **self._with({}))
        return self._seen(response)

    def _with(self, options):
        headers = {"Host": self.host, **options.pop("headers", {})}
        return {"environ_base": self._base, "headers": headers, **options}

    def _seen(self, response):
        found = re.search(r'name="csrf_token" value="([^"]+)"', response.data.decode("utf-8", "replace"))
        if found:
            self.token = found.group(1)
        return response


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.store.close()


@pytest.fixture
def visitor(site):
    """Somebody from elsewhere in the network."""
    return Visitor(site, "192.0.2.7", "192.0.2.1:8585")


@pytest.fixture
def stranger(site):
    """Somebody else, with another browser."""
    return Visitor(site, "192.0.2.8", "192.0.2.1:8585")


@pytest.fixture
def local(site):
    """Somebody on the machine itself."""
    return Visitor(site)


@pytest.fixture
def admin(site):
    """The admin, signed in from elsewhere."""
    site.services.password.set(PASSWORD)
    admin = Visitor(site, "192.0.2.5", "192.0.2.1:8585")
    admin.get("/login")
    assert admin.post("/login", password=PASSWORD).status_code == 200
    admin.get("/settings")
    return admin


@pytest.fixture
def invited(site, visitor):
    """Somebody who has accepted an invitation as ben at home, and sees the code."""
    invitation = site.services.invitations.create("home", "ben", "ben", "ben")
    visitor.get(f"/i/{invitation.token}")
    visitor.post(f"/i/{invitation.token}")
    visitor.invitation = invitation
    return visitor
