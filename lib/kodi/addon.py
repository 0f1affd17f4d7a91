"""The add-on inside Kodi: its texts, folders, settings, notifications and log."""

from __future__ import annotations

import calendar
import logging
import os
import time
from pathlib import Path
from typing import Callable

import xbmc
import xbmcaddon
import xbmcgui
import xbmcvfs

from lib.kodi import strings
from lib.kodi.settings import AddonSettings, SettingsReader
from lib.kodi.state import StateStore
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.system.secrets import RedactingFilter

ADDON_ID = "plugin.video.simkl"
NOTIFICATION_MS = 4000
# Properties of the home window: the conditions of the context menu and the settings window go by them. They are set by
# Kodi's built-in functions: Kodi may end at any moment, and whoever asks it for a window then can hold it up for ever.
LINKED_PROPERTY, ACCOUNT_PROPERTY, STATUS_PROPERTY = "simkl.linked", "simkl.account", "simkl.status"


class NotificationMonitor(xbmc.Monitor):
    """The one monitor of a run. What it is told must return at once.

    `on_notification(sender, method, data)` is told of Kodi's notifications, data as JSON; `on_settings_changed` of a
    settings window that was closed with OK.
    """

    on_notification: Callable[[str, str, str], None] | None = None
    on_settings_changed: Callable[[], None] | None = None

    def onNotification(self, sender: str, method: str, data: str) -> None:
        """Pass a notification on."""
        if self.on_notification is not None:
            self.on_notification(sender, method, data)

    def onSettingsChanged(self) -> None:
        """Pass on that a person has changed settings."""
        if self.on_settings_changed is not None:
            self.on_settings_changed()


class Addon:
    """One run of the add-on: a script, a listing or the service. Holds the one `Monitor` of that run."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._addon = xbmcaddon.Addon(ADDON_ID)
        self.monitor = NotificationMonitor()
        self.state = StateStore(self.data / "state.json", self.data / "settings.xml")
        self._settings = SettingsReader(ADDON_ID, self.data / "settings.xml")
        self.monitor.on_settings_changed = self._settings.invalidate

    def text(self, id_: int, **values: str) -> str:
        """Return a text in Kodi's language; `{name}` stands for a value, and a bad translation cannot crash."""
        text = self._addon.getLocalizedString(id_)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    @property
    def folder(self) -> Path:
        """Where the add-on is installed."""
        return Path(self._addon.getAddonInfo("path"))

    @property
    def data(self) -> Path:
        """Where this Kodi profile keeps the add-on's files."""
        return Path(xbmcvfs.translatePath(f"special://profile/addon_data/{ADDON_ID}/"))

    @property
    def temporary(self) -> Path:
        """Where Kodi keeps what need not last."""
        return Path(xbmcvfs.translatePath("special://temp/"))

    @property
    def settings_path(self) -> Path:
        """The settings file of this Kodi profile."""
        return self.data / "settings.yaml"

    @property
    def platform(self) -> str:
        """What the User-Agent says in brackets."""
        return f"Kodi {xbmc.getInfoLabel('System.BuildVersion').split(' ')[0]}; {os.name}"

    def picture(self, name: str) -> str:
        """Return the path of one of our pictures."""
        return str(self.folder / "resources" / "skins" / "Default" / "media" / "simkl" / name)

    @property
    def settings(self) -> AddonSettings:
        """What the person has set."""
        return self._settings.current

    def publish_state(self) -> None:
        """Have the context menu and the settings window know how the account and the tracking stand."""
        state = self.state.read()
        self._set_property(LINKED_PROPERTY, "true" if state.linked else "")
        self._set_property(ACCOUNT_PROPERTY, state.account_line or self.text(strings.NOT_LINKED))
        self._set_property(STATUS_PROPERTY, state.status_line)

    def withdraw_state(self) -> None:
        """Take that away: another Kodi profile may have no account, or not this add-on."""
        for name in (LINKED_PROPERTY, ACCOUNT_PROPERTY, STATUS_PROPERTY):
            self._set_property(name, "")

    def _set_property(self, name: str, value: str) -> None:
        if value:
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            xbmc.executebuiltin(f'SetProperty({name},"{quoted}",home)')
        else:
            xbmc.executebuiltin(f"ClearProperty({name},home)")

    def account_version(self) -> str:
        """Return what changes whenever the account would look different: both settings files, and Kodi's language."""
        try:
            files = [self.settings_path.stat(), (self.folder / "settings.yaml").stat()]
        except OSError:
            return ""
        seen = " ".join(f"{file.st_mtime_ns} {file.st_size}" for file in files)
        return f"{seen} {xbmc.getLanguage()}"

    def toast(self, message: str, milliseconds: int = NOTIFICATION_MS, picture: str = "", heading: str = "") -> None:
        """Show a notification, without a sound, with our icon or another picture; the heading is our name or another.

        Some thirty letters fit in each: what is longer scrolls by, however long that takes.
        """
        icon = picture or self._addon.getAddonInfo("icon")
        xbmcgui.Dialog().notification(heading or self.text(strings.ADDON_NAME), message, icon, milliseconds, False)

    def tell_others(self, message: str) -> None:
        """Send `linked` or `unlinked` to other add-ons."""
        xbmc.executebuiltin(f"NotifyAll({ADDON_ID},{message})")

    def refresh_listing(self) -> None:
        """Have our own menu drawn anew if it is on the screen."""
        if xbmc.getInfoLabel("Container.PluginName") == ADDON_ID:
            xbmc.executebuiltin("Container.Refresh")

    def error_text(self, error: LinkError) -> str:
        """Return what to tell about an error, in Kodi's language."""
        id_ = strings.ERROR_TEXTS.get(error.name, strings.UNEXPECTED)
        return self.text(id_, problem=str(error))

    def short_error_text(self, error: LinkError) -> str:
        """Return what to tell about an error in a notification."""
        id_ = strings.SHORT_ERROR_TEXTS.get(error.name)
        return self.text(id_) if id_ else self.error_text(error)

    def date(self, iso: str) -> str:
        """Write an instant in UTC as a date of this region, in local time; what cannot be read stays as it is."""
        try:
            parts = time.strptime(iso, "%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            return iso
        return time.strftime(xbmc.getRegion("dateshort"), time.localtime(calendar.timegm(parts)))


class _KodiLog(logging.Handler):
    """Writes to Kodi's log, under our name."""

    _LEVELS = {
        logging.DEBUG: xbmc.LOGDEBUG,
        logging.INFO: xbmc.LOGINFO,
        logging.WARNING: xbmc.LOGWARNING,
        logging.ERROR: xbmc.LOGERROR,
    }

    def emit(self, record: logging.LogRecord) -> None:
        xbmc.log(f"[{ADDON_ID}] {self.format(record)}", self._LEVELS.get(record.levelno, xbmc.LOGERROR))


def log_to_kodi() -> None:
    """Send our log to Kodi's, without secrets."""
    handler = _KodiLog()
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("lib").setLevel(logging.DEBUG)  # Kodi leaves out what it does not want
