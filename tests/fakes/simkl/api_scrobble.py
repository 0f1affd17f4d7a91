"""The routes under /scrobble: what is playing now.

Sources: Simkl's pages `api-reference/scrobble`, `guides/scrobble` and `api-reference/simkl/scrobble-{start,pause,stop,
checkin}`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, jsonify, request

from tests.fakes.simkl import sent
from tests.fakes.simkl.gate import error, guard
from tests.fakes.simkl.scrobbling import ACTIONS, AN_HOUR, CHECKIN, PAUSE, RECORDED, SCROBBLE, START, Outcome
from tests.fakes.simkl.titles import MOVIE, Episode, described, kind_of
from tests.fakes.simkl.tracked import Scrobble
from tests.fakes.simkl.writes import write

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

EASTERN = timezone(timedelta(hours=-5))


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of one fake server."""
    routes = Blueprint("api_scrobble", __name__)
    guard(box, routes)

    @routes.route(f"/scrobble/<any({', '.join(ACTIONS)}):action>", methods=["GET", "POST"])
    def scrobble(action: str) -> Response:
        return write(box, lambda user: answered(box, action, user))

    return routes


def answered(box: FakeSimkl, action: str, user: str) -> Response:
    """Do a scrobble, write it down and return its answer."""
    wrong = sent.Complaints()
    body = json_body(wrong)
    asked = sent.scrobble(action, body, request.args, wrong)
    box.tracking.complain(request.path, user, body, wrong)
    title, season, number = (as_sent(asked.media.get("title"), str), as_sent(asked.episode.get("season"), int),
                             as_sent(asked.episode.get("number"), int))  # fmt: skip
    record = Scrobble(
        action, "empty_field", asked.kind, title or "", None, season, number, asked.progress, asked.min_progress, user,
        box.clock(), 400,
    )  # fmt: skip
    if not asked.kind:
        box.tracking.add(record)
        return error(400, "empty_field", "There is no media object, or no episode")
    with box.tracking.lock:
        found = sent.match(box.tracking.catalogue, asked.kind, asked.media, asked.episode)
        if found is None:
            box.tracking.add(replace(record, answered="id_err", status=404))
            return error(404, "id_err", "Nothing matches this item")
        outcome = done(box, action, user, asked, found)
        status = 201 if outcome.action in (START, PAUSE, SCROBBLE, CHECKIN) else 409
        place = (found.episode.season, found.episode.number) if found.episode else (None, None)
        box.tracking.add(
            replace(record, answered=outcome.action, status=status, title=found.title.title, simkl=found.title.simkl,
                    season=place[0], episode=place[1])
        )  # fmt: skip
    response = jsonify(answer_of(box, outcome, asked, found))
    response.status_code = status
    return response


def done(box: FakeSimkl, action: str, user: str, asked: sent.Asked, found: sent.Match) -> Outcome:
    """Let the model do it."""
    model, account = box.tracking.scrobbling, g.grant.user.account_type
    item = (found.title, found.episode)
    if action == START:
        return model.start(user, *item, asked.progress, asked.min_progress)
    if action == CHECKIN:
        return model.checkin(user, *item, asked.min_progress, asked.rewatch and account != "free")
    if action == PAUSE:
        return model.pause(user, account, *item, asked.progress)
    return model.stop(user, account, *item, asked.progress, asked.min_progress, asked.rewatch)


def answer_of(box: FakeSimkl, outcome: Outcome, asked: sent.Asked, found: sent.Match) -> dict[str, Any]:
    """Return the JSON of a scrobble."""
    if outcome.action == "already_watched":
        until = box.per_day.now + timedelta(seconds=outcome.again_in)
        return {
            "error": "already_watched",
            "code": 409,
            "watched_at": eastern(until - timedelta(seconds=AN_HOUR)),
            "expires_at": eastern(until),
        }
    said: dict[str, Any] = {"id": outcome.id, "action": outcome.action, "progress": normal(asked.progress)}
    kind = kind_of(found.title)
    # Inferred: the container is Simkl's own kind, an anime that was sent as a show included.
    said[kind] = described(found.title)
    if kind != MOVIE and found.episode:
        said["episode"] = episode_of(found.episode, found.title.anime)
    if asked.rewatch and outcome.action == SCROBBLE:
        said.update(rewatch_id=outcome.id if outcome.rewatch in RECORDED else None, rewatch_status=outcome.rewatch)
    return said


def episode_of(episode: Episode, anime: bool) -> dict[str, Any]:
    """Return an episode as answers show it; of anime with TVDB's numbers beside its own."""
    own = {"season": episode.season, "number": episode.number, "title": episode.title}
    return {**own, "tvdb_season": episode.tvdb_season, "tvdb_number": episode.tvdb_number} if anime else own


def json_body(wrong: sent.Complaints) -> Any:
    """Return the JSON of the request, None if there is none.

    Clients have been seen to send it with GET; Inferred from that: it is taken.
    """
    wrong.unless(request.method != "GET", "GET with a body")
    body = request.get_json(force=True, silent=True)
    wrong.unless(body is None or request.mimetype == "application/json", f"Content-Type {request.mimetype!r}")
    return body


def as_sent(value: Any, wanted: type) -> Any:
    """Return a value if it is of the type that it should be."""
    return value if isinstance(value, wanted) and not isinstance(value, bool) else None


def normal(progress: float) -> float:
    """Return a progress as answers show it: 75, not 75.0."""
    return int(progress) if progress == int(progress) else progress


def eastern(at: datetime) -> str:
    """Return a time as the samples of a 409 show it, with an offset in place of Z."""
    return at.astimezone(EASTERN).isoformat(timespec="seconds")
