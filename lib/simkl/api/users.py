"""Whose account it is. Source: Simkl's page `api-reference/simkl/get-user-settings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.simkl import errors
from lib.simkl.auth.tokens import Token

if TYPE_CHECKING:  # a face knows users, and must not pay for requests before it needs the network
    from lib.simkl.http.transport import Transport


@dataclass(frozen=True)
class User:
    """The person behind an access token.

    `id` is `account.id`, the only key that never changes; `account_type` is free, pro or vip, empty when not told;
    `avatar` is the address of a picture, empty when there is none.
    """

    id: int
    name: str
    account_type: str = ""
    avatar: str = ""


def fetch_user(transport: Transport, token: Token) -> User:
    """Ask Simkl who the token belongs to. Raises `SimklError`. A GET, since a POST counts as a write on AUTH V2."""
    payload = transport.get("/users/settings", token.access).payload
    user = payload.get("user") if isinstance(payload, dict) else None
    account = payload.get("account") if isinstance(payload, dict) else None
    if not isinstance(user, dict) or not isinstance(account, dict):
        raise errors.Unreadable()
    id_, name = account.get("id"), user.get("name")
    if not isinstance(id_, int) or isinstance(id_, bool) or not isinstance(name, str) or not name.strip():
        raise errors.Unreadable()
    return User(id_, _text(name).strip(), _text(account.get("type")), _text(user.get("avatar")))


def _text(value: object) -> str:
    """Return a text that can be written and shown: half an emoji, as cutting a name leaves it, becomes a `?`."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""
