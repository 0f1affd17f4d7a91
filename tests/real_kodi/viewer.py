"""A person in front of a real Kodi with a library, and what Simkl shall hear of what they watch."""

import json
from pathlib import Path
from typing import Any, List, NamedTuple, Optional, Tuple

from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.real_kodi.library import Film, Library, Watchable
from tests.real_kodi.player import Player, plugin_url
from tests.real_kodi.tv import ADDON_ID, Tv

MARK = 80.0
NEAR = 3.0  # per cent that a position may be off: a second or two of play, and a seek that lands on a key frame
ARRIVES_WITHIN = 30.0  # seconds; only to find out that something never comes

Name = Tuple[str, Optional[int], Optional[int]]


class Call(NamedTuple):
    """A call that should arrive: what is sent and answered, about what, and how far it has played, in per cent."""

    action: str
    answered: str
    name: Name
    progress: float
    near: float = NEAR


def start(what: Watchable, progress: float = 2.0, near: float = NEAR) -> Call:
    """Return the call for playing, from the beginning unless told otherwise."""
    return Call("start", "start", _name(what), progress, near)


def pause(what: Watchable, progress: float) -> Call:
    """Return the call for a pause."""
    return Call("pause", "pause", _name(what), progress)


def stop(what: Watchable, progress: float) -> Call:
    """Return the call for a stop: from the mark on Simkl counts it, before that it keeps the place."""
    return Call("stop", "scrobble" if progress >= MARK else "pause", _name(what), progress)


def _name(what: Watchable) -> Name:
    return (what.title, None, None) if isinstance(what, Film) else (what.show.title, what.season, what.number)


class Viewer(Player):
    """The person in front of one TV, and what arrives at its Simkl; what nobody has expected is an error at the end."""

    def __init__(self, tv: Tv, library: Library) -> None:
        super().__init__(tv.kodi, library)
        self.tv = tv
        self._taken = len(tv.box.scrobbles)
        self._counted: List[Name] = []  # marked by what was taken

    # What they do

    def watch_from_addon(self, file: Path, **asked: Any) -> None:
        """Play a file by way of the add-on that plays what it is asked for; see `plugin_url`."""
        self.play_file(plugin_url(file, **asked))

    def watch_to(self, what: Watchable, percent: float) -> None:
        """Play something, jump once Simkl has heard that it plays, and stop there."""
        self.watch(what)
        self.expect(start(what))
        self.stop_at(what, percent)

    def stop_at(self, what: Watchable, percent: float) -> None:
        """Jump and stop there."""
        self.seek(percent)
        self.stop()
        self.expect(stop(what, percent))

    def mark(self, what: Watchable, **details: Any) -> None:
        """Mark it in Kodi's library as a remote on a phone does, watched once unless `details` tell otherwise."""
        self._library_call("Set", what, **{"playcount": 1, **details})

    # What Simkl hears

    def expect(self, *wanted: Call) -> None:
        """Wait for the next calls, one after the other, and compare them."""
        box = self.tv.box
        for call in wanted:
            box.wait_for(lambda: len(box.scrobbles) > self._taken, ARRIVES_WITHIN)
            found = box.scrobbles[self._taken]
            name = (found.title, found.season, found.episode)
            is_right = (found.action, found.answered, name) == call[:3]
            is_near = abs(found.progress - call.progress) <= call.near
            assert is_right and is_near, f"wanted: {call}\narrived: {found}\nall: {list(map(str, box.scrobbles))}"
            self._taken += 1
            if call.answered == "scrobble":
                self._counted.append(call.name)

    def nothing_else_arrived(self, *late: Watchable) -> None:
        """Make sure that all calls were wanted, and each mark was made once: by its stop, or of `late` by a history.

        And that every request was as Simkl wants it and none came too soon, and that nothing is wrong with Kodi's logs.
        """
        box = self.tv.box
        assert box.scrobbles[self._taken :] == []
        found = {
            (mark.title, mark.season, mark.episode): (mark.times, mark.routes, mark.repeats)
            for user in box.watched.values()
            for mark in user.values()
        }
        by_stop = {each: (1, ("/scrobble/stop",), ()) for each in self._counted}
        assert found == {**by_stop, **{_name(each): (1, ("/sync/history",), ()) for each in late}}
        assert box.malformed == []
        assert box.too_many_posts == [], f"{box.too_many_posts} of {box.requests}"
        assert self.tv.complaints() == []
        assert self.tv.leaked() == []

    # What is left behind

    def queue(self) -> PlayQueue:
        """Return the queue's file, to be closed."""
        return PlayQueue(self.kodi.profile(ADDON_ID) / "queue.db", Clock())

    def waiting(self, *states: str) -> List[Play]:
        """Return what is in the queue's file in these states, for Simkl to hear of if none is named."""
        owner = json.loads((self.kodi.profile(ADDON_ID) / "state.json").read_text())["owner"]
        queue = self.queue()
        try:
            return queue.listing(owner, *(states or ("waiting",)))
        finally:
            queue.close()

    def aside(self) -> List[Play]:
        """Return what is kept for the person because Simkl does not know it."""
        return self.waiting("unknown", "stuck")

    def playcount(self, what: Watchable) -> int:
        """Return how often Kodi's library says that it was watched."""
        (details,) = self._library_call("Get", what, properties=["playcount"]).values()
        return int(details["playcount"])

    def _library_call(self, verb: str, what: Watchable, **params: Any) -> Any:
        kind = "Movie" if isinstance(what, Film) else "Episode"
        return self.kodi.rpc(f"VideoLibrary.{verb}{kind}Details", **self.library.item(what), **params)
