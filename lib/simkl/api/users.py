"""Whose account it is. Source: Simkl's page `api-reference/simkl/get-user-settings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.simkl import errors
from lib.simkl.auth.tokens import Token
from lib.simkl.http.fields import read_object, read_text, read_whole

if TYPE_CHECKING:  # a front end knows users, and must not pay for requests before it needs the network
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
    answer = read_object(payload)
    user, account = read_object(answer.get("user")), read_object(answer.get("account"))
    id_, name = read_whole(account.get("id")), read_text(user.get("name")).strip()
    if id_ is None or not name:
        raise errors.Unreadable()
    return User(id_, name, read_text(account.get("type")), read_text(user.get("avatar")))
