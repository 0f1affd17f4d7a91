"""Programs that sign a user in with somebody else's Python library, each as the library's own manual says.

All have the same five verbs: `start` returns the address to open, `finish` takes the address the browser came back to,
`account` asks whose account it is, `refresh` and `revoke` are V2's. The settings are those that Simkl's pages
`api-reference/oauth-libraries` and `api-reference/oauth2-libraries` name.
"""

import asyncio
import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from flask import Flask, redirect
from httpx_oauth.oauth2 import OAuth2
from requests_oauthlib import OAuth2Session

from tests.interop.setups import Setup


class Authlib:
    """authlib's session class, endpoints by hand."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._verifier = generate_token(48) if setup.uses_pkce else None
        self._session = AuthlibSession(
            setup.client_id,
            setup.secret,
            redirect_uri=setup.redirect,
            scope=setup.scope,
            code_challenge_method="S256" if setup.uses_pkce else None,
        )

    def start(self) -> str:
        url, self._state = self._session.create_authorization_url(self._setup.authorize, code_verifier=self._verifier)
        return url

    def finish(self, came_back: str) -> None:
        proof = {"code_verifier": self._verifier} if self._verifier else {}
        self._session.fetch_token(self._setup.token, authorization_response=came_back, state=self._state, **proof)

    def account(self) -> dict:
        return self._session.get(self._setup.account, timeout=60).json()["account"]

    def refresh(self) -> None:
        self._session.refresh_token(self._setup.token)

    def revoke(self) -> None:
        self._session.revoke_token(self._setup.revoke, token=self._session.token["refresh_token"])


class AuthlibInFlask:
    """authlib's integration with a web framework, which is where it knows discovery."""

    def __init__(self, setup: Setup) -> None:
        web = Flask("a web site")
        web.secret_key = secrets.token_hex()
        web.testing = True  # what the library raises comes through to the test
        self._simkl = OAuth(web).register(
            "simkl",
            client_id=setup.client_id,
            client_secret=setup.secret,
            server_metadata_url=f"{setup.site}/.well-known/oauth-authorization-server",
            client_kwargs={"scope": setup.scope, "code_challenge_method": "S256"},
        )
        self._setup, self._visitor, self._token = setup, web.test_client(), {}

        @web.get("/login")
        def login():
            return self._simkl.authorize_redirect(setup.redirect)

        @web.get(urlsplit(setup.redirect).path)
        def callback():
            self._token = self._simkl.authorize_access_token()
            return redirect("/")

    def start(self) -> str:
        return self._visitor.get("/login").headers["Location"]

    def finish(self, came_back: str) -> None:
        parts = urlsplit(came_back)
        assert self._visitor.get(f"{parts.path}?{parts.query}").status_code == 302

    def account(self) -> dict:
        return self._simkl.get(self._setup.account, token=self._token, timeout=60).json()["account"]


class RequestsOauthlib:
    """requests-oauthlib; http needs OAUTHLIB_INSECURE_TRANSPORT in the environment."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        pkce = "S256" if setup.uses_pkce else None
        self._session = OAuth2Session(setup.client_id, redirect_uri=setup.redirect, scope=setup.scope, pkce=pkce)

    def start(self) -> str:
        url, _ = self._session.authorization_url(self._setup.authorize)
        return url

    def finish(self, came_back: str) -> None:
        own = {"client_secret": self._setup.secret, "include_client_id": True}
        self._session.fetch_token(self._setup.token, authorization_response=came_back, **own)

    def account(self) -> dict:
        return self._session.get(self._setup.account, timeout=60).json()["account"]

    def refresh(self) -> None:
        own = {"client_id": self._setup.client_id, "client_secret": self._setup.secret}
        self._session.refresh_token(self._setup.token, **{name: value for name, value in own.items() if value})


class HttpxOauth:
    """httpx-oauth, endpoints by hand; it leaves making state and verifier, and reading the callback, to its user."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._state, self._verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
        self._client = OAuth2(
            setup.client_id,
            setup.secret or "",
            setup.authorize,
            setup.token,
            refresh_token_endpoint=setup.token,
            revoke_token_endpoint=setup.revoke,
            revocation_endpoint_auth_method="client_secret_post",
            base_scopes=setup.scope.split() if setup.scope else None,
        )

    def start(self) -> str:
        digest = hashlib.sha256(self._verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        pkce = {"code_challenge": challenge, "code_challenge_method": "S256"} if self._setup.uses_pkce else {}
        return asyncio.run(self._client.get_authorization_url(self._setup.redirect, self._state, **pkce))

    def finish(self, came_back: str) -> None:
        told = {name: values[0] for name, values in parse_qs(urlsplit(came_back).query).items()}
        assert told["state"] == self._state
        verifier = self._verifier if self._setup.uses_pkce else None
        self._token = asyncio.run(self._client.get_access_token(told["code"], self._setup.redirect, verifier))

    def account(self) -> dict:
        bearer = {"Authorization": f"Bearer {self._token['access_token']}"}
        return httpx.get(self._setup.account, headers=bearer, timeout=60).raise_for_status().json()["account"]

    def refresh(self) -> None:
        self._token = asyncio.run(self._client.refresh_token(self._token["refresh_token"]))

    def revoke(self) -> None:
        asyncio.run(self._client.revoke_token(self._token["refresh_token"]))
