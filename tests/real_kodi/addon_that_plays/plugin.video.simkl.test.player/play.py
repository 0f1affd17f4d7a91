"""A video add-on for tests: plays a video with the tags, ids and properties that its address asks for.

plugin://plugin.video.simkl.test.player/play?file=...&tags={}&ids={}&window={}&properties={}&settings={}
"""

import json
import sys
from urllib.parse import parse_qsl

import xbmcaddon
import xbmcgui
import xbmcplugin

SETTERS = {
    "mediatype": "setMediaType", "title": "setTitle", "year": "setYear", "season": "setSeason", "episode": "setEpisode",
    "showtitle": "setTvShowTitle",
}  # fmt: skip


def main() -> None:
    handle, query = int(sys.argv[1]), dict(parse_qsl(sys.argv[2].lstrip("?")))
    for name, value in json.loads(query.get("window", "{}")).items():
        xbmcgui.Window(10000).setProperty(name, value)
    for name, value in json.loads(query.get("settings", "{}")).items():
        xbmcaddon.Addon("plugin.video.simkl").setSetting(name, value)
    item = xbmcgui.ListItem(path=query["file"])
    tags, ids = (json.loads(query.get(name, "{}")) for name in ("tags", "ids"))
    tag = item.getVideoInfoTag()
    if hasattr(tag, "setTitle"):
        for name, value in tags.items():
            getattr(tag, SETTERS[name])(value)
    else:  # Kodi 19
        item.setInfo("video", {{"showtitle": "tvshowtitle"}.get(name, name): value for name, value in tags.items()})
    if ids:
        (tag if hasattr(tag, "setUniqueIDs") else item).setUniqueIDs(ids, next(iter(ids)))
    item.setProperties(json.loads(query.get("properties", "{}")))
    xbmcplugin.setResolvedUrl(handle, True, item)


main()
