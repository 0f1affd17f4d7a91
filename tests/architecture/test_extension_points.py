"""Where Kodi lists the add-on: one tile, and where a `plugin.video.*` is looked for."""

import xml.etree.ElementTree as ElementTree

from tests.architecture.sources import ROOT

LISTED = ("xbmc.python.pluginsource", "xbmc.python.script")  # of a library Kodi shows no tile


def tiles():
    """Return the lists of add-ons in which there is a tile; a script that names none is among the programs."""
    root = ElementTree.parse(ROOT / "addon.xml").getroot()
    found = [each for each in root.iter("extension") if each.get("point") in LISTED]
    return [kind for each in found for kind in (each.findtext("provides") or "executable").split()]


def test_there_is_one_tile_and_it_is_under_video_add_ons():
    assert tiles() == ["video"]


def test_run_script_finds_the_add_on():
    points = {
        each.get("point"): each.get("library") for each in ElementTree.parse(ROOT / "addon.xml").iter("extension")
    }
    assert points["xbmc.python.library"] == "plugin.py"
