"""What waits for Simkl, what Simkl does not recognise and what it refuses: as a listing, and what can be done with it.

A listing opens no window and changes nothing; `choose` and `retry_all` are scripts that a person starts from it.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Callable, NamedTuple
from urllib.parse import quote

import xbmc
import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.profile import queue_access as queues
from lib.kodi.tracking.status_line import BETWEEN, format_moment, held_back_text, queue_counts
from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.play import DEAD_LETTER_STATES, NOT_FOUND, QUEUED, RATING, REJECTED, REMOVED, UNWATCHED, WATCHED, Play
from lib.tracking.store.database import QueueError

if TYPE_CHECKING:
    from lib.tracking.store.queue import PlayQueue

log = logging.getLogger(__name__)

MOST_SHOWN = 100  # of those that merely wait: after a month without a network nobody reads them all
_WHAT = {
    START: strings.STARTED_AT,
    PAUSE: strings.PAUSED_AT,
    STOP: strings.STOPPED_AT,
    WATCHED: strings.WATCHED_AT,
    UNWATCHED: strings.UNWATCHED_AT,
    REMOVED: strings.REMOVED_AT,
    RATING: strings.RATED_AT,
}
_WHY = {NOT_FOUND: strings.WAS_NOT_RECOGNISED, REJECTED: strings.WAS_REJECTED, QUEUED: strings.IS_WAITING}
_ICONS = {NOT_FOUND: "unknown", REJECTED: "refused", QUEUED: "waiting"}


class Row(NamedTuple):
    """One line of a listing: what it does, its text, the name of its icon, and a picture that takes its place."""

    action: str
    label: str
    icon: str
    picture: str = ""
    is_folder: bool = False


def menu_rows(addon: Addon) -> list[Row]:
    """Return what the menu says of the tracking: what plays, and what waits; nothing if there is neither."""
    owner = queues.current_owner(addon)
    try:
        with contextlib.closing(queues.open_queue(addon)) as queue:
            playing = queue.now_playing(owner) if xbmc.Player().isPlayingVideo() else None
            waits = queue_counts(addon, queue, owner)
            others = sum(count for other, count in queue.owners().items() if other != owner)
            if others:
                waits.append(addon.text(strings.FOR_ANOTHER_ACCOUNT, count=str(others)))
            held = held_back_text(addon, queue, owner, addon.clock.wall())
    except QueueError as error:
        log.error("%s", error)
        return []
    rows = []
    if playing is not None:
        id_ = strings.PAUSED_NOW if xbmc.getCondVisibility("Player.Paused") else strings.NOW_WATCHING
        label = addon.text(id_, title=playing.label, percent=str(_percent_played(playing)))
        rows.append(Row("watching", label, "watching", playing.art))
    if waits:
        label = BETWEEN.join(filter(None, [", ".join(waits), held]))
        rows.append(Row("waiting", label, "waiting", is_folder=True))
    if owner:
        rows.append(Row("sent", addon.text(strings.SENT_LIST), "done", is_folder=True))
    return rows


def _percent_played(playing: Play) -> int:
    """Return where the player is now; what is kept on the disk is some seconds old."""
    player = xbmc.Player()
    try:
        total, position = player.getTotalTime(), player.getTime()
    except RuntimeError:  # it has just ended
        return int(playing.progress)
    return min(100, int(100 * position / total)) if total > 0 else int(playing.progress)


def queue_rows(addon: Addon) -> list[Row]:
    """Return the listing: what is not recognised, what was refused, what waits, each with the newest first."""
    owner = queues.current_owner(addon)
    nothing = Row("", addon.text(strings.NOTHING_WAITS), "done", is_folder=True)
    if not queues.queue_path(addon).exists():
        return [nothing]
    now = addon.clock.wall()
    try:
        with contextlib.closing(queues.open_queue(addon)) as queue:
            plays = [play for state in (*DEAD_LETTER_STATES, QUEUED) for play in _newest(queue, owner, state)]
            more = queue.waiting(owner) - sum(play.state == QUEUED for play in plays)
            held = held_back_text(addon, queue, owner, now)
            others = _rows_of_others(addon, queue, owner)
    except QueueError as error:
        return [Row("status", addon.error_text(error), "refused")]
    found = [Row("status", held, "refused")] if held else []
    found += [_row(addon, play, now) for play in plays]
    if more > 0:
        found.append(Row("retry", addon.text(strings.MORE, count=str(more)), "waiting"))
    if len(plays) > 1:
        found.append(Row("retry", addon.text(strings.TRY_ALL_AGAIN), "retry"))
    return [*found, *others] or [nothing]


def _rows_of_others(addon: Addon, queue: PlayQueue, owner: str) -> list[Row]:
    """Return a line for each other account that plays wait for. Raises QueueError."""
    return [
        Row(f"others/{quote(other, safe='')}", addon.text(strings.FOR_ANOTHER_ACCOUNT, count=str(count)), "account")
        for other, count in queue.owners().items()
        if other != owner and count
    ]


def _newest(queue: PlayQueue, owner: str, state: str) -> list[Play]:
    return queue.listing(owner, state, most=MOST_SHOWN if state == QUEUED else -1)[::-1]


def _row(addon: Addon, play: Play, now: float) -> Row:
    """Return the line of one play. Kodi shows the second label of no list that is sorted by itself: one has it all."""
    label = f"[B]{play.label}[/B]  {what_and_when(addon, play, now)}, {addon.text(_WHY[play.state])}"
    return Row(f"play/{play.id}", label, _ICONS[play.state], play.art)


def what_and_when(addon: Addon, play: Play, now: float) -> str:
    """Say what a play is and when it was: `watched 14:02`; of a mark with a date in the library, that date."""
    id_ = _WHAT[WATCHED if play.counts else play.action]
    time_ = format_moment(play.library_date or play.at, now)
    return addon.text(id_, time=time_, percent=str(int(play.progress)), rating=str(play.rating))


def choose_play(addon: Addon, id_: int) -> None:
    """Ask what to do with one play, and do it."""
    change_queue(addon, lambda queue: _done(addon, queue, queue.get(id_)))


def retry_dead_letters(addon: Addon) -> None:
    """Put everything back into the line that was put aside, and have all of it sent."""
    owner = queues.current_owner(addon)

    def all_of_it(queue: PlayQueue) -> bool:
        queue.retry(owner, [play.id for play in queue.listing(owner, *DEAD_LETTER_STATES)])
        return True

    change_queue(addon, all_of_it)


def change_queue(addon: Addon, work: Callable[[PlayQueue], bool]) -> None:
    """Do something with the queue; if that has changed it, have the rest sent, and the listing drawn anew."""
    try:
        with contextlib.closing(queues.open_queue(addon)) as queue:
            if not work(queue):
                return
    except QueueError as error:
        xbmcgui.Dialog().ok(addon.text(strings.ADDON_NAME), addon.error_text(error))
        return
    queues.wake_service(addon)
    addon.refresh_listing()


def _done(addon: Addon, queue: PlayQueue, play: Play | None) -> bool:
    """Ask what to do with a play, and do it; return whether it is another list now."""
    if play is None:
        addon.toast(addon.text(strings.DONE_ALREADY))
        return True
    offered = [strings.TRY_AGAIN, strings.WHAT_IS_IT, strings.FORGET]
    if play.state == NOT_FOUND:  # trying again helps once Simkl has learned of it; saying what it is helps now
        offered[:2] = reversed(offered[:2])
    chosen = xbmcgui.Dialog().contextmenu([addon.text(each) for each in offered])
    if chosen < 0:
        return False
    if offered[chosen] == strings.TRY_AGAIN:
        queue.retry(queues.current_owner(addon), [play.id])
        return True
    if offered[chosen] == strings.WHAT_IS_IT:
        from lib.kodi.menu.identify_dialog import ask_what_it_is

        return ask_what_it_is(addon, queue, queues.current_owner(addon), play)
    if not play.counts or xbmcgui.Dialog().yesno(
        addon.text(strings.FORGET_TITLE, title=play.label), addon.text(strings.FORGET_MEANS)
    ):
        queue.done([play.id])
        return True
    return False
