"""The routes that write what is watched: /scrobble (what plays now) and /sync (marks, their removal, and ratings).

One write at a time for each user: who waits longer than 20 s is told RATE_LIMIT with status 400. Sources: Simkl's pages
`api-reference/scrobble`, `guides/scrobble`, `api-reference/simkl/scrobble-{start,pause,stop}`, `add-to-history`,
`remove-from-history`, `add-ratings`, `guides/mark-as-watched`, `guides/sync` and `resources/rate-limits`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from threading import Condition
from typing import Any, Callable, Iterator

from flask import Response, jsonify, make_response, request

from tests.fakes.simkl import history, sent
from tests.fakes.simkl.gate import box, guarded, refused, signed_in
from tests.fakes.simkl.library import HistoryCall, key_of
from tests.fakes.simkl.tracking import ACTIONS, AN_HOUR, Outcome, Scrobble

SECONDS = 20.0  # that a write waits on the fake server's clock
LOOK_AGAIN = 0.02  # real seconds between looks at the fake server's clock, which may be jumped ahead
IN_PROGRESS = "Another write of this user is in progress"
EASTERN = timezone(timedelta(hours=-5))
SYNC = {"/sync/history": history.add, "/sync/history/remove": history.remove, "/sync/ratings": history.rate}
routes = guarded("api_tracking")


class Locked(Exception):
    """Another write of this user took too long."""


class WriteLocks:
    """The lock of every user; `waiting` is how many writes wait for one now."""

    def __init__(self, clock: Callable[[], float], notify: Callable[[], None]) -> None:
        self._clock, self._notify = clock, notify
        self._changed = Condition()
        self._writing: set[str] = set()
        self.waiting = 0  # read without the lock, by those who wait for it to change

    @contextmanager
    def hold(self, user: str) -> Iterator[None]:
        """Be the only one who writes for a user; raises Locked."""
        with self._changed:
            if user in self._writing:
                self._wait(user)
            self._writing.add(user)
        try:
            yield
        finally:
            with self._changed:
                self._writing.discard(user)
                self._changed.notify_all()

    def _wait(self, user: str) -> None:
        end = self._clock() + SECONDS
        self.waiting += 1
        self._notify()
        try:
            while user in self._writing:
                if self._clock() >= end:
                    raise Locked(user)
                self._changed.wait(LOOK_AGAIN)
        finally:
            self.waiting -= 1


def write(act: Callable[[str, Any, sent.Complaints], Response]) -> Response:
    """Do something in the name of the user who asks when it is this request's turn.

    It gets the user's name, the body (None if there is no JSON) and a list for what is wrong with it.
    """
    if request.method == "GET" and not request.get_data():
        raise refused(404, "url_failed", f"There is nothing to read at {request.path}")
    user = signed_in(always_writes=True).user.name
    order = box.take_fault("write_lock")
    name = order.options.get("error", "RATE_LIMIT") if order else "RATE_LIMIT"
    if name != "RATE_LIMIT":  # the lower-case name of the sync guide comes with that guide's shape
        return make_response(jsonify(error=name, error_description=IN_PROGRESS), 400)
    try:
        if order:
            raise Locked(user)
        with box.write_locks.hold(user):
            answer = act(user, *json_body())
    except Locked:
        raise refused(400, "RATE_LIMIT", IN_PROGRESS) from None
    box.journal.notify()  # an answer that gets lost wakes nobody
    return answer


def json_body() -> tuple[Any, sent.Complaints]:
    """Return the JSON of the request and what is wrong with how it came.

    Clients have been seen to send it with GET; Inferred from that: it is taken.
    """
    wrong = sent.Complaints()
    wrong.unless(request.method != "GET", "GET with a body")
    body = request.get_json(force=True, silent=True)
    wrong.unless(body is None or request.mimetype == "application/json", f"Content-Type {request.mimetype!r}")
    return body, wrong


@routes.route("/sync/history", methods=["GET", "POST"])
@routes.route("/sync/history/remove", methods=["GET", "POST"])
@routes.route("/sync/ratings", methods=["GET", "POST"])
def sync() -> Response:
    def act(user: str, body: Any, wrong: sent.Complaints) -> Response:
        tracking = box.tracking
        with tracking.lock:
            answer = SYNC[request.path](tracking, user, body, wrong)
            tracking.complain(request.path, user, body, wrong)
            call = HistoryCall(request.path, user, *history.counted(body), body, answer, box.clock())
            tracking.history_calls.append(call)
        return make_response(jsonify(answer), 201)  # whatever was found

    return write(act)


@routes.route(f"/scrobble/<any({', '.join(ACTIONS)}):action>", methods=["GET", "POST"])
def scrobble(action: str) -> Response:
    def act(user: str, body: Any, wrong: sent.Complaints) -> Response:
        asked = sent.scrobble(action, body, request.args, wrong)
        box.tracking.complain(request.path, user, body, wrong)
        record = Scrobble(
            action, "empty_field", asked.kind, as_sent(asked.media.get("title"), str) or "", None,
            as_sent(asked.episode.get("season"), int), as_sent(asked.episode.get("number"), int), asked.progress,
            asked.min_progress, user, box.clock(), 400,
        )  # fmt: skip
        with box.tracking.lock:
            answer, record = answered(asked, record)
            box.tracking.scrobbles.append(record)
        return answer

    return write(act)


def answered(asked: sent.Asked, record: Scrobble) -> tuple[Response, Scrobble]:
    """Do a scrobble; return its answer and what is remembered of it."""
    if not asked.kind:
        return refused(400, "empty_field", "There is no media object, or no episode").response, record
    found = sent.match(box.tracking.catalogue, asked.kind, asked.media, asked.episode)
    if found is None:
        refusal = refused(404, "id_err", "Nothing matches this item").response
        return refusal, replace(record, answered="id_err", status=404)
    act = getattr(box.tracking, record.action)
    outcome = act(record.user, found.title, found.episode, asked.progress, asked.min_progress)
    status = 409 if outcome.again_in else 201
    about = dict(zip(("simkl", "season", "episode"), key_of(found.title, found.episode)))
    answer = make_response(jsonify(answer_of(outcome, asked, found)), status)
    return answer, replace(record, answered=outcome.action, status=status, title=found.title.title, **about)


def answer_of(outcome: Outcome, asked: sent.Asked, found: sent.Match) -> dict[str, Any]:
    if outcome.again_in:
        until = box.per_day.now + timedelta(seconds=outcome.again_in)
        times = {"watched_at": eastern(until - timedelta(seconds=AN_HOUR)), "expires_at": eastern(until)}
        return {"error": "already_watched", "code": 409, **times}
    progress = int(asked.progress) if asked.progress == int(asked.progress) else asked.progress  # 75, not 75.0
    said: dict[str, Any] = {"id": outcome.id, "action": outcome.action, "progress": progress}
    # Inferred: the container is Simkl's own kind, an anime that was sent as a show included.
    said[found.title.kind] = found.title.described()
    episode = found.episode
    if episode:
        said["episode"] = {"season": episode.season, "number": episode.number, "title": episode.title}
        if found.title.anime:
            said["episode"].update(tvdb_season=episode.tvdb_season, tvdb_number=episode.tvdb_number)
    return said


def as_sent(value: Any, wanted: type) -> Any:
    return value if isinstance(value, wanted) and not isinstance(value, bool) else None


def eastern(at: datetime) -> str:
    """Return a time as the samples of a 409 show it, with an offset in place of Z."""
    return at.astimezone(EASTERN).isoformat(timespec="seconds")
