"""Where Kodi lists the add-on: one tile, and where a `plugin.video.*` is looked for."""

import xml.etree.ElementTree as ElementTree

from tests.architecture.sources import ROOT

LISTED = ("xbmc.python.pluginsource", "xbmc.python.script")  # of a library Kodi shows no tile


def test_there_is_one_tile_under_video_add_ons_and_run_script_finds_the_add_on():
    points = {each.get("point"): each for each in ElementTree.parse(ROOT / "addon.xml").getroot().iter("extension")}
    listed = [points[point] for point in LISTED if point in points]
    tiles = [kind for each in listed for kind in (each.findtext("provides") or "executable").split()]
    assert tiles == ["video"], "a script that provides nothing is among the programs"
    assert points["xbmc.python.library"].get("library") == "plugin.py"
