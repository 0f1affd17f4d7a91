"""The constants of xbmcgui that this add-on uses. Source: Kodi's Python API, module xbmcgui."""

ACTION_STOP, ACTION_PREVIOUS_MENU, ACTION_NAV_BACK = 13, 10, 92
INPUT_NUMERIC = 1

__all__ = [name for name in dir() if name.isupper()]
