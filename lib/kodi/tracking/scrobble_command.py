"""`RunScript(plugin.video.simkl,scrobble,...)`: another add-on tells what it plays, and it counts as if Kodi had.

The words are those of `lib.tracking.script_arguments`. What is wrong is said in Kodi's log and nothing is sent. Nor is
anything sent of a kind that the person does not track, or of what Kodi itself plays and tracks just now, as far as ids
and titles tell; the first seconds of a playback are not known yet. What counts as watched is not sent again within a
day if title, year, numbers and ids are the same. Nothing is ever shown.
"""

from __future__ import annotations

import logging

from lib.kodi.addon import Addon
from lib.kodi.profile import queue_access as queues
from lib.simkl.api.media import ANIME, ANIME_ID_NAMES, Item
from lib.tracking.identify import is_wanted
from lib.tracking.script_arguments import is_same_item, parse_scrobble_arguments
from lib.tracking.store.database import QueueError

log = logging.getLogger(__name__)


def run_scrobble(addon: Addon, *words: str) -> None:
    """Queue what another add-on tells; log why not."""
    log.debug("told: %s", ", ".join(words) or "nothing")
    wanted = addon.settings.tracking
    try:
        play, item = parse_scrobble_arguments(words, wanted.threshold, addon.clock.wall())
    except ValueError as error:
        log.warning("%s", error)
        return
    owner = queues.current_owner(addon)
    if not owner:
        log.warning("not linked to Simkl; %s is not sent", play.action)
        return
    if not is_wanted(_kind(item), wanted):
        log.info("of a kind that is not tracked: %s; %s is not sent", _kind(item), play.action)
        return
    try:
        with queues.queue_opened(addon) as queue:
            own = queue.now_playing(owner)
            if own is not None and own.item is not None and is_same_item(item, own.item):
                log.info("Kodi itself plays it; %s is left to it", play.action)
                return
            if play.counts and queue.was_marked(owner, play.key, now=play.at):
                log.info("marked watched within a day already; %s is not sent", play.action)
                return
            queue.add(owner, [play])
    except QueueError as error:
        log.error("%s", error)
        return
    log.info("%s is queued", play.action)
    queues.wake_service(addon)


def _kind(item: Item) -> str:
    """Return what it is for a person: anime is often told as a show or a film, but its ids tell."""
    return ANIME if any(name in ANIME_ID_NAMES for name, _ in item.ids) else item.kind
