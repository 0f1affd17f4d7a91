"""A server's hook address, what it sent last, and how each kind of media server is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flask import request

from lib.web.page_services import page_services
from lib.web.pages.hook import HOOK_PATH
from lib.web.pages.wording import date_and_time, day, t

SENDER_NAMES = {
    "jellyfin": "Jellyfin",
    "jellyfin_webhooks": "Jellyfin",
    "plex": "Plex",
    "emby": "Emby",
    "tautulli": "Tautulli",
}
NO_BREAK_HYPHEN, NO_BREAK_SPACE = "\u2011", "\u00a0"
TAUTULLI_TEMPLATE = (
    '{"source":"tautulli","event":"{action}","user_id":"{user_id}","user":"{username}","type":"{media_type}",'
    '"title":"<movie>{title}</movie><episode>{show_name}</episode>","season":"{season_num}","episode":"{episode_num}",'
    '"year":"{year}","imdb":"{imdb_id}","tmdb":"{themoviedb_id}","tvdb":"{thetvdb_id}","pos_ms":"{view_offset}",'
    '"dur_ms":"{duration_ms}","session":"{session_id}","player":"{player}","library":"{library_name}",'
    '"server":"{server_machine_id}","at":"{unixtime}"}'
)


@dataclass(frozen=True)
class SetupGuide:
    """How one program is told the address: steps, and a picture drawn for it."""

    sender: str
    program: str
    picture: str
    picture_says: str
    steps: tuple[str, ...]
    template: str = ""


SETUP_GUIDES = (
    SetupGuide(
        "jellyfin",
        "Jellyfin",
        "jellyfin.svg",
        "Drawing of Jellyfin's Webhook plugin: a generic destination with the address, and what to tick",
        (
            "In the dashboard under Plugins, install Webhook from the catalogue, and restart Jellyfin.",
            "Open the plugin's settings, choose Add Generic Destination, and paste the address as Webhook Url.",
            "Tick Playback Start, Playback Progress, Playback Stop and User Data Saved, then Movies and Episodes.",
            "Tick Send All Properties (ignores template), and choose no users: none means all of them.",
            "Save, and play something for a few seconds. It appears under Deliveries.",
        ),
    ),
    SetupGuide(
        "plex",
        "Plex",
        "plex.svg",
        "Drawing of Plex's account settings: Webhooks with Add Webhook and the address",
        (
            "Webhooks need Plex Pass. Without one, set up Tautulli instead.",
            "In Plex Web open Settings, Webhooks, choose Add Webhook, and paste the address.",
            "In the server's settings under Network, allow webhooks.",
            "Play something for a few seconds. It appears under Deliveries.",
        ),
    ),
    SetupGuide(
        "emby",
        "Emby",
        "emby.svg",
        "Drawing of Emby's notifications: a webhook with the address, and what to tick",
        (
            "Webhooks need Emby Premiere. Open Settings, Notifications, Add Notification, Webhooks.",
            "Paste the address as URL. Either data type works.",
            "Tick all events of Playback, and Mark Played and Mark Unplayed of Users.",
            "Select all users: without users Emby names nobody.",
            "Press Send Test Notification. It appears under Deliveries.",
        ),
    ),
    SetupGuide(
        "tautulli",
        "Tautulli",
        "tautulli.svg",
        "Drawing of Tautulli's notification agents: a webhook with the address, what to tick, and the body to paste",
        (
            "Open Settings, Notification Agents, Add a new notification agent, Webhook.",
            "Paste the address as Webhook URL, and leave the method at POST.",
            "Under Triggers tick Playback Start, Playback Stop, Playback Pause, Playback Resume and Watched.",
        ),
        TAUTULLI_TEMPLATE,
    ),
)


def server_cards() -> list[dict[str, Any]]:
    """Return what the page says of each server."""
    services = page_services()
    cards = []
    for name in services.config().servers:
        told = services.tracking.server(name)
        if told is None:
            state, kind = t("Waiting for the first event"), "warn"
        else:
            program = f"{SENDER_NAMES.get(told.sender, told.sender)} {told.version}".strip()
            time = date_and_time(told.last_at).replace("-", NO_BREAK_HYPHEN).replace(" ", NO_BREAK_SPACE)
            state, kind = t("Got one from {program}, {time}", program=program, time=time), "good"
        old_until = services.hook_secrets.old_until(name)
        cards.append({
            "name": name,
            "address": public_address(f"{request.script_root}{HOOK_PATH}{quote(services.hook_secrets.current(name))}"),
            "state": state,
            "kind": kind,
            "sender": told.sender.replace("jellyfin_webhooks", "jellyfin") if told else "",
            "can_rotate": not services.config().hook_texts()[name],
            "old_until": day(old_until) if old_until else "",
        })  # fmt: skip
    return cards


def public_address(path: str) -> str:
    """Return the whole address of one of our paths, as people reach it."""
    public = page_services().config().public_url
    if not public:
        return f"{request.host_url.rstrip('/')}{path}"
    below = urlsplit(public).path
    return f"{public}{path[len(below) :] if below and path.startswith(f'{below}/') else path}"
