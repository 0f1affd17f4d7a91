"""The player of a Kodi under test: start, pause, seek and stop, each done once Kodi says so.

`play_*` come back when the item really plays: its length is known and its time advances.
"""

import json
from pathlib import Path
from typing import Any, Dict, Optional
from urllib.parse import urlencode

from tests.real_kodi import addons
from tests.real_kodi.real_kodi import RealKodi

PLAYER_ADDON_ID = "plugin.video.simkl.test.player"
PLAYER_ADDON = Path(__file__).parent / "addon_that_plays" / PLAYER_ADDON_ID

START_TIMEOUT = 30.0
SOON = 30.0
NEAR = 1.5  # per cent that a seek may miss: with a key frame each second, 1 s of 240 s is 0.4


class Playing:
    """The video player of one Kodi."""

    def __init__(self, kodi: RealKodi) -> None:
        self.kodi = kodi

    # Starting

    def play_film(self, movieid: int, resume: bool = False) -> None:
        """Play a film of the library."""
        self.open({"movieid": movieid}, resume)

    def play_episode(self, episodeid: int, resume: bool = False) -> None:
        """Play an episode of the library."""
        self.open({"episodeid": episodeid}, resume)

    def play_file(self, file: Path) -> None:
        """Play a file by its path, as from a list of files."""
        self.open({"file": str(file)})

    def play_url(self, url: str) -> None:
        """Play a `plugin://` address; see `plugin_url`."""
        self.open({"file": url})

    def play_list(self, *files: Path) -> None:
        """Queue files and play them from the first on."""
        self.kodi.rpc("Playlist.Clear", playlistid=1)
        for file in files:
            self.kodi.rpc("Playlist.Add", playlistid=1, item={"file": str(file)})
        self.open({"playlistid": 1, "position": 0})

    def open(self, item: Dict[str, Any], resume: bool = False) -> None:
        """Open an item of JSON-RPC's Player.Open, in place of one that plays, and wait until it really plays."""
        self.kodi.forget_notifications()
        self.kodi.rpc("Player.Open", item=item, options={"resume": resume})
        self.wait_for_start(f"{item}")

    def wait_for_start(self, what: str = "the next item") -> None:
        """Wait until an item that was opened since `forget_notifications` really plays."""
        self.kodi.wait_for_notification("Player.OnAVStart", timeout=START_TIMEOUT)
        self.kodi.wait_until(self._runs, START_TIMEOUT, f"{what} playing")
        first = self.seconds()
        self.kodi.wait_until(lambda: self.seconds() > first, SOON, f"the time of {what} advancing")

    # While it plays

    def pause(self) -> None:
        """Pause, and wait until the player stands."""
        self.kodi.rpc("Player.PlayPause", playerid=self._player(), play=False)
        self.kodi.wait_until(lambda: self._properties("speed")["speed"] == 0, SOON, "the player paused")

    def resume(self) -> None:
        """Play on after a pause, and wait until the time advances."""
        self.kodi.rpc("Player.PlayPause", playerid=self._player(), play=True)
        self.kodi.wait_until(self._runs, SOON, "the player playing on")
        first = self.seconds()
        self.kodi.wait_until(lambda: self.seconds() > first, SOON, "the time advancing")

    def seek(self, percent: float) -> None:
        """Go to a share of the whole length, and wait until the player is there; not for its very end."""
        self.kodi.rpc("Player.Seek", playerid=self._player(), value={"percentage": percent})
        self.kodi.wait_until(lambda: abs(self.percent() - percent) <= NEAR, SOON, f"the player at {percent} %")

    def seek_before_end(self, seconds: float) -> None:
        """Go to the last seconds and come back at once: the end is near."""
        total = self.length()
        target = max(0.0, 100.0 * (total - seconds) / total)
        self.kodi.rpc("Player.Seek", playerid=self._player(), value={"percentage": target})

    def next(self) -> None:
        """Go to the next item of the playlist, and wait until it really plays."""
        self.kodi.forget_notifications()
        self.kodi.rpc("Player.GoTo", playerid=self._player(), to="next")
        self.wait_for_start()

    def percent(self) -> float:
        """Return the share that has been played, 0 to 100."""
        return float(self._properties("percentage")["percentage"])

    def seconds(self) -> float:
        """Return the time that has been played."""
        return _seconds(self._properties("time")["time"])

    def length(self) -> float:
        """Return the length of the item in seconds."""
        return _seconds(self._properties("totaltime")["totaltime"])

    def item(self, *properties: str) -> Dict[str, Any]:
        """Return what plays, as Player.GetItem tells it."""
        return dict(self.kodi.rpc("Player.GetItem", playerid=self._player(), properties=list(properties))["item"])

    # Ending

    def stop(self) -> None:
        """Stop as the button of the remote does, and wait until nothing plays and Kodi has said so."""
        self.kodi.forget_notifications()
        self.kodi.rpc("Player.Stop", playerid=self._player())
        self.wait_for_end()

    def wait_for_end(self, timeout: float = SOON) -> None:
        """Wait until nothing plays any more; needs an end announced since `forget_notifications`, which `open` does."""
        self.kodi.wait_for_notification("Player.OnStop", timeout=timeout)
        self.kodi.wait_until(lambda: self.player() is None, timeout, "nothing playing")

    def player(self) -> Optional[int]:
        """Return the id of the player that plays video, None when none does."""
        active = self.kodi.rpc("Player.GetActivePlayers")
        return next((int(player["playerid"]) for player in active if player["type"] == "video"), None)

    def _player(self) -> int:
        return self.kodi.wait_until(lambda: [i for i in [self.player()] if i is not None], SOON, "a video player")[0]

    def _properties(self, *names: str) -> Dict[str, Any]:
        return dict(self.kodi.rpc("Player.GetProperties", playerid=self._player(), properties=list(names)))

    def _runs(self) -> bool:
        if self.player() is None:
            return False
        state = self._properties("speed", "totaltime")
        return bool(state["speed"] == 1 and _seconds(state["totaltime"]) > 0)


def install_player_addon(kodi: RealKodi) -> None:
    """Put the test add-on that plays what its address asks for into this Kodi."""
    addons.put(kodi, PLAYER_ADDON)


def plugin_url(
    file: Path,
    tags: Optional[Dict[str, Any]] = None,
    ids: Optional[Dict[str, str]] = None,
    window: Optional[Dict[str, str]] = None,
    properties: Optional[Dict[str, str]] = None,
    settings: Optional[Dict[str, str]] = None,
    label: str = "",
) -> str:
    """Return an address that makes the test add-on play `file`.

    tags: of the video, by their JSON-RPC-like names: mediatype, title, year, season, episode, showtitle and so on,
    see the add-on. ids: the unique ids of the item. window: properties that it sets on the home window before it
    plays, such as script.trakt.ids. properties: of the list item, such as script.simkl.exclude. settings: of Simkl
    Link that it changes before.
    """
    asked = {"tags": tags, "ids": ids, "window": window, "properties": properties, "settings": settings}
    query = {"file": str(file), "label": label, **{name: json.dumps(value or {}) for name, value in asked.items()}}
    return f"plugin://{PLAYER_ADDON_ID}/play?{urlencode(query)}"


def _seconds(time: Dict[str, int]) -> float:
    return time["hours"] * 3600 + time["minutes"] * 60 + time["seconds"] + time["milliseconds"] / 1000
