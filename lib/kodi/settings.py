"""What the person has set in the add-on's settings: what is tracked, and what is told."""

from __future__ import annotations

from dataclasses import dataclass

import xbmcaddon

from lib.kodi.addon import ADDON_ID
from lib.tracking.preferences import TrackingPreferences

NOTIFY_NOTHING, NOTIFY_PROBLEMS, NOTIFY_ALL = 0, 1, 2
FOLDER_SETTINGS = ("exclude_folder_1", "exclude_folder_2", "exclude_folder_3", "exclude_folder_4")


@dataclass(frozen=True)
class NotificationPreferences:
    """What is told: nothing, problems or everything; whether to be quiet while something plays; whether to ask."""

    level: int = NOTIFY_ALL
    quiet: bool = True
    ask_rating: bool = False


def tracking_preferences() -> TrackingPreferences:
    """Read what is tracked."""
    addon = xbmcaddon.Addon(ADDON_ID)
    return TrackingPreferences(
        movies=addon.getSettingBool("track_movies"),
        shows=addon.getSettingBool("track_shows"),
        anime=addon.getSettingBool("track_anime"),
        threshold=min(100, max(50, addon.getSettingInt("mark"))),
        minimum_minutes=addon.getSettingInt("minimum_minutes"),
        folders=tuple(filter(None, map(addon.getSetting, FOLDER_SETTINGS))),
        addons=tuple(filter(None, addon.getSetting("exclude_addons").replace("|", ",").split(","))),
        streams=not addon.getSettingBool("exclude_streams"),
    )


def notification_preferences() -> NotificationPreferences:
    """Read what is told."""
    addon = xbmcaddon.Addon(ADDON_ID)
    return NotificationPreferences(
        level=addon.getSettingInt("notify"),
        quiet=addon.getSettingBool("quiet"),
        ask_rating=addon.getSettingBool("ask_rating"),
    )
