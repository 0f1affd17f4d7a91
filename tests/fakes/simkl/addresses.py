"""The addresses of Simkl's two hosts, as whoever asks the fake server can reach them.

Both hosts share one port. Unless the fake server plays them by two names (`api_host`), each is whatever name it was
asked by, so that a phone in the same network finds its way too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl


def site(box: FakeSimkl) -> str:
    """Return where simkl.com is, without a slash at its end; also the issuer of V2's tokens."""
    return box.site_url if box.api_host else request.host_url.rstrip("/")


def api(box: FakeSimkl) -> str:
    """Return where api.simkl.com is, without a slash at its end."""
    return box.api_url if box.api_host else request.host_url.rstrip("/")
