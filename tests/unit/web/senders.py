"""One request of each kind of sender, about a film or an episode, and what the program makes of one."""

from __future__ import annotations

from typing import Any

from lib.web.hooks.event import UnusableHook
from lib.web.hooks.parse import parse_hook
from tests.fakes.servers import emby, jellyfin, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.common import ANA, EpisodeFile, Film, SentHook, Viewer
from tests.unit.web.evenings import FILM


def by_jellyfin(event: str, item: Film | EpisodeFile = FILM, position: float = 0, **more: Any) -> SentHook:
    return jellyfin.all_properties(jellyfin.notification(f"Playback{event}", item, position=position, **more))


def finished_by_jellyfin(item: Film | EpisodeFile = FILM, position: float = 5900, **more: Any) -> SentHook:
    """Jellyfin's own word that it was played to the end."""
    return by_jellyfin("Stop", item, position, PlayedToCompletion=True, **more)


def toggled(item: Film | EpisodeFile, played: bool, viewer: Viewer = ANA, **more: Any) -> SentHook:
    """A mark that somebody sets or takes away at Jellyfin."""
    return jellyfin.all_properties(jellyfin.user_data_saved(item, "TogglePlayed", played, viewer, **more))


def by_plex(event: str, item: Film | EpisodeFile = FILM, position: float | None = None, **more: Any) -> SentHook:
    return plex.form(plex.payload(f"media.{event}", item, position=position, **more))


def by_emby(event: str, item: Film | EpisodeFile = FILM, **more: Any) -> SentHook:
    return emby.form(emby.payload(f"playback.{event}", item, **more))


def by_tautulli(event: str, item: Film | EpisodeFile = FILM, **more: Any) -> SentHook:
    return tautulli.post(tautulli.rendered(event, item, **more))


def by_other_plugin(event: str, item: Film | EpisodeFile = FILM, **more: Any) -> SentHook:
    """The other webhook plugin for Jellyfin."""
    return jellyfin_webhooks.default_format(event, item, **more)


def check(sent: SentHook, kind: str, wanted: dict[str, Any]) -> None:
    """Hold the one event in a request, or the reason why there is none, to what is wanted of it."""
    found = parse_hook(sent.content_type, sent.body, sent.query)
    if isinstance(found, UnusableHook):
        assert (found.reason.value, found.detail[-1]) == (kind, "."), found
    else:
        (found,) = found
        assert found.kind.value == kind, found
    assert {name: getattr(found, name) for name in wanted} == wanted
