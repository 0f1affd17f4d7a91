"""Kodi's JSON-RPC methods and its video library: what a test puts in, asked for, and marked by a person.

What it announces, and in which order, is as seen in Kodi 20. Source: Kodi's wiki "JSON-RPC API/v12".
"""

import itertools
import json
import time
from typing import Any, Callable, Dict, List, Optional, Sequence

from tests.fakes.kodi import current

_FIELDS = {
    "movie": "title genre year originaltitle playcount imdbnumber runtime file art uniqueid premiered userrating",
    "tvshow": "title genre year playcount episode imdbnumber file originaltitle season art uniqueid premiered",
    "episode": "title playcount runtime season episode originaltitle showtitle file tvshowid uniqueid art firstaired",
}  # fmt: skip
FIELDS = {media: frozenset([*names.split(), "lastplayed"]) for media, names in _FIELDS.items()}


class Library:
    """The library; numbers are given in order, one row for films, shows and episodes each."""

    def __init__(self, kodi: Any) -> None:
        self._kodi = kodi
        self.wall: Callable[[], float] = lambda: 0.0  # seconds since 1970, for when something was last played
        self._entries: Dict[str, Dict[int, Dict[str, Any]]] = {"movie": {}, "tvshow": {}, "episode": {}}

    def add_film(self, title: str, year: int, ids: Dict[str, str], file: str = "", runtime: float = 240,
                 **more: Any) -> int:  # fmt: skip
        file = file or f"/films/{title}.mkv"
        return self._add("movie", title=title, year=year, uniqueid=ids, file=file, runtime=runtime, **more)

    def add_show(self, title: str, year: int, ids: Dict[str, str], **more: Any) -> int:
        return self._add("tvshow", title=title, year=year, uniqueid=ids, **more)

    def add_episode(self, show: int, season: int, episode: int, ids: Optional[Dict[str, str]] = None, file: str = "",
                    runtime: float = 240, **more: Any) -> int:  # fmt: skip
        """Add an episode and return its number; its ids are its own."""
        title = self._entries["tvshow"][show]["title"]
        file = file or f"/shows/{title} S{season:02}E{episode:02}.mkv"
        more.update(title=f"Part {episode}", showtitle=title, tvshowid=show, season=season, episode=episode)
        return self._add("episode", uniqueid=ids or {}, file=file, runtime=runtime, **more)

    def entry(self, media: str, library_id: int) -> Dict[str, Any]:
        return self._entries[media][library_id]

    def remove(self, media: str, library_id: int) -> None:
        del self._entries[media][library_id]

    def first_with_file(self, media: str, file: str) -> Dict[str, Any]:
        return next(entry for entry in self._entries[media].values() if entry["file"] == file)

    def episodes(self, show: int, season: Optional[int] = None) -> List[Dict[str, Any]]:
        of_show = [each for each in self._entries["episode"].values() if each["tvshowid"] == show]
        return [each for each in of_show if season in (None, each["season"])]

    def played(self, media: str, library_id: int) -> int:
        """Count one more play; the count is kept for the file."""
        file = self._entries[media][library_id]["file"]
        same = [entry for entry in self._entries[media].values() if entry["file"] == file]
        for entry in same:
            entry["playcount"] += 1
            entry["lastplayed"] = self._now()
        return int(same[0]["playcount"])

    def mark(self, media: str, library_id: int, playcount: int = 1, lastplayed: str = "", **more: Any) -> None:
        """Mark as a person does; the same mark again changes and announces nothing.

        Another program can say when it was, in local time; `more` is announced with it, such as `transaction`.
        """
        entry = self._entries[media][library_id]
        if entry["playcount"] != playcount:
            entry["playcount"] = playcount
            entry["lastplayed"] = lastplayed or (self._now() if playcount else "")
            self.announce(item={"id": library_id, "type": media}, playcount=playcount, **more)

    def mark_season(self, show: int, season: int, playcount: int = 1) -> None:
        """Mark a season: it is announced itself, and then each of its episodes."""
        self.announce(item={"id": 10 * show + season, "type": "season"}, playcount=playcount)
        for each in self.episodes(show, season):
            self.mark("episode", each["id"], playcount)

    def mark_show(self, show: int, playcount: int = 1) -> None:
        """Mark a show: it is announced itself, and then each episode that changes."""
        self.announce(item={"id": show, "type": "tvshow"}, playcount=playcount)
        for each in self.episodes(show):
            self.mark("episode", each["id"], playcount)

    def _now(self) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.wall()))

    def scanned(self, media: str, library_id: int) -> None:
        item = {"id": library_id, "type": media}
        self.announce(item=item, transaction=True)
        self.announce(added=True, item=item, transaction=True)

    def announce(self, **data: Any) -> None:
        self._kodi.notify("xbmc", "VideoLibrary.OnUpdate", json.dumps(data))

    def movie_details(self, movieid: int, properties: Sequence[str] = ()) -> Any:
        return self._details("movie", movieid, properties)

    def show_details(self, tvshowid: int, properties: Sequence[str] = ()) -> Any:
        return self._details("tvshow", tvshowid, properties)

    def episode_details(self, episodeid: int, properties: Sequence[str] = ()) -> Any:
        return self._details("episode", episodeid, properties)

    def list_episodes(self, tvshowid: int = -1, season: int = -1, properties: Sequence[str] = ()) -> Any:
        found = self.episodes(tvshowid, None if season < 0 else season)
        return {"episodes": [_shown("episode", each, properties) for each in found]} if found else {}

    def _details(self, media: str, library_id: int, properties: Sequence[str]) -> Any:
        entry = self._entries[media].get(library_id)
        return None if entry is None else {f"{media}details": _shown(media, entry, properties)}

    def _add(self, media: str, **facts: Any) -> int:
        number = next(n for n in itertools.count(1) if n not in self._entries[media])
        self._entries[media][number] = {"id": number, "playcount": 0, "art": {}, "genre": [], **facts}
        return number


def _shown(media: str, entry: Dict[str, Any], properties: Sequence[str]) -> Dict[str, Any]:
    unknown = sorted(set(properties) - FIELDS[media])
    if unknown:
        raise AssertionError(f"Kodi's library knows no {unknown[0]!r} of a {media}: Invalid params")
    shown = {f"{media}id": entry["id"], "label": entry["title"]}
    return {**shown, **{name: entry[name] for name in properties if name in entry}}


def method(name: str) -> Callable[..., Any]:
    """Return what carries out a JSON-RPC method: its answer, None where Kodi says "Invalid params."."""
    library: Library = current.kodi().library
    known: Dict[str, Callable[..., Any]] = {
        "VideoLibrary.GetMovieDetails": library.movie_details,
        "VideoLibrary.GetTVShowDetails": library.show_details,
        "VideoLibrary.GetEpisodeDetails": library.episode_details,
        "VideoLibrary.GetEpisodes": library.list_episodes,
        "JSONRPC.NotifyAll": _notify_all,
        "Addons.GetAddons": _addons,
        "Settings.GetSettingValue": _setting_value,
        "Player.GetItem": _item,
    }
    if name not in known:
        raise AssertionError(f"the stub knows no JSON-RPC method {name}: put it in kodi.jsonrpc")
    return known[name]


def _notify_all(sender: str, message: str, data: Any = None) -> Any:
    current.kodi().announced.append((sender, message, data))
    current.kodi().notify(sender, "Other." + message, json.dumps(data))
    return "OK"


def _addons(enabled: Any = "all", properties: Any = (), **_: Any) -> Any:
    kodi = current.kodi()
    names = {kodi.addon.id: kodi.addon.name, **kodi.other_addons}
    found = [{"addonid": id_, "type": "xbmc.service", "name": name} for id_, name in names.items()]
    return {"addons": [{key: each[key] for key in ("addonid", "type", *properties)} for each in found]}


def _setting_value(setting: str) -> Any:
    values = current.kodi().core_settings
    return {"value": values[setting]} if setting in values else None


def _item(playerid: int, properties: Any = ()) -> Any:
    item = current.kodi().playback.json_item()
    return {"item": {key: item[key] for key in ("id", "label", "type", *properties) if key in item}}
