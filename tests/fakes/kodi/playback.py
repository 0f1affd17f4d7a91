"""What plays in the Kodi stubs, in the order of callbacks and notifications of a real one; tests drive it.

As seen in Kodi 20: callbacks reach an add-on late, so getters inside them may already tell of the next item. When one
video replaces another nobody is told of a stop or an end: there is a "resumed" without a pause instead. A library item
is announced as changed at each end, with a new play count from 90 % on.
"""

import json
from typing import Any, Dict, Optional

from tests.fakes.kodi.api_infotag import InfoTagVideo
from tests.fakes.kodi.clock import Clock

STARTS_AFTER = 0.1  # seconds between the opening and the first picture
NEXT_STARTS_AFTER = 1.0  # the same when something played before
QUITS_AFTER = 0.3
KODI_MARKS_AT = 0.9


class Playback:
    """The video that plays; its position follows the fake clock."""

    def __init__(self, kodi: Any) -> None:
        self._kodi = kodi
        self._clock: Clock = kodi.clock
        self.file: Optional[str] = None
        self.address = ""
        self.tag = InfoTagVideo()
        self.art: Dict[str, str] = {}
        self.own_properties: Dict[str, str] = {}
        self.paused = self._opening = False
        self._total = self._position = self._since = 0.0
        self._plays = 0

    @property
    def total(self) -> float:
        return 0.0 if self._opening else self._total

    @property
    def position(self) -> float:
        moved = 0.0 if self.paused else self._clock.now - self._since
        return 0.0 if self._opening else min(self._total, self._position + moved)

    def start(self, file: str, total: float, unique_ids: Optional[Dict[str, str]] = None, address: str = "",
              properties: Optional[Dict[str, str]] = None, art: Optional[Dict[str, str]] = None, lead: float = 0.0,
              **facts: Any) -> None:  # fmt: skip
        """Play a video, in place of what plays now; facts are InfoTagVideo's, such as mediatype, title and season.

        `address` is the plugin:// URL it was asked by, `properties` those of its ListItem. `lead` is where the position
        begins, which may be below zero.
        """
        replaces = self.file is not None
        before, watched = (self._named(), self._library_changes(self._share())) if replaces else ({}, [])
        self._open(file, total, unique_ids or {}, address, properties or {}, art or {}, lead, facts)
        if replaces:
            self._tell("onPlayBackResumed")
            self._notify("Player.OnResume", {"item": before, "player": {"playerid": 1, "speed": 1}})
            for change in watched:
                self._notify("VideoLibrary.OnUpdate", change)
        self._begin(NEXT_STARTS_AFTER if replaces else STARTS_AFTER, replaces)

    def start_from_library(self, media: str, library_id: int, **more: Any) -> None:
        """Play a film or an episode of the library, as if it were selected there."""
        entry = self._kodi.library.entry(media, library_id)
        facts = {name: entry[name] for name in ("title", "year", "season", "episode") if name in entry}
        if media == "episode":
            facts.update(tvshowtitle=entry["showtitle"], year=1970)  # the year of a show is none of its episode's
        self.start(
            entry["file"], entry["runtime"], entry["uniqueid"], art=entry["art"], mediatype=media, dbid=library_id,
            **{**facts, **more},
        )  # fmt: skip

    def pause(self) -> None:
        self._move(self.position)
        self.paused = True
        self._tell("onPlayBackPaused")
        self._notify_of("Player.OnPause", speed=0)

    def resume(self) -> None:
        self.paused = False
        self._move(self._position)
        self._tell("onPlayBackResumed")
        self._notify_of("Player.OnResume")

    def seek(self, seconds: float) -> None:
        """Jump; the position inside the callback is still the old one."""
        offset = seconds - self.position
        self._tell("onPlayBackSeek", round(seconds * 1000), round(offset * 1000))
        plays = self._plays
        self._clock.at(self._clock.now, lambda: self._move(seconds) if plays == self._plays else None)

    def fast_forward(self, seconds: float) -> None:
        """Wind on and play again: a speed, a resume without a pause, a speed."""
        self._tell("onPlayBackSpeedChanged", 4)
        self._move(self.position + seconds)
        self._tell("onPlayBackResumed")
        self._tell("onPlayBackSpeedChanged", 1)

    def stop(self) -> None:
        self._close(self._share(), ended=False)
        self._tell("onPlayBackStopped")

    def end(self) -> None:
        self._close(1.0, ended=True)
        self._tell("onPlayBackEnded")

    def end_and_start(self, file: str, total: float, **what: Any) -> None:
        """Come to the natural end, with another one next in the playlist: it plays when the end is told."""
        self._close(1.0, ended=True)
        self._open(file, total, what.pop("unique_ids", {}), "", {}, {}, 0.0, what)
        self._tell("onPlayBackEnded")
        self._begin(NEXT_STARTS_AFTER, True)

    def fail(self, file: str) -> None:
        """Try to open what is not there: it starts and stops, and nobody speaks of an error."""
        item = {"title": file.rpartition("/")[2], "type": "movie"}
        self._notify("Player.OnStop", {"end": False, "item": item})
        self._tell("onPlayBackStarted")
        self._notify("Player.OnPlay", {"item": item})
        self._tell("onPlayBackStopped")

    def break_off(self) -> None:
        """Lose the stream with an error."""
        self._close(self._share(), ended=False)
        self._tell("onPlayBackError")

    def quit(self) -> None:
        """Quit Kodi: the player tells nothing any more, only notifications do."""
        if self.file is not None:
            self._close(self._share(), ended=False)
        self._notify("System.OnQuit", {"exitcode": 0})
        self._clock.at(self._clock.now + QUITS_AFTER, self._kodi.abort)

    def json_item(self) -> Dict[str, Any]:
        """Return what Player.GetItem knows; of a file with several episodes it names the first."""
        if self.file is None:
            return {"label": "", "type": "unknown"}
        media, library_id, title = self.tag.getMediaType(), self.tag.getDbId(), self.tag.getTitle()
        own = {"IsPlayable": True, **self.own_properties}
        if self.address:
            own["original_listitem_url"] = self.address
        item = {
            "type": media or "unknown", "label": title or self.file.rpartition("/")[2], "title": title,
            "showtitle": self.tag.getTVShowTitle(), "season": self.tag.getSeason(), "episode": self.tag.getEpisode(),
            "year": self.tag.getYear(), "file": self.file, "dynpath": self.file, "art": dict(self.art),
            "mediapath": self.address or self.file, "customproperties": own,
        }  # fmt: skip
        if library_id > 0:
            first = self._kodi.library.first_with_file(media, self.file)
            item.update(id=first["id"], episode=first.get("episode", -1), uniqueid=first["uniqueid"])
        return item

    def _open(self, file: str, total: float, ids: Any, address: str, properties: Any, art: Any, lead: float,
              facts: Any) -> None:  # fmt: skip
        self.file, self.address, self._total, self.paused = file, address, total, False
        self.own_properties, self.art = properties, art
        self.tag = InfoTagVideo._filled(ids, file=file, **facts)
        self._plays += 1
        self._kodi.info_labels["Player.Filenameandpath"] = address or file
        self._move(lead)

    def _begin(self, after: float, replaces: bool) -> None:
        self._opening = replaces
        self._tell("onPlayBackStarted")
        self._notify_of("Player.OnPlay")
        plays, lead = self._plays, self._position

        def shows() -> None:
            if plays != self._plays or self.file is None:
                return
            if self._opening:
                self._opening = False
                self._move(lead)
            self._notify_of("Player.OnAVStart")
            self._tell("onAVStarted")
            self._tell("onAVChange")

        self._clock.at(self._clock.now + after, shows)

    def _close(self, share: float, ended: bool) -> None:
        for change in self._library_changes(share, ended):
            self._notify("VideoLibrary.OnUpdate", change)
        self._notify("Player.OnStop", {"end": ended, "item": self._named()})
        self.file, self.address, self._opening = None, "", False
        self._kodi.info_labels["Player.Filenameandpath"] = ""

    def _share(self) -> float:
        return self.position / self.total if self.total else 0.0

    def _named(self) -> Dict[str, Any]:
        """Return the item as notifications name it; whatever is in no library is a movie there."""
        if self.tag.getDbId() > 0:
            return {"id": self.tag.getDbId(), "type": self.tag.getMediaType()}
        assert self.file is not None
        return {"title": self.tag.getTitle() or self.file.rpartition("/")[2], "type": "movie"}

    def _library_changes(self, share: float, ended: bool = False) -> Any:
        media, library_id = self.tag.getMediaType(), self.tag.getDbId()
        if library_id <= 0:
            return []
        named = self._named()
        if share < KODI_MARKS_AT:
            return [{"item": named}]
        count = self._kodi.library.played(media, library_id)
        return [{"item": named, "playcount": count}, *([named] if ended else [])]

    def _move(self, seconds: float) -> None:
        self._position, self._since = seconds, self._clock.now

    def _notify_of(self, method: str, speed: int = 1) -> None:
        self._notify(method, {"item": self._named(), "player": {"playerid": 1, "speed": speed}})

    def _notify(self, method: str, data: Any) -> None:
        self._kodi.notify("xbmc", method, json.dumps(data))

    def _tell(self, callback: str, *args: Any) -> None:
        for player in self._kodi.players:
            self._kodi.waiting.post(player._thread, lambda player=player: getattr(player, callback)(*args))
