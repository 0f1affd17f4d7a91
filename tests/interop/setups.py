"""What the programmer of an app is told by Simkl, and fills in: the apps of these tests, and the addresses."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.ports import free_port
from tests.fakes.simkl import App, FakeSimkl
from tests.fakes.simkl.grants import V1, V2

SECRET = "the-secret-of-a-server"
SCOPE = "media:read media:write"


REDIRECT = f"http://127.0.0.1:{free_port()}/callback"  # nobody listens; the browser's address says what came back
APPS = [
    App("v1-oauth2", V1, secret=SECRET, redirects=(REDIRECT,), name="OAuth 2.0, V1"),
    App("v1-pkce", V1, redirects=(REDIRECT,), name="Public PKCE, V1"),
    App("v2-oauth2", V2, secret=SECRET, redirects=(REDIRECT,), name="OAuth 2.0, V2"),
    App("v2-pkce", V2, redirects=(REDIRECT,), name="Public PKCE, V2"),
    App("v2-device", V2, name="A device, V2"),
]


@dataclass(frozen=True)
class Setup:
    """The settings of one program; `scope` is None where V1 has none, `redirect` is registered byte for byte."""

    generation: str
    client_id: str
    secret: str | None
    redirect: str
    scope: str | None
    site: str
    authorize: str
    token: str
    revoke: str
    account: str
    discover: bool = False

    @property
    def uses_pkce(self) -> bool:
        """Whether it proves itself with a verifier: always in V2, in V1 instead of a secret."""
        return self.generation == V2 or not self.secret


def setup_of(box: FakeSimkl, client_id: str) -> Setup:
    """Return what Simkl's pages tell the programmer of this app. Two hosts: pages on one, the API on the other."""
    app = box.apps.get(client_id)
    assert app, client_id
    family = "oauth" if app.generation == V1 else "oauth2"
    return Setup(
        generation=app.generation,
        client_id=client_id,
        secret=app.secret,
        redirect=REDIRECT,
        scope=SCOPE if app.generation == V2 else None,
        site=box.site_url,
        authorize=f"{box.site_url}/{family}/authorize",
        token=f"{box.api_url}/{family}/token",
        revoke=f"{box.api_url}/oauth2/revoke",
        account=f"{box.api_url}/users/settings?client_id={client_id}",
    )
