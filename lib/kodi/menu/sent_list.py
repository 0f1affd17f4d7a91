"""What Simkl has got of late, as a listing: what it was, when, and what Simkl said."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.menu.queue_list import Row, what_and_when
from lib.kodi.profile import queue_access as queues
from lib.tracking.store.database import QueueError

if TYPE_CHECKING:
    from lib.tracking.store.sent import SentPlay

_ANSWERS = {
    "start": strings.ANSWER_START,
    "pause": strings.ANSWER_PAUSE,
    "scrobble": strings.ANSWER_SCROBBLE,
    "already_watched": strings.ANSWER_ALREADY_WATCHED,
    "added": strings.ANSWER_ADDED,
    "deleted": strings.ANSWER_DELETED,
    "rated": strings.ANSWER_RATED,
}


def sent_rows(addon: Addon) -> list[Row]:
    """Return the last hundred of the linked account, the newest first."""
    owner = queues.current_owner(addon)
    nothing = Row("", addon.text(strings.NOTHING_SENT), "done", is_folder=True)
    if not owner or not queues.queue_path(addon).exists():
        return [nothing]
    now = addon.clock.wall()
    try:
        with contextlib.closing(queues.open_queue(addon)) as queue:
            found = queue.sent.latest(owner)
    except QueueError as error:
        return [Row("status", addon.error_text(error), "refused")]
    return [_row(addon, sent, now) for sent in found] or [nothing]


def _row(addon: Addon, sent: SentPlay, now: float) -> Row:
    known = _ANSWERS.get(sent.answer)
    answer = addon.text(known) if known is not None else sent.answer
    parts = [what_and_when(addon, sent.play, now), *([answer] if answer else [])]
    return Row("sent", f"[B]{sent.play.label}[/B]  {', '.join(parts)}", "done", sent.play.art)
