"""What waits for Simkl on a TV, put there as the service does, at a moment that stands still."""

import calendar

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.simkl.api.scrobble import STOP
from lib.tracking.play import DEAD_LETTER_STATES, QUEUED, Play
from lib.tracking.store.delivery_state import DeliveryStateStore
from tests.frontends.kodi.tv import ADDON_ID

NOW = float(calendar.timegm((2026, 11, 24, 14, 2, 0)))
HOUR, DAY = 3600.0, 86400.0
OWNER = "900001"

HARBOUR = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"),))
MISSPELT = Item(SHOW, "Lantern Streeet", 2021, (), 2, 4)
CARTOON = Item(ANIME, "Moss And Embers", 2019, (), None, 7)


def watched(item, at=NOW, **more):
    """Return a film or an episode that was watched to its end."""
    return Play(STOP, item, at, 95.0, **more)


class Waiting:
    """The queue of one TV, looked at from outside while no run of the add-on has it open."""

    def __init__(self, tv):
        self.tv = tv
        self.woken = 0
        self.queue = tv.queue
        tv.kodi.jsonrpc["JSONRPC.NotifyAll"] = self._hear

    def _hear(self, told):
        """Count how often the service is told to look into the queue."""
        if (told["sender"], told["message"]) == (ADDON_ID, "queued"):
            self.woken += 1
        return "OK"

    def put(self, *plays):
        """Put plays into the queue, in whatever state; return the numbers of all that are there."""
        with self.queue() as queue:
            queue.add(OWNER, plays)
            return [play.id for play in queue.listing(OWNER, QUEUED, *DEAD_LETTER_STATES)]

    def states(self):
        """Return what is there: label and state, the oldest first."""
        with self.queue() as queue:
            return [(play.label, play.state) for play in queue.listing(OWNER, QUEUED, *DEAD_LETTER_STATES)]

    def stands(self, *state):
        """Have plays held back, or free; return how the owner stands."""
        with self.queue() as queue:
            standings = DeliveryStateStore(queue.database)
            if state:
                standings.put(OWNER, *state)
            return standings.get(OWNER).state

    def sent(self, label, at):
        """Have Simkl got something last."""
        with self.queue() as queue:
            DeliveryStateStore(queue.database).sent(OWNER, label, at)
