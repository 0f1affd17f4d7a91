"""The routes under /sync that read, and the one that deletes a resume point.

Sources: Simkl's pages `api-reference/playback`, `api-reference/simkl/{get-playback-sessions,delete-playback,
get-activities}` and `conventions/null-values`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from tests.fakes.simkl.api_scrobble import episode_of
from tests.fakes.simkl.gate import error, guard, signed_in
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.library import moment
from tests.fakes.simkl.titles import MOVIE, Movie, described
from tests.fakes.simkl.tracked import Playback
from tests.fakes.simkl.writes import write

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

LISTS = ("all", "plantowatch", "completed", "dropped", "rated_at", "playback", "removed_from_list")
WITH_EPISODES = ("all", "watching", "plantowatch", "hold", "completed", "dropped", "rated_at", "playback",
                 "removed_from_list")  # fmt: skip
MOST = 10_000


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of one fake server."""
    routes = Blueprint("api_library", __name__)
    guard(box, routes)

    @routes.get("/sync/activities")
    def activities() -> Response:
        grant = signed_in(box)
        return jsonify(moved(box, grant.user.name)) if isinstance(grant, Grant) else grant

    @routes.get("/sync/playback", defaults={"kind": ""})
    @routes.route("/sync/playback/<kind>", methods=["GET", "POST", "PUT", "PATCH"])  # any verb but DELETE lists
    def playback(kind: str) -> Response:
        grant = signed_in(box)
        if not isinstance(grant, Grant):
            return grant
        if kind not in ("", "episodes", "movies") and not (kind.isdigit() and int(kind)):
            return error(404, "url_failed", "There is no such list")
        found = [each for each in box.playbacks if each.user == grant.user.name and _wanted(box, each, kind)]
        limit = min(max(1, request.args.get("limit", MOST, type=int)), MOST)
        return jsonify([shown(box, each) for each in found[::-1][:limit]])

    @routes.delete("/sync/playback/<number>")
    def delete(number: str) -> Response:
        return write(box, lambda user: deleted(box, user, number))

    return routes


def deleted(box: FakeSimkl, user: str, number: str) -> Response:
    """Delete one resume point of a user."""
    if not number.isdigit() or not int(number):
        return error(404, "url_failed", "The id must be a number")
    with box.tracking.lock:
        if not box.tracking.scrobbling.forget(user, int(number)):
            return error(404, "empty", "There is no such session")
    return Response(status=204)


def _wanted(box: FakeSimkl, playback: Playback, kind: str) -> bool:
    if kind in ("episodes", "movies") and (kind == "movies") != (playback.kind == MOVIE):
        return False
    start, end = moment(request.args.get("date_from")), moment(request.args.get("date_to"))
    paused = moment(playback.paused_at)
    if (start and paused <= start) or (end and paused > end):
        return False
    if request.args.get("hide_watched") == "false":
        return True
    mark = box.watched[playback.user].get((playback.simkl, playback.season, playback.episode))
    watched = moment(mark.watched_at) if mark else None
    return watched is None or watched < paused  # watched at or after the pause: a stale leftover


def shown(box: FakeSimkl, playback: Playback) -> dict[str, Any]:
    """Return a resume point as JSON; its progress is rounded to a whole number."""
    title = box.tracking.catalogue.by_id("simkl", str(playback.simkl))[0]
    said: dict[str, Any] = {
        "id": playback.id,
        "progress": round(playback.progress),
        "paused_at": playback.paused_at,
        "type": "movie" if isinstance(title, Movie) else "episode",
    }
    if not isinstance(title, Movie):
        episode = title.own(playback.season, playback.episode)
        # TVDB's numbers stand here for shows as well.
        said["episode"] = episode_of(episode, True)
    return {**said, playback.kind: described(title)}


def moved(box: FakeSimkl, user: str) -> dict[str, Any]:
    """Return when each part of a user's library changed last, None for never."""
    with box.tracking.lock:
        box.tracking.scrobbling.settle()
        at = dict(box.tracking.library.moved.get(user, {}))
    return {
        "all": at.get(("", "all")),
        "settings": {"all": None},
        **{kind: {name: at.get((kind, name)) for name in WITH_EPISODES} for kind in ("tv_shows", "anime")},
        "movies": {name: at.get(("movies", name)) for name in LISTS},
        "custom_lists": {"lists": dict.fromkeys(("all", "regular", "favorites", "recommendations", "auto"))},
    }
