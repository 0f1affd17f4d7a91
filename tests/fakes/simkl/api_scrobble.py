"""The routes under /scrobble: what is playing now.

Sources: Simkl's pages `api-reference/scrobble`, `guides/scrobble` and
`api-reference/simkl/scrobble-{start,pause,stop}`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from flask import Response, jsonify, make_response, request

from tests.fakes.simkl import sent
from tests.fakes.simkl.gate import Refused, box, guarded
from tests.fakes.simkl.titles import described, kind_of
from tests.fakes.simkl.tracked import Scrobble
from tests.fakes.simkl.tracking import ACTIONS, AN_HOUR, PAUSE, START, Outcome
from tests.fakes.simkl.writes import write

EASTERN = timezone(timedelta(hours=-5))
routes = guarded("api_scrobble")


@routes.route(f"/scrobble/<any({', '.join(ACTIONS)}):action>", methods=["GET", "POST"])
def scrobble(action: str) -> Response:
    return write(lambda user: answered(action, user))


def answered(action: str, user: str) -> Response:
    """Do a scrobble, write it down and return its answer."""
    wrong, tracking = sent.Complaints(), box.tracking
    body = json_body(wrong)
    asked = sent.scrobble(action, body, request.args, wrong)
    tracking.complain(request.path, user, body, wrong)
    record = Scrobble(
        action, "empty_field", asked.kind, as_sent(asked.media.get("title"), str) or "", None,
        as_sent(asked.episode.get("season"), int), as_sent(asked.episode.get("number"), int), asked.progress,
        asked.min_progress, user, box.clock(), 400,
    )  # fmt: skip
    if not asked.kind:
        tracking.scrobbles.append(record)
        raise Refused(400, "empty_field", "There is no media object, or no episode")
    with tracking.lock:
        found = sent.match(tracking.catalogue, asked.kind, asked.media, asked.episode)
        if found is None:
            tracking.scrobbles.append(replace(record, answered="id_err", status=404))
            raise Refused(404, "id_err", "Nothing matches this item")
        outcome = done(action, user, asked, found)
        status = 409 if outcome.again_in else 201
        place = (found.episode.season, found.episode.number) if found.episode else (None, None)
        tracking.scrobbles.append(
            replace(record, answered=outcome.action, status=status, title=found.title.title, simkl=found.title.simkl,
                    season=place[0], episode=place[1])
        )  # fmt: skip
    return make_response(jsonify(answer_of(outcome, asked, found)), status)


def done(action: str, user: str, asked: sent.Asked, found: sent.Match) -> Outcome:
    item = (found.title, found.episode)
    if action == PAUSE:
        return box.tracking.pause(user, *item, asked.progress)
    act = box.tracking.start if action == START else box.tracking.stop
    return act(user, *item, asked.progress, asked.min_progress)


def answer_of(outcome: Outcome, asked: sent.Asked, found: sent.Match) -> dict[str, Any]:
    if outcome.again_in:
        until = box.per_day.now + timedelta(seconds=outcome.again_in)
        times = {"watched_at": eastern(until - timedelta(seconds=AN_HOUR)), "expires_at": eastern(until)}
        return {"error": "already_watched", "code": 409, **times}
    progress = int(asked.progress) if asked.progress == int(asked.progress) else asked.progress  # 75, not 75.0
    said: dict[str, Any] = {"id": outcome.id, "action": outcome.action, "progress": progress}
    # Inferred: the container is Simkl's own kind, an anime that was sent as a show included.
    said[kind_of(found.title)] = described(found.title)
    episode = found.episode
    if episode:
        said["episode"] = {"season": episode.season, "number": episode.number, "title": episode.title}
        if found.title.anime:
            said["episode"].update(tvdb_season=episode.tvdb_season, tvdb_number=episode.tvdb_number)
    return said


def json_body(wrong: sent.Complaints) -> Any:
    """Return the JSON of the request, None if there is none.

    Clients have been seen to send it with GET; Inferred from that: it is taken.
    """
    wrong.unless(request.method != "GET", "GET with a body")
    body = request.get_json(force=True, silent=True)
    wrong.unless(body is None or request.mimetype == "application/json", f"Content-Type {request.mimetype!r}")
    return body


def as_sent(value: Any, wanted: type) -> Any:
    return value if isinstance(value, wanted) and not isinstance(value, bool) else None


def eastern(at: datetime) -> str:
    """Return a time as the samples of a 409 show it, with an offset in place of Z."""
    return at.astimezone(EASTERN).isoformat(timespec="seconds")
