"""The sign-in with a browser: OAuth 2.0 with a client secret, or public PKCE without one; AUTH V1 and V2.

Sources: Simkl's pages `api-reference/oauth` and `oauth-pkce` (V1), `oauth2-authorization-code` and `oauth2-pkce` (V2);
RFC 7636 for PKCE, RFC 9207 for `iss`. The user says yes on simkl.com, never at the
programming interface's address. A code is good for one exchange, whether that succeeds or not, so it is never retried.
V1 does not report a refusal: the browser ends on Simkl's home page and nothing comes back.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Mapping
from urllib.parse import quote, urlencode

from lib.simkl import errors
from lib.simkl.app import APP_NAME, APP_VERSION
from lib.simkl.auth.tokens import SCOPE, V1, V2, Token, parse_v1_token, parse_v2_token, revoke_token
from lib.simkl.http.error_codes import error_from_answer
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
from lib.system.secrets import Secret

FORM, JSON = "form", "json"
BODY, BASIC = "body", "basic"
VERIFIER_BYTES = 48  # 64 characters, of 43 to 128 that are allowed


@dataclass(frozen=True)
class Attempt:
    """One sign-in: the address to open, where the browser comes back (None: Simkl displays the code), its secrets."""

    url: str
    redirect_uri: str | None
    state: Secret
    verifier: Secret | None


class BrowserFlow:
    """The authorization code grant for one client id.

    `auth` is the AUTH generation, `token_request` form or json, `token_credentials` body or basic; Simkl takes any.
    """

    def __init__(
        self,
        transport: Transport,
        client_id: str,
        site_url: str,
        redirect_uri: str | None,
        client_secret: Secret | None = None,
        auth: str = V1,
        token_request: str = FORM,
        token_credentials: str = BODY,
        *,
        clock: Clock,
    ) -> None:
        self._transport = transport
        self._client_id = client_id
        self._site_url = site_url.rstrip("/")
        self._redirect_uri = redirect_uri
        self._client_secret = client_secret
        self._auth = auth
        self._as_json = token_request == JSON
        self._basic = token_credentials == BASIC
        self._clock = clock

    def start(self) -> Attempt:
        """Make an attempt with a state and a verifier of its own."""
        state = Secret(secrets.token_urlsafe(32))
        verifier = None
        query = {"response_type": "code", "client_id": self._client_id, "state": state.reveal()}
        if self._redirect_uri is not None:
            query["redirect_uri"] = self._redirect_uri
        if self._auth == V2:
            query["scope"] = SCOPE
        if self._auth == V2 or self._client_secret is None:  # V2 wants PKCE of everybody, V1 of those without a secret
            verifier = Secret(secrets.token_urlsafe(VERIFIER_BYTES))
            query.update(code_challenge=challenge(verifier.reveal()), code_challenge_method="S256")
        query.update({"app-name": APP_NAME, "app-version": APP_VERSION})
        path = "/oauth2/authorize" if self._auth == V2 else "/oauth/authorize"
        url = f"{self._site_url}{path}?{urlencode(query, quote_via=quote)}"
        return Attempt(url, self._redirect_uri, state, verifier)

    def belongs(self, attempt: Attempt, answer: Mapping[str, str]) -> bool:
        """Return whether what the browser brought back belongs to this attempt; the state in constant time."""
        state = answer.get("state", "").encode("utf-8")
        if not hmac.compare_digest(state, attempt.state.reveal().encode("utf-8")):
            return False
        return self._auth == V1 or answer.get("iss") == self._site_url

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Token:
        """Turn what the browser brought back into a token. Raises SimklError; AccessDenied if the user said no."""
        if "error" in answer:
            raise error_from_answer(400, {"error": answer["error"]})
        return self.exchange(attempt, answer.get("code", ""))

    def exchange(self, attempt: Attempt, code: str) -> Token:
        """Trade the authorization code for a token, once. Raises SimklError."""
        fields = {"grant_type": "authorization_code", "code": Secret(code).reveal()}
        if attempt.redirect_uri is not None:
            fields["redirect_uri"] = attempt.redirect_uri
        if attempt.verifier is not None:
            fields["code_verifier"] = attempt.verifier.reveal()
        credentials = None
        if self._basic and self._client_secret is not None:
            credentials = (self._client_id, self._client_secret)
        else:
            fields["client_id"] = self._client_id
            if self._client_secret is not None:
                fields["client_secret"] = self._client_secret.reveal()
        path = "/oauth2/token" if self._auth == V2 else "/oauth/token"
        payload = self._transport.post(path, fields, as_json=self._as_json, credentials=credentials).payload
        if self._auth == V1:
            return parse_v1_token(payload, self._client_id)
        token = parse_v2_token(payload, self._client_id, self._clock.wall())
        if not token.may_write:
            revoke_token(self._transport, token, self._client_secret)
            raise errors.ScopeMissing()
        return token


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier: base64url of SHA-256 of its characters, unpadded (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
