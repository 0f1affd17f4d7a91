"""Which flow links an account: from the settings, and from what is known of the client id.

A client id of AUTH V2 beside the older one takes all new links. Which generation a lone client id belongs to is found
out by asking, and remembered with the account that it linked.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

from lib.account.settings import Settings
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl.auth.auto import AutoFlow
from lib.simkl.auth.browser import BrowserFlow
from lib.simkl.auth.code_flow import Flow
from lib.simkl.auth.device import DeviceFlow
from lib.simkl.auth.pin import PinFlow
from lib.simkl.auth.tokens import V1, V2
from lib.simkl.errors import DEVELOPER_PAGE
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock


class CodeSignIn(NamedTuple):
    """A flow, the way to Simkl that it uses, and its client id."""

    flow: Flow
    transport: Transport
    client_id: str


class BrowserSignIn(NamedTuple):
    """A browser flow and the way to Simkl that it uses."""

    flow: BrowserFlow
    transport: Transport


def prepare_code_sign_in(
    settings: Settings,
    make_transport: Callable[[str], Transport],
    known: Account | None,
    clock: Clock,
    method: str = "auto",
) -> CodeSignIn:
    """Return how to link with a code: `method` is auto, pin or device. Raises ClientIdMissing.

    `make_transport(client id)` makes the way to Simkl; `known` is the account that is linked so far.
    """
    auth, client_id = _chosen(settings, {"pin": V1, "device": V2}.get(method, settings.auth))
    transport = make_transport(client_id)
    if auth == V1:
        return CodeSignIn(PinFlow(transport, client_id, settings.site_url), transport, client_id)
    if auth == V2:
        return CodeSignIn(_device(settings, transport, client_id, clock), transport, client_id)
    return CodeSignIn(_auto(settings, transport, client_id, known, clock), transport, client_id)


def prepare_browser_sign_in(
    settings: Settings, make_transport: Callable[[str], Transport], known: Account | None, clock: Clock
) -> BrowserSignIn:
    """Return how to link with a browser. Raises SettingsError, and SimklError.

    A browser cannot tell which generation a client id is of, so an unknown one is found out by asking for a user code.
    """
    auth, client_id = _chosen(settings, settings.auth)
    transport = make_transport(client_id)
    if auth not in (V1, V2):
        probe = _auto(settings, transport, client_id, known, clock)
        probe.start()
        auth = probe.auth
    if settings.redirect_uri is None and (auth == V2 or settings.client_secret is not None):
        raise SettingsError(
            "simkl.redirect_uri is none, but Simkl displays a code to paste only for public PKCE on AUTH V1, and "
            f"{'this is AUTH V2' if auth == V2 else 'there is a client secret'}. Register an address such as "
            f"http://127.0.0.1:8484/callback at https://{DEVELOPER_PAGE}/, and put it into {settings.path} as "
            "simkl.redirect_uri."
        )
    flow = BrowserFlow(
        transport,
        client_id,
        settings.site_url,
        settings.redirect_uri,
        settings.client_secret,
        auth,
        settings.token_request,
        settings.token_credentials,
        clock=clock,
    )
    return BrowserSignIn(flow, transport)


def client_id_for_sign_in(settings: Settings) -> str:
    """Return the client id that a new link would use, empty if there is none."""
    return settings.client_id_v2 if settings.client_id_v2 and settings.auth != V1 else settings.client_id


def should_move_to_v2(settings: Settings, account: Account) -> bool:
    """Return whether the account should be linked again with AUTH V2, for which there is a client id."""
    return account.token.auth == V1 and bool(settings.client_id_v2)


def _chosen(settings: Settings, auth: str) -> tuple[str, str]:
    if settings.client_id_v2 and auth != V1:
        return V2, settings.client_id_v2
    return auth, settings.require_client_id()


def _device(settings: Settings, transport: Transport, client_id: str, clock: Clock) -> DeviceFlow:
    return DeviceFlow(transport, client_id, settings.site_url, settings.client_secret, clock=clock)


def _auto(settings: Settings, transport: Transport, client_id: str, known: Account | None, clock: Clock) -> AutoFlow:
    is_v2 = known is not None and known.token.client_id == client_id and known.token.auth == V2
    pin = PinFlow(transport, client_id, settings.site_url)
    return AutoFlow(pin, _device(settings, transport, client_id, clock), V2 if is_v2 else V1)
