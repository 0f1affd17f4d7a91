"""The access token and how long it is good for.

AUTH V1 (Simkl's pages `api-reference/auth-v1`, `api-reference/oauth`): 64 lowercase hexadecimal characters, good for
five years and in practice until the user removes the app; there is no refresh and no revocation by us, and linking
again gives the same token. It works only with the client id that it was issued to, so the two are kept together.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.simkl.secrets import Secret

V1 = "v1"


@dataclass(frozen=True)
class Token:
    """An access token; `auth` is the AUTH generation that issued it, `client_id` the app it was issued to."""

    access: Secret
    client_id: str
    auth: str = V1
