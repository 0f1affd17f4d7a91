"""What is playing now: one call for each thing the user does, never a timer.

`start` on play and resume, `pause` on pause, `stop` on stop, close and end. Only `stop` marks watched, from the
threshold on (80 %, or `min_progress`); below it the position is kept to resume from. Every call carries the same
`min_progress`, since `start` judges the session before by it.

Sources: Simkl's pages `api-reference/scrobble` and `guides/scrobble`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.simkl import errors
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item, clean_ids
from lib.simkl.auth.tokens import Token
from lib.simkl.http.fields import read_object, read_text

if TYPE_CHECKING:  # a front end that only queues must not pay for requests
    from lib.simkl.http.transport import Transport

START, PAUSE, STOP = "start", "pause", "stop"
SCROBBLED = "scrobble"
DEFAULT_THRESHOLD = 80


@dataclass(frozen=True)
class ScrobbleResult:
    """What Simkl made of it: `action` is start, pause or scrobble (watched); `title` is what Simkl took it for.

    `simkl_id` is 0 when Simkl did not say; `remaining` are the requests that are left today, None where unknown.
    """

    action: str
    title: str
    simkl_id: int
    remaining: int | None = None


def send_scrobble(
    transport: Transport, token: Token, action: str, item: Item, progress: float, threshold: int
) -> ScrobbleResult:
    """Tell Simkl. `progress` is 0 to 100 with two decimals at most, `threshold` 50 to 100.

    Raises SimklError: NotFound if Simkl does not know the title, AlreadyWatched for a repeated stop within the hour.
    """
    body = {"progress": round_progress(progress), **item.scrobbled()}
    query = {} if threshold == DEFAULT_THRESHOLD else {"min_progress": str(threshold)}
    answer = transport.send(f"/scrobble/{action}", body, token.access, query)
    payload = read_object(answer.payload)
    said = read_text(payload.get("action"))
    if not said:
        raise errors.Unreadable(status=answer.status)
    about = next((found for found in map(read_object, map(payload.get, (MOVIE, SHOW, ANIME))) if found), {})
    simkl_id = dict(clean_ids(read_object(about.get("ids")), ("simkl",))).get("simkl", "0")
    return ScrobbleResult(
        action=said,
        title=read_text(about.get("title")),
        simkl_id=int(simkl_id),
        remaining=answer.remaining,
    )


def round_progress(progress: float) -> float:
    """Return the progress as Simkl takes it: 0 to 100, two decimals."""
    return round(min(100.0, max(0.0, progress)), 2)
