"""What to tell a person whose client id is missing or not accepted, and the setting where another one is entered."""

from __future__ import annotations

import xbmc

from lib.kodi import strings
from lib.kodi.addon import ADDON_ID, Addon
from lib.system.errors import LinkError

MISSING = "client_id_missing"
PROBLEMS = (MISSING, "client_id_refused", "other_generation")
SHOWN_START, SHOWN_END = 6, 4
# Kodi's numbers in its settings windows: of the first category, and of the first setting of the one that is chosen.
FIRST_CATEGORY, FIRST_SETTING = -100, -80
ADVANCED_CATEGORY = 3


def heading(addon: Addon, error: LinkError) -> str:
    """Say what is the matter."""
    return addon.text(strings.CLIENT_ID_NEEDED if error.name == MISSING else strings.CLIENT_ID_NOT_ACCEPTED)


def explanation(addon: Addon, error: LinkError) -> str:
    """Say what to do, with the id that is set, shortened, so that it can be compared."""
    parts = [addon.error_text(error)]
    used = shortened(_client_id(addon))
    if used:
        parts.append(addon.text(strings.CLIENT_ID_USED, id=used))
    parts.append(addon.text(strings.CLIENT_ID_PASTE))
    return "\n\n".join(parts)


def shortened(client_id: str) -> str:
    """Return the beginning and the end of a client id; one that is short enough stays whole."""
    if len(client_id) <= SHOWN_START + SHOWN_END + 1:
        return client_id
    return f"{client_id[:SHOWN_START]}…{client_id[-SHOWN_END:]}"


def open_client_id_setting() -> None:
    """Open Kodi's settings window of this add-on at the field of the client id."""
    xbmc.executebuiltin(f"Addon.OpenSettings({ADDON_ID})")
    xbmc.executebuiltin(f"SetFocus({FIRST_CATEGORY + ADVANCED_CATEGORY})")
    xbmc.executebuiltin(f"SetFocus({FIRST_SETTING})")


def _client_id(addon: Addon) -> str:
    from lib.account.settings_file import SettingsError
    from lib.account.sign_in.start import client_id_for_sign_in
    from lib.kodi.profile.account_view import load_profile_settings

    try:
        return client_id_for_sign_in(load_profile_settings(addon))
    except SettingsError:
        return ""
