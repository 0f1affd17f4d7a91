"""What a person sets in the add-on's settings window: every setting, named and typed once.

A new setting is a field of `AddonSettings` with its default, the same in `resources/settings.xml`, and its use; a test
holds the two together. Kodi's file is read once, and again after Kodi has said that it changed.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Callable

import xbmcaddon

from lib.system import files
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.rating_question import RatingPreferences

NOTIFY_NOTHING, NOTIFY_PROBLEMS, NOTIFY_ALL = 0, 1, 2

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AddonSettings:
    """The settings by their ids in `resources/settings.xml`, with its defaults.

    `mark` is in percent, `notify` one of NOTIFY_NOTHING, NOTIFY_PROBLEMS, NOTIFY_ALL, `exclude_addons` ids with commas
    in between.
    """

    track_movies: bool = True
    track_shows: bool = True
    track_anime: bool = True
    mark: int = 80
    minimum_minutes: int = 3
    exclude_folder_1: str = ""
    exclude_folder_2: str = ""
    exclude_folder_3: str = ""
    exclude_folder_4: str = ""
    exclude_addons: str = ""
    exclude_streams: bool = False
    library_marks: bool = True
    remove_films: bool = False
    notify: int = NOTIFY_ALL
    quiet: bool = True
    ask_rating: bool = False
    ask_rating_shows: bool = False
    client_id: str = ""

    @property
    def tracking(self) -> TrackingPreferences:
        """What is tracked."""
        folders = self.exclude_folder_1, self.exclude_folder_2, self.exclude_folder_3, self.exclude_folder_4
        return TrackingPreferences(
            movies=self.track_movies,
            shows=self.track_shows,
            anime=self.track_anime,
            threshold=min(100, max(50, self.mark)),
            minimum_minutes=self.minimum_minutes,
            folders=tuple(filter(None, folders)),
            addons=tuple(filter(None, self.exclude_addons.replace("|", ",").split(","))),
            streams=not self.exclude_streams,
            library_marks=self.library_marks,
            remove_films=self.remove_films,
        )

    @property
    def ratings(self) -> RatingPreferences:
        """What the person wants to be asked to rate."""
        return RatingPreferences(films=self.ask_rating, shows=self.ask_rating_shows)


class SettingsReader:
    """The settings of one run of the add-on. `path` is Kodi's settings.xml, which is looked at and never written.

    While that file is being saved, or is cut off, Kodi answers with defaults: then the last good values stay.
    """

    def __init__(self, addon_id: str, path: Path) -> None:
        self._addon_id = addon_id
        self._path = path
        self._lock = threading.Lock()
        self._is_stale = True
        self._current = AddonSettings()

    def invalidate(self) -> None:
        """Have them read again when somebody next asks; returns at once, as a callback of Kodi's must."""
        self._is_stale = True

    @property
    def current(self) -> AddonSettings:
        """The settings; as they were last while Kodi's file cannot be read."""
        with self._lock:
            if self._is_stale:
                self._is_stale = False
                self._current = self._settled()
            return self._current

    def _settled(self) -> AddonSettings:
        before = self._content()
        found = self._read()
        if _is_whole(before) and before == self._content():
            return found
        log.warning("Kodi's settings file is not whole; the settings stay as they were")
        self._is_stale = True
        return self._current

    def _content(self) -> bytes | None:
        try:
            return files.read_bytes(self._path)
        except OSError as error:
            log.warning("Kodi's settings file cannot be read: %s", error)
            return b""

    def _read(self) -> AddonSettings:
        addon = xbmcaddon.Addon(self._addon_id)  # a new one: an older one goes on with what it has read
        values: dict[str, Any] = {}
        for field in fields(AddonSettings):
            last = getattr(self._current, field.name)
            try:
                values[field.name] = _READERS[type(last)](addon, field.name)
            except (TypeError, RuntimeError) as error:
                log.warning("the setting %s cannot be read and stays as it was: %s", field.name, error)
                values[field.name] = last
        return AddonSettings(**values)


def _is_whole(content: bytes | None) -> bool:
    """Return whether this is a complete settings.xml; without a file everything is at its default."""
    return content is None or content.rstrip().endswith((b"</settings>", b"/>"))


_READERS: dict[type, Callable[[xbmcaddon.Addon, str], object]] = {
    bool: lambda addon, id_: addon.getSettingBool(id_),
    int: lambda addon, id_: addon.getSettingInt(id_),
    str: lambda addon, id_: addon.getSetting(id_),
}
