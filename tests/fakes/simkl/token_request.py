"""What a client says at a token endpoint: form or JSON, credentials in the body or in `Authorization: Basic`.

Sources: Simkl's page `api-reference/simkl/exchange-token`, RFC 6749 2.3.1.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from flask import request


@dataclass(frozen=True)
class TokenRequest:
    """The fields of one request, and who it comes from; `basic` tells where the credentials stood."""

    fields: dict[str, Any] = field(repr=False)
    client_id: str
    secret: str | None = field(repr=False)
    basic: bool

    def get(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    @property
    def is_plain(self) -> bool:
        """Whether every value is text; `name[]=` is a list to Simkl's server."""
        return all(isinstance(value, str) and "[" not in name for name, value in self.fields.items())


def token_request() -> TokenRequest:
    fields = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    fields = fields if isinstance(fields, dict) else {}
    basic = _basic()
    if basic:
        return TokenRequest(fields, basic[0], basic[1] or None, basic=True)
    asked = TokenRequest(fields, "", None, basic=False)
    return TokenRequest(fields, asked.get("client_id"), asked.get("client_secret") or None, basic=False)


def _basic() -> tuple[str, str] | None:
    """Return client_id and secret of the Basic header, which RFC 6749 wants form-encoded before they are joined."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)
