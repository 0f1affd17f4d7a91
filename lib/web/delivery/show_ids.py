"""Before plays are sent: the ids of their shows, asked from the media server where it can be asked."""

from __future__ import annotations

import logging
from typing import Callable, Mapping

from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.show_lookup import ShowLookupFailed, fetch_show_ids, with_show_ids
from lib.web.media_server import MediaServer
from lib.web.store.queued import QueuedPlays
from lib.web.store.shows import KnownShows

ASK_AGAIN_SECONDS = 600.0  # a server that did not answer

log = logging.getLogger(__name__)


class ShowIdResolver:
    """Fills in the ids of shows. Safe for several threads."""

    def __init__(
        self,
        queue: PlayQueue,
        queued: QueuedPlays,
        servers: Callable[[], Mapping[str, MediaServer]],
        clock: Clock,
        fetch: Callable[[str, Secret, str, Clock], Mapping[str, str]] = fetch_show_ids,
    ) -> None:
        self._queue = queue
        self._queued = queued
        self._known = KnownShows(queue.database)
        self._servers = servers
        self._fetch = fetch
        self._clock = clock
        self._silent: dict[str, float] = {}

    def resolve(self, owner: str) -> None:
        """Give the waiting plays of an owner the ids of their shows, as far as their servers tell. Raises QueueError.

        A server that does not answer is left in peace for ten minutes, and the plays go out with what is known.
        """
        for waiting in self._queued.wanting_show_ids(owner):
            ids = self._ids(waiting.server, waiting.show_id)
            play = self._queue.get(waiting.play_id)
            with self._queue.database.changing():
                if ids and play is not None and play.item is not None:
                    self._queue.replace_item(play.id, with_show_ids(play.item, ids))
                self._queued.has_show_ids(waiting.play_id)

    def _ids(self, server_name: str, show_id: str) -> Mapping[str, str]:
        if self._known.is_known(server_name, show_id, self._clock.wall()):
            return self._known.ids_of(server_name, show_id)
        server = self._servers().get(server_name)
        if server is None or not server.url or server.api_key is None:
            return {}
        if self._clock.monotonic() < self._silent.get(server_name, 0.0):
            return {}
        try:
            ids = self._fetch(server.url, server.api_key, show_id, self._clock)
        except ShowLookupFailed as error:
            log.warning("%s was asked for the ids of a show in vain: %s", server_name, error)
            self._silent[server_name] = self._clock.monotonic() + ASK_AGAIN_SECONDS
            return {}
        self._known.keep(server_name, show_id, ids, self._clock.wall())
        return ids
