"""The player of a Kodi under test: start, pause, seek and stop, each done once Kodi says so."""

import json
from pathlib import Path
from typing import Any, Callable, Dict, Optional
from urllib.parse import urlencode

from tests.real_kodi import addons
from tests.real_kodi.library import Library, Watchable
from tests.real_kodi.real_kodi import RealKodi

ADDON_ID = "plugin.video.simkl.test.player"
ADDON = Path(__file__).parent / "addon_that_plays" / ADDON_ID

SOON = 30.0  # seconds
NEAR = 1.5  # per cent that a seek may miss: with a key frame each second, 1 s of 240 s is 0.4


class Player:
    """The video player of one Kodi with a library and the test add-on that plays what its address asks for."""

    def __init__(self, kodi: RealKodi, library: Library) -> None:
        self.kodi = kodi
        self.library = library
        addons.put(kodi, ADDON)

    # Starting: all of these come back when the item really plays, with its length known and its time advancing.

    def watch(self, what: Watchable) -> None:
        """Play a film or an episode of the library."""
        self.open(self.library.item(what))

    def play_file(self, file: object) -> None:
        """Play a file, as from a list of files, or an address; see `plugin_url`."""
        self.open({"file": str(file)})

    def play_list(self, *files: Path) -> None:
        """Queue files and play them from the first on."""
        self.kodi.rpc("Playlist.Clear", playlistid=1)
        for file in files:
            self.kodi.rpc("Playlist.Add", playlistid=1, item={"file": str(file)})
        self.open({"playlistid": 1, "position": 0})

    def open(self, item: Dict[str, Any]) -> None:
        """Open an item of JSON-RPC's Player.Open, in place of one that plays."""
        self.kodi.forget_notifications()
        self.kodi.rpc("Player.Open", item=item, options={"resume": False})
        self.wait_for_start()

    def next(self) -> None:
        """Go to the next item of the playlist."""
        self.kodi.forget_notifications()
        self._do("GoTo", to="next")
        self.wait_for_start()

    def wait_for_start(self) -> None:
        """Wait until an item that was opened since `forget_notifications` really plays."""
        self.kodi.wait_for_notification("Player.OnAVStart", timeout=SOON)
        self._wait_for_play()

    # While it plays

    def pause(self) -> None:
        """Pause, and wait until the player stands."""
        self._do("PlayPause", play=False)
        self._wait(lambda: self._property("speed") == 0, "the player paused")

    def resume(self) -> None:
        """Play on after a pause."""
        self._do("PlayPause", play=True)
        self._wait_for_play()

    def seek(self, percent: float) -> None:
        """Go to a share of the whole length, and wait until the player is there; not for its very end."""
        self._do("Seek", value={"percentage": percent})
        self._wait(lambda: abs(self._property("percentage") - percent) <= NEAR, f"the player at {percent} %")

    def play_the_end(self) -> None:
        """Go to the last two seconds and come back at once; `wait_for_start` or `wait_for_end` comes next."""
        self.kodi.forget_notifications()
        self._do("Seek", value={"percentage": 100 - 200 / self._length()})

    def past(self, seconds: float) -> None:
        """Watch on until this time in it."""
        self._wait(lambda: self.seconds() >= seconds, f"{seconds} s played")

    def seconds(self) -> float:
        """Return the time that has been played."""
        return _seconds(self._property("time"))

    def _length(self) -> float:
        return _seconds(self._property("totaltime"))

    # Ending

    def stop(self) -> None:
        """Stop as the button of the remote does, and wait until nothing plays and Kodi has said so."""
        self.kodi.forget_notifications()
        self._do("Stop")
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until nothing plays any more; needs an end announced since `forget_notifications`, which `open` does."""
        self.kodi.wait_for_notification("Player.OnStop", timeout=SOON)
        self._wait(lambda: self.player() is None, "nothing playing")

    def player(self) -> Optional[int]:
        """Return the id of the player that plays video, None when none does."""
        active = self.kodi.rpc("Player.GetActivePlayers")
        return next((int(player["playerid"]) for player in active if player["type"] == "video"), None)

    def _do(self, verb: str, **params: Any) -> Any:
        self._wait(lambda: self.player() is not None, "a video player")
        return self.kodi.rpc(f"Player.{verb}", playerid=self.player(), **params)

    def _property(self, name: str) -> Any:
        return self._do("GetProperties", properties=[name])[name]

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        self.kodi.wait_until(condition, SOON, what)

    def _wait_for_play(self) -> None:
        def runs() -> bool:
            return self.player() is not None and self._property("speed") == 1 and self._length() > 0

        self._wait(runs, "the item playing")
        first = self.seconds()
        self._wait(lambda: self.seconds() > first, "its time advancing")


def plugin_url(file: Path, **asked: Any) -> str:
    """Return an address that makes the test add-on play `file`.

    tags: of the video, by their JSON-RPC-like names: mediatype, title, year, season, episode, showtitle and so on,
    see the add-on. ids: the unique ids of the item. window: properties that it sets on the home window before it
    plays, such as script.trakt.ids. properties: of the list item, such as script.simkl.exclude. settings: of Simkl
    Link that it changes before.
    """
    query = {"file": str(file), **{name: json.dumps(value) for name, value in asked.items()}}
    return f"plugin://{ADDON_ID}/play?{urlencode(query)}"


def _seconds(time: Dict[str, int]) -> float:
    return time["hours"] * 3600 + time["minutes"] * 60 + time["seconds"] + time["milliseconds"] / 1000
