"""Media servers that other people's clients play at: Jellyfin and Plex on loopback, each with one webhook set up.

They know a film and an episode, keep who plays what where, and tell the hook what the real ones would. Written from
Jellyfin's `SessionManager` and `UserDataManager`, and from what Plex documents of timelines, history and webhooks.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any, Callable
from xml.etree import ElementTree

import requests
from flask import Flask, Response, abort, jsonify, request

from tests.fakes.servers import jellyfin, plex
from tests.fakes.servers.common import EpisodeFile, Film, SentHook, Viewer, number_of, undashed
from tests.fakes.servers.jellyfin_webhooks import base_item
from tests.fakes.servers.library_server import Listening

PASSWORD = "their password there"
FILM, EPISODE = Film(), EpisodeFile()
SECONDS = 60  # long, for a machine that is busy
PLAYED_SHARE = 0.9


@dataclass
class _Playing:
    """What one device of one viewer plays."""

    viewer: Viewer
    item: Film | EpisodeFile
    state: str = "stopped"
    is_scrobbled: bool = False


@dataclass
class PlayingServer(Listening, ABC):
    """What both have in common; a context manager. `told` are the events that the hook was told of, in order."""

    hook: str
    viewers: tuple[Viewer, ...]
    told: list[str] = field(default_factory=list)
    _playing: dict[str, _Playing] = field(default_factory=dict)

    def __enter__(self) -> PlayingServer:
        app = Flask(type(self).__name__)
        for (method, path), answer in self.routes().items():
            app.add_url_rule(path, f"{method} {path}", answer, methods=[method])
        self.listen(self.wsgi(app.wsgi_app))
        return self

    @abstractmethod
    def routes(self) -> dict[tuple[str, str], Callable[..., Any]]:
        """Return what this server answers, by method and path."""

    def wsgi(self, app: Any) -> Any:
        """Return the application that is served."""
        return app

    def whose(self, token: str, **client: str) -> Viewer:
        """Return whose token it is, in front of the device that the client names."""
        known = {f"token-of-{each.name}": each for each in self.viewers}.get(token) or abort(401)
        return replace(known, **client)

    def tell(self, event: str, sent: SentHook) -> None:
        """Send a webhook, and wait for its answer as the real ones do."""
        self.told.append(event)
        headers = {"Content-Type": sent.content_type, "User-Agent": sent.user_agent}
        requests.post(self.hook, data=sent.body, headers=headers, timeout=SECONDS).raise_for_status()


class PlayingJellyfin(PlayingServer):
    """Jellyfin with its Webhook plugin, all properties and the notifications that `docs/servers.md` asks for."""

    def wsgi(self, app: Any) -> Any:
        """Take paths in any case, as ASP.NET does."""
        return lambda environ, start: app({**environ, "PATH_INFO": environ["PATH_INFO"].lower()}, start)

    def routes(self) -> dict[tuple[str, str], Callable[..., Any]]:
        return {
            ("GET", "/system/info/public"): lambda: {"Id": "5f0e1c2d", "ServerName": "nas", "Version": "10.11.6"},
            ("POST", "/users/authenticatebyname"): self._log_in,
            ("GET", "/users/<user>/items/<number>"): lambda user, number: jsonify(base_item(self._item(number))),
            ("POST", "/sessions/playing"): self._started,
            ("POST", "/sessions/playing/progress"): self._progressed,
            ("POST", "/sessions/playing/stopped"): self._stopped,
            ("POST", "/users/<user>/playeditems/<number>"): lambda user, number: self._marked(number, True),
            ("DELETE", "/users/<user>/playeditems/<number>"): lambda user, number: self._marked(number, False),
        }

    def _log_in(self) -> Any:
        told = request.get_json()
        viewer = next((each for each in self.viewers if each.name == told["username"]), None)
        if viewer is None or told["Pw"] != PASSWORD:
            abort(401)
        user = {"Id": undashed(viewer.guid), "Name": viewer.name}
        return {"User": user, "AccessToken": f"token-of-{viewer.name}", "ServerId": "5f0e1c2d"}

    def _started(self) -> tuple[str, int]:
        playing = self._playing[self._sender()["DeviceId"]] = _Playing(self._viewer(), self._item())
        self._notify("PlaybackStart", playing)
        self._save(playing, "PlaybackStart", played=False)
        return "", 204

    def _progressed(self) -> tuple[str, int]:
        playing = self._playing[self._sender()["DeviceId"]]
        self._save(playing, "PlaybackProgress", played=False)
        self._notify("PlaybackProgress", playing, paused=request.get_json().get("IsPaused", False))
        return "", 204

    def _stopped(self) -> tuple[str, int]:
        playing = self._playing.pop(self._sender()["DeviceId"])
        share = self._position() / playing.item.seconds
        self._save(playing, "PlaybackFinished", played=share > PLAYED_SHARE)
        self._notify("PlaybackStop", playing, PlayedToCompletion=share > PLAYED_SHARE)
        return "", 204

    def _marked(self, number: str, played: bool) -> Any:
        playing = _Playing(self._viewer(), self._item(number))
        self._save(playing, "TogglePlayed", played)
        return {"Played": played, "PlayCount": int(played), "PlaybackPositionTicks": 0}

    def _notify(self, kind: str, playing: _Playing, **more: Any) -> None:
        values = jellyfin.notification(kind, playing.item, playing.viewer, self._position(), **more)
        self.tell(kind, jellyfin.all_properties(values))

    def _save(self, playing: _Playing, reason: str, played: bool) -> None:
        values = jellyfin.user_data_saved(playing.item, reason, played, playing.viewer)
        self.tell(reason, jellyfin.all_properties(values))

    def _position(self) -> float:
        return float(request.get_json().get("PositionTicks", 0)) / jellyfin.TICKS

    def _sender(self) -> dict[str, str]:
        return dict(re.findall(r'(\w+)="([^"]*)"', request.headers["Authorization"]))

    def _viewer(self) -> Viewer:
        sender = self._sender()
        client = {"device": sender["DeviceId"], "device_name": sender["Device"], "client": sender["Client"]}
        return self.whose(sender.get("Token", ""), **client)

    def _item(self, number: str = "") -> Film | EpisodeFile:
        wanted = number or request.get_json()["ItemId"]
        return {undashed(each.guid): each for each in (FILM, EPISODE)}.get(wanted) or abort(404)


@dataclass
class PlayingPlex(PlayingServer):
    """Plex with a webhook of its owner. `tells_marks`: marks by hand are told as `media.scrobble`, as some saw."""

    tells_marks: bool = False
    _history: list[tuple[Viewer, Film | EpisodeFile]] = field(default_factory=list)

    def routes(self) -> dict[tuple[str, str], Callable[..., Any]]:
        about = {"friendlyName": "nas", "machineIdentifier": "9a0b54aa", "version": "1.43.0.10467"}
        return {
            ("GET", "/"): lambda: _container(**about),
            ("GET", "/library/metadata/<number>"): lambda number: _container(_video(self._item(number))),
            ("GET", "/:/timeline"): self._timeline,
            ("GET", "/:/scrobble"): self._marked,
            ("GET", "/status/sessions/history/all"): self._told_history,
        }

    def _timeline(self) -> Response:
        """Take where a player is; what has changed since the last time is what the hook is told."""
        viewer, item = self._viewer(), self._item(request.args["ratingKey"])
        playing = self._playing.setdefault(f"{viewer.device}|{item.title}", _Playing(viewer, item))
        state, seconds = request.args["state"], int(request.args["time"]) / 1000
        if state != playing.state:
            resumed = "resume" if playing.state == "paused" else "play"
            event = {"playing": resumed, "paused": "pause", "stopped": "stop"}[state]
            self._notify(f"media.{event}", viewer, item, seconds)
        playing.state = state
        if seconds / item.seconds >= PLAYED_SHARE and not playing.is_scrobbled:
            playing.is_scrobbled = True
            self._history.append((viewer, item))
            self._notify("media.scrobble", viewer, item, seconds)
        return _container()

    def _marked(self) -> Response:
        viewer, item = self._viewer(), self._item(request.args["key"])
        self._history.append((viewer, item))
        if self.tells_marks:
            self._notify("media.scrobble", viewer, item, None)
        return _container()

    def _told_history(self) -> Response:
        rows = [_video(item, viewedAt="1795210000", accountID=str(who.plex_id)) for who, item in self._history]
        return _container(*rows)

    def _notify(self, event: str, viewer: Viewer, item: Film | EpisodeFile, seconds: float | None) -> None:
        self.tell(event, plex.form(plex.payload(event, item, viewer, seconds)))

    def _viewer(self) -> Viewer:
        headers = request.headers
        client = {"device": headers["X-Plex-Client-Identifier"], "device_name": headers["X-Plex-Device-Name"]}
        return self.whose(headers.get("X-Plex-Token", ""), **client)

    def _item(self, number: str) -> Film | EpisodeFile:
        return {FILM.number: FILM, EPISODE.rating_key: EPISODE}.get(number) or abort(404)


def _container(*videos: ElementTree.Element, **values: str) -> Response:
    size = {"size": str(len(videos)), "totalSize": str(len(videos))}
    root = ElementTree.Element("MediaContainer", {**size, **values})
    root.extend(videos)
    return Response(ElementTree.tostring(root), content_type="text/xml; charset=utf-8")


def _video(item: Film | EpisodeFile, **more: str) -> ElementTree.Element:
    number = number_of(item)
    values = {"ratingKey": number, "key": f"/library/metadata/{number}", "title": item.title}
    values.update(duration=str(item.seconds * 1000), type="movie" if isinstance(item, Film) else "episode", **more)
    if isinstance(item, EpisodeFile):
        values.update(grandparentTitle=item.show, parentIndex=str(item.season), index=str(item.number))
    video = ElementTree.Element("Video", values)
    for name, value in item.ids.items():
        ElementTree.SubElement(video, "Guid", id=f"{name}://{value}")
    return video
