"""A person in front of a real Kodi with a library, who watches with the remote what Simkl shall hear of."""

import json
from pathlib import Path
from typing import Any, List

from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.real_kodi.library import Library
from tests.real_kodi.library_items import Film
from tests.real_kodi.playing import Playing, plugin_url
from tests.real_kodi.tracked import Arrivals, Part, Story, Watchable, now
from tests.real_kodi.tv import ADDON_ID, Tv

PLAYED_BEFORE_START = 3.0  # seconds


class Viewer(Playing):
    """The player of one TV, opened by what is in the library; `arrivals` is what Simkl hears."""

    def __init__(self, tv: Tv, library: Library, arrivals: Arrivals) -> None:
        super().__init__(tv.kodi)
        self.tv = tv
        self.library = library
        self.arrivals = arrivals

    def watch(self, what: Watchable) -> None:
        """Play a film or an episode of the library."""
        if isinstance(what, Film):
            self.play_film(self.library.film_id(self.kodi, what))
        else:
            self.play_episode(self.episode_id(what))

    def episode_id(self, part: Part) -> int:
        """Return Kodi's id of an episode."""
        return self.library.episode_id(self.kodi, part.show, part.season, part.number)

    def file(self, part: Part) -> Path:
        """Return the file of an episode."""
        return self.library.episode(part.show, part.season, part.number)

    def watch_from_addon(self, file: Path, **asked: Any) -> None:
        """Play a file by way of the add-on that plays what it is asked for; see `plugin_url`."""
        self.play_url(plugin_url(file, **asked))

    def started(self, story: Story) -> None:
        """Wait for the start of what plays from its beginning, and measure it from when three seconds had played."""
        story.wait()
        story.next("start", now() - self.seconds() + PLAYED_BEFORE_START)

    def watch_to(self, what: Watchable, percent: float, story: Story) -> None:
        """Play something, jump once Simkl has heard that it plays, and stop there."""
        self.watch(what)
        self.started(story)
        self.jump_and_stop(percent, story)

    def jump_and_stop(self, percent: float, story: Story) -> None:
        """Jump and stop there."""
        self.seek(percent)
        self.leave(story)

    def leave(self, story: Story) -> None:
        """Stop, and wait until Simkl has heard of it; measured from when Kodi says that it has stopped."""
        self.kodi.forget_notifications()
        self.kodi.rpc("Player.Stop", playerid=self.player())
        self.kodi.wait_for_notification("Player.OnStop")
        stopped = now()
        self.wait_for_end()
        story.rest("stop", stopped)

    def past(self, seconds: float) -> None:
        """Watch on until this time in it."""
        self.kodi.wait_until(lambda: self.seconds() >= seconds, seconds + 10, f"{seconds} s played")

    def aside(self) -> List[Play]:
        """Return what is kept for the person because Simkl does not know it."""
        return self.waiting("unknown", "stuck")

    def waiting(self, *states: str) -> List[Play]:
        """Return what is in the queue's file in these states, for Simkl to hear of if none is named."""
        queue = PlayQueue(self.kodi.profile(ADDON_ID) / "queue.db", Clock())
        try:
            return queue.listing(self.owner(), *(states or ("waiting",)))
        finally:
            queue.close()

    def playcount(self, what: Watchable) -> int:
        """Return how often Kodi's library says that it was watched."""
        details = self._library_call("Get", what, properties=["playcount"])
        return int(details["moviedetails" if isinstance(what, Film) else "episodedetails"]["playcount"])

    def mark(self, what: Watchable, **details: Any) -> None:
        """Mark it in Kodi's library as a remote on a phone does, watched once unless `details` tell otherwise."""
        self._library_call("Set", what, **{"playcount": 1, **details})

    def nothing_else_arrived(self, *late: Watchable) -> None:
        """Make sure that Simkl has heard what it should, and no more, and that nothing is wrong with Kodi's logs.

        late: what was marked by a line of the history.
        """
        self.arrivals.nothing_else(*late)
        self.arrivals.sound()
        assert self.tv.complaints() == []
        assert self.tv.leaked() == []

    def _library_call(self, verb: str, what: Watchable, **params: Any) -> Any:
        if isinstance(what, Film):
            return self.kodi.rpc(
                f"VideoLibrary.{verb}MovieDetails", movieid=self.library.film_id(self.kodi, what), **params
            )
        return self.kodi.rpc(f"VideoLibrary.{verb}EpisodeDetails", episodeid=self.episode_id(what), **params)

    def owner(self) -> str:
        """Return whose plays are queued now."""
        return str(json.loads((self.kodi.profile(ADDON_ID) / "state.json").read_text())["owner"])
