"""The apps Simkl knows: what stands in the developer settings under one client_id.

Source: Simkl's pages `api-reference/auth`, `api-reference/auth-v2` and `api-reference/oauth2-authorization-code`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.fakes.simkl.faults import options_in

V1, V2 = "v1", "v2"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class App:
    """One registration; its generation is for ever, `name` is what consent pages show.

    V2's form knows three types, which follow from the rest: "tv" (no redirects, no secret, device flow only), "public"
    (redirects, no secret) and "server" (redirects and a secret).
    """

    client_id: str
    generation: str = V1
    secret: str | None = field(default=None, repr=False)
    redirects: tuple[str, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if not self.client_id or self.generation not in (V1, V2):
            raise ValueError(f"an app needs a client_id, and {V1} or {V2} as its generation")

    @property
    def kind(self) -> str:
        return "server" if self.secret else "public" if self.redirects else "tv"

    def accepts(self, redirect: str) -> bool:
        """Return whether the authorization page may send people to this address.

        V1 compares byte for byte. V2 does not look at the port of a loopback address.
        """
        v2 = self.generation == V2 and _loopback(redirect)
        return redirect in self.redirects or bool(v2 and v2 in map(_loopback, self.redirects))


def _loopback(address: str) -> tuple[str, ...] | None:
    """Return a loopback address without its port, None for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        return None
    return (re.sub(r":\d*$", "", parts.netloc), parts.path, parts.query, parts.fragment)


def app_from_spec(spec: str) -> App:
    """Read `CLIENT_ID:option=value,option=value`; options are generation, secret, name and redirect (repeatable)."""
    client_id, options = options_in(spec)
    redirects = tuple(value for name, value in options if name == "redirect")
    try:
        return App(client_id, redirects=redirects, **{name: value for name, value in options if name != "redirect"})
    except TypeError:
        raise ValueError(f"{spec!r}: there are the options generation, secret, name and redirect") from None
