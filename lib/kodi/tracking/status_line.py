"""How the tracking goes, in a line: what Simkl has got last, what still waits, and why if plays are held back."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING

import xbmc

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.profile import queue_access as queues
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store import delivery_state
from lib.tracking.store.database import QueueError

if TYPE_CHECKING:
    from lib.tracking.store.queue import PlayQueue

log = logging.getLogger(__name__)

BETWEEN = " - "
LONGEST_TITLE = 30


def format_moment(at: float, now: float) -> str:
    """Write an instant in seconds since 1970 as this region does: `14:02` if it is today, else with its date."""
    then = time.localtime(at)
    pattern = xbmc.getRegion("time").replace(":%S", "")
    clock = time.strftime(pattern, then)
    if "%I" in pattern:
        clock = clock.lstrip("0")  # as Kodi's own clock
    if then[:3] == time.localtime(now)[:3]:
        return clock
    return f"{time.strftime(xbmc.getRegion('dateshort'), then)} {clock}"


def queue_counts(addon: Addon, queue: PlayQueue, owner: str) -> list[str]:
    """Say how many plays wait, are not recognised, were refused; nothing of what there is none. Raises QueueError."""
    found = {
        strings.COUNT_WAITING: queue.waiting(owner),
        strings.COUNT_UNKNOWN: queue.count(owner, NOT_FOUND),
        strings.COUNT_REFUSED: queue.count(owner, REJECTED),
    }
    return [addon.text(id_, count=str(count)) for id_, count in found.items() if count]


def has_queued(addon: Addon) -> bool:
    """Return whether anything of the linked account still waits or was put aside."""
    owner = queues.current_owner(addon)
    if not owner or not queues.queue_path(addon).exists():
        return False
    try:
        with contextlib.closing(queues.open_queue(addon)) as queue:
            return bool(queue_counts(addon, queue, owner))
    except QueueError as error:
        log.error("%s", error)
        return False


def status_line(addon: Addon, queue: PlayQueue, owner: str, now: float) -> str:
    """Return what was sent last, and the first thing that is left; it has to fit a row. Empty at the very beginning.

    Raises QueueError.
    """
    last = delivery_state.DeliveryStateStore(queue.database).get(owner)
    title = last.last_label if len(last.last_label) <= LONGEST_TITLE else f"{last.last_label[:LONGEST_TITLE].rstrip()}…"
    label = addon.text(strings.LAST_SENT, title=title, time=format_moment(last.last_at, now))
    parts = [label if title else "", *queue_counts(addon, queue, owner)[:1]]
    return BETWEEN.join(filter(None, parts))


def held_back_text(addon: Addon, queue: PlayQueue, owner: str, now: float) -> str:
    """Say why nothing is sent, an empty text if plays may be sent or none waits. Raises QueueError."""
    stands = delivery_state.DeliveryStateStore(queue.database).get(owner)
    is_refused = stands.state in delivery_state.REFUSED_STATES  # until Simkl accepts it again, whenever it is asked
    if (stands.allows(now) and not is_refused) or not queue.waiting(owner):
        return ""
    if stands.state == delivery_state.QUOTA_EXHAUSTED:
        return addon.text(strings.HELD_UNTIL, time=format_moment(stands.until, now))
    return addon.text(
        strings.HELD_CLIENT_ID if stands.state == delivery_state.CLIENT_ID_REJECTED else strings.HELD_LINK
    )


def update_status(addon: Addon, queue: PlayQueue, owner: str) -> None:
    """Bring the line that the settings window shows up to date, and with it our own list if it is on the screen."""
    try:
        text = status_line(addon, queue, owner, addon.clock.wall()) or addon.text(strings.NOTHING_SENT)
    except QueueError as error:
        log.error("%s", error)
        return
    if addon.state.change(status_line=text):
        addon.publish_state()
        addon.refresh_listing()


def update_status_when_idle(addon: Addon, queue: PlayQueue, owner: str) -> None:
    """Keep the line as `keep` does, but not in the middle of a playback: it is soon told better."""
    if not xbmc.Player().isPlaying():
        update_status(addon, queue, owner)


def update_status_when_drained(addon: Addon, queue: PlayQueue, owner: str) -> None:
    """Keep the line as `keep` does, once nothing waits any more: Kodi writes its settings file each time."""
    try:
        if queue.waiting(owner):
            return
    except QueueError as error:
        log.error("%s", error)
        return
    update_status(addon, queue, owner)


def connection_report(addon: Addon, accepted: bool) -> list[str]:
    """Return what to say about the tracking when the connection was tested, nothing where nothing was ever tracked.

    If Simkl has accepted the link, plays that were held back are sent now.
    """
    owner = queues.current_owner(addon)
    if not owner or not queues.queue_path(addon).exists():
        return []
    try:
        with contextlib.closing(queues.open_queue(addon)) as queue:
            if accepted and delivery_state.DeliveryStateStore(queue.database).get(owner).state != delivery_state.READY:
                delivery_state.DeliveryStateStore(queue.database).put(owner, delivery_state.READY)
            if accepted and queue.waiting(owner):
                queues.wake_service(addon)
            now = addon.clock.wall()
            lines = [status_line(addon, queue, owner, now), held_back_text(addon, queue, owner, now)]
    except QueueError as error:
        return [addon.error_text(error)]
    return [each for each in lines if each]
