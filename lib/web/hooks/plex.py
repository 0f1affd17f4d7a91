"""Plex: a multipart form with JSON in `payload`; and what imitates it, the other Jellyfin plugin's Plex format.

`guid` and `Guid` differ only in case: the first is Plex's own or an older agent's name for it, the second an array of
ids at other sites, which for an episode are the episode's. An older agent's name for an episode holds the show's id.

There is no event for progress, and none for a mark by hand. `media.scrobble` comes at 90 %.

Source: support.plex.tv, article 115002267687 (Webhooks).
"""

from __future__ import annotations

import re
from typing import Any, Mapping

from lib.web.hooks.event import HookEventKind, PlaybackEvent, UnusableHook, UnusableReason
from lib.web.hooks.jellyfin_webhooks import JELLYFIN_WEBHOOKS
from lib.web.hooks.payload import Payload, guid, plain_text, provider_ids

PLEX = "plex"
_KINDS = {
    "media.play": HookEventKind.START,
    "media.pause": HookEventKind.PAUSE,
    "media.resume": HookEventKind.RESUME,
    "media.stop": HookEventKind.STOP,
    "media.scrobble": HookEventKind.SCROBBLE,
}
_PREFIXES = ("media.", "library.", "admin.", "device.", "playback.started")
_MODERN = re.compile(r"(imdb|tmdb|tvdb|anidb|anilist|mal)://([\w-]{1,40})$", re.IGNORECASE)
_AGENT = re.compile(r"(?:com\.plexapp\.agents\.|tv\.plex\.agents\.)([a-z]+)://([^/?]*)(?:/(\d+)/(\d+))?", re.IGNORECASE)
_HAMA = re.compile(r"(anidb|tvdb|tmdb|imdb)\d?-(\w+)$", re.IGNORECASE)
_AGENTS = {"thetvdb": "tvdb", "imdb": "imdb", "themoviedb": "tmdb", "tmdb": "tmdb", "tvdb": "tvdb"}


def is_plex(payload: Payload) -> bool:
    """Return whether this is in Plex's words: an event with its prefix, beside an account or metadata."""
    is_named = payload.text("event").lower().startswith(_PREFIXES)
    return is_named and any(name in payload for name in ("Account", "Metadata", "owner"))


def parse_plex(values: Mapping[str, Any]) -> PlaybackEvent | UnusableHook:
    """Return the event."""
    payload = Payload(values)
    user_id = guid(payload.inner("Account").text("id"))
    sender = JELLYFIN_WEBHOOKS if len(user_id) == 32 else PLEX
    named = payload.text("event").lower()
    kind = _KINDS.get(named)
    if sender == JELLYFIN_WEBHOOKS and not payload.inner("Player").text("uuid"):
        # without a session it was marked by hand, or added to the library
        kind = HookEventKind.MARK if kind is HookEventKind.SCROBBLE else None
    if kind is not None:
        return _event(payload, kind, sender, user_id)
    return UnusableHook(UnusableReason.NOT_PLAYBACK, f"{named} is not about watching something.", sender)


def _event(payload: Payload, kind: HookEventKind, sender: str, user_id: str) -> PlaybackEvent:
    account, metadata = payload.inner("Account"), payload.inner("Metadata")
    player, server = payload.inner("Player"), payload.inner("Server")
    media = _media(metadata)
    agent = _from_agent(plain_text(metadata.value("guid")))
    own_ids, show_ids = _ids(metadata, media, agent)
    duration = 1e4 if sender == JELLYFIN_WEBHOOKS else 1e3
    return PlaybackEvent(
        sender=sender,
        kind=kind,
        media=media,
        title=metadata.text("title"),
        year=0 if media == "episode" else metadata.year("year"),
        ids=own_ids,
        show_title=metadata.text("grandparentTitle"),
        show_year=metadata.year("grandparentYear"),
        show_ids=show_ids,
        season=_first(metadata.whole("parentIndex"), agent.season),
        episode=_first(metadata.whole("index"), agent.episode),
        genres=tuple(row.text("tag") for row in metadata.rows("Genre")),
        item_id=metadata.text("ratingKey"),
        show_id=metadata.text("grandparentRatingKey"),
        position=metadata.seconds("viewOffset", per_second=1e3),
        runtime=metadata.seconds("duration", per_second=duration) or None,
        user_id=user_id,
        user_name=account.text("title"),
        device=player.text("uuid"),
        device_name=player.text("title"),
        library=metadata.text("librarySectionTitle"),
        library_id=metadata.text("librarySectionID"),
        server_id=server.text("uuid"),
        server_name=server.text("title"),
    )


def _media(metadata: Payload) -> str:
    """Return what it is; what comes from a tuner calls itself a film or an episode as well."""
    if metadata.text("librarySectionType").lower() == "livetv" or metadata.truth("live"):
        return "livetvchannel"
    return "clip" if metadata.text("extraType") else metadata.text("type").lower()


class _Agent:
    """What an older agent's name holds: the id of a film or a show, and the numbers of an episode."""

    def __init__(self, ids: Mapping[str, str], season: int | None = None, episode: int | None = None) -> None:
        self.ids = ids
        self.season = season
        self.episode = episode


def _from_agent(text: str) -> _Agent:
    found = _AGENT.match(text)
    if found is None:
        return _Agent({})
    name, value = found.group(1).lower(), found.group(2)
    hama = _HAMA.match(value) if name == "hama" else None
    ids = {hama.group(1).lower(): hama.group(2)} if hama else {_AGENTS[name]: value} if name in _AGENTS else {}
    numbers = [None if each is None or len(each) > 5 else int(each) for each in found.group(3, 4)]
    return _Agent(provider_ids(ids), numbers[0], numbers[1])


def _ids(metadata: Payload, media: str, agent: _Agent) -> tuple[dict[str, str], dict[str, str]]:
    """Return the item's own ids and the show's."""
    rows = metadata.value("Guid")
    texts = [Payload(row).text("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    named = (match.group(1, 2) for match in map(_MODERN.match, texts) if match)
    own = provider_ids({name.lower(): value for name, value in named})
    if media == "episode":
        return own, dict(agent.ids)
    return {**agent.ids, **own}, {}


def _first(found: int | None, otherwise: int | None) -> int | None:
    return otherwise if found is None else found
