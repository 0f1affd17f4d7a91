"""Asking a Jellyfin or Emby server whether a name and password are right. They are kept nowhere.

Both take a POST of `AuthenticateByName` with the client named in `Authorization: MediaBrowser ...`; the access token
that comes back is ended at once with a POST of `Logout`.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

import requests

from lib.simkl.app import APP_VERSION

TIMEOUT_SECONDS = (4.0, 6.0)
_LONGEST = 256
_LOGIN, _LOGOUT = "Users/AuthenticateByName", "Sessions/Logout"

log = logging.getLogger(__name__)


class LoginUnavailable(Exception):
    """The media server did not answer, or not as such a server does."""


class MediaServerUser(NamedTuple):
    """Who the media server says it is."""

    id: str
    name: str


def check_media_login(url: str, name: str, password: str) -> MediaServerUser | None:
    """Return who it is, None if the media server does not accept them. Raises LoginUnavailable."""
    if not name or len(name) > _LONGEST or len(password) > _LONGEST:
        return None
    client = f'MediaBrowser Client="Simkl Link", Device="server", DeviceId="simkl-link", Version="{APP_VERSION}"'
    headers = {"Authorization": client, "Accept": "application/json"}
    with requests.Session() as session:
        session.trust_env = False
        try:
            response = session.post(
                f"{url}/{_LOGIN}",
                json={"Username": name, "Pw": password},
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            if response.status_code in (400, 401, 403):
                return None
            if response.status_code != 200:
                raise LoginUnavailable(f"status {response.status_code}")
            found = response.json()
            user = MediaServerUser(str(found["User"]["Id"]), str(found["User"]["Name"]))
            session.post(
                f"{url}/{_LOGOUT}",
                headers={"Authorization": f'{client}, Token="{found["AccessToken"]}"'},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise LoginUnavailable(type(error).__name__) from error
    return user
