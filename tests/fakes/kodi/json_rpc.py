"""The JSON-RPC methods that the Kodi stubs knows by itself; any other has to be put into kodi.jsonrpc.

Source: Kodi's wiki "JSON-RPC API/v12".
"""

import json
from typing import Any, Callable, Dict

from tests.fakes.kodi import current


def method(name: str) -> Callable[..., Any]:
    """Return what carries out a method: its answer, None where Kodi says "Invalid params."."""
    library = current.kodi().library
    of_library: Dict[str, Callable[..., Any]] = {
        "VideoLibrary.GetMovieDetails": library.movie_details,
        "VideoLibrary.GetTVShowDetails": library.show_details,
        "VideoLibrary.GetEpisodeDetails": library.episode_details,
        "VideoLibrary.GetEpisodes": library.list_episodes,
    }
    known = {**_METHODS, **of_library}
    if name not in known:
        raise AssertionError(f"the stub knows no JSON-RPC method {name}: put it in kodi.jsonrpc")
    return known[name]


def _notify_all(sender: str, message: str, data: Any = None) -> Any:
    current.kodi().announced.append((sender, message, data))
    current.kodi().notify(sender, "Other." + message, json.dumps(data))
    return "OK"


def _addon_details(addonid: str, properties: Any = ()) -> Any:
    kodi = current.kodi()
    if addonid != kodi.addon.id:
        return None
    known = {"name": kodi.addon.name, "version": kodi.addon.version, "enabled": True}
    return {
        "addon": {"addonid": addonid, "type": "xbmc.python.pluginsource", **{key: known[key] for key in properties}}
    }


def _addons(enabled: Any = "all", properties: Any = (), **_: Any) -> Any:
    kodi = current.kodi()
    names = {kodi.addon.id: kodi.addon.name, **kodi.other_addons}
    found = [{"addonid": id_, "type": "xbmc.service", "name": name} for id_, name in names.items()]
    return {"addons": [{key: each[key] for key in ("addonid", "type", *properties)} for each in found]}


def _setting_value(setting: str) -> Any:
    values = current.kodi().core_settings
    return {"value": values[setting]} if setting in values else None


def _item(playerid: int, properties: Any = ()) -> Any:
    if playerid != 1:
        return None
    item = current.kodi().playback.json_item()
    wanted = {"id", "label", "type", *properties}
    return {"item": {key: value for key, value in item.items() if key in wanted}}


_METHODS: Dict[str, Callable[..., Any]] = {
    "JSONRPC.NotifyAll": _notify_all,
    "Addons.GetAddonDetails": _addon_details,
    "Addons.GetAddons": _addons,
    "Settings.GetSettingValue": _setting_value,
    "Player.GetItem": _item,
}
