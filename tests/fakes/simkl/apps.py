"""The apps Simkl knows: what stands in the developer settings under one client_id.

Source: Simkl's pages `api-reference/auth`, `api-reference/auth-v2` and `api-reference/oauth2-authorization-code`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterable
from urllib.parse import urlsplit

from tests.fakes.simkl.faults import options_in

V1, V2 = "v1", "v2"
TV, PUBLIC, SERVER = "tv", "public", "server"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class App:
    """One registration; its generation is for ever.

    `kind` is the type on V2's form: "tv" (no redirects, no secret, device flow only), "public" (redirects, no secret)
    or "server" (redirects and a secret); left out, it follows from the two. V1 has no types and ignores it. `name` is
    what consent pages show. Raises ValueError for a registration that Simkl would not take.
    """

    client_id: str
    generation: str = V1
    kind: str | None = None
    secret: str | None = field(default=None, repr=False)
    redirects: tuple[str, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        fits = SERVER if self.secret else PUBLIC if self.redirects else TV
        object.__setattr__(self, "redirects", tuple(self.redirects))
        object.__setattr__(self, "kind", self.kind or fits)
        if not self.client_id:
            raise ValueError("an app needs a client_id")
        if self.generation not in (V1, V2):
            raise ValueError(f"generation must be {V1!r} or {V2!r}, not {self.generation!r}")
        if self.kind not in (TV, PUBLIC, SERVER):
            raise ValueError(f"kind must be one of {TV}, {PUBLIC}, {SERVER}; not {self.kind!r}")
        if self.generation == V2:
            self._check_v2(fits)

    def _check_v2(self, fits: str) -> None:
        if self.kind != fits or (self.kind == SERVER and not self.redirects):
            raise ValueError(f"{self.kind}: a server app has secret and redirects, a public one redirects, tv neither")
        for redirect in self.redirects:
            if "#" in redirect or urlsplit(redirect).scheme in ("javascript", "data", ""):
                raise ValueError(f"{redirect!r} cannot be registered")
            if "*" in redirect:
                raise ValueError(f"{redirect!r}: wildcards are not built; Simkl knows one, http://*.local")

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


class Apps:
    """Every registration of one fake server, by client_id."""

    def __init__(self, apps: Iterable[App]) -> None:
        self._apps: dict[str, App] = {}
        for app in apps:
            if self._apps.setdefault(app.client_id, app) is not app:
                raise ValueError(f"the client_id {app.client_id!r} is registered twice")
        if not self._apps:
            raise ValueError("there must be at least one client_id")

    def get(self, client_id: str, generation: str | None = None) -> App | None:
        """Return the app, None if there is none or it is of another generation."""
        app = self._apps.get(client_id)
        return app if app and generation in (None, app.generation) else None

    def ids(self, generation: str) -> tuple[str, ...]:
        """Return the client_ids of one generation, in the order they were registered."""
        return tuple(app.client_id for app in self._apps.values() if app.generation == generation)

    def __iter__(self):
        return iter(self._apps.values())


def app_from_spec(spec: str) -> App:
    """Read `CLIENT_ID:option=value,option=value`; options are generation, kind, secret, name and redirect (repeatable).

    Raises ValueError with a sentence that says what would be accepted.
    """
    client_id, options = options_in(spec)
    for name, _ in options:
        if name not in ("generation", "kind", "secret", "name", "redirect"):
            raise ValueError(f"{spec!r}: {name!r} is not an option; there are generation, kind, secret, name, redirect")
    redirects = tuple(value for name, value in options if name == "redirect")
    return App(client_id, redirects=redirects, **{name: value for name, value in options if name != "redirect"})
