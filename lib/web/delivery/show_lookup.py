"""The ids of a show, asked from its media server once: most servers tell only the episode's with an event.

| Server   | Request                                  | Key                                            |
| -------- | ---------------------------------------- | ---------------------------------------------- |
| Jellyfin | `GET /Items?ids=ID&fields=ProviderIds`   | `Authorization: MediaBrowser Token="KEY"`      |
| Emby     | the same                                 | `X-Emby-Token: KEY`                            |
| Plex     | `GET /library/metadata/ID?includeGuids=1` | `X-Plex-Token: KEY`                           |

Sources: api.jellyfin.org (`GetItems`), dev.emby.media (`ItemsService`), plexapi (`PlexServer.fetchItem`).
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Mapping
from urllib.parse import quote

import requests

from lib.simkl.api.media import Ids, Item, clean_ids
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.web.hooks.emby import EMBY
from lib.web.hooks.jellyfin import JELLYFIN
from lib.web.hooks.payload import Payload, provider_ids
from lib.web.hooks.plex import PLEX

CONNECT_TIMEOUT = 4.0
READ_TIMEOUT = 4.0
LARGEST_ANSWER = 1 << 20
SHOW_SENDERS = (JELLYFIN, EMBY, PLEX)
_GUID = re.compile(r"(imdb|tmdb|tvdb)://([\w-]{1,40})$")

log = logging.getLogger(__name__)


class ShowLookupFailed(Exception):
    """The media server did not answer, or not with what was asked for; the text is for the log."""


def show_reference(sender: str, show_id: str) -> str:
    """Return the name of a show at a kind of server, empty for what cannot be asked for."""
    return f"{sender}:{show_id}" if sender in SHOW_SENDERS and show_id else ""


def fetch_show_ids(url: str, key: Secret, reference: str, clock: Clock) -> dict[str, str]:
    """Return the ids of a show, by the names that Simkl has for them. Raises ShowLookupFailed.

    Bounded to 4 s until the connection stands and 4 s for the answer.
    """
    sender, _, show_id = reference.partition(":")
    path, query = "/Items", {"ids": show_id, "fields": "ProviderIds", "enableUserData": "false"}
    if sender == PLEX:
        path, query = f"/library/metadata/{quote(show_id, safe='')}", {"includeGuids": "1"}
    payload = _get(url.rstrip("/") + path, query, _headers(sender, key), clock)
    found = _plex_ids(payload) if sender == PLEX else _item_ids(payload)
    return dict(clean_ids(found))


def with_show_ids(item: Item, ids: Mapping[str, str]) -> Item:
    """Return the episode with the ids of its show, beside those that it has."""
    known: Ids = clean_ids({**ids, **dict(item.ids)})
    return Item(item.kind, item.title, item.year, known, item.season, item.episode, item.episode_ids)


def _headers(sender: str, key: Secret) -> dict[str, str]:
    name, value = {
        JELLYFIN: ("Authorization", f'MediaBrowser Token="{key.reveal()}"'),
        EMBY: ("X-Emby-Token", key.reveal()),
        PLEX: ("X-Plex-Token", key.reveal()),
    }[sender]
    return {name: value, "Accept": "application/json"}


def _get(url: str, query: Mapping[str, str], headers: Mapping[str, str], clock: Clock) -> Payload:
    end = clock.monotonic() + CONNECT_TIMEOUT + READ_TIMEOUT
    body = bytearray()
    try:
        with requests.get(
            url,
            params=query,
            headers=headers,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code != 200:
                raise ShowLookupFailed(f"it answered {answer.status_code}")
            for chunk in answer.iter_content(1 << 14):
                body += chunk
                if len(body) > LARGEST_ANSWER or clock.monotonic() > end:
                    raise ShowLookupFailed("its answer is too large or too slow")
        found = json.loads(bytes(body))
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise ShowLookupFailed(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ShowLookupFailed("its answer is no object")
    return Payload(found)


def _item_ids(payload: Payload) -> dict[str, Any]:
    for item in payload.rows("Items"):
        return provider_ids(dict(item.inner("ProviderIds").items()))
    return {}


def _plex_ids(payload: Payload) -> dict[str, Any]:
    for metadata in payload.inner("MediaContainer").rows("Metadata"):
        rows = metadata.value("Guid")
        texts = [Payload(row).text("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return provider_ids({match[1]: match[2] for match in map(_GUID.match, texts) if match})
    return {}
