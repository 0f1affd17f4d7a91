"""One request of each kind of sender, about a film or an episode."""

from __future__ import annotations

from tests.fakes.servers import emby, jellyfin, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.request import SentHook
from tests.fakes.servers.titles import ANA, EpisodeFile, Film, Viewer

FILM, EPISODE = Film(), EpisodeFile()
HARBOUR, LANTERN = "The Glass Harbour", "Lantern Street 2x04"
BEN = Viewer("ben", "8d9e6679-7425-40de-944b-e07fc1f90ae8", 333333, "tv-2")


def by_jellyfin(event: str, item: Film | EpisodeFile = FILM, position: float = 0, **more: object) -> SentHook:
    values = jellyfin.notification(f"Playback{event}", item, position=position, **more)  # type: ignore[arg-type]
    return jellyfin.all_properties(values)


def finished_by_jellyfin(item: Film | EpisodeFile = FILM, position: float = 5900, **more: object) -> SentHook:
    """Jellyfin's own word that it was played to the end."""
    return by_jellyfin("Stop", item, position, PlayedToCompletion=True, **more)


def toggled(item: Film | EpisodeFile, played: bool, viewer: Viewer = ANA, **more: object) -> SentHook:
    """A mark that somebody sets or takes away at Jellyfin."""
    return jellyfin.all_properties(jellyfin.user_data_saved(item, "TogglePlayed", played, viewer, **more))


def by_plex(event: str, item: Film | EpisodeFile = FILM, position: float | None = None, **more: object) -> SentHook:
    return plex.form(plex.payload(f"media.{event}", item, position=position, **more))  # type: ignore[arg-type]


def by_emby(event: str, item: Film | EpisodeFile = FILM, **more: object) -> SentHook:
    return emby.form(emby.payload(f"playback.{event}", item, **more))  # type: ignore[arg-type]


def by_tautulli(event: str, item: Film | EpisodeFile = FILM, **more: object) -> SentHook:
    return tautulli.post(tautulli.rendered(event, item, **more))  # type: ignore[arg-type]


def by_other_plugin(event: str, item: Film | EpisodeFile = FILM, **more: object) -> SentHook:
    """The other webhook plugin for Jellyfin."""
    return jellyfin_webhooks.default_format(event, item, **more)  # type: ignore[arg-type]
