"""The host simkl.com: the document that tells OAuth libraries where V2's endpoints are. V1 has none.

Inferred: the key names beyond the five addresses, from RFC 8414; Simkl's pages (`api-reference/auth-v2`,
`api-reference/oauth2-libraries`) only say that the document lists grants, client authentication, scopes and PKCE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from tests.fakes.simkl import addresses
from tests.fakes.simkl.api_oauth2 import GRANTS

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the route of the discovery document for one fake server; openid-configuration does not exist."""
    routes = Blueprint("discovery", __name__)

    @routes.get("/.well-known/oauth-authorization-server")
    def document() -> Response:
        site, api = addresses.site(box), addresses.api(box)
        return jsonify(
            issuer=site,
            authorization_endpoint=f"{site}/oauth2/authorize",
            token_endpoint=f"{api}/oauth2/token",
            device_authorization_endpoint=f"{api}/oauth2/device",
            revocation_endpoint=f"{api}/oauth2/revoke",
            response_types_supported=["code"],
            grant_types_supported=list(GRANTS),
            token_endpoint_auth_methods_supported=["none", "client_secret_post", "client_secret_basic"],
            revocation_endpoint_auth_methods_supported=["none", "client_secret_post", "client_secret_basic"],
            scopes_supported=["media:read", "media:write"],
            code_challenge_methods_supported=["S256"],
            authorization_response_iss_parameter_supported=True,
        )

    return routes
